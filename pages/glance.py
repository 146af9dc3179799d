"""Galaxy at a glance: is the server up and busy, what changed, what should I do now?"""

from functools import partial

import streamlit as st

from swgdata.ui import data, filters, glance, glance_figures, rare, resource_filters, resource_table
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline, panel
from swgdata.ui.scope import scope
from swgdata.ui.sparks import with_sparks

# Headline: each figure on its own, so that a dead feed takes only its own away.
view = scope()
headline(glance_figures.figures(resource_filters.within(view)))
st.caption("Is the server busy, what is new, and what is worth doing now?")

# Panels: side by side where there is room.
with st.grid(columns=2, min_column_width=480):
    with st.container(), guard("New spawns"):
        span = filters.one_of("First seen within", tuple(glance.SPANS), key="glance_window")
        asked = {"in_spawn": True, "max_age": glance.SPANS[span], **resource_filters.within(view)}
        found = data.answer("resources", sort="-quality", **asked)
        rows = resource_table.listing(found.frame, data.snapshot("resources"))
        panel(
            glance.worth_title(rows, span),
            found,
            frame=rows,
            key="glance_spawns",
            chart=glance.worth_chart,
            columns=resource_table.columns(),
            caption="How close they come to the caps of their class, on average; the best 15.",
        )

    with st.container():
        rare.section("glance", view)

    with st.container(), guard("Movers"):
        kind = filters.one_of("Movers among", ("cities", "guilds"), key="glance_among")
        by = {"cities": "planet", "guilds": "tag"}[kind]
        everyone, feed = data.answer(kind), data.snapshot(kind)
        moved = with_sparks(everyone.frame, feed.frame, on=["name", by])
        moved = glance.movers(view.keep(moved) if by == "planet" else moved)
        panel(
            glance.movers_title(moved, kind),
            everyone,
            frame=moved[["name", by, "faction", "active", "active_change", "recent"]],
            key="glance_movers",
            chart=partial(glance.movers_chart, by=by),
            columns={"active_change": "Recent change"},
            caption="Active now against the start of the site's recent series, which is undated.",
        )

    with st.container(), guard("Travel hubs"):
        hubs = data.answer("travel_hubs")
        near = view.keep(hubs.frame).sort_values("active", ascending=False, na_position="last")
        panel(
            glance.hubs_title(near),
            hubs,
            frame=near,
            key="glance_hubs",
            chart=glance.hubs_chart,
            caption="Cities of rank 4 and above may build a shuttleport; no feed tells which did.",
        )

    with st.container(), guard("Population"):
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
