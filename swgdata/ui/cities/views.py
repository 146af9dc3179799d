"""One function per view."""

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.city_ranks import ROOMS, headroom, rank_margins
from swgdata.tables import TABLES, Result, non_default_parameters, read_parameters
from swgdata.tables.cities import matching
from swgdata.tables.entities import CITIES, labels
from swgdata.ui import data
from swgdata.ui.charts.forecast import activity_fan
from swgdata.ui.cities import detail, rows
from swgdata.ui.cities import filters as city_filters
from swgdata.ui.cities import titles as words
from swgdata.ui.cities.charts import margin_bars, room_bars
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import Scope, scope
from swgdata.ui.trends import comparison, sustained
from swgdata.ui.trends import movers as trend_movers

ALL: Final = "All cities together"
_BEHIND: Final = 28  # days seen, before those ahead
_HOW: Final = (
    "Active citizens at the last reading of each day. The fans hold 80 and 95 % of what followed "
    "such forecasts before; the dotted line, last week again, is what a forecast must beat."
)
_ERRORS: Final = (
    "Each past day was forecast from what was known before it. MAE: citizens off on average; "
    "cover: share of days within the interval, to be held against 80 and 95 %; n: days compared."
)


def forecast_cards() -> None:
    """Ask for a city, or all; draw the days ahead, and the errors of the past."""
    known = data.answer("cities").frame.dropna(subset=["name", "planet"])
    named = labels(known, CITIES)
    names = sorted(named.unique(), key=str.casefold)
    chosen = filters.choice("Forecast for", names, key="cities_ahead", anything=ALL)
    asked: dict[str, Any] = {"zone": str(scope().zone)}
    if chosen:
        one = known.loc[named == chosen].iloc[0]
        asked |= {"city": one["name"], "planet": one["planet"]}
    found = data.answer("activity_forecast", past=_BEHIND, **asked)
    why = found.notes.get("day", "")
    panel(
        forecast_title(found.frame, chosen or ALL),
        found,
        key="cities_forecast",
        chart=partial(activity_fan, zone=scope().zone),
        caption=_HOW,
        columns={"timestamp": None, "active": "Seen"},
        empty=f"No forecast: {why}." if why else "",
    )
    errors = data.answer("activity_forecast_errors", **asked)
    panel(
        forecast_errors_title(errors.frame),
        errors,
        key="cities_errors",
        caption=_ERRORS,
        columns=_columns(),
        empty=f"Nothing to judge by: {why}." if why else "",
    )


def forecast_title(rows: pd.DataFrame, name: str) -> str:
    """What is expected in two weeks, and the interval."""
    ahead = rows.dropna(subset=["expected"])
    if ahead.empty:
        return f"{name}: no forecast yet"
    last = ahead.iloc[-1]
    told = f"{name}: about {last['expected']:,.0f} active citizens on {last['day']}"
    if pd.isna(last["low80"]):
        return told
    return f"{told}, 80 %: {last['low80']:,.0f} to {last['high80']:,.0f}"


def forecast_errors_title(rows: pd.DataFrame) -> str:
    """Whether our forecasts beat the baseline."""
    known = rows.dropna(subset=["mae"])
    if len(known) < 2:
        return "No past forecasts to judge by"
    ours, naive = known["mae"].iloc[0], known["mae"].iloc[1]
    word = "beat" if ours < naive else "did not beat"
    return f"Past forecasts {word} the baseline: {_far(ours)} off against {_far(naive)} on average"


def _far(error: float) -> str:
    return f"{error:,.1f}" if error >= 10 else f"{error:.2f}"


def _columns() -> dict[str, Any]:
    number, share = st.column_config.NumberColumn, "percent"
    return {
        "mae": number("MAE", format="%.2f"),
        "mape": number("MAPE", format=share),
        "cover80": number("Within 80 %", format=share),
        "cover95": number("Within 95 %", format=share),
        "origins": number("Forecasts"),
        "n": number("n"),
    }


@dataclass(frozen=True)
class CityFilters:
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
        return replace(
            _whole(), parameters=non_default_parameters(TABLES["cities"], self.parameters)
        )

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The cities asked for, the busiest first: taken from a list ready for all visitors."""
        whole = self.found.frame
        keep = matching(whole, self.parameters) & self.view.covers(whole)
        listed = rows.listed(self.found, whole)
        return listed if keep.all() else listed.iloc[keep[listed.index.to_numpy()].nonzero()[0]]

    @property
    def applied(self) -> dict[str, object]:
        """For the meta of the downloads."""
        return dict(self.found.parameters) | self.view.applied

    @property
    def narrowed(self) -> dict[str, Any]:
        """The cities asked for, and by which filters; {} where all are."""
        narrow = partial(trend_movers.among, kept=self.rows, kind="cities")
        return {"narrow": narrow, "applied": self.applied} if self.applied else {}


def read_filters() -> CityFilters:
    """Draw the filters; they are bound to the URL, so the address bar is the share button."""
    view, whole = scope(), _whole()
    everyone = view.keep(whole.frame)
    return CityFilters(city_filters.draw(everyone), view, everyone)


def directory(asked: CityFilters) -> None:
    """All that the filters leave, as a list; a row that is selected is looked up."""
    card = partial(_card, asked, frame=asked.rows, key="cities_directory")
    pick = partial(detail.choose, asked.rows)
    title, more = words.directory(asked.rows, asked.everyone), words.PICK
    card(title, asked.found, caption=more, on_pick=pick)


def world_map(asked: CityFilters) -> None:
    """The cities of one planet where they stand."""
    worlds = rows.worlds(asked.rows)
    world = filters.one_of_many("Map of", worlds, key="cities_world") if worlds else ""
    there = asked.rows.loc[asked.rows["planet"].eq(world).fillna(value=False)]
    card = partial(_card, asked, frame=there, more={"planet": world}, key="cities_map")
    title, note = words.world(world, there), words.unplaced(there)
    card(title, asked.found, caption=note, chart=rows.map_chart)


def hubs(asked: CityFilters) -> None:
    """Cities that may have a shuttleport, by planet."""
    travel = data.answer("travel_hubs", planet=asked.table["planet"])
    near = rows.by_planet(rows.among(travel.frame, asked.rows))
    card = partial(_card, asked, frame=near, key="cities_hubs")
    card(words.hubs(near), travel, caption=words.HUBS, chart=rows.hub_bars)


def specialisations(asked: CityFilters) -> None:
    """Cities with a specialisation by tax, and how far they are from the visitor."""
    place = city_filters.place(asked.table["planet"])
    special, note = rows.finder(place.measured(asked.rows)), place.note
    card = partial(_card, asked, frame=special, more=place.applied, key="cities_finder")
    none = words.NO_SPECIAL if len(asked.rows) else ""
    card(words.finder(special), asked.found, caption=note, empty=none)


def ranks(asked: CityFilters) -> None:
    """Which cities may rise or fall, and how many more each planet may have."""
    with error_boundary("Rank margin"):
        which = filters.one_of("Rank margin", rows.MARGINS, key="cities_watch")
        margins = rank_margins(asked.rows)
        card = partial(_card, asked, frame=rows.watched(margins, which), key="cities_margin")
        none, note = words.no_margins(margins, which) if len(asked.rows) else "", words.MARGINS
        card(words.margins(margins), asked.found, caption=note, empty=none, chart=margin_bars)
    with error_boundary("Room"):
        allowed, whole = filters.one_of("Room for cities of", ROOMS, key="cities_rooms"), _whole()
        held = asked.view.keep(headroom(whole.frame))
        room, note = held.loc[held["rank"] == allowed], words.ROOM
        title = words.room(room)
        panel(title, whole, frame=room, key="cities_room", caption=note, chart=room_bars)


def trend(asked: CityFilters) -> None:
    """All cities together over time."""
    feed = data.snapshot("cities")
    series = filters.one_of("Trend of", rows.SERIES, key="cities_trend")
    course = rows.trend(feed, series, asked.view)
    title, drawn = words.trend(course, series), partial(rows.trend_chart, series=series)
    panel(title, feed, frame=course, key="cities_course", caption=words.TREND, chart=drawn)


def movers(asked: CityFilters) -> None:
    """Who gained or lost most, by our own readings."""
    trend_movers.view("cities", key="cities_movers", **asked.narrowed)


def drifting(asked: CityFilters) -> None:
    """Who has been growing or fading for weeks."""
    sustained.drifting("cities", key="cities_drifting", **asked.narrowed)


def compare(_: CityFilters) -> None:
    """A few of all cities side by side, whatever the filters."""
    comparison.compare("cities", key="cities_compare")


def forecast(_: CityFilters) -> None:
    """Activity in the next two weeks, of one city or of all."""
    forecast_cards()


def _whole() -> Result:
    return data.answer("cities")


def _card(
    asked: CityFilters,
    title: str,
    found: Result,
    *,
    more: dict[str, object] | None = None,
    **rest: Any,
) -> None:
    panel(title, found, columns=rows.COLUMNS, applied=asked.applied | (more or {}), **rest)
