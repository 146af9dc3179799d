"""Cities & travel: where is the city I need, who rises or may fall, how crowded is each planet?"""

import streamlit as st

from swgdata.analytics.city_ranks import headroom
from swgdata.ui import data
from swgdata.ui.cities import detail, rows, titles
from swgdata.ui.cities import views as city_views
from swgdata.ui.cities.filters import read_filters
from swgdata.ui.components.headline import headline
from swgdata.ui.components.views import views
from swgdata.ui.scope import scope

st.caption("Where is the city you need, which rise or may fall, and how crowded is each planet.")

# Data and headline: the named table, on the planets of the sidebar.
whole, view = data.answer("cities"), scope()
everyone = rows.listed(whole, view.keep(whole.frame))

headline(titles.figures(everyone, view.keep(headroom(whole.frame))))

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
