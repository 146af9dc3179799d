"""What came and went: counted day by day, and spawn by spawn."""

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from swgdata.analytics.lifetimes import despawned_at
from swgdata.analytics.readings import hours_between
from swgdata.analytics.resources import planet_lists
from swgdata.analytics.turnover import turnover
from swgdata.tables import watched
from swgdata.tables.filters import contains
from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.model import Recipe, Table
from swgdata.tables.parameters import Parameter
from swgdata.tables.rating import rated
from swgdata.vocabulary.classes import name

_TIME: Final = "datetime64[s, UTC]"
_UNLOOKED: Final = "nobody looked that day"


def _turnover(inputs: Inputs) -> Built:
    """Days are named, not instants: ``2026-08-20`` on the calendar of the zone."""
    asked, memory = inputs.parameters, inputs.archive.memory
    looks = memory.observed(watched.KIND) if memory else []
    zone = ZoneInfo(asked["zone"])
    found = turnover(watched.intervals(inputs), looks, zone=zone)
    if asked["days"]:
        today = pd.Timestamp(inputs.now.astimezone(zone).date())
        found = found.loc[found["day"] > today - timedelta(days=asked["days"])]
    day = found["day"].dt.strftime("%Y-%m-%d").astype("str")
    return Built(found.assign(day=day), as_of=looks[-1] if looks else None)


def _intervals(inputs: Inputs) -> Built:
    """Newest first; with what the export says of each."""
    asked, snapshot = inputs.parameters, inputs.snapshots[watched.FEED]
    since = inputs.now - timedelta(days=asked["days"]) if asked["days"] else None
    found = watched.intervals(inputs, since=since)
    if asked["name"]:
        found = found.loc[contains(found["name"], asked["name"])]
    found = found.iloc[::-1].reset_index(drop=True)
    ids, left = found["resource_id"], despawned_at(found)
    came = found["first_seen"].where(
        found["first_seen"] <= found["entered"], found["entered"]
    )  # a null compares false: then it is our first look
    quality, rarity = rated(snapshot)
    rarities = rarity.astype("object").to_numpy(dtype="object")
    return Built(
        found.assign(
            class_name=found["class_code"].map(name, na_action="ignore").astype("str"),
            came=came,
            despawned=left,
            in_spawn=found["first_missing"].isna(),
            days_up=hours_between(came, left.fillna(found["last_seen"])) / 24,
            planets=planet_lists(pd.Series(watched.worlds(snapshot, ids))),
            quality=watched.joined(snapshot, ids, quality.to_numpy(), np.nan),
            rarity=watched.joined(snapshot, ids, rarities, None),
        )
    )


_COUNTED: Final = ("spawned", "despawned", "net", "vague")
_DAYS: Final = Parameter("days", "whole", help="only the last so many days", low=1, high=36500)

SPAWN_TURNOVER: Final = Table(
    name="spawn_turnover",
    question="How many resources spawned and despawned each day?",
    schema={"day": "str", "looks": "int64", **dict.fromkeys(_COUNTED, "Int64")},
    parameters=(
        Parameter("zone", "zone", default="UTC", help="whose calendar the days are of"),
        watched.CLASS,
        *watched.PLACE,
        _DAYS,
    ),
    recipes={"swgtracker": Recipe(_turnover, feeds=(watched.FEED,))},
    nulls=dict.fromkeys(_COUNTED, _UNLOOKED),
)

SPAWN_INTERVALS: Final = Table(
    name="spawn_intervals",
    question="When was each resource in spawn, as we saw it?",
    schema={
        "resource_id": "int64",
        "name": "str",
        "class_code": "str",
        "class_name": "str",
        "came": _TIME,
        "despawned": _TIME,
        "days_up": "Float64",
        "in_spawn": "bool",
        "quality": "Float64",
        "rarity": "category",
        "planets": "object",
        **dict.fromkeys(("first_seen", "entered", "last_seen", "first_missing"), _TIME),
    },
    parameters=(
        watched.CLASS,
        Parameter("name", "text", help="part of the name"),
        *watched.PLACE,
        _DAYS,
    ),
    recipes={"swgtracker": Recipe(_intervals, feeds=(watched.FEED,))},
    nulls={
        "despawned": "still up, or it left while nobody looked for two days",
        "first_seen": "the site does not know when it was first seen",
        "first_missing": "it was up at our last look",
        "planets": "no planet is recorded",
        "quality": "no stat with a known cap, or it is listed no more",
        "rarity": "no stat with a known cap, or it is listed no more",
    },
)
