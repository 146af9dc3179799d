"""Table columns shared by pages: rarity, tiers of stats."""

from functools import lru_cache
from typing import Any, Final

import numpy as np
import streamlit as st

from swgdata.analytics.quality import BANDS
from swgdata.game import RARITIES, STATS
from swgdata.ui import theme
from swgdata.ui.theme import BAND_MARKS

_SHOWN: Final = ("great", "good", "fair")
LEGEND: Final = (
    "Stats near the cap of their class: "
    + ", ".join(f"{BAND_MARKS[band].symbol} {BAND_MARKS[band].label.lower()}" for band in _SHOWN)
    + "."
)
_CHIPS: Final = tuple(f"{stat.upper()} {band}" for band in _SHOWN for stat in STATS)


def tier_lists(bands: np.ndarray) -> np.ndarray:
    """Name the stats of each resource that come near its class's cap, best tier first.

    Returns:
        n objects: tuples such as ``("OQ great", "SR fair")``; None where no stat reaches 80 % of
        its cap.
    """
    lists = np.empty(len(bands), dtype=object)
    lists[:] = [_near(row.tobytes()) for row in bands]
    return lists


@lru_cache(maxsize=4096)
def _near(row: bytes) -> tuple[str, ...] | None:
    reached = np.frombuffer(row, dtype="int8")
    chips = [
        f"{STATS[place].upper()} {band}"
        for band in _SHOWN
        for place in np.flatnonzero(reached == BANDS.index(band))
    ]
    return tuple(chips) or None


def tier_column() -> Any:
    """The table column for ``tier_lists``: chips such as ``★ OQ``, coloured by tier."""
    return st.column_config.MultiselectColumn(
        "Tiers",
        width="medium",
        options=_CHIPS,
        color=[BAND_MARKS[chip.split()[1]].colour for chip in _CHIPS],
        format_func=_chip,
        help=LEGEND,
    )


def _chip(value: str) -> str:
    stat, _, band = value.partition(" ")
    return f"{BAND_MARKS[band].symbol} {stat}"


def rarity_column() -> Any:
    """The table column for rarities: symbol and words."""
    return st.column_config.SelectboxColumn(
        "Rarity",
        width=125,
        options=RARITIES[::-1],
        format_func=lambda value: theme.named(theme.RARITY_MARKS, str(value)),
        help="How few spawns of its class are this good; the game itself has no rarity.",
    )
