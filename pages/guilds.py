"""Guilds: who is biggest and most active, who is growing or fading, which faction leads?"""

import streamlit as st

from swgdata.ui import data, guild_cards, guilds
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline
from swgdata.ui.sparks import recent
from swgdata.ui.views import views

st.caption("Who is biggest and most active, who is growing, and who holds what.")

with guard("Guilds"):
    headline(guilds.figures(recent(data.answer("guilds").frame, "guilds", on=["name", "tag"])))

guild_cards.look_up()

views(
    "guilds",
    guild_cards.ask,
    {
        "Directory": guild_cards.directory,
        "Members and active": guild_cards.scatter,
        "Trend": guild_cards.trend,
        "Movers": guild_cards.movers,
        "Growing and fading": guild_cards.drifting,
        "Compare": guild_cards.compare,
        "Territory": guild_cards.territory,
    },
)
