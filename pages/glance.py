"""Galaxy at a glance: is the server up and busy, what changed, what should I do now?"""

from functools import partial

import streamlit as st

from swgdata.ui.components.headline import headline
from swgdata.ui.components.views import views
from swgdata.ui.glance import changes_since
from swgdata.ui.glance import headline as glance_headline
from swgdata.ui.glance import views as glance_views
from swgdata.ui.resources import rare
from swgdata.ui.scope import scope
from swgdata.ui.spawn_shifts import lifetimes

# Headline: each figure on its own, so that a dead feed takes only its own away.
headline(glance_headline.figures(scope()))

st.caption("Is the server busy, what is new, and what is worth doing now?")

# The two that change most, side by side where there is room; each keeps its own filter.
with st.grid(columns=2, min_column_width=480):
    with st.container():
        glance_views.spawns()
    with st.container():
        glance_views.movers()

views(
    "glance",
    scope,
    {
        changes_since.TITLE: changes_since.card,
        "Leaving soon": lifetimes.leaving_card,
        rare.TITLE: partial(rare.section, "glance"),
        "Travel hubs": glance_views.hubs,
        "Population": glance_views.population,
    },
    default=changes_since.TITLE if changes_since.is_told() else rare.TITLE,
)
