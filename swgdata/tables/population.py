"""Population tables: registered citizens by city and planet, never players online."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import pandas as pd

from swgdata.analytics import entity_changes
from swgdata.analytics.cities import activity_cut_points
from swgdata.analytics.population import (
    CityKey,
    by_planet,
    describe,
    last_record_change,
    name_and_planet,
)
from swgdata.game import ACTIVITY_LEVELS
from swgdata.tables import entities
from swgdata.tables.model import Builder, Table, TableInputs, TableRows, stamped
from swgdata.tables.parameters import PLANET_FILTER, Parameter
from swgdata.tables.row_filters import at_least, equals, rows_on_planets

_SCHEMA: Final = {
    "planet": "str",
    "city": "str",
    "population": "Int64",
    "active": "Int64",
    "change_24h": "Float64",
    "change_7d": "Float64",
    "change_last_record": "Int64",
    "activity_level": "str",
    "peak_hours": "object",
    "source": "str",
    "timestamp": "datetime64[s, UTC]",
}
_NOT_THEN: Final = "the city was not seen then, or the source does not tell"
Rows = Callable[[pd.DataFrame, Mapping[str, Any]], pd.DataFrame]


def _population(inputs: TableInputs, *, rows: Rows) -> TableRows:
    """Cities and planets out of the site's cities feed."""
    snapshot = inputs.snapshots["cities"]
    frame = describe(
        inputs.frame("cities"),
        changes=_changes(inputs),
        last_changes=_last_changes(inputs),
        as_of=snapshot.as_of,
        source=snapshot.source,
    )
    notes = _unknown(frame) | {"peak_hours": "people are counted online for the whole server only"}
    return TableRows(rows(rows_on_planets(frame, inputs.parameters), inputs.parameters), notes)


def _changes(inputs: TableInputs) -> pd.DataFrame:
    """How the citizens of each city have changed, by our own readings."""
    cities = inputs.frame("cities")
    names, planets = cities["name"].fillna(""), cities["planet"].fillna("")
    return entities.changes(
        inputs.stored.history,
        entity_changes.CITY_KIND,
        "citizens",
        keys=[entity_changes.city_key(*pair) for pair in zip(names, planets, strict=True)],
        figures=cities["citizens"],
        as_of=inputs.snapshots["cities"].as_of,
    )


def _unknown(frame: pd.DataFrame) -> dict[str, str]:
    """Why changes are missing: for all of them, or for what we did not see then."""
    return {
        name: _NOT_THEN if frame[name].notna().any() else why
        for name, why in entities.NEEDS.items()
        if frame[name].isna().any()
    }


def _last_changes(inputs: TableInputs) -> dict[CityKey, int]:
    """City -> change between its last two records, for the histories that were read so far."""
    changes = {}
    for parameters, snapshot in inputs.stored.answers("city_history"):
        change = last_record_change(snapshot.tables["city_history"])
        if change is not None:
            changes[name_and_planet(parameters.get("name"), parameters.get("planet"))] = change
    return changes


def _plain_population(inputs: TableInputs, *, rows: Rows) -> TableRows:
    """Population as the plain provider gives it."""
    frame = stamped(inputs.frame("population"), inputs.snapshots["population"])
    return TableRows(rows(rows_on_planets(frame, inputs.parameters), inputs.parameters))


def _everything(frame: pd.DataFrame, _: Mapping[str, Any]) -> pd.DataFrame:
    return frame


def _popular(frame: pd.DataFrame, asked: Mapping[str, Any]) -> pd.DataFrame:
    places = frame[frame["city"].notna()]
    return places[at_least(places["population"], asked["min_population"])]


def _growing(frame: pd.DataFrame, asked: Mapping[str, Any]) -> pd.DataFrame:
    places = frame[frame["city"].notna()]
    if "change_24h" not in places.columns:  # unknown for all: none is known to have grown
        return places.head(0)
    return places[at_least(places["change_24h"].astype("Float64"), asked["min_growth"])]


def _active(frame: pd.DataFrame, asked: Mapping[str, Any]) -> pd.DataFrame:
    places = frame[frame["city"].notna()]
    levels = places["activity_level"].str.strip().str.replace(" ", "_")
    return places[equals(levels, asked["level"])]


def _trends(inputs: TableInputs) -> TableRows:
    """Planets, rolled up from the site's cities."""
    cities = inputs.frame("cities")
    rows = pd.DataFrame(
        {
            "planet": cities["planet"],
            "population": cities["citizens"].astype("Int64"),
            "active": cities["active_citizens"].astype("Int64"),
        }
    )
    frame = by_planet(rows.join(_changes(inputs)), cuts=activity_cut_points(cities))
    return TableRows(rows_on_planets(frame, inputs.parameters), _unknown(frame))


def _plain_trends(inputs: TableInputs) -> TableRows:
    """Planets, rolled up from the plain provider's cities; rows without a city are totals."""
    given = inputs.frame("population")
    own = given[given["city"].notna() | ~given["planet"].isin(_with_cities(given))]
    rows = own.assign(active=pd.Series(pd.NA, index=own.index, dtype="Int64"))
    planets = by_planet(rows, cuts=None).drop(columns=["active", "activity_level"])
    counted = own.loc[own["city"].notna()].groupby("planet").size()
    rows = planets.assign(cities=planets["planet"].map(counted).astype("Int64"))
    return TableRows(rows_on_planets(rows, inputs.parameters))


def _with_cities(given: pd.DataFrame) -> pd.Series:
    return given.loc[given["city"].notna(), "planet"]


_NULLS: Final[Mapping[str, str]] = {
    "city": "the row is a whole planet",
    "cities": "the source gives the planet only as a whole",
    "change_last_record": "known only for cities whose history was read and has two records",
    "activity_level": "fewer than 5 citizens, no figure, or fewer than 8 cities to compare with",
}


def _table(name: str, question: str, rows: Rows, *parameters: Parameter) -> Table:
    return Table(
        name=name,
        question=question,
        schema=_SCHEMA,
        parameters=(*PLANET_FILTER, *parameters),
        builders={
            "swgtracker": Builder(partial(_population, rows=rows), feeds=("cities",)),
            "plain": Builder(partial(_plain_population, rows=rows), feeds=("population",)),
        },
        nulls=_NULLS,
    )


TABLES: Final = (
    _table(
        "population",
        "How many citizens has each city and planet, and how active are they?",
        _everything,
    ),
    _table(
        "popular_locations",
        "Where do most people live?",
        _popular,
        Parameter("min_population", "whole", default=50, help="at least this many", low=0),
    ),
    _table(
        "growing_locations",
        "Which places grew in the last 24 hours?",
        _growing,
        Parameter("min_growth", "number", default=10, help="at least this many more"),
    ),
    _table(
        "active_locations",
        "Which places have this activity level?",
        _active,
        Parameter(
            "level", "choice", default="high", choices=ACTIVITY_LEVELS, help="exactly this level"
        ),
    ),
    Table(
        name="population_trends",
        question="Which planets do people live on, and which way do they move?",
        schema={
            "planet": "str",
            "cities": "Int64",
            "population": "Int64",
            "active": "Int64",
            "change_24h": "Float64",
            "change_7d": "Float64",
            "activity_level": "str",
        },
        builders={
            "swgtracker": Builder(_trends, feeds=("cities",)),
            "plain": Builder(_plain_trends, feeds=("population",)),
        },
        parameters=PLANET_FILTER,
        nulls=_NULLS,
    ),
)
