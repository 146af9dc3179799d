"""Filters of the cities page, and where the visitor stands."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.cities import parse_waypoint
from swgdata.analytics.city_ranks import distance
from swgdata.analytics.memoize import memoize
from swgdata.game import FACTIONS, RANKS, SPECIALISATIONS
from swgdata.tables import TABLES, Result, non_default_parameters, read_parameters
from swgdata.tables.cities import matching
from swgdata.ui import data
from swgdata.ui.cities import rows
from swgdata.ui.cities.titles import FINDER
from swgdata.ui.components import filters
from swgdata.ui.scope import Scope, scope
from swgdata.ui.text import cut

LEVELS: Final = {rank.title: rank.level for rank in RANKS}
HIGHEST_TAX: Final = 2000
"""Right end of the tax slider, where it stands for any tax."""


@dataclass(frozen=True)
class CityFilters:
    """What sidebar and filters say, and the cities they leave.

    Attributes:
        table: Parameters of the named table.
        planet: The one that the page's own filter says; None for any.
        everyone: The cities on the planets of the sidebar, whatever the filters.
    """

    table: dict[str, Any]
    planet: str | None
    everyone: Result

    @cached_property
    def found(self) -> Result:
        """The answer of the named table, as whose part ``rows`` are told and downloaded."""
        given = non_default_parameters(TABLES["cities"], self._parameters)
        return replace(self.everyone, parameters=given)

    @cached_property
    def _parameters(self) -> dict[str, object]:
        return read_parameters(TABLES["cities"], self.table)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The cities asked for, the busiest first: taken from a list ready for all visitors."""
        keep = matching(self.everyone.frame, self._parameters)
        listed = rows.listed(self.everyone)
        return listed if keep.all() else listed.iloc[keep[listed.index.to_numpy()].nonzero()[0]]


def read_filters() -> CityFilters:
    """Draw the filters; they are bound to the URL, so the address bar is the share button."""
    view, cities = scope(), everyone()
    own = {name: value for name, value in _draw(cities.frame, view).items() if value is not None}
    return CityFilters(view.parameters | own, own.get("planet"), cities)


def everyone() -> Result:
    """All cities on the planets of the sidebar."""
    return data.answer("cities", **scope().parameters)


def _draw(cities: pd.DataFrame, view: Scope) -> dict[str, Any]:
    """Draw the filters.

    Returns:
        Parameters of the table; None and "" stand for any.
    """
    with st.grid(columns=4, min_column_width=150):
        return {
            "name": filters.search("Name", key="cities_name", placeholder="Part of it"),
            "planet": filters.planet(key="cities_planet", among=view.allowed),
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


@memoize
def guild_tags(cities: pd.DataFrame) -> tuple[str, ...]:
    """Tags that fly on cities, in order."""
    return tuple(sorted(cities["guild_tag"].dropna().unique(), key=str.casefold))


@memoize
def skills(cities: pd.DataFrame) -> tuple[str, ...]:
    """The game's specialisations, then others the feed has."""
    known = {one.casefold() for one in SPECIALISATIONS}
    found = cities["specialisations"].explode().dropna().unique()
    others = {one for one in found if one.casefold() not in known}
    return (*SPECIALISATIONS, *sorted(others, key=str.casefold))


@dataclass(frozen=True, slots=True)
class Place:
    """Where the visitor stands.

    Attributes:
        planet: None where not told.
        spot: Metres east and north of the middle of the map; None where not told or not readable.
        note: What to say about it.
    """

    planet: str | None
    spot: tuple[int, int] | None
    note: str

    @property
    def applied(self) -> dict[str, object]:
        """For the meta of the downloads; {} where no distance is known."""
        if self.planet is None or self.spot is None:
            return {}
        return {"from_planet": self.planet, "from_x": self.spot[0], "from_y": self.spot[1]}

    def measured(self, cities: pd.DataFrame) -> pd.DataFrame:
        """Add ``distance`` to the city model where planet and spot are known."""
        if self.planet is None or self.spot is None:
            return cities
        x, y = self.spot
        return cities.assign(distance=distance(cities, planet=self.planet, x=x, y=y))


def ask_where(planet: str | None) -> Place:
    """Ask where the visitor stands."""
    with st.grid(columns=2, min_column_width=150):
        at = filters.search("Your place, x y", key="cities_at", placeholder="-342 -4466")
        here = filters.planet("You are on", key="cities_here") or planet
    spot = parse_waypoint(at)
    return Place(here, spot, _note(here, at, spot))


def _note(here: str | None, at: str, spot: tuple[int, int] | None) -> str:
    if not at:
        return f"{FINDER} Type where you stand to see distances."
    if spot is None:
        return f"{FINDER} “{cut(at, 40)}” is no place on a map; write it like -342 -4466."
    if here is None:
        return f"{FINDER} Choose the planet you are on to see distances."
    return f"{FINDER} Distances from {spot[0]} {spot[1]} on {here}, as the bird flies."
