"""The cards of the first page: two always in sight, the others in its views."""

import pandas as pd
import streamlit as st

from swgdata.analytics.once import once
from swgdata.ui import data, filters, glance, movements, resource_filters, resource_listing, run
from swgdata.ui.guard import guard
from swgdata.ui.panel import panel
from swgdata.ui.scope import Scope, scope


@st.fragment
def spawns() -> None:
    """What is new in spawn and worth a look."""
    with run.moment(), guard("New spawns"):
        span = filters.one_of("First seen within", tuple(glance.SPANS), key="glance_window")
        view, days = scope(), glance.SPANS[span]
        found = data.answer("resources", in_spawn=True, max_age=days, sort="-quality")
        near = view.keep(found.frame, "planets")
        rows = resource_listing.listing(near, data.snapshot("resources"))
        panel(
            glance.worth_title(rows, span),
            found,
            frame=rows,
            applied=resource_filters.within(view),
            key="glance_spawns",
            chart=glance.worth_chart,
            columns=resource_listing.columns(),
            caption="How close they come to the caps of their class, on average; the best 15.",
        )


@st.fragment
def movers() -> None:
    """Which cities or guilds gained or lost most, by our own readings."""
    with run.moment(), guard("Movers"):
        with st.container(horizontal=True):
            kind = filters.one_of("Movers among", ("cities", "guilds"), key="glance_among")
            window = filters.one_of("Within", ("24 h", "7 d"), key="glance_movers_window")
        view, key = scope(), "glance_movers"
        if kind == "cities":
            movements.movers(kind, window, key=key, narrow=view.keep, applied=view.applied)
        else:
            movements.movers(kind, window, key=key)


def hubs(view: Scope) -> None:
    """Cities that may have a shuttleport, the busiest first."""
    found = data.answer("travel_hubs")
    near = view.keep(_busiest(found.frame))
    panel(
        glance.hubs_title(near),
        found,
        frame=near,
        key="glance_hubs",
        chart=glance.hubs_chart,
        caption="Cities of rank 4 and above may build a shuttleport; no feed tells which did.",
    )


@once
def _busiest(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values("active", ascending=False, na_position="last")


def population(view: Scope) -> None:
    """Where most people live."""
    people = data.answer("population_trends")
    worlds = view.keep(people.frame)
    panel(
        glance.population_title(worlds),
        people,
        frame=worlds,
        key="glance_population",
        chart=glance.population_chart,
        caption="Citizens registered in player cities, which is not players online.",
    )
