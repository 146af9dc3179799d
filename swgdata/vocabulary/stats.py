"""The ten stats of a resource, in the display order of swgtracker.com."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

STAT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "oq": "Overall quality",
        "cr": "Cold resistance",
        "cd": "Conductivity",
        "dr": "Decay resistance",
        "hr": "Heat resistance",
        "ma": "Malleability",
        "sr": "Shock resistance",
        "ut": "Unit toughness",
        "fl": "Flavor",
        "pe": "Potential energy",
    }
)
"""Stat -> its name on screen. A stat runs from 1 to 1000; 0 means the class lacks it."""

STATS: Final[tuple[str, ...]] = tuple(STAT_NAMES)
