"""How a resource compares: its stats against its caps, its rank in a pool of others."""

from typing import Any, Final

import numpy as np
import pandas as pd

from swgdata.analytics.quality import bands, stat_percent
from swgdata.vocabulary import STAT_NAMES, STATS

_FIGURES: Final = {"value": "Int16", "cap": "Int16", "percent": "Float64"}


def rank(pool: "pd.Series[Any]", value: float | None) -> tuple[int | None, int]:
    """Rank a value in a pool, highest first (feeds.md 2.3): 1 + how many are strictly higher.

    Args:
        pool: Numbers to compare with, the value's own among them; null = not rated.
        value: The value to rank; None or NaN = not rated.

    Returns:
        The rank (ties share one; None where the value is not rated) and how many are rated.
    """
    known = pool.dropna().to_numpy(dtype="float64")
    if value is None or pd.isna(value):
        return None, len(known)
    # Sums of ratios differ in the last bits; equal resources must share a rank.
    return 1 + int((known > value + 1e-9).sum()), len(known)


def stat_sheet(resource: pd.DataFrame) -> pd.DataFrame:
    """Set the stats of one resource against the caps of its class (feeds.md 2.1).

    Args:
        resource: One row of the feed: the ten stats and their ``<stat>_max``.

    Returns:
        One row per stat the resource has, in display order: ``stat``, ``stat_name``, ``value``,
        ``cap`` (null = the feed gives none; 1000 is assumed), ``percent`` (over 100 where the
        row exceeds its cap), ``band`` (great, good, fair, ok or poor).
    """
    values = resource[list(STATS)].to_numpy()[0]
    caps = resource[[f"{stat}_max" for stat in STATS]].to_numpy()[0]
    percent = stat_percent(resource).iloc[0]
    frame = pd.DataFrame(
        {
            "stat": list(STATS),
            "stat_name": list(STAT_NAMES.values()),
            "value": values,
            "cap": np.where(caps > 0, caps, np.nan),
            "percent": percent.to_numpy(dtype="float64"),
        }
    )
    rated = frame.assign(band=bands(frame["percent"])).astype(_FIGURES)
    return rated.loc[rated["value"] > 0].reset_index(drop=True)
