"""Resources: what is the best in spawn right now, where is it, is it better than what I have?"""

import streamlit as st

from swgdata.ui import data
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import headline
from swgdata.ui.components.views import views
from swgdata.ui.resources import rare, titles
from swgdata.ui.resources import views as resource_views
from swgdata.ui.scope import scope

st.caption("What is best in spawn right now, where it is, and whether it beats all before it.")

with error_boundary("Resources"):
    alive = data.answer("resources", in_spawn=True, sort="-quality", **scope().parameters)
    headline(titles.figures(alive.frame))

views(
    "resources",
    resource_views.read_filters,
    {
        "Spawns": resource_views.spawns,
        "By planet": resource_views.by_planet,
        "Two stats": resource_views.two_stats,
        "Where it stands": resource_views.among_all_ever,
        rare.TITLE: resource_views.rare_materials,
    },
    default="" if data.offers("resources") else rare.TITLE,
)
