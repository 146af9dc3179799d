"""Sustained change, not noise: which cities and guilds have been growing or fading for weeks."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.readings import day_of, look_times
from swgdata.analytics.trend import Trend, false_discovery, trend

LEAST_DAYS: Final = 14
"""A key seen on fewer days is not tested: two weeks hold each weekday twice."""

FALSE_SHARE: Final = 0.05
"""Of all that are called, at most this share is expected to be noise."""

METHOD: Final = (
    "Mann-Kendall test on daily values, ties and day-to-day memory corrected, Theil-Sen slope; "
    f"at least {LEAST_DAYS} days; at most {FALSE_SHARE:.0%} of the calls expected to be false "
    "(Benjamini-Hochberg over all that are tested)"
)


def daily_values(
    points: pd.DataFrame, observed: Iterable[datetime], *, zone: tzinfo, now: datetime
) -> pd.DataFrame:
    """Each key's value at the last look of each local day.

    Args:
        points: ``key``, ``timestamp``, ``value``, written on change (``changes``).
        observed: When we looked (UTC).
        zone: Whose calendar.
        now: Later looks count nowhere.

    Returns:
        ``key``, ``day`` (naive midnight, datetime64[s]), ``value`` (float64): one row per key and
        day with a look at which it was known, by key and day. A day without a look has no row.
    """
    past = look_times(observed, until=now)
    seen = past.groupby(day_of(past, zone=zone)).max()
    looks = pd.DataFrame({"day": seen.index, "timestamp": seen.array})
    told = points[["key", "timestamp", "value"]].astype({"value": "float64"})
    keys = told["key"].drop_duplicates().to_frame()
    every = keys.merge(looks, how="cross").sort_values("timestamp", kind="stable")
    held = pd.merge_asof(
        every,
        told.sort_values("timestamp", kind="stable"),
        on="timestamp",
        by="key",
        direction="backward",
    )
    known = held.dropna(subset=["value"])
    return known[["key", "day", "value"]].sort_values(["key", "day"], ignore_index=True)


def sustained(
    daily: pd.DataFrame, *, least_days: int = LEAST_DAYS, false_share: float = FALSE_SHARE
) -> pd.DataFrame:
    """Tell drift from noise, by ``METHOD``.

    Args:
        daily: Rows of ``daily_values``, of all entities that are compared.
        least_days: Days a key must have been seen on.
        false_share: Level of the adjusted p-value at which a key is called.

    Returns:
        One row per key, by ``q`` (untested last), then key: ``key``, ``days`` (int64), ``first``,
        ``last`` (days), ``per_day`` (slope), ``change`` (slope times the days between; both NaN
        where not tested), ``p``, ``q`` (adjusted; NaN likewise), ``direction`` (``rising``,
        ``falling``, null = none is proven), ``reason`` (why not tested; null where it was).
    """
    told = daily.dropna(subset=["value"]).sort_values(["key", "day"], kind="stable")
    groups = told.groupby("key", sort=True)
    rows = groups.agg(days=("day", "size"), first=("day", "first"), last=("day", "last"))
    tested = {key: _trend(group) for key, group in groups if len(group) >= max(least_days, 5)}
    found = [tested.get(key) for key in rows.index]
    slope = np.array([np.nan if one is None else one.slope for one in found], dtype="float64")
    p = np.array([np.nan if one is None else one.p for one in found], dtype="float64")
    q = false_discovery(p)
    called = (q <= false_share) & (slope != 0)
    direction = pd.Series(np.where(slope > 0, "rising", "falling"), index=rows.index, dtype="str")
    few = rows["days"].astype("str") + f" days known, a trend takes {least_days}"
    between = (rows["last"] - rows["first"]).dt.days.to_numpy()
    return (
        rows.assign(per_day=slope, change=slope * between, p=p, q=q)
        .assign(direction=direction.where(called), reason=few.where(np.isnan(p)))
        .reset_index()
        .sort_values(["q", "key"], kind="stable", ignore_index=True)
    )


def _trend(group: pd.DataFrame) -> Trend:
    days = (group["day"] - group["day"].iloc[0]).dt.days.to_numpy(dtype="float64")
    return trend(days, group["value"].to_numpy(dtype="float64"))
