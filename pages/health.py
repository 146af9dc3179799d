"""Feed health: is each feed fresh, what failed, what can be downloaded?"""

from datetime import UTC, datetime

import streamlit as st

from swgdata.sources import active
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import headline
from swgdata.ui.components.views import views
from swgdata.ui.health import titles
from swgdata.ui.health import views as health_views
from swgdata.ui.health.filters import feeds_now, last_updates, read_filters
from swgdata.ui.health.update import update_card
from swgdata.ui.text import plain

st.caption("Is each feed fresh, what failed, and what can be downloaded.")

# Headline: what is stored and what is remembered; nothing is fetched for this page.
source, history = active(), last_updates()
feeds = feeds_now(source)

headline(titles.figures(feeds, history.frame, source, datetime.now(UTC)))

for notice in titles.notices(source, feeds):
    st.warning(plain(notice, length=300), icon=":material/warning:")

with error_boundary("Update"):
    update_card(source)

views(
    "health",
    read_filters,
    {
        "Feeds": health_views.feeds,
        "Set aside": health_views.set_aside,
        "Updates": health_views.updates,
        "Held": health_views.held,
        "Downloads": health_views.downloads,
    },
)
