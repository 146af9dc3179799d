"""GCW & economy: who is winning, is wealth gathering at the top, which professions are served?"""

import streamlit as st

from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import headline
from swgdata.ui.components.views import views
from swgdata.ui.economy import headline as economy_headline
from swgdata.ui.economy import professions
from swgdata.ui.economy import views as economy_views
from swgdata.ui.scope import scope

st.caption("Who is winning, whether wealth gathers at the top, and which professions are served.")

with error_boundary("Headline"):
    headline(economy_headline.figures())

views(
    "economy",
    scope,
    {
        "War": economy_views.war_now_and_then,
        "Wealth": economy_views.wealth_course,
        "The richest": economy_views.richest,
        "Professions": economy_views.served,
        "Professions compared": professions.compared,
        "Titles": economy_views.titles_panel,
    },
)
