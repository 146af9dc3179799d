"""Positions of matching rows, their order and quality, memoized.

Everything here works on positions in the shared frame; the frame itself is never copied.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from swgdata.analytics import quality as analytics_quality
from swgdata.analytics.memoize import IdentityKey
from swgdata.analytics.quality import bands, class_relative, line_quality, stat_percent
from swgdata.analytics.rarity import percentiles, tiers
from swgdata.analytics.resources import clamped_prices
from swgdata.errors import ParameterError
from swgdata.feeds.model import Snapshot
from swgdata.game import RARITIES, STATS, planet_texts
from swgdata.game.classes import caps, descendants
from swgdata.tables.row_filters import has, on_planets, words_of

if TYPE_CHECKING:
    import pyarrow as pa


def rated(snapshot: Snapshot) -> tuple[pd.Series, pd.Series]:
    """Quality and rarity of every row of the export, worked out once per version of it.

    Returns:
        ``quality`` (0 to 100, NaN = not rateable) and ``rarity``; shared, never assign.
    """
    return rated_rows(IdentityKey(snapshot.tables["resources"]))


@lru_cache(maxsize=2)
def rated_rows(same: IdentityKey[pd.DataFrame]) -> tuple[pd.Series, pd.Series]:
    """Quality and rarity of every row of a frame of resources; shared, never assign."""
    quality = class_relative(same.value)
    return quality, tiers(percentiles(same.value["class_code"], quality))


def weighted(
    snapshot: Snapshot, found: np.ndarray, asked: Mapping[str, Any]
) -> "np.ndarray | None":
    """Quality of some resources by the weights asked for, against the caps of the class asked for.

    Args:
        snapshot: The resources feed.
        found: Positions in its main table.
        asked: ``weights`` as ``weights.written`` has them, and ``class_code``; a class that is
            not given, or whose caps are unknown, has caps of 1000.

    Returns:
        A number in 0 to 1000 a position (docs/formulas.md#weighted-quality); None without weights.
    """
    if not asked.get("weights"):
        return None
    code = (asked.get("class_code") or "").strip().casefold()
    values = _stats(IdentityKey(snapshot.tables["resources"]))[found]
    return line_quality(values, analytics_quality.read_weights(asked["weights"]), caps=caps(code))


def quality(snapshot: Snapshot, asked: Mapping[str, Any]) -> np.ndarray:
    """Quality of every row: by the weights asked for, 0 to 1000, else class-relative, 0 to 100.

    Returns:
        One number per row, NaN = not rateable; shared, never assign.
    """
    if not asked.get("weights"):
        return rated(snapshot)[0].to_numpy()
    same = IdentityKey(snapshot.tables["resources"])
    return _weighted(same, asked["weights"], asked.get("class_code") or "")


@lru_cache(maxsize=4)
def _weighted(same: IdentityKey[pd.DataFrame], line: str, code: str) -> np.ndarray:
    known = caps(code.strip().casefold())
    found = line_quality(_stats(same), analytics_quality.read_weights(line), caps=known)
    found.flags.writeable = False
    return found


def bands_of(snapshot: Snapshot, found: np.ndarray) -> np.ndarray:
    """How close each stat of some resources is to its own cap.

    Args:
        snapshot: The resources feed.
        found: Positions in its main table.

    Returns:
        n x 10 places in ``analytics.quality.BANDS``, in the order of ``STATS``; -1 = no such stat.
    """
    reached: np.ndarray = _bands(IdentityKey(snapshot.tables["resources"]))[found]
    return reached


@lru_cache(maxsize=2)
def _bands(same: IdentityKey[pd.DataFrame]) -> np.ndarray:
    percent = stat_percent(same.value)
    columns = [bands(percent[stat]).cat.codes.to_numpy(dtype="int8") for stat in STATS]
    codes = np.column_stack(columns)
    codes.flags.writeable = False
    return codes


@lru_cache(maxsize=2)
def _stats(same: IdentityKey[pd.DataFrame]) -> np.ndarray:
    """The stats side by side, n x 10: a row of them is one piece of memory."""
    values: np.ndarray = np.ascontiguousarray(same.value[list(STATS)].to_numpy())
    values.flags.writeable = False
    return values


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
def _known(same: IdentityKey[pd.DataFrame]) -> dict[str, np.ndarray]:
    """Column -> its keys, of one version of the export, as they are asked for."""
    del same
    return {}


def _keys(resources: pd.DataFrame, column: str) -> np.ndarray:
    known = _known(IdentityKey(resources))
    if column not in known:
        known[column] = _made(resources, column)
    return known[column]


def _made(resources: pd.DataFrame, column: str) -> np.ndarray:
    """What to sort all rows of an export by: a number each, NaN where unknown.

    Ages change while they are looked at, so for these it is when the resource was first seen.
    """
    if column in ("quality", "rarity"):
        quality, rarity = rated_rows(IdentityKey(resources))
        keys = quality if column == "quality" else rarity.cat.codes.where(rarity.notna())
    elif column == "ecpu":
        keys = clamped_prices(
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


_NARROWING: Final = (
    *("in_spawn", "planet", "class_code", "name", "min_rarity", "hide_restricted"),
    *(f"{end}_{stat}" for stat in STATS for end in ("min", "max")),
)


def of_class(
    class_code: pd.Series, code: str, found: np.ndarray | slice = slice(None)
) -> np.ndarray:
    """True for the rows of a class and everything below it, of all rows or of those found."""
    kinds = pd.Categorical(class_code)
    belongs: np.ndarray = _below(IdentityKey(kinds.categories), code)[kinds.codes[found]]
    return belongs


@lru_cache(maxsize=256)
def _below(classes: "IdentityKey[pd.Index[Any]]", code: str) -> np.ndarray:
    """Which of the classes belong to one; False at the end, for rows without a class."""
    wanted = {name.casefold() for name in descendants(code.strip().casefold())}
    return np.array([*(str(name).casefold() in wanted for name in classes.value), False])


def matching_positions(
    snapshot: Snapshot, asked: Mapping[str, Any], *, now: datetime
) -> np.ndarray:
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
    return _places(IdentityKey(snapshot.tables["resources"]), chosen, born_after)


@lru_cache(maxsize=8)
def _places(
    same: "IdentityKey[pd.DataFrame]",
    chosen: tuple[tuple[str, Any], ...],
    born_after: pd.Timestamp | None,
) -> np.ndarray:
    """Cheap tests first, text last."""
    resources, asked = same.value, dict(chosen)
    keep = _kept(resources, asked)
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
def _names(same: "IdentityKey[pd.DataFrame]") -> "pa.Array":
    return words_of(same.value["name"])


def positions(snapshot: Snapshot, ids: "pd.Series[int]") -> np.ndarray:
    """Positions in the export of the resources with these ids, in their order."""
    known = _by_id(IdentityKey(snapshot.tables["resources"]))
    found: np.ndarray = known.get_indexer(pd.Index(ids))
    return found


@lru_cache(maxsize=2)
def _by_id(same: "IdentityKey[pd.DataFrame]") -> "pd.Index[Any]":
    ids: pd.Index[Any] = pd.Index(same.value["id"])
    return ids


def _kept(resources: pd.DataFrame, asked: Mapping[str, Any]) -> np.ndarray:
    """What whole columns are compared for; a stat the class lacks never meets a limit."""
    keep = on_planets(resources["planets"].to_numpy(), asked)
    if asked["in_spawn"] is not None:
        keep &= resources["in_spawn"].to_numpy() == asked["in_spawn"]
    for stat in STATS:
        low, high = asked[f"min_{stat}"], asked[f"max_{stat}"]
        if low is not None or high is not None:
            value = resources[stat].to_numpy()
            keep &= value >= max(low or 0, 1)
            if high is not None:
                keep &= value <= high
    return keep
