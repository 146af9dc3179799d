"""Where the visitor stands, typed in, and how far each city is from there."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from swgdata.analytics.standing import distance
from swgdata.analytics.waypoints import parse_waypoint
from swgdata.ui import filters
from swgdata.ui.city_words import FINDER
from swgdata.ui.text import cut


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


def place(planet: str | None) -> Place:
    """Ask where the visitor stands.

    Args:
        planet: Taken where the visitor names none.
    """
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
