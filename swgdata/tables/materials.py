"""Materials: the short view of resources that an earlier design named."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from swgdata.analytics import resources as analytics
from swgdata.game import PLANETS, RARITIES, planet_mask
from swgdata.tables.entities import last_seen
from swgdata.tables.model import UTC_TIME, Builder, Table, TableInputs, TableRows, stamped
from swgdata.tables.parameters import PLANET_FILTER, Parameter
from swgdata.tables.resource_query import rated
from swgdata.tables.row_filters import at_least_as_rare, contains, on_planets, rows_on_planets

_SCHEMA: Final = {
    "name": "str",
    "rarity": "str",
    "location": "object",
    "price": "Float64",
    "last_seen": UTC_TIME,
    "first_seen": UTC_TIME,
    "quantity": "Int64",
    "source": "str",
    "timestamp": UTC_TIME,
}


def _build(inputs: TableInputs) -> TableRows:
    """Materials out of the resources export."""
    snapshot = inputs.snapshots["resources"]
    resources = inputs.frame("resources")
    asked = inputs.parameters
    _, rarity = rated(snapshot)
    masks = resources["planets"].to_numpy()
    keep = on_planets(masks, asked)
    if asked["in_spawn"] is not None:
        keep &= resources["in_spawn"].to_numpy() == asked["in_spawn"]
    if asked["min_rarity"]:
        keep &= rarity.cat.codes.to_numpy() >= RARITIES.index(asked["min_rarity"])
    if asked["location"]:
        part = asked["location"].strip().casefold()
        like = planet_mask(planet for planet in PLANETS if part in planet.casefold())
        keep &= (masks & (like or planet_mask([part]))) != 0
    found = resources[keep]
    rows = analytics.materials(
        found,
        rarity=rarity[keep],
        watched=_watched(inputs, found),
        as_of=snapshot.as_of,
        source=snapshot.source,
    )
    return TableRows(rows, {"quantity": "only your own stockpile tells how much there is"})


def _watched(inputs: TableInputs, found: pd.DataFrame) -> pd.Series:
    """Our own last look with each of them; the history is not asked when all are in spawn."""
    if found["in_spawn"].all():
        return pd.Series(pd.NaT, index=found.index, dtype=UTC_TIME)
    return last_seen(inputs.stored.history, found["id"])


def _build_plain(inputs: TableInputs) -> TableRows:
    """Materials as the plain provider gives them."""
    snapshot = inputs.snapshots["materials"]
    asked = inputs.parameters
    frame = rows_on_planets(stamped(inputs.frame("materials"), snapshot), asked, "location")
    if asked["min_rarity"]:
        frame = frame[at_least_as_rare(frame["rarity"], asked["min_rarity"])]
    if asked["location"]:
        frame = frame[contains(frame["location"], asked["location"])]
    return TableRows(frame)


def _parameters(min_rarity: str | None) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "min_rarity",
            "choice",
            default=min_rarity,
            choices=RARITIES,
            help="this quality rarity or rarer",
        ),
        Parameter("location", "text", help="part of a planet's name"),
        Parameter(
            "in_spawn",
            "flag",
            default=True,
            help="only what can (or cannot) be gathered now, where the source tells",
        ),
        *PLANET_FILTER,
    )


_NULLS: Final[Mapping[str, str]] = {
    "rarity": "no rateable stat, or too few resources of its class to compare with",
    "location": "no planet is recorded",
    "price": "nobody voted a price",
    "last_seen": "despawned at a time the feed does not tell",
    "first_seen": "the site does not know when it was first seen",
}


def _table(
    name: str, question: str, *, min_rarity: str | None = None, columns: tuple[str, ...] = ()
) -> Table:
    schema: dict[str, Any] = {column: _SCHEMA[column] for column in columns or _SCHEMA}
    passed_on = {"location": "str", "last_seen": "str"}
    kept = {column: dtype for column, dtype in passed_on.items() if column in schema}
    return Table(
        name=name,
        question=question,
        schema=schema,
        parameters=_parameters(min_rarity),
        builders={
            "swgtracker": Builder(_build, feeds=("resources",)),
            "plain": Builder(_build_plain, feeds=("materials",), dtypes=kept),
        },
        nulls=_NULLS,
    )


TABLES: Final = (
    _table("materials", "What can be gathered, where, how rare is it and what does it cost?"),
    _table("rare_materials", "Which rare materials can be gathered now?", min_rarity="rare"),
    _table(
        "material_prices",
        "What does the community think a unit is worth?",
        columns=("name", "price"),
    ),
)
