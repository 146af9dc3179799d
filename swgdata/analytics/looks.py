"""What was seen at each look, from points that are written on change; gaps stay gaps."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import pandas as pd

from swgdata.analytics.readings import look_times

GAP: Final = timedelta(hours=25)
"""Looks further apart are not joined by a line: a day was missed; an hour more, for a change
of the clock."""

_COLUMNS: Final = ["key", "timestamp", "value"]


def at_looks(
    points: pd.DataFrame, observed: Iterable[datetime], *, since: datetime, until: datetime
) -> pd.DataFrame:
    """Each key's value at each look.

    Args:
        points: ``key``, ``timestamp``, ``value``, written on change (``changes``), those before
            ``since`` among them where something was known then.
        observed: When we looked (UTC), in any order.
        since: Earlier looks are left out.
        until: Later looks and points count nowhere.

    Returns:
        ``key``, ``timestamp`` (datetime64[s, UTC]), ``value`` (float64; NaN = gone or unknown):
        one row per key and look from the key's first point on, by key, oldest first.
    """
    times = look_times(observed, until=until)
    looks = times.loc[times >= since].rename("timestamp").to_frame()
    told = points[_COLUMNS].astype({"timestamp": "datetime64[s, UTC]", "value": "float64"})
    told = told.sort_values("timestamp", kind="stable").assign(_known=True)
    every = told["key"].drop_duplicates().to_frame().merge(looks, how="cross")
    held = pd.merge_asof(
        every.sort_values("timestamp", kind="stable"), told, on="timestamp", by="key"
    )
    there = held.loc[held["_known"].notna(), _COLUMNS]
    return there.sort_values(["key", "timestamp"], kind="stable", ignore_index=True)


def every_day(daily: pd.Series, *, until: pd.Timestamp) -> pd.Series:
    """Put a series by day on the whole calendar.

    Args:
        daily: Values by day (naive midnights), each day once.
        until: The last day, where the series does not go further itself.

    Returns:
        float64 from the first day of the series, NaN on days it lacks; empty where it is.
    """
    if daily.empty:
        return daily.astype("float64")
    last = max(daily.index.max(), until)
    days = pd.date_range(daily.index.min(), last, freq="D", unit="s", name="day")
    return daily.reindex(days).astype("float64")
