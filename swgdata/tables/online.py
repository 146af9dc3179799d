"""Tables of the players online: now, today, by hour of the week, by day, and outages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from swgdata.analytics import online
from swgdata.analytics.online import FEWEST_WEEKS, compare_with_usual, same_hour, usual_band
from swgdata.analytics.online_patterns import FEWEST_DAYS, daily, hour_of_week, outages, peak_hours
from swgdata.analytics.timeseries import HOUR
from swgdata.tables.model import UTC_TIME, Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import Parameter

FEED: Final = "pulse"
NOT_READ: Final = "nobody read the pulse then"
ZONE: Final = Parameter("zone", "zone", default="UTC", help="whose clock and calendar")
WEEKS: Final = Parameter("weeks", "whole", default=12, help="how many weeks back", low=1, high=520)
DAYS: Final = Parameter("days", "whole", help="only the last days", low=1, high=3650)
_MEASURE: Final = "online"
_SCHEMA: Final = {
    "timestamp": UTC_TIME,
    "samples": "int64",
    "total": "float64",
    "low": "float64",
    "high": "float64",
}


def online_samples(inputs: TableInputs, *, since: datetime | None = None) -> pd.DataFrame:
    """Unite the remembered samples with those of the feed, none of them twice.

    What is remembered counts where both tell of a time, and for the whole of an hour that was
    rolled up. The feed may be newer than the history, and is all there is without one.

    Args:
        inputs: With the pulse feed.
        since: No older sample, where not all are needed; None for all.

    Returns:
        As ``History.samples``: ``timestamp``, ``samples``, ``total``, ``low``, ``high``; oldest
        first, none after ``inputs.now``.
    """
    kept = inputs.stored.history.samples(_MEASURE, since, inputs.now)
    told = raw(inputs.frame(FEED)["timestamp"], inputs.frame(FEED)[_MEASURE])
    told = told.loc[told["timestamp"] <= inputs.now].drop_duplicates("timestamp", keep="last")
    rolled = kept.loc[kept["samples"] > 1, "timestamp"]
    is_known = told["timestamp"].isin(kept["timestamp"])
    is_known |= told["timestamp"].dt.floor(HOUR).isin(rolled)
    both = pd.concat([kept, told.loc[~is_known]]) if len(kept) else told
    rows = both.sort_values("timestamp", kind="stable", ignore_index=True).astype(_SCHEMA)
    return rows if since is None else rows.loc[rows["timestamp"] >= since].reset_index(drop=True)


def raw(times: pd.Series, online: pd.Series) -> pd.DataFrame:
    """Single readings in the shape of samples; those without a time or a figure are left out."""
    value = online.to_numpy(dtype="float64", na_value=float("nan"))
    figures = dict.fromkeys(("total", "low", "high"), value)
    rows = pd.DataFrame({"timestamp": times.array, "samples": 1, **figures})
    return rows.dropna().astype(_SCHEMA)


def zone_of(inputs: TableInputs) -> ZoneInfo:
    """Whose clock and calendar is asked for."""
    return ZoneInfo(inputs.parameters["zone"])


def table(
    build: Callable[[TableInputs], TableRows],
    name: str,
    question: str,
    schema: dict[str, str],
    *parameters: Parameter,
    **nulls: str,
) -> Table:
    """A table made of the pulse, remembered and new; only the site has one."""
    builders = {"swgtracker": Builder(build, feeds=(FEED,))}
    return Table(name, question, schema, builders, parameters, nulls)


WEEKDAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday"),
    *("Friday", "Saturday", "Sunday"),
)


def _back(inputs: TableInputs) -> datetime:
    """Where the weeks asked for begin, and a day before, which no time zone reaches beyond."""
    return inputs.now - timedelta(weeks=inputs.parameters["weeks"], days=2)


def _now(inputs: TableInputs) -> TableRows:
    """One row; what the site says of this moment counts as a reading too."""
    zone, said = zone_of(inputs), inputs.frame(FEED, "pulse_now").head(1)
    rows = online_samples(inputs, since=_back(inputs))
    told_at = min(inputs.snapshots[FEED].as_of, inputs.now)
    as_of = pd.Series([told_at]).astype(UTC_TIME)
    newest = raw(as_of.head(len(said)), said["online"])
    if rows.empty or newest["timestamp"].gt(rows["timestamp"].iloc[-1]).all():
        rows = pd.concat([rows, newest], ignore_index=True)
    told = compare_with_usual(rows, zone=zone, now=inputs.now, weeks=inputs.parameters["weeks"])
    before = same_hour(rows, at=told.at or inputs.now, zone=zone)
    stated = said["peak_today"].dropna()
    peak = online.peak(inputs.frame(FEED), stated=int(stated.iloc[0]) if len(stated) else None)
    is_today = told_at.astimezone(UTC).date() == inputs.now.astimezone(UTC).date()
    row = {
        "at": told.at,
        "online": told.online,
        "verdict": told.state,
        "low": told.low,
        "middle": told.middle,
        "high": told.high,
        "n": told.n,
        "last_week": before.mean,
        "last_week_n": before.n,
        "peak_today": peak.online if peak and is_today else None,
        "peak_at": peak and peak.at if peak and peak.online == peak.sample else None,
    }
    why = told.reason or ""
    unknown = ("verdict", "low", "middle", "high", *(() if told.at else ("at", "online")))
    notes = dict.fromkeys(unknown, why) if why else {}
    return TableRows(pd.DataFrame({name: [value] for name, value in row.items()}), notes)


def _today(inputs: TableInputs) -> TableRows:
    rows = online_samples(inputs, since=_back(inputs))
    slots = usual_band(rows, zone=zone_of(inputs), now=inputs.now, weeks=inputs.parameters["weeks"])
    minute = slots["minute"]
    clock = minute.floordiv(60).astype("str").str.zfill(2) + ":"
    return TableRows(slots.assign(time=clock + minute.mod(60).astype("str").str.zfill(2)))


def _hour_of_week(inputs: TableInputs) -> TableRows:
    weeks = inputs.parameters["weeks"]
    rows = online_samples(inputs, since=_back(inputs))
    hours = hour_of_week(rows, zone=zone_of(inputs), now=inputs.now, weeks=weeks)
    return TableRows(hours.assign(weekday=np.array(WEEKDAYS)[hours["weekday"]]))


def _peak_hours(inputs: TableInputs) -> TableRows:
    """The rated hours (docs/formulas.md#peak-hours), else today's busiest, as provisional."""
    zone = zone_of(inputs)
    best = peak_hours(online_samples(inputs), zone=zone)
    if len(best):
        return TableRows(best.assign(hour=best["label"], provisional=None))
    first = online.busiest_hour(inputs.frame(FEED), zone=zone)
    if first is None:
        return TableRows(best.assign(hour=best["label"], provisional=None))
    told = {"mean": first.mean, "n": first.samples, "days": 1}
    why = f"no hour was seen on {FEWEST_DAYS} days yet: today's busiest so far"
    row = {"hour": f"{first.start:02d}:00", **told, "provisional": why}
    return TableRows(pd.DataFrame([row]))


def _daily(inputs: TableInputs) -> TableRows:
    days = daily(online_samples(inputs), zone=zone_of(inputs), until=inputs.now)
    asked = inputs.parameters["days"]
    last = days if asked is None else days.tail(asked)
    return TableRows(last.assign(day=last["day"].dt.strftime("%Y-%m-%d")))


def _outages(inputs: TableInputs) -> TableRows:
    """Nothing was missing before the first reading of all."""
    rows, days = online_samples(inputs), inputs.parameters["days"]
    if days is None or rows.empty:
        notes = {"kind": "nothing was read so far"} if rows.empty else {}
        return TableRows(outages(rows, until=inputs.now), notes)
    since = inputs.now - timedelta(days=days)
    had_begun = bool(rows["timestamp"].iloc[0] <= since)
    return TableRows(outages(rows, until=inputs.now, since=since if had_begun else None))


_FIGURES: Final = ("mean", "peak", "low", "total")
TABLES: Final = (
    table(
        _now,
        "online_now",
        "How many are on now, and is that normal?",
        {
            "at": UTC_TIME,
            "online": "Int64",
            "verdict": "str",
            **dict.fromkeys(("low", "middle", "high"), "Float64"),
            "n": "int64",
            "last_week": "Float64",
            "last_week_n": "int64",
            "peak_today": "Int64",
            "peak_at": UTC_TIME,
        },
        ZONE,
        WEEKS,
        last_week="nobody read the pulse in this hour a week ago",
        peak_today="the feed gives no figure of today",
        peak_at="the peak lies between two samples, or there is none",
    ),
    table(
        _today,
        "online_today",
        "Is today normal, ten minutes by ten minutes?",
        {
            "time": "str",
            **dict.fromkeys(("today", "low", "middle", "high"), "Float64"),
            "n": "int64",
        },
        ZONE,
        WEEKS,
        today="not read, or not yet",
        **dict.fromkeys(
            ("low", "middle", "high"),
            f"fewer than {FEWEST_WEEKS} past days of this weekday have a reading then",
        ),
    ),
    table(
        _hour_of_week,
        "hour_of_week",
        "When are people on?",
        {"weekday": "str", "hour": "int64", "mean": "Float64", "n": "int64", "days": "int64"},
        ZONE,
        WEEKS,
        mean=NOT_READ,
    ),
    table(
        _peak_hours,
        "peak_hours",
        "Which hours are the busiest?",
        {"hour": "str", "mean": "Float64", "n": "int64", "days": "int64", "provisional": "str"},
        ZONE,
        provisional=f"it is not: the hour was seen on {FEWEST_DAYS} days at least",
    ),
    table(
        _daily,
        "daily_online",
        "How many were on day by day, on average and at most?",
        {
            "day": "str",
            **dict.fromkeys(_FIGURES, "Float64"),
            "n": "int64",
            "hours": "float64",
            "start": UTC_TIME,
        },
        ZONE,
        DAYS,
        **dict.fromkeys(_FIGURES, NOT_READ),
    ),
    table(
        _outages,
        "outages",
        "When was nobody on, and when was nothing read?",
        {"kind": "str", "start": UTC_TIME, "end": UTC_TIME, "minutes": "Float64"},
        DAYS,
        end="it still lasts",
    ),
)
