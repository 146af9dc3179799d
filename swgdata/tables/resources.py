"""The tables ``resources`` and ``weighted_resources``."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd

from swgdata.analytics.memoize import IdentityKey
from swgdata.analytics.resources import age_days, describe
from swgdata.feeds.model import Snapshot
from swgdata.game import RARITIES, STATS
from swgdata.tables.model import Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import PLANET_FILTER, Parameter
from swgdata.tables.resource_query import (
    WEIGHTED,
    matching_positions,
    ordered,
    rated_rows,
    weighted,
)

_SCHEMA: Final = {
    "id": "int32",
    "name": "str",
    "class_code": "category",
    "class_name": "category",
    **dict.fromkeys(STATS, "int16"),
    "score": "Int16",
    "rating": "int16",
    "top_count": "int16",
    "ecpu": "Int64",
    "in_spawn": "bool",
    "first_seen": "datetime64[s, UTC]",
    "age_days": "Int32",
    "planets": "object",
    "quality": "Float64",
    "rarity": "category",
}
_CLASS: Final = ("class_code", "class_name")
_FROM_FEED: Final = (
    *("id", "name", *_CLASS, *STATS),
    *("score", "rating", "top_count", "cpu", "in_spawn", "first_seen", "planets"),
)


def _build(inputs: TableInputs) -> TableRows:
    snapshot = inputs.snapshots["resources"]
    found = selected(snapshot, inputs.parameters, now=inputs.now)
    return TableRows(described(snapshot, found, now=inputs.now))


def selected(snapshot: Snapshot, asked: Mapping[str, Any], *, now: datetime) -> np.ndarray:
    """Positions of the rows asked for, in order; columns are made only for these.

    Args:
        snapshot: The resources feed.
        asked: Every parameter of a table of resources.
        now: The time that ages count to.
    """
    found = matching_positions(snapshot, asked, now=now)
    if asked["sort"]:
        return ordered(snapshot, found, asked, now=now)
    return found[: asked["limit"]]


def described(snapshot: Snapshot, found: np.ndarray, *, now: datetime) -> pd.DataFrame:
    """The rows at these positions with everything we derive; a copy of them alone.

    Args:
        snapshot: The resources feed.
        found: Positions in its main table.
        now: The time that ages count to.
    """
    rows = _described(IdentityKey(snapshot.tables["resources"])).iloc[found]
    # 200 rows shall not carry the names of all classes.
    lean = {name: rows[name].cat.remove_unused_categories() for name in _CLASS}
    return rows.assign(**lean, age_days=age_days(rows["first_seen"], now=now))


@lru_cache(maxsize=2)
def _described(same: IdentityKey[pd.DataFrame]) -> pd.DataFrame:
    """All rows of the export; those of a type lie together, so that some are soon taken."""
    quality, rarity = rated_rows(same)
    return describe(same.value[list(_FROM_FEED)], quality=quality, rarity=rarity).copy()


def _limits() -> tuple[Parameter, ...]:
    """A lower and an upper limit for each stat."""
    found = []
    for stat in STATS:
        for end, words in (("min", "at least"), ("max", "at most")):
            found.append(
                Parameter(
                    f"{end}_{stat}", "whole", help=f"{stat.upper()} {words} this", low=0, high=1000
                )
            )
    return tuple(found)


SORT: Final = Parameter(
    "sort",
    "choice",
    choices=(*_SCHEMA, WEIGHTED[0]),
    signed=True,
    help='column to sort by, or "weighted"; "-oq" puts the highest first, as stats and weighted '
    'do anyway, "+oq" last',
)
FILTERS: Final = (
    Parameter("in_spawn", "flag", help="only what can (or cannot) be gathered now"),
    PLANET_FILTER[0],
    Parameter("class_code", "text", help="class code such as stl, with everything below it"),
    Parameter("name", "text", help="part of the name"),
    Parameter(
        "max_age", "whole", help="first seen at most so many whole days ago", low=0, high=36500
    ),
    *_limits(),
    Parameter("min_rarity", "choice", choices=RARITIES, help="this quality rarity or rarer"),
    Parameter(
        "weights",
        "weights",
        help="weights in per cent for the weighted quality, against the caps of class_code",
    ),
)
LIMIT: Final = Parameter("limit", "whole", help="at most this many rows", low=1)
RESOURCES: Final = Table(
    name="resources",
    question="Which resources exist, how good are they, and what can be gathered now?",
    schema=_SCHEMA,
    parameters=(*FILTERS, SORT, PLANET_FILTER[1], LIMIT),
    builders={"swgtracker": Builder(_build, feeds=("resources",))},
    nulls={
        "score": "the site has not scored it",
        "ecpu": "nobody voted a price",
        "first_seen": "the site does not know when it was first seen",
        "age_days": "the site does not know when it was first seen",
        "planets": "no planet is recorded",
        "quality": "no stat with a known cap",
        "rarity": "no rateable stat, or too few resources of its class to compare with",
    },
)
_FROM_RESOURCES: Final = (
    *("id", "name", "class_code", "class_name"),
    *STATS,
    *("in_spawn", "age_days", "planets", "rarity"),
)
_WEIGHTED_SCHEMA: Final = {name: RESOURCES.schema[name] for name in _FROM_RESOURCES[:4]} | {
    "weighted_quality": "Float64",
    **{name: RESOURCES.schema[name] for name in _FROM_RESOURCES[4:]},
}
_NONE_GIVEN: Final = "no weights were given"


def _build_weighted(inputs: TableInputs) -> TableRows:
    """The rows that stay, best first where nothing else is asked for."""
    snapshot, asked = inputs.snapshots["resources"], inputs.parameters
    if asked["weights"] and not asked["sort"]:
        asked = {**asked, "sort": WEIGHTED[0]}
    found = selected(snapshot, asked, now=inputs.now)
    rows = described(snapshot, found, now=inputs.now)
    return TableRows(rows.assign(weighted_quality=weighted(snapshot, found, asked)))


WEIGHTED_RESOURCES: Final = Table(
    name="weighted_resources",
    question="Which resources are best for a recipe of these weights, of 1000?",
    schema=_WEIGHTED_SCHEMA,
    parameters=(
        *FILTERS,
        replace(SORT, choices=(*_WEIGHTED_SCHEMA, WEIGHTED[0])),
        PLANET_FILTER[1],
        LIMIT,
    ),
    builders={"swgtracker": Builder(_build_weighted, feeds=("resources",))},
    nulls={
        "weighted_quality": _NONE_GIVEN,
        **{name: why for name, why in RESOURCES.nulls.items() if name in _FROM_RESOURCES},
    },
)
TABLES: Final = (
    RESOURCES,
    WEIGHTED_RESOURCES,
)
