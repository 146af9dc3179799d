"""Which resources are meant: the filters over the whole export.

Everything here works on positions in the shared frame; the frame itself is never copied.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from swgdata.analytics.once import Same
from swgdata.tables.filters import has, words_of
from swgdata.tables.inputs import Snapshot
from swgdata.tables.rating import rated_rows
from swgdata.vocabulary import RARITIES, RESTRICTED_PLANETS, STATS, planet_mask
from swgdata.vocabulary.classes import descendants, planet_of_class

if TYPE_CHECKING:
    import pyarrow as pa

_NARROWING: Final = (
    *("in_spawn", "planet", "class_code", "name", "min_rarity", "hide_restricted"),
    *(f"{end}_{stat}" for stat in STATS for end in ("min", "max")),
)


def of_class(
    class_code: pd.Series, code: str, found: np.ndarray | slice = slice(None)
) -> np.ndarray:
    """True for the rows of a class and everything below it, of all rows or of those found."""
    kinds = pd.Categorical(class_code)
    belongs: np.ndarray = _below(Same(kinds.categories), code)[kinds.codes[found]]
    return belongs


@lru_cache(maxsize=256)
def _below(classes: "Same[pd.Index[Any]]", code: str) -> np.ndarray:
    """Which of the classes belong to one; False at the end, for rows without a class."""
    wanted = {name.casefold() for name in descendants(code.strip().casefold())}
    return np.array([*(str(name).casefold() in wanted for name in classes.held), False])


def beyond_reach(planets: pd.Series) -> np.ndarray:
    """True for the rows that are found only on planets many players cannot reach."""
    masks = planets.to_numpy()
    elsewhere = masks & ~np.int16(planet_mask(RESTRICTED_PLANETS))
    hidden: np.ndarray = (masks != 0) & (elsewhere == 0)
    return hidden


def places(snapshot: Snapshot, asked: Mapping[str, Any], *, now: datetime) -> np.ndarray:
    """Positions of the resources that match, remembered for all who ask the same.

    Args:
        snapshot: The resources feed.
        asked: Every parameter of the resources table; ``sort`` and ``limit`` have no say here.
        now: The time that ages count to.

    Returns:
        Whole numbers in the order of the export; shared, never assign.
    """
    oldest = asked["max_age"]
    born_after = None if oldest is None else pd.Timestamp(now - timedelta(days=oldest + 1))
    chosen = tuple((name, asked[name]) for name in _NARROWING)
    return _places(Same(snapshot.tables["resources"]), chosen, born_after)


@lru_cache(maxsize=8)
def _places(
    same: "Same[pd.DataFrame]",
    chosen: tuple[tuple[str, Any], ...],
    born_after: pd.Timestamp | None,
) -> np.ndarray:
    """Cheap tests first, text last."""
    resources, asked = same.held, dict(chosen)
    keep = _kept(resources, asked)
    bound_to = planet_of_class((asked["class_code"] or "").strip().casefold())
    if asked["hide_restricted"] and bound_to not in RESTRICTED_PLANETS:
        keep &= ~beyond_reach(resources["planets"])
    if born_after is not None:
        keep &= (resources["first_seen"] > born_after).to_numpy()
    if asked["min_rarity"]:
        codes = rated_rows(same)[1].cat.codes.to_numpy()
        keep &= codes >= RARITIES.index(asked["min_rarity"])
    found = np.flatnonzero(keep)
    if asked["class_code"]:
        found = found[of_class(resources["class_code"], asked["class_code"], found)]
    if asked["name"]:
        found = found[has(_names(same).take(found), asked["name"])]
    found.flags.writeable = False
    return found


@lru_cache(maxsize=2)
def _names(same: "Same[pd.DataFrame]") -> "pa.Array":
    return words_of(same.held["name"])


def positions(snapshot: Snapshot, ids: "pd.Series[int]") -> np.ndarray:
    """Positions in the export of the resources with these ids, in their order."""
    known = _by_id(Same(snapshot.tables["resources"]))
    found: np.ndarray = known.get_indexer(pd.Index(ids))
    return found


@lru_cache(maxsize=2)
def _by_id(same: "Same[pd.DataFrame]") -> "pd.Index[Any]":
    ids: pd.Index[Any] = pd.Index(same.held["id"])
    return ids


def _kept(resources: pd.DataFrame, asked: Mapping[str, Any]) -> np.ndarray:
    """What whole columns are compared for; a stat the class lacks never meets a limit."""
    keep = np.ones(len(resources), dtype=bool)
    if asked["in_spawn"] is not None:
        keep &= resources["in_spawn"].to_numpy() == asked["in_spawn"]
    if asked["planet"]:
        keep &= (resources["planets"].to_numpy() & planet_mask(asked["planet"].split(","))) != 0
    for stat in STATS:
        low, high = asked[f"min_{stat}"], asked[f"max_{stat}"]
        if low is not None or high is not None:
            value = resources[stat].to_numpy()
            keep &= value >= max(low or 0, 1)
            if high is not None:
                keep &= value <= high
    return keep
