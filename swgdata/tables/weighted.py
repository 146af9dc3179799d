"""Resources rated by weights of one's own, as a recipe would rate them."""

from dataclasses import replace
from typing import Final

from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.model import Recipe, Table
from swgdata.tables.order import WEIGHTED
from swgdata.tables.rating import weighted
from swgdata.tables.resources import (
    FILTERS,
    HIDE_RESTRICTED,
    LIMIT,
    RESOURCES,
    SORT,
    described,
    selected,
)
from swgdata.vocabulary import STATS

_FROM_RESOURCES: Final = (
    *("id", "name", "class_code", "class_name"),
    *STATS,
    *("in_spawn", "age_days", "planets", "rarity"),
)
_SCHEMA: Final = {name: RESOURCES.schema[name] for name in _FROM_RESOURCES[:4]} | {
    "weighted_quality": "Float64",
    **{name: RESOURCES.schema[name] for name in _FROM_RESOURCES[4:]},
}
_NONE_GIVEN: Final = "no weights were given"


def _build(inputs: Inputs) -> Built:
    """The rows that stay, best first where nothing else is asked for."""
    snapshot, asked = inputs.snapshots["resources"], inputs.parameters
    if asked["weights"] and not asked["sort"]:
        asked = {**asked, "sort": WEIGHTED[0]}
    found = selected(snapshot, asked, now=inputs.now)
    rows = described(snapshot, found, now=inputs.now)
    return Built(rows.assign(weighted_quality=weighted(snapshot, found, asked)))


WEIGHTED_RESOURCES: Final = Table(
    name="weighted_resources",
    question="Which resources are best for a recipe of these weights, of 1000?",
    schema=_SCHEMA,
    parameters=(
        *FILTERS,
        replace(SORT, choices=(*_SCHEMA, WEIGHTED[0])),
        HIDE_RESTRICTED,
        LIMIT,
    ),
    recipes={"swgtracker": Recipe(_build, feeds=("resources",))},
    nulls={
        "weighted_quality": _NONE_GIVEN,
        **{name: why for name, why in RESOURCES.nulls.items() if name in _FROM_RESOURCES},
    },
)
