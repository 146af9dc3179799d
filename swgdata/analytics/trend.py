"""Is a short series of days rising or falling? Tests that do not ask for a normal distribution."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

_CLOSEST: Final = 0.95  # an autocorrelation of 1 would leave no evidence at all


@dataclass(frozen=True, slots=True)
class Trend:
    """What a series says about its direction.

    Attributes:
        slope: Change per day: the median over all pairs of days.
        p: Probability of so clear a direction without one, two-sided.
        memory: Autocorrelation of neighbouring days about the slope, 0 to 0.95.
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

    Args:
        p: n probabilities, NaN = not tested and not counted.

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
