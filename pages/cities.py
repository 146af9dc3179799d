"""Cities & travel: where is the city I need, who rises or may fall, how crowded is each planet?"""

import streamlit as st

from swgdata.analytics.standing import headroom
from swgdata.ui import cities, city_cards, city_detail, data
from swgdata.ui import city_words as words
from swgdata.ui.panel import headline
from swgdata.ui.scope import scope
from swgdata.ui.views import views

st.caption("Where is the city you need, which rise or may fall, and how crowded is each planet.")

# Data and headline: the named table, on the planets of the sidebar.
whole, view = data.answer("cities"), scope()
everyone = cities.listed(whole, view.keep(whole.frame))
headline(words.figures(everyone, view.keep(headroom(whole.frame))))

city_detail.look_up()

views(
    "cities",
    city_cards.ask,
    {
        "Directory": city_cards.directory,
        "Map": city_cards.world_map,
        "Travel hubs": city_cards.hubs,
        "Specialisations": city_cards.specialisations,
        "Ranks and room": city_cards.ranks,
        "Trend": city_cards.trend,
        "Movers": city_cards.movers,
        "Growing and fading": city_cards.drifting,
        "Compare": city_cards.compare,
        "Forecast": city_cards.forecast,
    },
)
