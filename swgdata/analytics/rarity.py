"""Quality rarity: how few spawns of a class are this good. The game itself has no rarity."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from swgdata.game import RARITIES
from swgdata.game.classes import ancestors, descendants

SMALLEST_POOL: Final = 20
"""Below this many rated rows a class says too little and its parent class is asked."""
_EDGES: Final = (50.0, 80.0, 95.0, 99.0)


class _Pools:
    """The rated qualities of every class, sorted on first use."""

    def __init__(self, codes: np.ndarray, names: Iterable[str], quality: np.ndarray) -> None:
        self._index = {name: index for index, name in enumerate(names)}
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=len(self._index)))
        self._slices = np.split(quality[order], ends[:-1]) if len(self._index) else []
        self._sorted: dict[str, np.ndarray] = {}

    def of(self, code: str) -> np.ndarray:
        """Sorted qualities of a class and everything below it."""
        if code not in self._sorted:
            below = descendants(code)
            parts = [self._slices[self._index[name]] for name in below if name in self._index]
            self._sorted[code] = np.sort(np.concatenate(parts)) if parts else np.empty(0)
        return self._sorted[code]

    def for_leaf(self, code: str) -> np.ndarray | None:
        """The nearest pool that is large enough: the class itself, else a parent."""
        for candidate in (code, *ancestors(code)):
            pool = self.of(candidate)
            if len(pool) >= SMALLEST_POOL:
                return pool
        return None


def percentiles(class_code: pd.Series, quality: pd.Series) -> pd.Series:
    """Mid-rank percentile of each row's quality inside its class (docs/formulas.md#rarity).

    100 * (lower + equal / 2) / size, over all rows handed in. A class with fewer than
    ``SMALLEST_POOL`` rated rows is measured against its parent class, and so upwards.

    Args:
        class_code: Leaf class of each row; null or unknown codes are allowed.
        quality: ``class_relative`` of the same rows; NaN = not rateable.

    Returns:
        ``percentile``, float64 above 0 and below 100; NaN where the row is not rateable, has
        no class, or even the root class is too small.
    """
    kinds = pd.Categorical(class_code)
    # Sums of ratios differ in the last bits; equal resources must count as equal.
    values = np.round(quality.to_numpy(dtype="float64"), 9)
    rated = ~np.isnan(values) & (kinds.codes >= 0)
    places = np.flatnonzero(rated)
    codes = kinds.codes[places].astype("int64")
    pools = _Pools(codes, kinds.categories, values[places])
    result = np.full(len(values), np.nan)
    order = places[np.argsort(codes, kind="stable")]
    ends = np.cumsum(np.bincount(codes, minlength=len(kinds.categories)))
    for name, rows in zip(kinds.categories, np.split(order, ends[:-1]), strict=False):
        pool = pools.for_leaf(name) if len(rows) else None
        if pool is not None:
            lower = np.searchsorted(pool, values[rows], side="left")
            upto = np.searchsorted(pool, values[rows], side="right")
            result[rows] = 50 * (lower + upto) / len(pool)
    return pd.Series(result, index=quality.index, name="percentile")


def tiers(percentile: pd.Series) -> pd.Series:
    """Name the tier: common, uncommon from 50, rare 80, very_rare 95, legendary 99.

    Returns:
        ``rarity``, ordered categories ``RARITIES``; null where the percentile is.
    """
    values = percentile.to_numpy(dtype="float64")
    codes = np.searchsorted(_EDGES, values, side="right")
    codes = np.where(np.isnan(values), -1, codes)
    named = pd.Categorical.from_codes(codes, categories=pd.Index(RARITIES), ordered=True)
    return pd.Series(named, index=percentile.index, name="rarity")
