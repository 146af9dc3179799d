"""GCW & economy: who is winning, is wealth gathering at the top, which professions are served?"""

import streamlit as st

from swgdata.ui import economy, economy_cards, professions, titles
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline
from swgdata.ui.scope import scope
from swgdata.ui.views import views

st.caption("Who is winning, whether wealth gathers at the top, and which professions are served.")

with guard("Headline"):
    headline(economy.figures())

views(
    "economy",
    scope,
    {
        "War": economy_cards.war_now_and_then,
        "Wealth": economy_cards.wealth_course,
        "The richest": economy_cards.richest,
        "Professions": economy_cards.served,
        "Professions compared": professions.compared,
        "Titles": titles.titles_panel,
    },
)
