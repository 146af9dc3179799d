"""Population: how many are on now, when was it busiest today, and where do people live?"""

from functools import partial

import streamlit as st

from swgdata.ui import charts, city_rankings, data, online, population
from swgdata.ui.charts.people import online_curve, planet_bars
from swgdata.ui.courses import course
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline, panel
from swgdata.ui.scope import scope

view = scope()
st.caption("How many are on now, when was it busiest today, and where do people live?")

# Online: the whole server, never split over cities or planets.
with guard("Players online"):
    pulse, today = data.snapshot("pulse"), data.answer("pulse")
    headline(online.figures(pulse, zone=view.zone))
    drawn = partial(online_curve, zone=view.zone) if len(today.frame) > 1 else None
    title, note = online.title(pulse, zone=view.zone), online.CURVE
    panel(title, today, key="population_online", caption=note, chart=drawn)

# Citizens: planets first, then the cities.
with guard("Where people live"):
    trends = data.answer("population_trends")
    planets, unknown = view.keep(trends.frame), population.unknown(trends.notes)
    headline(population.figures(planets))
    card = partial(panel, applied=view.applied, columns=population.columns(planets))
    title = population.trends_title(planets)
    note = f"Registered citizens, which is not players online. {unknown}"
    bars = partial(card, frame=planets, chart=planet_bars)
    bars(title, trends, key="population_trends", caption=note)

    people = data.answer("population")
    cities = people.frame.loc[people.frame["city"].notna()]
    counted = population.spread(view.keep(cities))
    title, note = population.spread_title(counted), "Number of cities at each level of activity."
    grid = partial(card, frame=counted, chart=population.spread_chart)
    grid(title, people, key="population_levels", caption=note)

    for name, section in (
        ("Popular cities", city_rankings.popular),
        ("Active cities", city_rankings.lively),
        ("Growing cities", city_rankings.growing),
        ("All places", city_rankings.everywhere),
    ):
        with guard(name):
            section(view)

with guard("Trend"):
    feed = data.snapshot("cities")
    trend = feed.tables["city_trend"][["label", "active", "cities"]]
    title = course(trend, "active", noun="active citizens")
    drawn = partial(charts.lines, x="label", y="active", zero=False)
    note = "All cities together, at the site's own dates, which carry no year."
    panel(title, feed, frame=trend, key="population_course", caption=note, chart=drawn)
