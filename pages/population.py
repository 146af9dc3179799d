"""Population: how many are on now, is that normal, when is it busiest, and where do people live?"""

import streamlit as st

from swgdata.ui import city_rankings, data, online_cards, population, population_cards
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline
from swgdata.ui.scope import scope
from swgdata.ui.views import views

view = scope()
st.caption("How many are on now, is that normal, when is it busiest, and where do people live?")

with guard("Players online"):
    headline(online_cards.headline(view))
with guard("Where people live"):
    headline(population.figures(view.keep(data.answer("population_trends").frame)))

views(
    "population",
    scope,
    {
        "Now": online_cards.now,
        "Hour of week": online_cards.week,
        "Daily": online_cards.daily,
        "Outages": online_cards.outages,
        "Forecast": online_cards.forecast,
        "Planets": population_cards.planets,
        "Activity": population_cards.activity,
        "Popular and growing": city_rankings.most_people,
        "All places": city_rankings.everywhere,
        "Trend": population_cards.trend,
    },
)
