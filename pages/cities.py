"""Cities & travel: where is the city I need, who rises or may fall, how crowded is each planet?"""

from functools import partial

import streamlit as st

from swgdata.analytics.standing import ANY_RANK, ROOMS, headroom, rank_margins
from swgdata.ui import cities, city_detail, city_filters, city_finder, data, filters
from swgdata.ui import city_words as words
from swgdata.ui.charts.standing import margin_bars, room_bars
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline, panel
from swgdata.ui.scope import scope

st.caption("Where is the city you need, which rise or may fall, and how crowded is each planet.")

# Data and headline: the named table, on the planets of the sidebar.
whole, view = data.answer("cities"), scope()
everyone = cities.listed(whole, view.keep(whole.frame))
held = view.keep(headroom(whole.frame))
headline(words.figures(everyone, rank_margins(everyone), held.loc[held["rank"] == ANY_RANK]))

# Filters: bound to the URL, so the address bar is the share button.
asked = city_filters.draw(everyone)
found = data.answer("cities", **asked)
rows = cities.listed(found, view.keep(found.frame))
chosen = dict(found.parameters) | view.applied
card = partial(panel, columns=cities.COLUMNS, applied=chosen)

# Panels.
with guard("Directory"):
    title, pick = words.directory(rows, everyone), partial(city_detail.choose, rows)
    more = "Select a row to see that city's record below."
    card(title, found, frame=rows, key="cities_directory", caption=more, on_pick=pick)

with guard("One city"):
    city_detail.look_up(everyone)

with guard("Travel hubs"):
    travel = data.answer("travel_hubs", planet=asked["planet"])
    hubs = cities.by_planet(cities.among(travel.frame, rows))
    note, bars = words.HUBS, cities.hub_bars
    card(words.hubs(hubs), travel, frame=hubs, key="cities_hubs", caption=note, chart=bars)

halves = st.grid(columns=2, min_column_width=330)
with halves.cell(), guard("Planet map"):
    worlds = cities.worlds(rows)
    world = filters.one_of_many("Map of", worlds, key="cities_world") if worlds else ""
    there = rows.loc[rows["planet"].eq(world).fillna(value=False)]
    mapped = partial(card, frame=there, applied=chosen | {"planet": world}, key="cities_map")
    title, note = words.world(world, there), words.unplaced(there)
    mapped(title, found, caption=note, chart=cities.map_chart)
with halves.cell(), guard("Rank margin"):
    which = filters.one_of("Rank margin", cities.MARGINS, key="cities_watch")
    margins = rank_margins(rows)
    watched = partial(card, frame=cities.watched(margins, which), key="cities_margin")
    none, note = words.no_margins(margins, which) if len(rows) else "", words.MARGINS
    watched(words.margins(margins), found, caption=note, empty=none, chart=margin_bars)

with guard("Specialisations"):
    place = city_finder.place(asked["planet"])
    special, note = cities.finder(place.measured(rows)), place.note
    finder = partial(card, frame=special, applied=chosen | place.applied, key="cities_finder")
    none = words.NO_SPECIAL if len(rows) else ""
    finder(words.finder(special), found, caption=note, empty=none)

with guard("Trend"):
    feed = data.snapshot("cities")
    series = filters.one_of("Trend of", cities.SERIES, key="cities_trend")
    course, drawn = cities.trend(feed, series, view), partial(cities.trend_chart, series=series)
    title, note = words.trend(course, series), words.TREND
    panel(title, feed, frame=course, key="cities_course", caption=note, chart=drawn)

with guard("Room"):
    allowed = filters.one_of("Room for cities of", ROOMS, key="cities_rooms")
    room, note = held.loc[held["rank"] == allowed], words.ROOM
    title = words.room(room)
    panel(title, whole, frame=room, key="cities_room", caption=note, chart=room_bars)
