"""Cards of one city looked up by its name."""

import re
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from swgdata.analytics.cities import parse_waypoint
from swgdata.analytics.city_ranks import last_change, net_growth
from swgdata.analytics.memoize import memoize
from swgdata.game import rank_title
from swgdata.sources.snapshot import Snapshot
from swgdata.ui import data, run_state
from swgdata.ui.charts.lines import record_lines
from swgdata.ui.cities.filters import everyone
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import Figure, headline
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import scope
from swgdata.ui.text import DASH, cut, signed, trend_in_words
from swgdata.ui.trends import own_history

_UNSAFE: Final = re.compile(r"[^\w '.-]")
RECORD: Final = "Every record the site keeps of this city, oldest first; a rule marks a new rank."


@st.fragment
def look_up() -> None:
    """Ask for a city and draw its record, whatever the view."""
    with run_state.consistent_reads(), error_boundary("One city"):
        _look_up(everyone().frame)


def _look_up(cities: pd.DataFrame) -> None:
    """Ask for one of these; names are unique only together with the planet."""
    inputs = st.grid(columns=2, min_column_width=150)
    first, second = inputs.cell(), inputs.cell()
    with second:  # asked first: it narrows the names
        home = filters.planet("On planet", key="p", among=_worlds(cities))
    with first:
        names = _names(cities, home)
        name = filters.choice("Look up a city by its name", names, key="c", anything="None")
    homes = _placed(cities, home).loc[lambda there: there["name"] == name]
    if len(homes) > 1:
        worlds = ", ".join(sorted(homes["planet"]))
        st.caption(f"There is one on {worlds}; choose the planet.")
    elif name:
        _draw(homes.iloc[0])


@memoize
def _placed(cities: pd.DataFrame, home: str | None) -> pd.DataFrame:
    """Those whose name and planet are known, on one planet or on all."""
    known = cities.dropna(subset=["name", "planet"])
    return known if home is None else known.loc[known["planet"] == home]


@memoize
def _worlds(cities: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(_placed(cities, None)["planet"].unique()))


@memoize
def _names(cities: pd.DataFrame, home: str | None) -> tuple[str, ...]:
    return tuple(sorted(_placed(cities, home)["name"].unique(), key=str.casefold))


def choose(cities: pd.DataFrame, place: int) -> None:
    """Look up the city of a row, before the page is drawn again."""
    name, planet = cities["name"].iloc[place], cities["planet"].iloc[place]
    st.session_state["p"] = None if pd.isna(planet) else planet
    st.session_state["c"] = name


def _draw(city: "pd.Series") -> None:
    name, planet = str(city["name"]), str(city["planet"])
    record = None
    with error_boundary("The site's record"):
        record = data.snapshot("city_history", name=name, planet=planet)
        headline(figures(record.frame, record.tables["city_peaks"]))
    if command := waypoint(city):
        st.code(command, language=None)
    with st.grid(columns=2, min_column_width=380):
        with st.container(), error_boundary("Our own readings"):
            own_history.city(name, planet)
        with st.container():
            if record:
                _record(name, planet, record)


def _record(name: str, planet: str, record: Snapshot) -> None:
    """What the site keeps of a city, undated."""
    panel(
        title(name, record.frame),
        record,
        frame=_titled(record.frame),
        applied={"name": name, "planet": planet},
        key="cities_record",
        caption=RECORD,
        chart=partial(record_lines, zone=scope().zone),
    )


def figures(history: pd.DataFrame, peaks: pd.DataFrame) -> list[Figure]:
    """Figures of one city: its peaks, its last change and its net growth."""
    known = {} if peaks.empty else peaks.iloc[0].to_dict()
    whole = "Active citizens in the last record, less those in the first."
    last = "Active citizens in the last record, less those in the one before."
    return [
        Figure("Most citizens", _whole(known.get("peak_citizens")), since="peak of its record"),
        Figure("Most active", _whole(known.get("peak_active")), since="peak of its record"),
        Figure("Last change", _signed(last_change(history["active"])), since="active", help=last),
        Figure("Net growth", _signed(net_growth(history["active"])), since="active", help=whole),
    ]


def title(name: str, history: pd.DataFrame) -> str:
    """Title of one city's record: where its active citizens stand."""
    return f"{name}: {trend_in_words(history, 'active', noun='active citizens')}"


def waypoint(city: "pd.Series") -> str:
    """The line to paste in game: always our own words for the place, never the feed's.

    A line may hold several commands, so what others wrote must not reach the game as it is.

    Returns:
        One line; "" where the waypoint cannot be read.
    """
    spot = parse_waypoint(city["waypoint"])
    if spot is None:
        return ""
    world = _UNSAFE.sub("", str(city["planet"]).casefold().replace(" iv", "4"))
    return f"/waypoint {world} {spot[0]} {spot[1]} {_UNSAFE.sub('', cut(city['name']))}".rstrip()


def _titled(history: pd.DataFrame) -> pd.DataFrame:
    """Add the title of each rank; the time, where the feed has any, stays."""
    titles = {level: rank_title(int(level)) for level in history["level"].dropna().unique()}
    ranks = history["level"].astype("object").map(titles).astype("str")
    dated = history if history["timestamp"].notna().any() else history.drop(columns="timestamp")
    return dated.assign(rank=ranks)


_signed = partial(signed, unknown=DASH, write="{:,.0f}".format)


def _whole(number: int | None) -> str:
    return DASH if number is None or pd.isna(number) else f"{number:,}"
