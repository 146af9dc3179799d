"""Cities & travel: where is the city I need, who rises or may fall, how crowded is each planet?"""

import streamlit as st

from swgdata.tables.steps import follow, step
from swgdata.ui import data
from swgdata.ui.cities import detail, rows, titles
from swgdata.ui.cities import views as city_views
from swgdata.ui.cities.filters import everyone, read_filters
from swgdata.ui.components.headline import headline
from swgdata.ui.components.views import views
from swgdata.ui.scope import scope

st.caption("Where is the city you need, which rise or may fall, and how crowded is each planet.")

room = follow(data.answer("cities").frame, (step("room for cities"), scope().step))
headline(titles.figures(rows.listed(everyone()), room))

detail.look_up()

views(
    "cities",
    read_filters,
    {
        "Directory": city_views.directory,
        "Map": city_views.world_map,
        "Travel hubs": city_views.hubs,
        "Specialisations": city_views.specialisations,
        "Ranks and room": city_views.ranks,
        "Trend": city_views.trend,
        "Movers": city_views.movers,
        "Growing and fading": city_views.drifting,
        "Compare": city_views.compare,
        "Forecast": city_views.forecast,
    },
)
