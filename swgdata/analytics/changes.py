"""How much a figure has changed, from points written on change and the times we looked.

Points are ``key``, ``timestamp`` (UTC), ``value`` (null = vanished or unknown from then on). A
value holds from its point to the next one of its key; what was between two looks nobody knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.readings import look_times


@dataclass(frozen=True, slots=True)
class Window:
    """How far back the earlier value lies.

    Attributes:
        name: Column name of the change.
        back: What is aimed at.
        least: The earlier look must lie at least so far back.
        most: And at most so far.
    """

    name: str
    back: timedelta
    least: timedelta
    most: timedelta


DAY: Final = Window("change_24h", timedelta(hours=24), timedelta(hours=18), timedelta(hours=30))
WEEK: Final = Window("change_7d", timedelta(days=7), timedelta(days=6), timedelta(days=8))
MONTH: Final = Window("change_30d", timedelta(days=30), timedelta(days=27), timedelta(days=33))
"""The first two with the tolerances of feeds.md 4.4; the month's is ours, 10 %."""


def values_at(points: pd.DataFrame, at: datetime) -> pd.Series:
    """The value of each key that held at a time.

    Args:
        points: Points in any order; of two at the same time the last row holds.
        at: The time, inclusive.

    Returns:
        ``value`` (float64, NaN = vanished or unknown) by ``key``; a key that was not yet there
        is left out.
    """
    there = points.loc[points["timestamp"] <= at].sort_values("timestamp", kind="stable")
    last = there.drop_duplicates("key", keep="last").set_index("key")["value"]
    return last.astype("float64").sort_index()


def looks(observed: Iterable[datetime], *, now: datetime, window: Window) -> tuple[
    datetime | None, datetime | None
]:  # fmt: skip
    """Choose the two looks a change is told between.

    Args:
        observed: When we looked (UTC), in any order.
        now: Later looks count nowhere.
        window: How far back.

    Returns:
        The last look, None where there is none; and the look closest to ``window.back`` before
        it, the later of two as close, None where none is within the tolerance. Counted from the
        last look, not from ``now``: else one old look would be compared with itself.
    """
    past = look_times(observed, until=now)
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
    """Compare each key's value at the last look with the one a window earlier (feeds.md 4.4).

    Args:
        points: Points of one feed.
        observed: When we looked at that feed (UTC).
        now: Later points and looks count nowhere.
        window: ``DAY``, ``WEEK`` or another.

    Returns:
        One row per key known at either look, by key: ``key``, ``value``, ``before`` (float64,
        NaN = unknown then), ``change`` (their difference; NaN unless both are known), ``at``,
        ``before_at`` (datetime64[s, UTC]; NaT = no look there).
    """
    last, earlier = looks(observed, now=now, window=window)
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
    told = both.assign(change=both["value"] - both["before"], **columns)
    return told.astype({"key": "str"})
