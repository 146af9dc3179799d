"""Feed health: is each feed fresh, what failed, what can be downloaded?"""

from datetime import UTC, datetime

import streamlit as st

from swgdata.health import report
from swgdata.source import active
from swgdata.ui import data, health, health_cards
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline
from swgdata.ui.text import plain
from swgdata.ui.update_card import update_card
from swgdata.ui.views import views

st.caption("Is each feed fresh, what failed, and what can be downloaded.")

# Headline: what is stored and what is remembered; nothing is fetched for this page.
history = data.answer("sync_history", limit=500)
source, now = active(), datetime.now(UTC)
feeds = report(source, now)
headline(health.figures(feeds, history.frame, source, now))
for notice in health.notices(source, feeds):
    st.warning(plain(notice, length=300), icon=":material/warning:")

with guard("Update"):
    update_card(source)

views(
    "health",
    health_cards.ask,
    {
        "Feeds": health_cards.feeds,
        "Set aside": health_cards.set_aside,
        "Updates": health_cards.updates,
        "Held": health_cards.held,
        "Downloads": health_cards.downloads,
    },
)
