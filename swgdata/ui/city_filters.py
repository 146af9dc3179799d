"""The filters of the cities page: widgets to parameters of the named table ``cities``."""

from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.once import once
from swgdata.ui import filters
from swgdata.vocabulary import FACTIONS, RANKS, SPECIALISATIONS

LEVELS: Final = {rank.title: rank.level for rank in RANKS}
HIGHEST_TAX: Final = 2000
"""Right end of the tax slider, where it stands for any tax."""


def draw(cities: pd.DataFrame) -> dict[str, Any]:
    """Draw the filters.

    Args:
        cities: City model; what it has can be chosen.

    Returns:
        Parameters of the table; None and "" stand for any.
    """
    with st.grid(columns=4, min_column_width=150):
        return {
            "name": filters.search("Name", key="cities_name", placeholder="Part of it"),
            "planet": filters.planet(key="cities_planet"),
            "min_level": LEVELS.get(
                filters.choice("Rank, at least", tuple(LEVELS), key="cities_rank") or ""
            ),
            "faction": filters.choice("Faction", (*FACTIONS, "none"), key="cities_faction"),
            "specialisation": ",".join(
                filters.several("Specialisation", skills(cities), key="cities_skill")
            ),
            "guild": filters.choice("Guild's tag", guild_tags(cities), key="cities_guild"),
            "max_income_tax": filters.at_most(
                "Income tax, at most", key="cities_tax", highest=HIGHEST_TAX, step=100
            ),
        }


@once
def guild_tags(cities: pd.DataFrame) -> tuple[str, ...]:
    """Tags that fly on cities, in order."""
    return tuple(sorted(cities["guild_tag"].dropna().unique(), key=str.casefold))


@once
def skills(cities: pd.DataFrame) -> tuple[str, ...]:
    """The game's specialisations, then others the feed has."""
    known = {one.casefold() for one in SPECIALISATIONS}
    found = cities["specialisations"].explode().dropna().unique()
    others = {one for one in found if one.casefold() not in known}
    return (*SPECIALISATIONS, *sorted(others, key=str.casefold))
