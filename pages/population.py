"""Population: how many are on now, is that normal, when is it busiest, and where do people live?"""

import streamlit as st

from swgdata.ui import data
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import headline
from swgdata.ui.components.views import views
from swgdata.ui.population import online_views, places
from swgdata.ui.scope import scope

view = scope()

st.caption("How many are on now, is that normal, when is it busiest, and where do people live?")

with error_boundary("Players online"):
    headline(online_views.headline(view))

with error_boundary("Where people live"):
    headline(places.figures(data.answer("population_trends", **view.parameters).frame))

views(
    "population",
    scope,
    {
        "Now": online_views.now,
        "Hour of week": online_views.week,
        "Daily": online_views.daily,
        "Outages": online_views.outages,
        "Forecast": online_views.forecast,
        "Planets": places.planets,
        "Activity": places.activity,
        "Popular and growing": places.most_people,
        "All places": places.everywhere,
        "Trend": places.trend,
    },
)
