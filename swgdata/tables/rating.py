"""How good the resources of an export are, worked out once per version of it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from swgdata.analytics import weights
from swgdata.analytics.once import Same
from swgdata.analytics.quality import bands, class_relative, line_quality, stat_percent
from swgdata.analytics.rarity import percentiles, tiers
from swgdata.tables.inputs import Snapshot
from swgdata.vocabulary import STATS
from swgdata.vocabulary.classes import caps


def rated(snapshot: Snapshot) -> tuple[pd.Series, pd.Series]:
    """Quality and rarity of every row of the export, worked out once per version of it.

    Returns:
        ``quality`` (0 to 100, NaN = not rateable) and ``rarity``; shared, never assign.
    """
    return rated_rows(Same(snapshot.tables["resources"]))


@lru_cache(maxsize=2)
def rated_rows(same: Same[pd.DataFrame]) -> tuple[pd.Series, pd.Series]:
    """Quality and rarity of every row of a frame of resources; shared, never assign."""
    quality = class_relative(same.held)
    return quality, tiers(percentiles(same.held["class_code"], quality))


def weighted(
    snapshot: Snapshot, found: np.ndarray, asked: Mapping[str, Any]
) -> "np.ndarray | None":
    """Quality of some resources by the weights asked for, against the caps of the class asked for.

    Args:
        snapshot: The resources feed.
        found: Positions in its main table.
        asked: ``weights`` as ``weights.written`` has them, and ``class_code``; a class that is
            not given, or whose caps are unknown, has caps of 1000.

    Returns:
        A number in 0 to 1000 for each position (feeds.md 2.2); None without weights.
    """
    if not asked.get("weights"):
        return None
    code = (asked.get("class_code") or "").strip().casefold()
    values = _stats(Same(snapshot.tables["resources"]))[found]
    return line_quality(values, weights.read(asked["weights"]), caps=caps(code))


def quality(snapshot: Snapshot, asked: Mapping[str, Any]) -> np.ndarray:
    """Quality of every row: by the weights asked for, 0 to 1000, else class-relative, 0 to 100.

    Returns:
        One number per row, NaN = not rateable; shared, never assign.
    """
    if not asked.get("weights"):
        return rated(snapshot)[0].to_numpy()
    same = Same(snapshot.tables["resources"])
    return _weighted(same, asked["weights"], asked.get("class_code") or "")


@lru_cache(maxsize=4)
def _weighted(same: Same[pd.DataFrame], line: str, code: str) -> np.ndarray:
    known = caps(code.strip().casefold())
    found = line_quality(_stats(same), weights.read(line), caps=known)
    found.flags.writeable = False
    return found


def bands_of(snapshot: Snapshot, found: np.ndarray) -> np.ndarray:
    """How close each stat of some resources is to its own cap.

    Args:
        snapshot: The resources feed.
        found: Positions in its main table.

    Returns:
        n x 10 places in ``analytics.quality.BANDS``, in the order of ``STATS``; -1 = no such stat.
    """
    reached: np.ndarray = _bands(Same(snapshot.tables["resources"]))[found]
    return reached


@lru_cache(maxsize=2)
def _bands(same: Same[pd.DataFrame]) -> np.ndarray:
    percent = stat_percent(same.held)
    columns = [bands(percent[stat]).cat.codes.to_numpy(dtype="int8") for stat in STATS]
    codes = np.column_stack(columns)
    codes.flags.writeable = False
    return codes


@lru_cache(maxsize=2)
def _stats(same: Same[pd.DataFrame]) -> np.ndarray:
    """The stats side by side, n x 10: a row of them is one piece of memory."""
    values: np.ndarray = np.ascontiguousarray(same.held[list(STATS)].to_numpy())
    values.flags.writeable = False
    return values
