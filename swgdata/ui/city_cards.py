"""The cards of the cities page, in its views, and the filters that serve most of them."""

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import pandas as pd

from swgdata.analytics.standing import ROOMS, headroom, rank_margins
from swgdata.tables import TABLES, Result, given, read_parameters
from swgdata.tables.cities import matching
from swgdata.ui import (
    cities,
    city_detail,
    city_filters,
    city_finder,
    city_forecast,
    comparison,
    data,
    drifts,
    filters,
    movements,
)
from swgdata.ui import city_words as words
from swgdata.ui.charts.standing import margin_bars, room_bars
from swgdata.ui.guard import guard
from swgdata.ui.panel import panel
from swgdata.ui.scope import Scope, scope


@dataclass(frozen=True)
class Asked:
    """What the filters say, and the cities they leave.

    Attributes:
        table: Parameters of the named table.
        view: What the sidebar narrows every page to.
        everyone: The city model on the planets of the sidebar, whatever the filters.
    """

    table: dict[str, Any]
    view: Scope
    everyone: pd.DataFrame

    @cached_property
    def parameters(self) -> dict[str, object]:
        """All parameters of the named table."""
        return read_parameters(TABLES["cities"], self.table)

    @cached_property
    def found(self) -> Result:
        """The answer of the named table, as whose part ``rows`` are told and downloaded."""
        return replace(_whole(), parameters=given(TABLES["cities"], self.parameters))

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The cities asked for, the busiest first: taken from a list ready for all visitors."""
        whole = self.found.frame
        keep = matching(whole, self.parameters) & self.view.covers(whole)
        listed = cities.listed(self.found, whole)
        return listed if keep.all() else listed.iloc[keep[listed.index.to_numpy()].nonzero()[0]]

    @property
    def applied(self) -> dict[str, object]:
        """For the meta of the downloads."""
        return dict(self.found.parameters) | self.view.applied

    @property
    def narrowed(self) -> dict[str, Any]:
        """The cities asked for, and by which filters; {} where all are."""
        narrow = partial(movements.among, kept=self.rows, kind="cities")
        return {"narrow": narrow, "applied": self.applied} if self.applied else {}


def ask() -> Asked:
    """Draw the filters; they are bound to the URL, so the address bar is the share button."""
    view, whole = scope(), _whole()
    everyone = view.keep(whole.frame)
    return Asked(city_filters.draw(everyone), view, everyone)


def directory(asked: Asked) -> None:
    """All that the filters leave, as a list; a row that is selected is looked up."""
    card = partial(_card, asked, frame=asked.rows, key="cities_directory")
    pick = partial(city_detail.choose, asked.rows)
    title, more = words.directory(asked.rows, asked.everyone), words.PICK
    card(title, asked.found, caption=more, on_pick=pick)


def world_map(asked: Asked) -> None:
    """The cities of one planet where they stand."""
    worlds = cities.worlds(asked.rows)
    world = filters.one_of_many("Map of", worlds, key="cities_world") if worlds else ""
    there = asked.rows.loc[asked.rows["planet"].eq(world).fillna(value=False)]
    card = partial(_card, asked, frame=there, more={"planet": world}, key="cities_map")
    title, note = words.world(world, there), words.unplaced(there)
    card(title, asked.found, caption=note, chart=cities.map_chart)


def hubs(asked: Asked) -> None:
    """Cities that may have a shuttleport, by planet."""
    travel = data.answer("travel_hubs", planet=asked.table["planet"])
    near = cities.by_planet(cities.among(travel.frame, asked.rows))
    card = partial(_card, asked, frame=near, key="cities_hubs")
    card(words.hubs(near), travel, caption=words.HUBS, chart=cities.hub_bars)


def specialisations(asked: Asked) -> None:
    """Cities with a specialisation by tax, and how far they are from the visitor."""
    place = city_finder.place(asked.table["planet"])
    special, note = cities.finder(place.measured(asked.rows)), place.note
    card = partial(_card, asked, frame=special, more=place.applied, key="cities_finder")
    none = words.NO_SPECIAL if len(asked.rows) else ""
    card(words.finder(special), asked.found, caption=note, empty=none)


def ranks(asked: Asked) -> None:
    """Which cities may rise or fall, and how many more each planet may have."""
    with guard("Rank margin"):
        which = filters.one_of("Rank margin", cities.MARGINS, key="cities_watch")
        margins = rank_margins(asked.rows)
        card = partial(_card, asked, frame=cities.watched(margins, which), key="cities_margin")
        none, note = words.no_margins(margins, which) if len(asked.rows) else "", words.MARGINS
        card(words.margins(margins), asked.found, caption=note, empty=none, chart=margin_bars)
    with guard("Room"):
        allowed, whole = filters.one_of("Room for cities of", ROOMS, key="cities_rooms"), _whole()
        held = asked.view.keep(headroom(whole.frame))
        room, note = held.loc[held["rank"] == allowed], words.ROOM
        title = words.room(room)
        panel(title, whole, frame=room, key="cities_room", caption=note, chart=room_bars)


def trend(asked: Asked) -> None:
    """All cities together over time."""
    feed = data.snapshot("cities")
    series = filters.one_of("Trend of", cities.SERIES, key="cities_trend")
    course = cities.trend(feed, series, asked.view)
    title, drawn = words.trend(course, series), partial(cities.trend_chart, series=series)
    panel(title, feed, frame=course, key="cities_course", caption=words.TREND, chart=drawn)


def movers(asked: Asked) -> None:
    """Who gained or lost most, by our own readings."""
    movements.view("cities", key="cities_movers", **asked.narrowed)


def drifting(asked: Asked) -> None:
    """Who has been growing or fading for weeks."""
    drifts.drifting("cities", key="cities_drifting", **asked.narrowed)


def compare(_: Asked) -> None:
    """A few of all cities side by side, whatever the filters."""
    comparison.compare("cities", key="cities_compare")


def forecast(_: Asked) -> None:
    """Activity in the next two weeks, of one city or of all."""
    city_forecast.forecast()


def _whole() -> Result:
    return data.answer("cities")


def _card(
    asked: Asked, title: str, found: Result, *, more: dict[str, object] | None = None, **rest: Any
) -> None:
    panel(title, found, columns=cities.COLUMNS, applied=asked.applied | (more or {}), **rest)
