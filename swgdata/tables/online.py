"""Tables about the players online: now, today, by hour of the week and of the clock."""

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics import online
from swgdata.analytics.hours import FEWEST_DAYS, hour_of_week, peak_hours
from swgdata.analytics.same_hour import same_hour
from swgdata.analytics.usual import FEWEST_WEEKS, usual, verdict
from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.pulses import (
    FEED,
    NOT_READ,
    TIME,
    WEEKS,
    ZONE,
    online_samples,
    raw,
    table,
    zone_of,
)

WEEKDAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday"),
    *("Friday", "Saturday", "Sunday"),
)


def _back(inputs: Inputs) -> datetime:
    """Where the weeks asked for begin, and a day before, which no time zone reaches beyond."""
    return inputs.now - timedelta(weeks=inputs.parameters["weeks"], days=2)


def _now(inputs: Inputs) -> Built:
    """One row; what the site says of this moment counts as a reading too."""
    zone, said = zone_of(inputs), inputs.frame(FEED, "pulse_now").head(1)
    rows = online_samples(inputs, since=_back(inputs))
    told_at = min(inputs.snapshots[FEED].as_of, inputs.now)
    as_of = pd.Series([told_at]).astype(TIME)
    newest = raw(as_of.head(len(said)), said["online"])
    if rows.empty or newest["timestamp"].gt(rows["timestamp"].iloc[-1]).all():
        rows = pd.concat([rows, newest], ignore_index=True)
    told = verdict(rows, zone=zone, now=inputs.now, weeks=inputs.parameters["weeks"])
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
    return Built(pd.DataFrame({name: [value] for name, value in row.items()}), notes)


def _today(inputs: Inputs) -> Built:
    rows = online_samples(inputs, since=_back(inputs))
    slots = usual(rows, zone=zone_of(inputs), now=inputs.now, weeks=inputs.parameters["weeks"])
    minute = slots["minute"]
    clock = minute.floordiv(60).astype("str").str.zfill(2) + ":"
    return Built(slots.assign(time=clock + minute.mod(60).astype("str").str.zfill(2)))


def _hour_of_week(inputs: Inputs) -> Built:
    weeks = inputs.parameters["weeks"]
    rows = online_samples(inputs, since=_back(inputs))
    hours = hour_of_week(rows, zone=zone_of(inputs), now=inputs.now, weeks=weeks)
    return Built(hours.assign(weekday=np.array(WEEKDAYS)[hours["weekday"]]))


def _peak_hours(inputs: Inputs) -> Built:
    """The rated hours; where no hour is, today's busiest so far, as provisional (feeds.md 4.4)."""
    zone = zone_of(inputs)
    best = peak_hours(online_samples(inputs), zone=zone)
    if len(best):
        return Built(best.assign(hour=best["label"], provisional=None))
    first = online.busiest_hour(inputs.frame(FEED), zone=zone)
    if first is None:
        return Built(best.assign(hour=best["label"], provisional=None))
    told = {"mean": first.mean, "n": first.samples, "days": 1}
    why = f"no hour was seen on {FEWEST_DAYS} days yet: today's busiest so far"
    row = {"hour": f"{first.start:02d}:00", **told, "provisional": why}
    return Built(pd.DataFrame([row]))


TABLES: Final = (
    table(
        _now,
        "online_now",
        "How many are on now, and is that normal?",
        {
            "at": TIME,
            "online": "Int64",
            "verdict": "str",
            **dict.fromkeys(("low", "middle", "high"), "Float64"),
            "n": "int64",
            "last_week": "Float64",
            "last_week_n": "int64",
            "peak_today": "Int64",
            "peak_at": TIME,
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
)
