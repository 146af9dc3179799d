"""What the population page lists and draws, and says in words of where people live."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.analytics.once import once
from swgdata.ui import charts, theme
from swgdata.ui.panel import Figure
from swgdata.ui.text import DASH, count
from swgdata.vocabulary import ACTIVITY_LEVELS

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

NO_PLANET: Final = "an unknown planet"
UNRATED: Final = "Not rated"
LEVELS: Final[Mapping[str, str]] = {
    mark.label: level for level, mark in theme.ACTIVITY_MARKS.items()
}
_SPANS: Final = {"change_24h": "24 h", "change_7d": "7 d"}
_HOW: Final = (
    "Active over registered citizens, by quarters of all cities: low, moderate, high, very high; "
    "dormant where nobody is active."
)


def columns(frame: pd.DataFrame) -> dict[str, Any]:
    """Labels and types of a population table's columns; levels with their symbols."""
    levels = frame["activity_level"].dropna().unique()
    return {
        "population": "Citizens",
        "change_24h": "Change in 24 h",
        "change_7d": "Change in 7 d",
        "change_last_record": "Change, last record",
        "activity_level": st.column_config.SelectboxColumn(
            "Activity",
            width=115,
            help=_HOW,
            options=list(dict.fromkeys([*ACTIVITY_LEVELS, *levels])),
            format_func=lambda level: theme.named(theme.ACTIVITY_MARKS, str(level)),
        ),
    }


def unknown(notes: Mapping[str, str], column: str = "") -> str:
    """Say which changes are not known yet, and why; "" where all are.

    Args:
        notes: Column -> why it holds nulls.
        column: Only this one; all where "".
    """
    told = [
        f"Change in {span}: not known yet, {notes[one]}."
        for one, span in _SPANS.items()
        if one in notes and column in ("", one)
    ]
    return " ".join(told)


@once
def figures(planets: pd.DataFrame) -> tuple[Figure, ...]:
    """Headline figures of the citizens: how many, how many active, and where.

    Args:
        planets: ``planet``, ``cities``, ``population``, ``active``; one row per planet.
    """
    how = "Characters registered in player cities, which is not players online."
    cities = count(int(planets["cities"].sum()), "city", "cities")
    return (
        Figure("Citizens", _total(planets["population"]), since=f"in {cities}", help=how),
        Figure("Active citizens", _total(planets["active"]), since="as reported", help=how),
        _most("Largest", planets, "population", "citizens"),
        _most("Busiest", planets, "active", "active citizens"),
    )


def _total(numbers: "pd.Series[Any]") -> str:
    known = numbers.dropna()
    return f"{int(known.sum()):,}" if len(known) else DASH


def _most(label: str, rows: pd.DataFrame, column: str, unit: str) -> Figure:
    most = best(rows, column)
    if most is None:
        return Figure(label, DASH, help="The feed gives no figures.")
    return Figure(f"{label}: {planet_of(most)}", f"{int(most[column]):,}", since=unit)


def best(rows: pd.DataFrame, column: str) -> "pd.Series[Any] | None":
    """The first row with the highest value; None where none is known."""
    numbers = rows[column].to_numpy(dtype="float64", na_value=np.nan)
    return None if np.isnan(numbers).all() else rows.iloc[int(np.nanargmax(numbers))]


def planet_of(row: "pd.Series[Any]") -> str:
    """The planet of a row, in words."""
    return NO_PLANET if pd.isna(row["planet"]) else str(row["planet"])


def trends_title(planets: pd.DataFrame) -> str:
    """Title of the population trends: where most people live."""
    most = best(planets, "population")
    if most is None:
        return "Population by planet"
    cities = count(int(most["cities"]), "city", "cities")
    return f"Most people live on {planet_of(most)}: {int(most['population']):,} in {cities}"


def spread(rows: pd.DataFrame) -> pd.DataFrame:
    """Count cities by planet and activity level.

    Args:
        rows: City rows of the ``population`` table.

    Returns:
        ``planet``, ``activity_level`` (null = not rated), ``cities``, ``population``, ``active``
        (sums of what is known; null where nothing is), by planet and from dormant upwards.
    """
    rank = {level: place for place, level in enumerate(ACTIVITY_LEVELS)}
    groups = rows.groupby(["planet", "activity_level"], dropna=False, sort=False)
    sums = groups[["population", "active"]].sum(min_count=1)
    counted = sums.assign(cities=groups.size().astype("Int64")).reset_index()
    ordered = counted.assign(_rank=counted["activity_level"].map(rank).fillna(len(rank)))
    ordered = ordered.sort_values(["planet", "_rank"], na_position="last", kind="stable")
    names = ["planet", "activity_level", "cities", "population", "active"]
    return ordered[names].reset_index(drop=True)


def spread_title(counted: pd.DataFrame) -> str:
    """Title of the spread: how many cities are dormant."""
    total = int(counted["cities"].sum())
    rated = counted.dropna(subset=["activity_level"])
    if rated.empty:
        return "Activity of cities"
    dormant = int(rated.loc[rated["activity_level"] == ACTIVITY_LEVELS[0], "cities"].sum())
    return f"{dormant} of {count(total, 'city is', 'cities are')} dormant"


def spread_chart(counted: pd.DataFrame) -> "Drawing":
    """Planets across, levels down, the busiest on top; the number of cities in each cell."""
    levels = counted["activity_level"].astype("object")
    words = [UNRATED if pd.isna(one) else theme.named(theme.ACTIVITY_MARKS, one) for one in levels]
    order = [theme.named(theme.ACTIVITY_MARKS, level) for level in reversed(ACTIVITY_LEVELS)]
    return charts.heat_grid(
        counted.assign(activity=words, planet=counted["planet"].fillna("Unknown")),
        x="planet",
        y="activity",
        value="cities",
        y_order=[*(one for one in order if one in words), *sorted(set(words) - set(order))],
        details=["population", "active"],
    )
