"""Changes of cities and guilds over time: pairs of observations, movers, indexed comparison.

Points are ``key``, ``timestamp`` (UTC), ``value`` (null = vanished or unknown from then on). A
value holds from its point to the next one of its key; what was between two looks nobody knows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.population import name_and_planet
from swgdata.analytics.timeseries import observation_times


@dataclass(frozen=True, slots=True)
class Window:
    """How far back the earlier value lies: what is aimed at, and the tolerance, ends included."""

    name: str
    back: timedelta
    least: timedelta
    most: timedelta


DAY: Final = Window("change_24h", timedelta(hours=24), timedelta(hours=18), timedelta(hours=30))
WEEK: Final = Window("change_7d", timedelta(days=7), timedelta(days=6), timedelta(days=8))
MONTH: Final = Window("change_30d", timedelta(days=30), timedelta(days=27), timedelta(days=33))
"""The windows of docs/formulas.md#changes."""


def values_at(points: pd.DataFrame, at: datetime) -> pd.Series:
    """The value of each key that held at a time.

    Of two points at the same time the last row holds.

    Returns:
        ``value`` (float64, NaN = vanished or unknown) by ``key``; a key that was not yet there
        is left out.
    """
    there = points.loc[points["timestamp"] <= at].sort_values("timestamp", kind="stable")
    last = there.drop_duplicates("key", keep="last").set_index("key")["value"]
    return last.astype("float64").sort_index()


def observation_pair(observed: Iterable[datetime], *, now: datetime, window: Window) -> tuple[
    datetime | None, datetime | None
]:  # fmt: skip
    """Choose the two looks a change is told between.

    Observations are UTC, in any order; those after ``now`` count nowhere.

    Returns:
        The last look, None where there is none; and the look closest to ``window.back`` before
        it, the later of two as close, None where none is within the tolerance. Counted from the
        last look, not from ``now``: else one old look would be compared with itself.
    """
    past = observation_times(observed, until=now)
    if past.empty:
        return None, None
    last = past.iloc[-1]
    back = np.asarray((last - past) / pd.Timedelta(window.back), dtype="float64")
    low, high = window.least / window.back, window.most / window.back
    fits = np.flatnonzero((back >= low) & (back <= high))
    if not fits.size:
        return last.to_pydatetime(), None
    away = np.abs(back[fits] - 1)
    closest = fits[np.flatnonzero(away == away.min())[-1]]
    return last.to_pydatetime(), past.iloc[closest].to_pydatetime()


def change(
    points: pd.DataFrame, observed: Iterable[datetime], *, now: datetime, window: Window
) -> pd.DataFrame:
    """Compare each key's last value with the one a window earlier (docs/formulas.md#changes).

    Points and observations after ``now`` count nowhere.

    Returns:
        One row per key known at either look, by key: ``key``, ``value``, ``before`` (float64,
        NaN = unknown then), ``change`` (their difference; NaN unless both are known), ``at``,
        ``before_at`` (datetime64[s, UTC]; NaT = no look there).
    """
    last, earlier = observation_pair(observed, now=now, window=window)
    nothing = pd.Series(dtype="float64", index=pd.Index([], dtype="str", name="key"))
    value = nothing if last is None else values_at(points, last)
    before = nothing if earlier is None else values_at(points, earlier)
    both = pd.DataFrame({"value": value, "before": before.reindex(value.index)})
    both = both.loc[both.notna().any(axis=1)].rename_axis("key").reset_index()
    times = {"at": last, "before_at": earlier}
    columns = {
        name: pd.Series(time, index=both.index, dtype="datetime64[s, UTC]")
        for name, time in times.items()
    }
    result = both.assign(change=both["value"] - both["before"], **columns)
    return result.astype({"key": "str"})


MOST_COMPARED: Final = 8
"""More lines than this nobody can tell apart."""
_SCHEMA: Final = {"timestamp": "datetime64[s, UTC]", "value": "float64", "index": "float64"}


def indexed(points: pd.DataFrame, *, keys: Sequence[str], start: datetime) -> pd.DataFrame:
    """Index each key to 100 at the start.

    The base is the value that held at ``start``; for a key that was not known then, its first
    known value after (``timestamp`` of the key's first row tells).

    Args:
        points: ``key``, ``timestamp``, ``value`` (null = vanished or unknown).
        keys: What is compared, at most ``MOST_COMPARED``; of twins the first.
        start: Where the window begins.

    Returns:
        ``key``, ``timestamp``, ``value``, ``index`` (float64; NaN where the value is unknown or
        the base is 0); in the order of ``keys``, oldest first, the value that held at ``start``
        as its first row. A key without any row is left out.

    Raises:
        ValueError: More than ``MOST_COMPARED`` keys.
    """
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > MOST_COMPARED:
        raise ValueError(f"at most {MOST_COMPARED} can be compared, got {len(wanted)}")
    chosen = points.loc[points["key"].isin(wanted), ["key", "timestamp", "value"]]
    at_start = values_at(chosen, start).dropna().rename("value").reset_index()
    first = at_start.assign(timestamp=pd.Timestamp(start).tz_convert("UTC"))
    after = chosen.loc[chosen["timestamp"] > start]
    every = pd.concat([first.astype({"timestamp": "datetime64[s, UTC]"}), after])
    every = every.assign(place=every["key"].map({key: at for at, key in enumerate(wanted)}))
    every = every.sort_values(["place", "timestamp"], kind="stable", ignore_index=True)
    value = every["value"].astype("float64")
    base = value.groupby(every["key"]).transform("first")  # the first that is known
    index = 100 * value / base.where(base != 0, np.nan)
    return every.assign(value=value, index=index)[["key", *_SCHEMA]].astype(_SCHEMA)


CITY_KIND: Final = "city"
GUILD_KIND: Final = "guild"
PROFESSION_KIND: Final = "profession"


def city_key(name: str | None, planet: str | None) -> str:
    """Key of a city: a name is unique only together with its planet."""
    return "|".join(name_and_planet(name, planet))


def guild_key(tag: str | None, name: str | None) -> str:
    """Key of a guild; tags alone are not unique."""
    return f"{str(tag or '').strip()}|{str(name or '').strip()}".casefold()


GAP: Final = timedelta(hours=25)
"""Looks further apart are not joined by a line: a day was missed; an hour more, for a change
of the clock."""
_COLUMNS: Final = ["key", "timestamp", "value"]


def values_at_observations(
    points: pd.DataFrame, observed: Iterable[datetime], *, since: datetime, until: datetime
) -> pd.DataFrame:
    """Each key's value at each look.

    Points of before ``since`` tell what was known then; observations before it and anything after
    ``until`` are left out.

    Returns:
        ``key``, ``timestamp`` (datetime64[s, UTC]), ``value`` (float64; NaN = gone or unknown):
        one row per key and look from the key's first point on, by key, oldest first.
    """
    times = observation_times(observed, until=until)
    observed_at = times.loc[times >= since].rename("timestamp").to_frame()
    known_points = points[_COLUMNS].astype({"timestamp": "datetime64[s, UTC]", "value": "float64"})
    known_points = known_points.sort_values("timestamp", kind="stable").assign(_known=True)
    every = known_points["key"].drop_duplicates().to_frame().merge(observed_at, how="cross")
    joined = pd.merge_asof(
        every.sort_values("timestamp", kind="stable"), known_points, on="timestamp", by="key"
    )
    there = joined.loc[joined["_known"].notna(), _COLUMNS]
    return there.sort_values(["key", "timestamp"], kind="stable", ignore_index=True)


def daily_observations(daily: pd.Series, *, until: pd.Timestamp) -> pd.Series:
    """Put a series by day on the whole calendar.

    Days are naive midnights, each once; ``until`` is the last, where the series itself does not go
    further.

    Returns:
        float64 from the first day of the series, NaN on days it lacks; empty where it is.
    """
    if daily.empty:
        return daily.astype("float64")
    last = max(daily.index.max(), until)
    days = pd.date_range(daily.index.min(), last, freq="D", unit="s", name="day")
    return daily.reindex(days).astype("float64")


MOST_MOVERS: Final = 15


def movers(changes: pd.DataFrame, *, most: int = MOST_MOVERS) -> pd.DataFrame:
    """Choose the largest changes.

    Args:
        changes: Rows of ``change``, of cities, guilds or both one under the other, with
            whatever other columns tell them apart (a ``kind``).
        most: How many rows at most.

    Returns:
        The rows whose change is known and not 0, largest either way first, of equals the larger
        entity first, then by key; each with both its ends and their times.
    """
    moved = changes.loc[changes["change"].notna() & (changes["change"] != 0)]
    ends = moved[["value", "before"]].max(axis=1)
    ranked = moved.assign(_size=moved["change"].abs(), _ends=ends).sort_values(
        ["_size", "_ends", "key"], ascending=[False, False, True], kind="stable"
    )
    return ranked.drop(columns=["_size", "_ends"]).head(most).reset_index(drop=True)
