"""Cards of the cities page, one function per view."""

from functools import partial
from typing import Any, Final

from swgdata.analytics.city_ranks import ROOMS, rank_margins
from swgdata.tables import Result
from swgdata.tables.entities import CITIES, labels
from swgdata.tables.steps import follow, step
from swgdata.ui import data
from swgdata.ui.cities import detail, rows, titles
from swgdata.ui.cities.charts import hub_bars, map_chart, margin_bars, room_bars, trend_chart
from swgdata.ui.cities.filters import CityFilters, ask_where
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import scope
from swgdata.ui.trends import comparison, sustained
from swgdata.ui.trends import forecast as forecasts
from swgdata.ui.trends import movers as trend_movers

ALL: Final = "All cities together"
_BEHIND: Final = 28  # days seen, before those ahead
_FORECAST: Final = (
    "Active citizens at the last reading of each day. The fans hold 80 and 95 % of what followed "
    "such forecasts before; the dotted line, last week again, is what a forecast must beat."
)


def directory(asked: CityFilters) -> None:
    """All that the filters leave, as a list; a row that is selected is looked up."""
    card = partial(_card, frame=asked.rows, key="cities_directory")
    pick = partial(detail.choose, asked.rows)
    title, more = titles.directory(asked.rows, asked.everyone.frame), titles.PICK
    card(title, asked.found, caption=more, on_pick=pick)


def world_map(asked: CityFilters) -> None:
    """The cities of one planet where they stand."""
    worlds = rows.worlds(asked.rows)
    world = filters.one_of_many("Map of", worlds, key="cities_world") if worlds else ""
    there = asked.rows.loc[asked.rows["planet"].eq(world).fillna(value=False)]
    card = partial(_card, frame=there, more={"planet": world}, key="cities_map")
    title, note = titles.world(world, there), titles.unplaced(there)
    card(title, asked.found, caption=note, chart=map_chart)


def hubs(asked: CityFilters) -> None:
    """Cities that may have a shuttleport, by planet."""
    travel = data.answer("travel_hubs", **asked.table)
    steps = (step("by planet"),)
    near = follow(travel.frame, steps)
    card = partial(_card, steps=steps, key="cities_hubs")
    card(titles.hubs(near), travel, caption=titles.HUBS, chart=hub_bars)


def specialisations(asked: CityFilters) -> None:
    """Cities with a specialisation by tax, and how far they are from the visitor."""
    place = ask_where(asked.planet)
    special, note = rows.finder(place.measured(asked.rows)), place.note
    card = partial(_card, frame=special, more=place.applied, key="cities_finder")
    none = titles.NO_SPECIAL if len(asked.rows) else ""
    card(titles.finder(special), asked.found, caption=note, empty=none)


def ranks(asked: CityFilters) -> None:
    """Which cities may rise or fall, and how many more each planet may have."""
    with error_boundary("Rank margin"):
        which = filters.one_of("Rank margin", rows.MARGINS, key="cities_watch")
        margins = rank_margins(asked.rows)
        card = partial(_card, frame=rows.watched(margins, which), key="cities_margin")
        none, note = titles.no_margins(margins, which) if len(asked.rows) else "", titles.MARGINS
        card(titles.margins(margins), asked.found, caption=note, empty=none, chart=margin_bars)
    with error_boundary("Room"):
        rank = filters.one_of("Room for cities of", ROOMS, key="cities_rooms")
        cities = data.answer("cities")  # the caps count every city of a planet
        steps = (step("room for cities"), scope().step, step("where", rank=rank))
        title, note = titles.room(follow(cities.frame, steps)), titles.ROOM
        panel(title, cities, steps=steps, key="cities_room", caption=note, chart=room_bars)


def trend(_: CityFilters) -> None:
    """All cities together over time."""
    feed = data.snapshot("cities")
    series = filters.one_of("Trend of", rows.SERIES, key="cities_trend")
    is_split = series == rows.BY_PLANET
    course = feed.tables["city_trend_by_planet" if is_split else "city_trend"]
    course = follow(course, [scope().step] if is_split else [])
    title, drawn = titles.trend(course, series), partial(trend_chart, series=series)
    panel(title, feed, frame=course, key="cities_course", caption=titles.TREND, chart=drawn)


def movers(asked: CityFilters) -> None:
    """Who gained or lost most, by our own readings."""
    trend_movers.view("cities", asked.table, key="cities_movers")


def drifting(asked: CityFilters) -> None:
    """Who has been growing or fading for weeks."""
    sustained.drifting("cities", asked.table, key="cities_drifting")


def compare(_: CityFilters) -> None:
    """A few of all cities side by side, whatever the filters."""
    comparison.compare("cities", key="cities_compare")


def forecast(_: CityFilters) -> None:
    """Activity in the next two weeks, of one city or of all."""
    known = data.answer("cities").frame.dropna(subset=["name", "planet"])
    named = labels(known, CITIES)
    names = sorted(named.unique(), key=str.casefold)
    name = filters.choice("Forecast for", names, key="cities_ahead", anything=ALL)
    params: dict[str, Any] = {"zone": str(scope().zone)}
    if name:
        city = known.loc[named == name].iloc[0]
        params |= {"city": city["name"], "planet": city["planet"]}
    ahead = data.answer("activity_forecast", past=_BEHIND, **params)
    forecasts.forecast_card(
        ahead,
        titles.forecast(ahead.frame, name or ALL),
        page="cities",
        people="Active citizens",
        zero=False,
        caption=_FORECAST,
    )
    why = ahead.notes.get("day", "")
    errors = partial(data.answer, "activity_forecast_errors", **params)
    forecasts.errors_card(errors, page="cities", why=why)


def _card(
    title: str,
    found: Result,
    *,
    more: dict[str, object] | None = None,
    **rest: Any,
) -> None:
    panel(title, found, columns=rows.COLUMNS, applied=more, **rest)
