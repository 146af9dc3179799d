"""What the cities page lists, and in which order."""

from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.analytics.city_ranks import BELOW
from swgdata.analytics.memoize import memoize
from swgdata.tables import Result
from swgdata.ui import theme
from swgdata.ui.trends.sparklines import with_sparks

NEAR: Final = 3
"""Citizens: a city so close to a threshold is watched."""
AT_RISK: Final = "At risk"
RISING: Final = "Near the next rank"
MARGINS: Final = (AT_RISK, RISING, "All")
BY_PLANET: Final = "Active by planet"
SERIES: Final = ("Active", "Cities", "Level", BY_PLANET)
_FIRST: Final = (
    *("name", "planet", "rank", "citizens", "active", "movement", "active_change", "recent"),
    *("specialisations", "income_tax", "property_tax", "sales_tax", "waypoint", "faction"),
)
_FINDER: Final = (
    *("name", "planet", "distance", "specialisations", "income_tax", "active", "waypoint"),
    *("property_tax", "sales_tax", "rank", "citizens", "mayor", "guild_tag"),
)
MOVES: Final = {"up": theme.RISE, "down": theme.FALL}
COLUMNS: Final = {
    "waypoint": st.column_config.TextColumn(
        "Waypoint", help="As the feed has it. Look the city up for a line to paste in game."
    ),
    "active_change": "Active, recent change",
    "guild_tag": "Guild tag",
    "x": "X, m",
    "y": "Y, m",
    "distance": "Distance, m",
    "movement": st.column_config.SelectboxColumn(
        "Recent movement",
        help="Active citizens now against the first point of the recent series, "
        "whose span the site does not tell.",
        options=list(MOVES),
        format_func=lambda way: f"{MOVES[str(way)].symbol} {MOVES[str(way)].label}",
    ),
}


def listed(result: Result) -> pd.DataFrame:
    """Rows of the directory: the busiest first, what a traveller asks first in front.

    Returns:
        The table's columns and, where the feed sends small series, ``active_change`` and
        ``recent``.
    """
    feed = result.snapshots[0]
    cities = next(iter(feed.tables.values()))
    return _listed(result.frame, cities)


@memoize
def _listed(rows: pd.DataFrame, feed: pd.DataFrame) -> pd.DataFrame:
    active = rows["active"].to_numpy(dtype="float64", na_value=np.nan)
    ranked = rows.iloc[np.argsort(-active, kind="stable")]  # those that are not known are last
    if "spark" in feed:
        ranked = with_sparks(ranked, feed, on=["name", "planet"])
    order = [*_FIRST, *(column for column in ranked if column not in _FIRST)]
    return ranked[[column for column in order if column in ranked]]


def falling(margins: pd.DataFrame) -> pd.DataFrame:
    """Cities below their rank's threshold that have a lower rank to fall to."""
    return margins.loc[(margins["standing"] == BELOW) & (margins["level"] > 1)]


def watched(margins: pd.DataFrame, which: str) -> pd.DataFrame:
    """Choose and order the margins of one of ``MARGINS``, the most pressing first."""
    if which == RISING:
        near = margins.loc[margins["missing"].le(NEAR).fillna(value=False)]
        return near.sort_values("missing", kind="stable")
    ranked = margins.sort_values("spare", kind="stable")
    if which == AT_RISK:
        return ranked.loc[(ranked["spare"] < NEAR) & (ranked["level"] > 1)]
    return ranked


def worlds(cities: pd.DataFrame) -> tuple[str, ...]:
    """Planets with cities, the one with most first."""
    return tuple(cities["planet"].value_counts().index)


def finder(cities: pd.DataFrame) -> pd.DataFrame:
    """Cities with a specialisation: the lowest income tax first, then the busiest."""
    special = cities.loc[cities["specialisations"].map(bool, na_action="ignore").eq(other=True)]
    ranked = special.sort_values(
        ["income_tax", "active"], ascending=[True, False], na_position="last", kind="stable"
    )
    return ranked[[column for column in _FINDER if column in ranked]]
