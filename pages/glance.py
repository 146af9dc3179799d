"""Galaxy at a glance: is the server up and busy, what changed, what should I do now?"""

from functools import partial

import streamlit as st

from swgdata.ui import glance_cards, glance_figures, leaving, rare, since
from swgdata.ui.panel import headline
from swgdata.ui.scope import scope
from swgdata.ui.views import views

# Headline: each figure on its own, so that a dead feed takes only its own away.
headline(glance_figures.figures(scope()))
st.caption("Is the server busy, what is new, and what is worth doing now?")

# The two that change most, side by side where there is room; each keeps its own filter.
with st.grid(columns=2, min_column_width=480):
    with st.container():
        glance_cards.spawns()
    with st.container():
        glance_cards.movers()

views(
    "glance",
    scope,
    {
        since.TITLE: since.card,
        "Leaving soon": leaving.card,
        rare.TITLE: partial(rare.section, "glance"),
        "Travel hubs": glance_cards.hubs,
        "Population": glance_cards.population,
    },
    default=since.TITLE if since.is_told() else rare.TITLE,
)
