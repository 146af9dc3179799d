"""Days since the last good spawn of each class (docs/formulas.md#droughts)."""

from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from swgdata.analytics.memoize import IdentityKey
from swgdata.game.classes import CLASSES, name

_DAY: Final = 86_400  # seconds


def droughts(
    resources: pd.DataFrame,
    *,
    quality: pd.Series,
    threshold: float,
    now: datetime,
    among: np.ndarray | None = None,
) -> pd.DataFrame:
    """Count the days since a spawn of each class reached a quality.

    Args:
        resources: ``name``, ``class_code``, ``in_spawn``, ``first_seen`` (null = unknown) of every
            spawn ever listed.
        quality: Quality of the same rows, of any scale, NaN = not rateable (``quality.weighted``).
        threshold: Least quality that counts, on that scale.
        now: Days are counted up to here.
        among: True for the rows that count; None for all.

    Returns:
        One row per class with a spawn listed: ``class_code``, ``class_name``, ``days`` (whole days
        since the last one good enough came, Int64; null = never, or none has a date), ``last``
        (its name), ``last_seen_first`` (its date, UTC), ``up`` (good ones in spawn now, int64),
        ``good`` (good ones ever), ``spawns`` (all ever). Classes with none up first, of those the
        longest first, never last; then the others likewise; equals in tree order.
    """
    kinds = pd.Categorical(resources["class_code"])
    codes, number = np.asarray(kinds.codes), len(kinds.categories)
    listed = codes >= 0 if among is None else (codes >= 0) & among
    is_good = listed & (quality.to_numpy(dtype="float64", na_value=np.nan) >= threshold)
    good = np.flatnonzero(is_good)
    up = good[resources["in_spawn"].to_numpy(dtype=bool)[good]]
    last = _last(resources["first_seen"], codes, good, number)
    numbers = (np.bincount(codes[rows], minlength=number) for rows in (listed, good, up))
    counted = dict(zip(("spawns", "good", "up"), numbers, strict=True))
    days, known = np.full(number, np.nan), last >= 0
    came = resources["first_seen"].iloc[last[known]].dt.as_unit("s").astype("int64").to_numpy()
    days[known] = np.maximum(now.timestamp() - came, 0) // _DAY
    return _ordered(resources, _classes(IdentityKey(kinds.categories)), counted, days, last)


def _last(first_seen: pd.Series, codes: np.ndarray, good: np.ndarray, number: int) -> np.ndarray:
    """Where the good one of each class stands that came last; -1 where none has a date."""
    last = np.full(number, -1)
    seen = first_seen.iloc[good]
    dated = good[seen.notna().to_numpy()]
    order = np.argsort(first_seen.iloc[dated].astype("int64").to_numpy(), kind="stable")
    last[codes[dated[order]]] = dated[order]
    return last


class _Classes(NamedTuple):
    """Classes by their codes: text, name, and rank in the tree, those unknown to it last."""

    codes: "pd.Series[str]"
    names: "pd.Series[str]"
    rank: np.ndarray


@lru_cache(maxsize=16)
def _classes(same: "IdentityKey[pd.Index[Any]]") -> _Classes:
    codes = pd.Series(same.value.astype("str"), dtype="str")
    rank = {code: at for at, code in enumerate(CLASSES)}
    known = [(rank.get(code, len(rank)), code) for code in codes]
    order = np.array(sorted(range(len(known)), key=known.__getitem__), dtype="int64")
    return _Classes(codes, codes.map(name).astype("str"), np.argsort(order))


def _ordered(
    resources: pd.DataFrame,
    classes: _Classes,
    counts: dict[str, np.ndarray],
    days: np.ndarray,
    last: np.ndarray,
) -> pd.DataFrame:
    listed = np.flatnonzero(counts["spawns"])
    keys = (classes.rank[listed], -days[listed], counts["up"][listed] > 0)
    rows = listed[np.lexsort(keys)]
    at, unknown = last[rows], last[rows] < 0
    name_of, seen = (resources[column].iloc[at].mask(unknown) for column in ("name", "first_seen"))
    whole = np.where(np.isnan(days[rows]), 0, days[rows]).astype("int64")
    columns = {
        "class_code": classes.codes.iloc[rows],
        "class_name": classes.names.iloc[rows],
        "days": pd.Series(pd.arrays.IntegerArray(whole, np.isnan(days[rows]))),
        "last": name_of,
        "last_seen_first": seen,
        **{column: pd.Series(counts[column][rows]) for column in ("up", "good", "spawns")},
    }
    index = pd.RangeIndex(len(rows))
    return pd.DataFrame(
        {column: values.set_axis(index) for column, values in columns.items()}, index
    )
