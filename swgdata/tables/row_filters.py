"""Keep rows of a table: by text, number, flag, tier or planet."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from swgdata.game import RARITIES, RESTRICTED_PLANETS, faction_name, planet_mask
from swgdata.game.classes import planet_of_class

if TYPE_CHECKING:
    import pyarrow as pa


def equals(column: pd.Series, text: str) -> pd.Series:
    """The same text, ignoring case and outer blanks."""
    return (column.str.strip().str.casefold() == text.strip().casefold()).fillna(value=False)


def contains(column: pd.Series, text: str) -> pd.Series:
    """The text somewhere inside, ignoring case; no character has a special meaning."""
    return pd.Series(has(words_of(column), text), index=column.index)


def words_of(column: pd.Series) -> "pa.Array":
    """The texts of a column in one piece, as ``has`` takes them."""
    import pyarrow as pa

    words = pa.array(column.astype("str").array)
    return words.combine_chunks() if isinstance(words, pa.ChunkedArray) else words


def has(words: "pa.Array", text: str) -> np.ndarray:
    """``contains`` for texts that are in Arrow already: to bring them there takes the time."""
    from pyarrow import compute

    matched = compute.match_substring(words, text, ignore_case=True)
    found: np.ndarray = compute.fill_null(matched, fill_value=False).to_numpy(zero_copy_only=False)
    return found


def on_planets(planets: "pd.Series | np.ndarray", params: Mapping[str, Any]) -> np.ndarray:
    """True for the rows on the planets that ``PLANET_FILTER`` asks for.

    Args:
        planets: Of each row: names, or bits (``game.planet_mask``) with 0 where none is known.
        params: ``planet``, ``hide_restricted`` and, where the table has one, ``class_code``: a
            class that is found only on a restricted planet is not hidden. Any may be absent.

    Returns:
        One flag a row, a new array. Rows without a known planet are on none of those chosen; they
        stay where only the restricted ones are hidden.
    """
    chosen, hidden = params.get("planet"), params.get("hide_restricted")
    if not chosen and not hidden:
        return np.ones(len(planets), dtype=bool)
    masks = planets if isinstance(planets, np.ndarray) else _masks(planets)
    bound_to = planet_of_class((params.get("class_code") or "").strip().casefold())
    out = planet_mask(RESTRICTED_PLANETS) if hidden and bound_to not in RESTRICTED_PLANETS else 0
    wanted = planet_mask(chosen.split(",")) if chosen else -1
    kept: np.ndarray = (masks & (wanted & ~out)) != 0
    return kept if chosen else kept | (masks == 0)


def rows_on_planets(
    rows: pd.DataFrame, params: Mapping[str, Any], column: str = "planet"
) -> pd.DataFrame:
    """The rows that ``on_planets`` keeps, in their order; the same frame where nothing is asked."""
    if not params.get("planet") and not params.get("hide_restricted"):
        return rows
    return rows.iloc[np.flatnonzero(on_planets(rows[column], params))]


def _masks(names: pd.Series) -> np.ndarray:
    codes, known = pd.factorize(names)
    masks: np.ndarray = np.array([*(planet_mask([name]) for name in known), 0], dtype="int16")
    return masks[codes]


def of_faction(column: pd.Series, faction: str) -> pd.Series:
    """The faction in any case; "none" finds those that declare none."""
    wanted = faction_name(faction)
    return column.isna() if wanted is None else equals(column, wanted)


def at_least(column: pd.Series, low: float) -> pd.Series:
    """A number that reaches the limit."""
    return pd.Series(_numbers(column) >= low, index=column.index)


def at_most(column: pd.Series, high: float) -> pd.Series:
    """A number that stays within the limit."""
    return pd.Series(_numbers(column) <= high, index=column.index)


def _numbers(column: pd.Series) -> np.ndarray:
    """NaN where unknown, which meets no limit."""
    numbers: np.ndarray = column.to_numpy(dtype="float64", na_value=np.nan)
    return numbers


def is_flag(column: pd.Series, *, wanted: bool) -> pd.Series:
    """Known to be true, or known to be false."""
    return (column == wanted).fillna(value=False).astype("bool")


def at_least_as_rare(column: pd.Series, tier: str) -> pd.Series:
    """A rarity tier that reaches the given one; tiers we do not know never match."""
    enough = frozenset(RARITIES[RARITIES.index(tier) :])
    spelled = column.astype("str").str.strip().str.casefold().str.replace(" ", "_")
    return spelled.isin(enough)
