"""Rarities in charts, by their names; and by their symbols where a mark has no shape of its own."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.theme import Mark

TIER_LEGEND: Final[Mapping[str, Any]] = {"orient": "top", "columns": 2}
"""As wide as a phone."""

_UNRATED: Final = Mark(theme.UNKNOWN, theme.NO_FACTION.symbol, theme.NO_FACTION.shape, "Not rated")


def tiers(
    rarity: "pd.Series[Any]", marks: Mapping[str, Mark], *, symbols: bool = True
) -> "pd.Series[Any]":
    """Each rarity as ``◆ Very rare``, or without its symbol; what has none as not rated."""
    words = {name: _word(mark, symbols=symbols) for name, mark in marks.items()}
    told = rarity.astype("object").map(words, na_action="ignore")
    return told.where(told.notna(), _word(_UNRATED, symbols=symbols)).astype("object")


def tier_looks(
    told: "pd.Series[Any]", marks: Mapping[str, Mark], *, symbols: bool = True
) -> dict[str, Mark]:
    """What ``tiers`` gave -> its look, in order, for those that occur."""
    looks = {_word(mark, symbols=symbols): mark for mark in (*marks.values(), _UNRATED)}
    seen = set(told)
    return {name: mark for name, mark in looks.items() if name in seen}


def _word(mark: Mark, *, symbols: bool) -> str:
    return f"{mark.symbol} {mark.label}" if symbols else mark.label
