"""The order of resources: positions in the shared frame, sorted by one column of the table."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd

from swgdata.analytics.once import Same
from swgdata.analytics.prices import clamped
from swgdata.errors import ParameterError
from swgdata.tables.inputs import Snapshot
from swgdata.tables.rating import rated_rows, weighted
from swgdata.vocabulary import STATS, planet_texts

WEIGHTED: Final = ("weighted", "weighted_quality")
"""Both words mean the quality by the weights asked for."""


def ordered(
    snapshot: Snapshot, found: np.ndarray, asked: Mapping[str, Any], *, now: datetime
) -> np.ndarray:
    """Sort positions by one column: stats best first unless told otherwise, unknown values last.

    Args:
        snapshot: The resources feed.
        found: Positions to sort; equal ones keep their order.
        asked: ``sort``, a column with a leading "-" for the highest first or "+" for the lowest;
            ``limit``, after which nothing is needed (None for all); ``weights``, ``class_code``.
        now: The time that ages count to.

    Returns:
        The first ``limit`` of the positions.

    Raises:
        ParameterError: It is to be sorted by weights, and there are none.
    """
    by, limit = str(asked["sort"]), asked["limit"]
    column = by.lstrip("+-")
    descending = by[0] == "-" or (column in (*STATS, *WEIGHTED) and by[0] != "+")
    if column in WEIGHTED:
        quality = weighted(snapshot, found, asked)
        if quality is None:
            raise ParameterError(f'sort={column} takes weights, such as weights="OQ=66 SR=34".')
        order = _first(quality, limit, descending=descending)
    else:
        keys = _keys(snapshot.tables["resources"], column)[found]
        if column == "age_days":
            keys = np.maximum((now.timestamp() - keys) // 86400, 0)
        order = _first(keys, limit, descending=descending)
    sorted_places: np.ndarray = found[order]
    return sorted_places


def _first(numbers: np.ndarray, limit: int | None, *, descending: bool) -> np.ndarray:
    """Places of the first numbers in order; all is sorted only where all is wanted."""
    ranks = -numbers if descending else numbers
    places = np.arange(len(ranks))
    if limit is not None and limit < len(ranks):
        last = np.partition(ranks, limit - 1)[limit - 1]
        if not np.isnan(last):
            places = np.flatnonzero(ranks <= last)
    order: np.ndarray = places[np.argsort(ranks[places], kind="stable")][:limit]
    return order


@lru_cache(maxsize=2)
def _known(same: Same[pd.DataFrame]) -> dict[str, np.ndarray]:
    """Column -> its keys, of one version of the export, as they are asked for."""
    del same
    return {}


def _keys(resources: pd.DataFrame, column: str) -> np.ndarray:
    known = _known(Same(resources))
    if column not in known:
        known[column] = _made(resources, column)
    return known[column]


def _made(resources: pd.DataFrame, column: str) -> np.ndarray:
    """What to sort all rows of an export by: a number each, NaN where unknown.

    Ages change while they are looked at, so for these it is when the resource was first seen.
    """
    if column in ("quality", "rarity"):
        quality, rarity = rated_rows(Same(resources))
        keys = quality if column == "quality" else rarity.cat.codes.where(rarity.notna())
    elif column == "ecpu":
        keys = clamped(
            resources["cpu"], in_spawn=resources["in_spawn"], planets=resources["planets"]
        )
    elif column in ("first_seen", "age_days"):
        seen = resources["first_seen"]
        keys = seen.dt.as_unit("s").astype("int64").where(seen.notna())
    elif column == "planets":
        worlds = pd.Series(planet_texts(resources["planets"].to_numpy()), dtype="str")
        keys = _ranks(worlds.where(worlds != ""))
    elif column in ("name", "class_code", "class_name"):
        keys = _ranks(resources[column].astype("str").str.casefold())
    else:
        values = resources[column]
        keys = values.where(values > 0) if column in STATS else values
    return keys.to_numpy(dtype="float64", na_value=np.nan)


def _ranks(texts: "pd.Series[str]") -> "pd.Series[Any]":
    """The place of each text among all; null where there is none."""
    codes, _ = pd.factorize(texts, sort=True)
    places = pd.Series(codes)
    return places.where(places >= 0)
