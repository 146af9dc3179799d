"""One city, looked up by name and planet: ``?c=Name&p=Planet``."""

from functools import partial

import pandas as pd
import streamlit as st

from swgdata.analytics.waypoints import parse_waypoint
from swgdata.ui import city_words as words
from swgdata.ui import data, filters
from swgdata.ui.charts.records import record_lines
from swgdata.ui.panel import headline, panel
from swgdata.ui.scope import scope
from swgdata.ui.text import cut
from swgdata.vocabulary import rank_title


def look_up(cities: pd.DataFrame) -> None:
    """Ask for a city and draw its record.

    Args:
        cities: City model; names are unique only together with the planet.
    """
    known = cities.dropna(subset=["name", "planet"])
    inputs = st.grid(columns=2, min_column_width=150)
    first, second = inputs.cell(), inputs.cell()
    with second:  # asked first: it narrows the names
        home = filters.planet("On planet", key="p", among=sorted(known["planet"].unique()))
    there = known if home is None else known.loc[known["planet"] == home]
    names = sorted(there["name"].unique(), key=str.casefold)
    with first:
        name = filters.choice("Look up a city by its name", names, key="c", anything="Any city")
    homes = there.loc[there["name"] == name]
    if len(homes) > 1:
        worlds = ", ".join(sorted(homes["planet"]))
        st.caption(f"There is one on {worlds}; choose the planet.")
    elif name:
        _draw(homes.iloc[0])


def _draw(city: "pd.Series") -> None:
    name, planet = str(city["name"]), str(city["planet"])
    record = data.snapshot("city_history", name=name, planet=planet)
    headline(words.record(record.frame, record.tables["city_peaks"]))
    if command := waypoint(city):
        st.code(command, language=None)
    panel(
        words.told(name, record.frame),
        record,
        frame=_titled(record.frame),
        applied={"name": name, "planet": planet},
        key="cities_record",
        caption=words.RECORD,
        chart=partial(record_lines, zone=scope().zone),
    )


def waypoint(city: "pd.Series") -> str:
    """The line to paste in game: the feed's own command, else the same place as a command.

    Args:
        city: One row of the city model.

    Returns:
        One line; "" where the waypoint cannot be read.
    """
    text, spot = city["waypoint"], parse_waypoint(city["waypoint"])
    if spot is None:
        return ""
    if str(text).lstrip().startswith("/"):
        return cut(text, 200)
    world = str(city["planet"]).casefold().replace(" iv", "4")
    return f"/waypoint {world} {spot[0]} {spot[1]} {cut(city['name'])}"


def _titled(history: pd.DataFrame) -> pd.DataFrame:
    """Add the title of each rank; the time, where the feed has any, stays."""
    titles = {level: rank_title(int(level)) for level in history["level"].dropna().unique()}
    ranks = history["level"].astype("object").map(titles).astype("str")
    dated = history if history["timestamp"].notna().any() else history.drop(columns="timestamp")
    return dated.assign(rank=ranks)
