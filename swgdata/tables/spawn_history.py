"""The tables ``spawn_turnover`` and ``spawn_intervals``."""

from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from swgdata.analytics.resources import planet_lists
from swgdata.analytics.spawn_changes import turnover
from swgdata.analytics.spawn_lifetimes import despawned_at, lifetimes
from swgdata.analytics.timeseries import hours_between
from swgdata.feeds.model import Snapshot
from swgdata.game.classes import name
from swgdata.tables.model import UTC_TIME, Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import PLANET_FILTER, Parameter
from swgdata.tables.resource_query import of_class, positions, rated
from swgdata.tables.row_filters import contains, on_planets

KIND: Final = "spawns"
"""What the history calls a look at all that is in spawn."""
FEED: Final = "resources"
CLASS: Final = Parameter(
    "class_code", "text", help="class code such as stl, with everything below it"
)


def intervals(inputs: TableInputs, **which: Any) -> pd.DataFrame:
    """The intervals in spawn that are remembered; no rows where nothing is.

    Args:
        inputs: With the history and, where ``planet`` or ``hide_restricted`` may be asked for,
            the resources feed.
        **which: As ``History.intervals`` takes it.
    """
    rows = inputs.stored.history.intervals(**which)
    params = inputs.parameters
    keep = np.ones(len(rows), dtype=bool)
    if params.get("planet") or params.get("hide_restricted"):
        keep = on_planets(worlds(inputs.snapshots[FEED], rows["resource_id"]), params)
    if params.get("class_code"):
        keep &= of_class(rows["class_code"], params["class_code"])
    return rows.loc[keep].reset_index(drop=True)


def lives(inputs: TableInputs) -> pd.DataFrame:
    """All lifetimes that are remembered (``analytics.lifetimes``); nothing is filtered."""
    return lifetimes(inputs.stored.history.intervals())


def worlds(snapshot: Snapshot, ids: pd.Series) -> np.ndarray:
    """Planets of resources as bits; 0 for what is not listed any more."""
    return joined(snapshot, ids, snapshot.tables[FEED]["planets"].to_numpy(), np.int16(0))


def joined(snapshot: Snapshot, ids: pd.Series, values: np.ndarray, missing: Any) -> np.ndarray:
    """What the export says of resources.

    Args:
        snapshot: The resources feed.
        ids: Of the resources.
        values: One for each row of the export.
        missing: Stands for those that are not listed any more.
    """
    found = positions(snapshot, ids)
    if not len(values):
        return np.full(len(ids), missing)
    told: np.ndarray = np.where(found >= 0, values[found], missing)
    return told


_UNLOOKED: Final = "nobody looked that day"


def _turnover(inputs: TableInputs) -> TableRows:
    """Days are named, not instants: ``2026-08-20`` on the calendar of the zone."""
    asked, looks = inputs.parameters, inputs.stored.history.observed(KIND)
    zone = ZoneInfo(asked["zone"])
    found = turnover(intervals(inputs), looks, zone=zone)
    if asked["days"]:
        today = pd.Timestamp(inputs.now.astimezone(zone).date())
        found = found.loc[found["day"] > today - timedelta(days=asked["days"])]
    day = found["day"].dt.strftime("%Y-%m-%d").astype("str")
    return TableRows(found.assign(day=day), as_of=looks[-1] if looks else None)


def _intervals(inputs: TableInputs) -> TableRows:
    """Newest first; with what the export says of each."""
    asked, snapshot = inputs.parameters, inputs.snapshots[FEED]
    since = inputs.now - timedelta(days=asked["days"]) if asked["days"] else None
    found = intervals(inputs, since=since)
    if asked["name"]:
        found = found.loc[contains(found["name"], asked["name"])]
    found = found.iloc[::-1].reset_index(drop=True)
    ids, left = found["resource_id"], despawned_at(found)
    came = found["first_seen"].where(
        found["first_seen"] <= found["entered"], found["entered"]
    )  # a null compares false: then it is our first look
    quality, rarity = rated(snapshot)
    rarities = rarity.astype("object").to_numpy(dtype="object")
    return TableRows(
        found.assign(
            class_name=found["class_code"].map(name, na_action="ignore").astype("str"),
            came=came,
            despawned=left,
            in_spawn=found["first_missing"].isna(),
            days_up=hours_between(came, left.fillna(found["last_seen"])) / 24,
            planets=planet_lists(pd.Series(worlds(snapshot, ids))),
            quality=joined(snapshot, ids, quality.to_numpy(), np.nan),
            rarity=joined(snapshot, ids, rarities, None),
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
        CLASS,
        *PLANET_FILTER,
        _DAYS,
    ),
    builders={"swgtracker": Builder(_turnover, feeds=(FEED,))},
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
        "came": UTC_TIME,
        "despawned": UTC_TIME,
        "days_up": "Float64",
        "in_spawn": "bool",
        "quality": "Float64",
        "rarity": "category",
        "planets": "object",
        **dict.fromkeys(("first_seen", "entered", "last_seen", "first_missing"), UTC_TIME),
    },
    parameters=(
        CLASS,
        Parameter("name", "text", help="part of the name"),
        *PLANET_FILTER,
        _DAYS,
    ),
    builders={"swgtracker": Builder(_intervals, feeds=(FEED,))},
    nulls={
        "despawned": "still up, or it left while nobody looked for two days",
        "first_seen": "the site does not know when it was first seen",
        "first_missing": "it was up at our last look",
        "planets": "no planet is recorded",
        "quality": "no stat with a known cap, or it is listed no more",
        "rarity": "no stat with a known cap, or it is listed no more",
    },
)
TABLES: Final = (
    SPAWN_TURNOVER,
    SPAWN_INTERVALS,
)
