"""Filters above all views of the guilds page."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from swgdata.game import FACTIONS
from swgdata.ui.components import filters

Params = Mapping[str, Any]  # of the table of guilds, as the filters give them


def read_filters() -> Params:
    """Draw the filters; they are bound to the URL, so the address bar is the share button."""
    with st.grid(columns=5, min_column_width=140):
        name = filters.search("Name", key="guilds_name", placeholder="Part of it")
        faction = filters.choice("Faction", (*FACTIONS, "none"), key="guilds_faction")
        size = filters.at_least("Members, at least", key="guilds_size", highest=200, step=5)
        share = filters.at_least("Active %, at least", key="guilds_share", highest=100, step=5)
        recruiting = filters.whether("Recruiting", key="guilds_recruiting")
    return {
        "name": name,
        "faction": faction,
        "min_members": size,
        "min_active_pct": share,
        "recruiting": recruiting,
    }
