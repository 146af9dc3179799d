"""The resources table: every spawn, filtered by class, planet, stats and rarity."""

from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.resources import describe
from swgdata.tables.inputs import Built, Inputs, Snapshot
from swgdata.tables.model import Recipe, Table
from swgdata.tables.parameters import Parameter
from swgdata.tables.selection import ordered, places, rated
from swgdata.vocabulary import RARITIES, STATS

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


def _build(inputs: Inputs) -> Built:
    """Find and sort positions first; columns are made only for the rows that stay."""
    snapshot, asked = inputs.snapshots["resources"], inputs.parameters
    found = places(snapshot, asked, now=inputs.now)
    if asked["sort"]:
        found = ordered(snapshot, found, asked["sort"], now=inputs.now)
    rows = described(snapshot, found[: asked["limit"]], now=inputs.now)
    return Built(rows.assign(**{name: _lean(rows[name]) for name in ("class_code", "class_name")}))


def described(snapshot: Snapshot, found: np.ndarray, *, now: datetime) -> pd.DataFrame:
    """The rows at these positions with everything we derive; a copy of them alone.

    Args:
        snapshot: The resources feed.
        found: Positions in its main table.
        now: The time that ages count to.
    """
    quality, rarity = rated(snapshot)
    return describe(
        snapshot.tables["resources"].iloc[found],
        quality=quality.iloc[found],
        rarity=rarity.iloc[found],
        now=now,
    )


def _lean(names: pd.Series) -> pd.Series:
    """Without the classes that do not occur: 200 rows shall not carry the names of all."""
    return names.cat.remove_unused_categories()


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


HIDE_RESTRICTED: Final = Parameter(
    "hide_restricted",
    "flag",
    default=False,
    help="leave out what is found only on Mustafar or Kashyyyk, unless its class is asked for",
)
_PARAMETERS: Final = (
    Parameter("in_spawn", "flag", help="only what can (or cannot) be gathered now"),
    Parameter(
        "planet", "text", help="spawns there, or was last seen there; commas between several"
    ),
    Parameter("class_code", "text", help="class code such as stl, with everything below it"),
    Parameter("name", "text", help="part of the name"),
    Parameter(
        "max_age", "whole", help="first seen at most so many whole days ago", low=0, high=36500
    ),
    *_limits(),
    Parameter("min_rarity", "choice", choices=RARITIES, help="this quality rarity or rarer"),
    Parameter(
        "sort",
        "choice",
        choices=tuple(_SCHEMA),
        signed=True,
        help='column to sort by; "-oq" puts the highest first, as stats do anyway, "+oq" last',
    ),
    HIDE_RESTRICTED,
    Parameter("limit", "whole", help="at most this many rows", low=1),
)

RESOURCES: Final = Table(
    name="resources",
    question="Which resources exist, how good are they, and what can be gathered now?",
    schema=_SCHEMA,
    parameters=_PARAMETERS,
    recipes={"swgtracker": Recipe(_build, feeds=("resources",))},
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
