"""What is in spawn now, by how long it may last."""

from typing import Final

import pandas as pd

from swgdata.analytics import leaving
from swgdata.analytics.resources import planet_lists
from swgdata.analytics.survival import families, fit
from swgdata.tables import watched
from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.lifetimes import TOO_FEW
from swgdata.tables.model import Recipe, Table
from swgdata.tables.parameters import Parameter
from swgdata.tables.rating import rated
from swgdata.tables.selection import of_class, positions
from swgdata.vocabulary.classes import name


def _build(inputs: Inputs) -> Built:
    """Rank what both our last look and the newest export have in spawn."""
    lives, snapshot, asked = (
        watched.lives(inputs),
        inputs.snapshots[watched.FEED],
        inputs.parameters,
    )
    export = snapshot.tables[watched.FEED]
    up = lives.loc[lives["up"]]
    listed = watched.joined(snapshot, up["resource_id"], export["in_spawn"].to_numpy(), False)  # noqa: FBT003 - a value
    keep = listed.astype(bool)
    if asked["class_code"]:
        keep &= of_class(up["class_code"], asked["class_code"])
    masks = pd.Series(watched.worlds(snapshot, up["resource_id"]), dtype="int16")
    keep &= watched.on_planets(masks, asked)
    ranked = leaving.leaving_soon(
        up.loc[keep], curves=families(lives), everything=fit(lives), now=inputs.now
    ).head(asked["limit"])
    places = positions(snapshot, ranked["resource_id"])
    quality, rarity = (values.iloc[places].reset_index(drop=True) for values in rated(snapshot))
    return Built(
        ranked.rename(columns={"age": "age_hours"}).assign(
            class_name=_names(ranked["class_code"]),
            planets=planet_lists(export["planets"].iloc[places]).reset_index(drop=True),
            quality=quality,
            rarity=rarity,
        )
    )


def _names(codes: pd.Series) -> pd.Series:
    return codes.map(name, na_action="ignore").astype("str")


_REFUSED: Final = f"{TOO_FEW}, or they last longer than any was watched"

LEAVING_SOON: Final = Table(
    name="leaving_soon",
    question="What is in spawn, and how much longer may it last?",
    schema={
        "resource_id": "int64",
        "name": "str",
        "class_code": "str",
        "class_name": "str",
        "family": "str",
        "age_hours": "float64",
        "hours_left": "Float64",
        "hours_low": "Float64",
        "hours_high": "Float64",
        "chance_24h": "Float64",
        "n": "int64",
        "basis": "str",
        "planets": "object",
        "quality": "Float64",
        "rarity": "category",
    },
    parameters=(
        watched.CLASS,
        *watched.PLACE,
        Parameter("limit", "whole", help="at most this many rows", low=1),
    ),
    recipes={"swgtracker": Recipe(_build, feeds=(watched.FEED,))},
    nulls={
        **dict.fromkeys(("hours_left", "hours_low", "hours_high", "chance_24h"), _REFUSED),
        "class_code": "the export names no class",
        "planets": "no planet is recorded",
        "quality": "no stat with a known cap",
        "rarity": "no stat with a known cap",
    },
)
