"""City tables: where they are, who runs them, what they offer and cost."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from swgdata.analytics.cities import describe
from swgdata.analytics.memoize import memoize
from swgdata.tables.model import Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import PLANET_FILTER, Parameter
from swgdata.tables.row_filters import (
    at_least,
    at_most,
    contains,
    equals,
    is_flag,
    of_faction,
    on_planets,
)

_SCHEMA: Final = {
    "name": "str",
    "planet": "str",
    "x": "Float64",
    "y": "Float64",
    "citizens": "Int32",
    "active": "Int32",
    "mayor": "str",
    "faction": "str",
    "guild_tag": "str",
    "controlling_guild": "str",
    "guild_controlled": "boolean",
    "level": "Int8",
    "rank": "str",
    "travel_hub": "boolean",
    "specialisations": "object",
    "income_tax": "Float64",
    "property_tax": "Float64",
    "sales_tax": "Float64",
    "waypoint": "str",
    "activity_level": "str",
    "movement": "str",
}
model: Final = memoize(describe)


def _cities(inputs: TableInputs, *, only: str = "") -> TableRows:
    """Cities out of the site's feed, with guild names where its guilds are at hand."""
    guilds = inputs.optional("guilds")
    frame = model(inputs.frame("cities"), guilds)
    notes = {} if guilds is not None else {"controlling_guild": "the guilds feed is missing"}
    return TableRows(_narrowed(frame, inputs.parameters, only=only), notes)


def _plain_cities(inputs: TableInputs, *, only: str = "") -> TableRows:
    """Cities as the plain provider gives them."""
    frame = inputs.frame("guilds_cities", "cities").rename(columns={"population": "citizens"})
    return TableRows(_narrowed(frame, inputs.parameters, only=only))


def _narrowed(frame: pd.DataFrame, asked: Mapping[str, Any], *, only: str) -> pd.DataFrame:
    """Keep the cities that were asked for; with ``only``, of those where this flag is true."""
    keep = matching(frame, asked)
    if only:
        keep &= is_flag(_completed(frame)[only], wanted=True).to_numpy()
    return frame.iloc[np.flatnonzero(keep)]


def matching(frame: pd.DataFrame, asked: Mapping[str, Any]) -> np.ndarray:
    """True for the cities that were asked for.

    Args:
        frame: City model, or rows of a table of cities; a column it lacks matches nothing.
        asked: Parameter -> value; parameters the table does not have may be absent.
    """
    whole = _completed(frame)
    keep = on_planets(whole["planet"], asked)
    for name, test in _TESTS.items():
        if asked.get(name) not in (None, 0, ""):
            keep &= test(whole, asked[name]).to_numpy(dtype=bool)
    if asked.get("max_income_tax") is not None:
        keep &= at_most(whole["income_tax"], asked["max_income_tax"]).to_numpy()
    return keep


@memoize
def _completed(frame: pd.DataFrame) -> pd.DataFrame:
    """With all the columns the filters ask about."""
    whole = frame.reindex(columns=[*frame.columns, *(c for c in _SCHEMA if c not in frame)])
    return whole.astype({column: _SCHEMA[column] for column in _SCHEMA})


def _held_by(cities: pd.DataFrame, guild: str) -> pd.Series:
    """Tag or full name of the guild."""
    return equals(cities["guild_tag"], guild) | equals(cities["controlling_guild"], guild)


def _specialised(cities: pd.DataFrame, wanted: str) -> pd.Series:
    """Some specialisation contains the text; of several, parted by commas, any will do."""
    parts = [part.strip().casefold() for part in wanted.split(",") if part.strip()]
    hits = [
        any(part in one.casefold() for one in names or () for part in parts)
        for names in cities["specialisations"]
    ]
    return pd.Series(hits, index=cities.index, dtype="bool")


_TESTS: Final[Mapping[str, Callable[[pd.DataFrame, Any], pd.Series]]] = {
    "faction": lambda cities, value: of_faction(cities["faction"], value),
    "min_level": lambda cities, value: at_least(cities["level"], value),
    "min_population": lambda cities, value: at_least(cities["citizens"], value),
    "guild": _held_by,
    "specialisation": _specialised,
    "name": lambda cities, value: contains(cities["name"], value),
}
FILTERS: Final = (
    Parameter("faction", "text", help='Imperial, Rebel, Neutral, or "none"'),
    Parameter("min_level", "whole", help="at least this rank, 1 to 5", low=1, high=5),
    Parameter("specialisation", "text", help="part of its name; commas between several"),
    Parameter("max_income_tax", "number", help="at most this income tax", low=0),
    Parameter("guild", "text", help="tag or full name of the guild that holds it"),
    Parameter("name", "text", help="part of the name"),
)
_NULLS: Final[Mapping[str, str]] = {
    "x": "no readable waypoint",
    "y": "no readable waypoint",
    "faction": "none declared",
    "guild_tag": "no guild's tag is on the city",
    "controlling_guild": "no guild's tag is on the city",
    "level": "the feed gives no level",
    "rank": "the feed gives no level",
    "travel_hub": "the feed gives no level",
    "activity_level": "fewer than 5 citizens, no figure, or fewer than 8 cities to compare with",
    "movement": "fewer than two recent figures",
}


def _table(name: str, question: str, *parameters: Parameter, only: str = "") -> Table:
    return Table(
        name=name,
        question=question,
        schema=_SCHEMA,
        parameters=(*PLANET_FILTER, *parameters),
        builders={
            "swgtracker": Builder(
                partial(_cities, only=only), feeds=("cities",), optional=("guilds",)
            ),
            "plain": Builder(partial(_plain_cities, only=only), feeds=("guilds_cities",)),
        },
        nulls=_NULLS,
    )


TABLES: Final = (
    _table(
        "cities",
        "Which player cities are there, who runs them and what do they offer?",
        *FILTERS,
    ),
    _table("travel_hubs", "Which cities may have a shuttleport?", *FILTERS, only="travel_hub"),
    _table(
        "popular_cities",
        "Which cities have the most citizens?",
        Parameter("min_population", "whole", default=100, help="at least this many", low=0),
    ),
    _table(
        "guild_territories", "Which cities does a guild hold?", FILTERS[4], only="guild_controlled"
    ),
)
