"""Weights of stats as a line of text, e.g. ``OQ=66 SR=34``: read leniently, written one way."""

import re
from collections.abc import Mapping
from typing import Final

from swgdata.vocabulary import STATS

FULL: Final = 100.0
"""What the weights of a line add up to, but for rounding; 2.2 divides by it."""

_TERM: Final = re.compile(
    r"([a-z]{2})\s*[=:]?\s*(\d{1,3}(?:\.\d{1,2})?)\s*%?", re.ASCII | re.IGNORECASE
)
_BETWEEN: Final = re.compile(r"[\s,;/&+]*")


def read(text: str) -> dict[str, float]:
    """Read weights in per cent, e.g. ``OQ 66, sr=34%`` (the terms of feeds.md 1.4).

    Args:
        text: Stats with their weights, in any order and case; each stat once.

    Returns:
        Stat -> weight above 0 and up to 100, in the order of ``STATS``; weights of 0 are left out.

    Raises:
        ValueError: It says something else, or nothing.
    """
    found: dict[str, float] = {}
    place = _BETWEEN.match(text).end()  # type: ignore[union-attr] # it matches nothing, too
    while place < len(text):
        term = _TERM.match(text, place)
        if term is None:
            raise ValueError(f"no weight at {text[place : place + 10]!r}")
        stat, weight = term[1].lower(), float(term[2])
        if stat not in STATS or stat in found or weight > FULL:
            raise ValueError(f"no weight: {term[0]!r}")
        found[stat] = weight
        place = _BETWEEN.match(text, term.end()).end()  # type: ignore[union-attr]
    weights = {stat: found[stat] for stat in STATS if found.get(stat)}
    if not weights:
        raise ValueError("no weights")
    return weights


def written(weights: Mapping[str, float]) -> str:
    """Write weights so that ``read`` gives them back, e.g. ``OQ=66 SR=34``."""
    return " ".join(f"{stat.upper()}={weight:g}" for stat, weight in weights.items())
