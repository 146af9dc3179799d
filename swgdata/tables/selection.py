"""Which resources are meant: the filters over the whole export, and the order of what stays.

Everything here works on positions in the shared frame; the frame itself is never copied.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from swgdata.analytics.prices import clamped
from swgdata.analytics.quality import class_relative
from swgdata.analytics.rarity import percentiles, tiers
from swgdata.analytics.resources import age_days
from swgdata.tables.filters import contains
from swgdata.tables.inputs import Snapshot
from swgdata.vocabulary import RARITIES, RESTRICTED_PLANETS, STATS, planet_mask, planet_texts
from swgdata.vocabulary.classes import descendants, planet_of_class


class _Same:
    """A frame known by its identity: every load gives a new snapshot of the same frame."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.frame is other.frame

    def __hash__(self) -> int:
        return id(self.frame)


def rated(snapshot: Snapshot) -> tuple[pd.Series, pd.Series]:
    """Quality and rarity of every row of the export, worked out once per version of it.

    Returns:
        ``quality`` (0 to 100, NaN = not rateable) and ``rarity``; shared, never assign.
    """
    return _rated(_Same(snapshot.tables["resources"]))


@lru_cache(maxsize=2)
def _rated(same: _Same) -> tuple[pd.Series, pd.Series]:
    quality = class_relative(same.frame)
    return quality, tiers(percentiles(same.frame["class_code"], quality))


def of_class(class_code: pd.Series, code: str) -> np.ndarray:
    """True for the rows of a class and everything below it."""
    kinds = pd.Categorical(class_code)
    wanted = {name.casefold() for name in descendants(code.strip().casefold())}
    hits = np.array([str(name).casefold() in wanted for name in kinds.categories], dtype=bool)
    found: np.ndarray = np.append(hits, [False])[kinds.codes]
    return found


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
    if asked["max_age"] is not None:
        born_after = pd.Timestamp(now - timedelta(days=asked["max_age"] + 1))
        keep &= (resources["first_seen"] > born_after).to_numpy()
    if asked["min_rarity"]:
        codes = rated(snapshot)[1].cat.codes.to_numpy()
        keep &= codes >= RARITIES.index(asked["min_rarity"])
    found = np.flatnonzero(keep)
    if asked["name"]:
        named = contains(resources["name"].iloc[found], asked["name"])
        found = found[named.to_numpy(dtype=bool)]
    return found


def _kept(resources: pd.DataFrame, asked: Mapping[str, Any]) -> np.ndarray:
    """Everything but text, age and rarity; a stat the class lacks never meets a limit."""
    keep = np.ones(len(resources), dtype=bool)
    if asked["in_spawn"] is not None:
        keep &= resources["in_spawn"].to_numpy() == asked["in_spawn"]
    if asked["class_code"]:
        keep &= of_class(resources["class_code"], asked["class_code"])
    if asked["planet"]:
        keep &= (resources["planets"].to_numpy() & planet_mask(asked["planet"].split(","))) != 0
    bound_to = planet_of_class((asked["class_code"] or "").strip().casefold())
    if asked["hide_restricted"] and bound_to not in RESTRICTED_PLANETS:
        keep &= ~beyond_reach(resources["planets"])
    for stat in STATS:
        low, high = asked[f"min_{stat}"], asked[f"max_{stat}"]
        if low is not None or high is not None:
            value = resources[stat].to_numpy()
            keep &= value >= max(low or 0, 1)
            if high is not None:
                keep &= value <= high
    return keep


def ordered(snapshot: Snapshot, found: np.ndarray, by: str, *, now: datetime) -> np.ndarray:
    """Sort positions by one column: stats best first unless told otherwise, unknown values last.

    Args:
        snapshot: The resources feed.
        found: Positions to sort; equal ones keep their order.
        by: Column of the resources table; a leading "-" for the highest first, "+" the lowest.
        now: The time that ages count to.
    """
    column = by.lstrip("+-")
    descending = by[0] == "-" or (column in STATS and by[0] != "+")
    keys = _keys(snapshot, found, column, now=now).reset_index(drop=True)
    order = keys.sort_values(ascending=not descending, kind="stable", na_position="last")
    sorted_places: np.ndarray = found[order.index.to_numpy()]
    return sorted_places


def _keys(snapshot: Snapshot, found: np.ndarray, column: str, *, now: datetime) -> pd.Series:
    """What to sort some rows by, worked out for this one column only."""
    resources = snapshot.tables["resources"]
    if column in ("quality", "rarity"):
        return rated(snapshot)[column == "rarity"].iloc[found]
    if column == "ecpu":
        part = resources[["cpu", "in_spawn", "planets"]].iloc[found]
        return clamped(part["cpu"], in_spawn=part["in_spawn"], planets=part["planets"])
    if column == "age_days":
        return age_days(resources["first_seen"].iloc[found], now=now)
    values = resources[column].iloc[found]
    if column == "planets":
        names = pd.Series(planet_texts(values.to_numpy()), index=values.index, dtype="str")
        return names.where(names != "")
    if column in ("name", "class_code", "class_name"):
        return values.astype("str").str.casefold()
    return values.where(values > 0) if column in STATS else values
