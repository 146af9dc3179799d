"""Guilds: who is biggest and most active, who is growing or fading, which faction leads?"""

import streamlit as st

from swgdata.ui import data
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import headline
from swgdata.ui.components.views import views
from swgdata.ui.guilds import titles
from swgdata.ui.guilds import views as guild_views
from swgdata.ui.guilds.filters import read_filters
from swgdata.ui.trends.sparklines import recent

st.caption("Who is biggest and most active, who is growing, and who holds what.")

with error_boundary("Guilds"):
    headline(titles.figures(recent(data.answer("guilds").frame, "guilds", on=["name", "tag"])))

guild_views.look_up()

views(
    "guilds",
    read_filters,
    {
        "Directory": guild_views.directory,
        "Members and active": guild_views.scatter,
        "Trend": guild_views.trend,
        "Movers": guild_views.movers,
        "Growing and fading": guild_views.drifting,
        "Compare": guild_views.compare,
        "Territory": guild_views.territory,
    },
)
