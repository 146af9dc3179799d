"""Which resources are meant: the filters over the whole export.

Everything here works on positions in the shared frame; the frame itself is never copied.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from swgdata.tables.filters import contains
from swgdata.tables.inputs import Snapshot
from swgdata.tables.rating import Same, rated
from swgdata.vocabulary import RARITIES, RESTRICTED_PLANETS, STATS, planet_mask
from swgdata.vocabulary.classes import descendants, planet_of_class


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
    """Positions of the resources that match: cheap tests first, text last.

    Args:
        snapshot: The resources feed.
        asked: Every parameter of the resources table; ``sort`` and ``limit`` have no say here.
        now: The time that ages count to.

    Returns:
        Whole numbers in the order of the export.
    """
    resources = snapshot.tables["resources"]
    keep = _kept(resources, asked)
    bound_to = planet_of_class((asked["class_code"] or "").strip().casefold())
    if asked["hide_restricted"] and bound_to not in RESTRICTED_PLANETS:
        keep &= ~beyond_reach(resources["planets"])
    if asked["max_age"] is not None:
        born_after = pd.Timestamp(now - timedelta(days=asked["max_age"] + 1))
        keep &= (resources["first_seen"] > born_after).to_numpy()
    if asked["min_rarity"]:
        codes = rated(snapshot)[1].cat.codes.to_numpy()
        keep &= codes >= RARITIES.index(asked["min_rarity"])
    found = np.flatnonzero(keep)
    if asked["class_code"]:
        found = found[of_class(resources["class_code"], asked["class_code"], found)]
    if asked["name"]:
        named = contains(resources["name"].iloc[found], asked["name"])
        found = found[named.to_numpy(dtype=bool)]
    return found


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
