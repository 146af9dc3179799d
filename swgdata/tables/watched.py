"""What our own watch of the spawns has seen, narrowed to what is asked for."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from swgdata.analytics.lifetimes import lifetimes
from swgdata.tables.inputs import Inputs, Snapshot
from swgdata.tables.parameters import Parameter
from swgdata.tables.resources import HIDE_RESTRICTED
from swgdata.tables.selection import beyond_reach, of_class, positions
from swgdata.vocabulary import RESTRICTED_PLANETS, planet_mask
from swgdata.vocabulary.classes import planet_of_class

KIND: Final = "spawns"
"""What the history calls a look at all that is in spawn."""

FEED: Final = "resources"
CLASS: Final = Parameter(
    "class_code", "text", help="class code such as stl, with everything below it"
)
PLACE: Final = (
    Parameter(
        "planet", "text", help="spawns there, or was last seen there; commas between several"
    ),
    HIDE_RESTRICTED,
)
_COLUMNS: Final = {
    "resource_id": "int64",
    **dict.fromkeys(("name", "class_code"), "str"),
    **dict.fromkeys(("entered", "first_seen", "last_seen", "first_missing"), "datetime64[s, UTC]"),
}


def intervals(inputs: Inputs, **which: Any) -> pd.DataFrame:
    """The intervals in spawn that are remembered; no rows where nothing is.

    Args:
        inputs: With the history and, where ``planet`` or ``hide_restricted`` may be asked for,
            the resources feed.
        **which: As ``Memory.intervals`` takes it.
    """
    if inputs.archive.memory is None:
        return pd.DataFrame(columns=list(_COLUMNS)).astype(_COLUMNS)
    found = inputs.archive.memory.intervals(**which)
    return found.loc[_kept(inputs, found["class_code"], found["resource_id"])].reset_index(
        drop=True
    )


def lives(inputs: Inputs) -> pd.DataFrame:
    """All lifetimes that are remembered (``analytics.lifetimes``); nothing is filtered."""
    memory = inputs.archive.memory
    empty = pd.DataFrame(columns=list(_COLUMNS)).astype(_COLUMNS)
    return lifetimes(empty if memory is None else memory.intervals())


def _kept(inputs: Inputs, codes: pd.Series, ids: pd.Series) -> np.ndarray:
    """Which rows are of the class and the planets asked for."""
    asked, keep = inputs.parameters, np.ones(len(ids), dtype=bool)
    if asked.get("class_code"):
        keep &= of_class(codes, asked["class_code"])
    if asked.get("planet") or asked.get("hide_restricted"):
        masks = pd.Series(worlds(inputs.snapshots[FEED], ids), dtype="int16")
        keep &= on_planets(masks, asked)
    return keep


def on_planets(masks: pd.Series, asked: Mapping[str, Any]) -> np.ndarray:
    """True for the rows on the planets asked for; one without a planet is on none of them.

    Args:
        masks: Planets of each row as bits.
        asked: ``planet``, ``hide_restricted``, and ``class_code``: a class that is bound to a
            planet is wanted though the planet is out of reach.
    """
    keep = np.ones(len(masks), dtype=bool)
    if asked.get("planet"):
        keep &= masks.to_numpy() & planet_mask(asked["planet"].split(",")) != 0
    bound_to = planet_of_class((asked.get("class_code") or "").strip().casefold())
    if asked.get("hide_restricted") and bound_to not in RESTRICTED_PLANETS:
        keep &= ~beyond_reach(masks)
    return keep


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
