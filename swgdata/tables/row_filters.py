"""Equals, contains, at_least; planets in one place."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from swgdata.game import RARITIES, faction_name, planet_name

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
    """The same of texts that are Arrow's already, which is what takes the time."""
    from pyarrow import compute

    matched = compute.match_substring(words, text, ignore_case=True)
    found: np.ndarray = compute.fill_null(matched, fill_value=False).to_numpy(zero_copy_only=False)
    return found


def on_planet(column: pd.Series, planet: str) -> pd.Series:
    """The planet in any spelling; a world outside the twelve by its name."""
    codes, names = pd.factorize(column)
    return pd.Series(on_worlds(codes, names, planet), index=column.index)


def on_worlds(codes: np.ndarray, names: Iterable[str], planet: str) -> np.ndarray:
    """The same where each row has the place of its planet among some names; -1 where unknown."""
    wanted = (planet_name(planet) or "").casefold()
    fits = [*((planet_name(name) or "").casefold() == wanted for name in names), False]
    found: np.ndarray = np.array(fits, dtype="bool")[codes]
    return found


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
