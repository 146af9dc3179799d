"""Trend tests: Mann-Kendall, Theil-Sen, false discovery (docs/formulas.md#sustained-change)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.timeseries import day_of, observation_times

_CLOSEST: Final = 0.95  # an autocorrelation of 1 would leave no evidence at all


@dataclass(frozen=True, slots=True)
class Trend:
    """What a series says about its direction.

    ``slope`` is the change per day (median over all pairs of days), ``p`` the two-sided probability
    of so clear a direction without one, ``memory`` the autocorrelation of neighbouring days about
    the slope, 0 to 0.95.
    """

    slope: float
    p: float
    memory: float


def trend(days: np.ndarray, values: np.ndarray) -> Trend:
    """Mann-Kendall with ties and memory corrected, and the slope of Theil and Sen.

    S counts the pairs that rise minus those that fall; its variance is (n(n-1)(2n+5) - sum of
    t(t-1)(2t+5) over groups of t ties) / 18 (Mann 1945, Kendall 1975). Days that resemble their
    neighbour say less than n days: the variance grows by 1 + 2 sum (1 - k/n) r^k (Yue and Wang
    2004), r the lag-one autocorrelation of the ranks of what the slope leaves, its bias removed
    by (n r + 2) / (n - 4) (van Giersbergen 2005), never below 0. z is brought 1 towards 0.

    Args:
        days: Day numbers, strictly rising; gaps allowed.
        values: As many, all known; at least 5.

    Raises:
        ValueError: There are fewer than 5 values.
    """
    n = len(values)
    if n < 5:
        raise ValueError(f"a trend takes at least 5 values, got {n}")
    early, late = np.triu_indices(n, 1)
    rise = values[late] - values[early]
    slope = float(np.median(rise / (days[late] - days[early])))
    score = float(np.sign(rise).sum())
    ties = np.unique(values, return_counts=True)[1]
    plain = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    memory = _memory(days, values, slope=slope)
    lags = np.arange(1, n)
    spread = plain * (1 + 2 * float(((1 - lags / n) * memory**lags).sum()))
    if spread <= 0:
        return Trend(slope, 1.0, memory)
    z = max(abs(score) - 1, 0.0) / math.sqrt(spread)
    return Trend(slope, math.erfc(z / math.sqrt(2)), memory)


def _memory(days: np.ndarray, values: np.ndarray, *, slope: float) -> float:
    """Lag-one autocorrelation of ranks over pairs of neighbouring days, bias removed."""
    rest = values - slope * days
    scale = float(np.ptp(values)) or 1.0
    even = np.round((rest - rest[0]) / scale, 9)  # no ranks from the last bits
    ranks = pd.Series(even).rank().to_numpy(dtype="float64")
    away = ranks - ranks.mean()
    spread = float((away**2).mean())
    near = np.flatnonzero(np.diff(days) == 1)
    if spread == 0 or not near.size:
        return 0.0
    raw = float((away[near] * away[near + 1]).mean()) / spread
    n = len(rest)
    return min(max((n * raw + 2) / (n - 4), 0.0), _CLOSEST)


def false_discovery(p: np.ndarray) -> np.ndarray:
    """Adjust p-values of many tests (Benjamini and Hochberg 1995).

    NaN = not tested and not counted.

    Returns:
        n adjusted ones: calling all at or below q keeps the expected share of false calls at q.
    """
    adjusted = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    ranks = np.arange(1, len(order) + 1)
    raw = p[order] * len(order) / ranks
    adjusted[order] = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
    return adjusted


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

    Points are ``key``, ``timestamp``, ``value``, written on change; observations after ``now``
    count nowhere.

    Returns:
        ``key``, ``day`` (naive midnight, datetime64[s]), ``value`` (float64): one row per key and
        day with a look at which it was known, by key and day. A day without a look has no row.
    """
    past = observation_times(observed, until=now)
    seen = past.groupby(day_of(past, zone=zone)).max()
    observed_at = pd.DataFrame({"day": seen.index, "timestamp": seen.array})
    values = points[["key", "timestamp", "value"]].astype({"value": "float64"})
    keys = values["key"].drop_duplicates().to_frame()
    every = keys.merge(observed_at, how="cross").sort_values("timestamp", kind="stable")
    joined = pd.merge_asof(
        every,
        values.sort_values("timestamp", kind="stable"),
        on="timestamp",
        by="key",
        direction="backward",
    )
    known = joined.dropna(subset=["value"])
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
    known = daily.dropna(subset=["value"]).sort_values(["key", "day"], kind="stable")
    groups = known.groupby("key", sort=True)
    rows = groups.agg(days=("day", "size"), first=("day", "first"), last=("day", "last"))
    tested = {key: _trend(group) for key, group in groups if len(group) >= max(least_days, 5)}
    trends = [tested.get(key) for key in rows.index]
    slope = np.array([np.nan if item is None else item.slope for item in trends], dtype="float64")
    p = np.array([np.nan if item is None else item.p for item in trends], dtype="float64")
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
