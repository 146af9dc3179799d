"""Quality of resources: per cent of caps, class-relative, weighted."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from swgdata.game import STATS

BANDS: Final = ("poor", "ok", "fair", "good", "great")
_BAND_EDGES: Final = (50.0, 80.0, 90.0, 96.0)


def stat_percent(resources: pd.DataFrame) -> pd.DataFrame:
    """Per cent of the own cap for each stat (docs/formulas.md#quality).

    Args:
        resources: The ten stats and their ``<stat>_max``; 0 = the class lacks the stat.

    Returns:
        The ten stats in 0 to 100 (over 100 where a row exceeds its cap), NaN where lacking; a
        missing cap counts as 1000.
    """
    percent = {}
    for stat in STATS:
        value = resources[stat].to_numpy(dtype="float64")
        cap = resources[f"{stat}_max"].to_numpy(dtype="float64")
        known = np.where(cap > 0, cap, 1000.0)
        percent[stat] = np.where(value > 0, 100 * value / known, np.nan)
    return pd.DataFrame(percent, index=resources.index)


def bands(percent: pd.Series) -> pd.Series:
    """Name the band of each percentage: great from 96, good 90, fair 80, ok 50, else poor.

    Returns:
        Ordered categories ``BANDS``; null where the percentage is.
    """
    values = percent.to_numpy(dtype="float64", na_value=np.nan)
    codes = np.searchsorted(_BAND_EDGES, values, side="right")
    codes = np.where(np.isnan(values), -1, codes)
    named = pd.Categorical.from_codes(codes, categories=pd.Index(BANDS), ordered=True)
    return pd.Series(named, index=percent.index, name=percent.name)


def class_relative(resources: pd.DataFrame) -> pd.Series:
    """Class-relative quality (docs/formulas.md#quality): the mean share of the own caps.

    All stats weigh the same, so it says nothing about one particular recipe.

    Args:
        resources: The ten stats and their ``<stat>_max``; any number of rows.

    Returns:
        ``quality``, float64 in 0 to 100, NaN where no stat has both a value and a cap.
    """
    total = np.zeros(len(resources))
    rated = np.zeros(len(resources))
    for stat in STATS:
        value = resources[stat].to_numpy()
        cap = resources[f"{stat}_max"].to_numpy()
        counts = (value > 0) & (cap > 0)
        share = np.divide(value, cap, out=np.zeros(len(resources)), where=counts)
        total += np.minimum(share, 1.0)
        rated += counts
    quality = np.divide(100 * total, rated, out=np.full(len(total), np.nan), where=rated > 0)
    return pd.Series(quality, index=resources.index, name="quality")


def weighted(
    resources: pd.DataFrame,
    lines: Sequence[Mapping[str, float]],
    *,
    caps: Sequence[int] | None = None,
) -> pd.Series:
    """Quality of each resource for a schematic slot (docs/formulas.md#weighted-quality).

    Args:
        resources: The ten stats; 0 = the class lacks the stat.
        lines: Experimentation lines, each stat -> weight in per cent.
        caps: ``game.classes.caps`` of the class the slot asks for, not of the resource's
            own; None = unknown class, then 1000 for every stat.

    Returns:
        ``quality``, float64 in 0 to 1000: the mean over the lines; NaN without lines.
    """
    if not lines:
        return pd.Series(np.nan, index=resources.index, name="quality", dtype="float64")
    values = resources[list(STATS)].to_numpy()
    total = sum(line_quality(values, line, caps=caps) for line in lines)
    return pd.Series(total / len(lines), index=resources.index, name="quality")


def line_quality(
    values: np.ndarray, line: Mapping[str, float], *, caps: Sequence[int] | None = None
) -> np.ndarray:
    """Quality for one line: a lacking stat's weight goes to the others, else 100 divides.

    Args:
        values: Resources by stats, n x 10 in the order of ``STATS``; 0 = lacks the stat.
        line: Stat -> weight in per cent; what is not above 0 has no say.
        caps: Cap of each stat of the class that is asked for; None = 1000 each.

    Returns:
        n numbers in 0 to 1000 (docs/formulas.md#weighted-quality), equal for equal resources.
    """
    reached, used = np.zeros(len(values)), np.zeros(len(values))
    whole = np.ones(len(values), dtype=bool)
    for index, stat in enumerate(STATS):  # a product of matrices would differ in the last bits
        weight, cap = line.get(stat, 0), 1000 if caps is None else caps[index]
        if weight <= 0:
            continue
        value = values[:, index]
        present = value > 0 if cap > 0 else np.zeros(len(values), dtype=bool)
        reached += np.maximum(value, 0) * (weight * 1000 / cap if cap > 0 else 0.0)
        used += present * float(weight)
        whole &= present
    divisor = np.where(whole & (used > 0), 100.0, used)
    quality = np.divide(reached, divisor, out=np.zeros(len(values)), where=divisor > 0)
    return np.minimum(quality, 1000.0)


FULL_WEIGHT: Final = 100.0
"""What the weights of a line add up to, but for rounding."""
_TERM: Final = re.compile(
    r"([a-z]{2})\s*[=:]?\s*(\d{1,3}(?:\.\d{1,2})?)\s*%?", re.ASCII | re.IGNORECASE
)
_BETWEEN: Final = re.compile(r"[\s,;/&+]*")


def read_weights(text: str) -> dict[str, float]:
    """Read weights in per cent, e.g. ``OQ 66, sr=34%`` (docs/formulas.md#weighted-quality).

    Args:
        text: Stats with their weights, in any order and case; each stat once.

    Returns:
        Stat -> weight above 0 and up to 100, in the order of ``STATS``; weights of 0 are left out.

    Raises:
        ValueError: It says something else, or nothing.
    """
    result: dict[str, float] = {}
    position = _BETWEEN.match(text).end()  # type: ignore[union-attr] # it matches nothing, too
    while position < len(text):
        term = _TERM.match(text, position)
        if term is None:
            raise ValueError(f"no weight at {text[position : position + 10]!r}")
        stat, weight = term[1].lower(), float(term[2])
        if stat not in STATS or stat in result or weight > FULL_WEIGHT:
            raise ValueError(f"no weight: {term[0]!r}")
        result[stat] = weight
        position = _BETWEEN.match(text, term.end()).end()  # type: ignore[union-attr]
    weights = {stat: result[stat] for stat in STATS if result.get(stat)}
    if not weights:
        raise ValueError("no weights")
    return weights


def weights_text(weights: Mapping[str, float]) -> str:
    """Write weights so that ``read_weights`` gives them back, e.g. ``OQ=66 SR=34``."""
    return " ".join(f"{stat.upper()}={weight:g}" for stat, weight in weights.items())
