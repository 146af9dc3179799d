"""The order of resources: positions in the shared frame, sorted by one column of the table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from swgdata.analytics.prices import clamped
from swgdata.analytics.resources import age_days
from swgdata.errors import ParameterError
from swgdata.tables.inputs import Snapshot
from swgdata.tables.rating import rated, weighted
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
        keys = _keys(snapshot, found, column, now=now).reset_index(drop=True)
        if isinstance(keys.dtype, np.dtype) and keys.dtype.kind in "if":
            order = _first(keys.to_numpy(), limit, descending=descending)
        else:
            keys = keys.sort_values(ascending=not descending, kind="stable", na_position="last")
            order = keys.index.to_numpy()[:limit]
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
