"""How far a city is from its next rank and its planet from its caps; distances."""

from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.memoize import memoize
from swgdata.game import CITY_CAPS, PLAYER_CITY_PLANETS, RANKS, rank_title

BELOW: Final = "too few"  # citizens for the rank it has
WITHIN: Final = "in range"
ENOUGH: Final = "may rise"
STANDINGS: Final = (BELOW, WITHIN, ENOUGH)
ANY_RANK: Final = "Any rank"
FROM_LEVEL_3: Final = "Township or above"
FROM_LEVEL_4: Final = "City or above"
ROOMS: Final = (ANY_RANK, FROM_LEVEL_3, FROM_LEVEL_4)
_HEADROOM: Final = {
    "planet": "str",
    "rank": "str",
    "cities": "Int64",
    "cap": "Int64",
    "free": "Int64",
}
_NEEDED: Final = {rank.level: rank.citizens for rank in RANKS}


def rank_margins(cities: pd.DataFrame) -> pd.DataFrame:
    """Measure citizens against what a rank needs (docs/formulas.md#rank-margins).

    Returns:
        One row per city whose level and citizens are known, in the order given: ``name``,
        ``planet``, ``rank``, ``level``, ``citizens``, ``threshold`` and ``next_threshold``
        (citizens; null above the highest rank), ``spare`` (citizens above the threshold,
        negative below it), ``missing`` (citizens to the next rank, 0 or less where there are
        enough; null at the highest), ``standing`` (one of ``STANDINGS``).
    """
    known = cities.loc[cities["level"].isin(list(_NEEDED)) & cities["citizens"].notna()]
    level, citizens = known["level"].astype("int64"), known["citizens"].astype("Int64")
    threshold = level.map(_NEEDED).astype("Int64")
    upper = (level + 1).map(_NEEDED).astype("Int64")
    spare, missing = citizens - threshold, upper - citizens
    enough = (missing <= 0).fillna(value=False)
    standing = np.select([spare < 0, enough], [BELOW, ENOUGH], default=WITHIN)
    margins = known[["name", "planet", "rank", "level", "citizens"]].assign(
        threshold=threshold,
        next_threshold=upper,
        spare=spare,
        missing=missing,
        standing=pd.Series(standing, index=known.index, dtype="str"),
    )
    return margins.reset_index(drop=True)


@memoize
def headroom(cities: pd.DataFrame) -> pd.DataFrame:
    """Count cities against what each planet may hold, by Restoration's caps.

    Args:
        cities: ``planet`` and ``level`` of every city; cities of an unknown level count for
            ``ANY_RANK`` only, cities on an unknown planet nowhere.

    Returns:
        ``planet``, ``rank`` (one of ``ROOMS``), ``cities``, ``cap`` and ``free`` (null on a
        planet that has cities but no known cap); for each rank the planets of the game in
        their order, then others. No rows without any city: that is no count of zero.
    """
    if cities.empty:
        return pd.DataFrame(columns=list(_HEADROOM)).astype(_HEADROOM)
    others = sorted(set(cities["planet"].dropna()) - set(PLAYER_CITY_PLANETS))
    planets = [*PLAYER_CITY_PLANETS, *others]
    parts = []
    for room, lowest in zip(ROOMS, (None, 3, 4), strict=True):
        counted = (
            cities if lowest is None else cities.loc[(cities["level"] >= lowest).eq(other=True)]
        )
        counts = counted["planet"].value_counts().reindex(planets, fill_value=0)
        caps = pd.array([_cap(planet, lowest) for planet in planets], dtype="Int64")
        part = pd.DataFrame({"planet": pd.Series(planets, dtype="str"), "rank": room})
        parts.append(part.assign(cities=counts.to_numpy(dtype="int64"), cap=caps))
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(free=frame["cap"] - frame["cities"]).astype(_HEADROOM)


def _cap(planet: str, lowest: int | None) -> int | None:
    cap = CITY_CAPS.get(planet)
    if cap is None:
        return None
    return {None: cap.cities, 3: cap.from_level_3, 4: cap.from_level_4}[lowest]


def distance(cities: pd.DataFrame, *, planet: str | None, x: float, y: float) -> pd.Series:
    """Metres from a place to each city, along the ground plan of one planet.

    Returns:
        ``distance`` (Float64, whole metres); null on another planet and without coordinates.
    """
    away = np.hypot(cities["x"].astype("Float64") - x, cities["y"].astype("Float64") - y)
    metres: pd.Series = pd.Series(away, index=cities.index, dtype="Float64").round()
    return metres.where(cities["planet"].eq(planet or "").fillna(value=False)).rename("distance")


def net_growth(values: pd.Series) -> int | None:
    """Last value minus the first; None with fewer than two or an unknown end."""
    return _difference(values, 0)


def last_change(values: pd.Series) -> int | None:
    """Last value minus the one before; None with fewer than two or where either is unknown."""
    return _difference(values, -2)


def _difference(values: pd.Series, start: int) -> int | None:
    if len(values) < 2:
        return None
    first, last = values.iloc[start], values.iloc[-1]
    return None if pd.isna(first) or pd.isna(last) else int(last) - int(first)


def rank_changes(history: pd.DataFrame) -> pd.DataFrame:
    """Records at which the rank differs from the last one known before.

    ``history`` has ``label`` and ``level`` of one city, oldest first.

    Returns:
        ``position`` (row of ``history``, from 0), ``label``, ``level``, ``before``, ``change``
        (in words: ``Village → Township``), oldest first.
    """
    known = history.assign(position=range(len(history)))[["position", "label", "level"]]
    known = known.dropna(subset=["level"])
    before = known["level"].shift()
    moved = known.assign(before=before)[(before != known["level"]).fillna(value=False)]
    words = [
        f"{_rank(old)} → {_rank(new)}"
        for old, new in zip(moved["before"], moved["level"], strict=True)
    ]
    return moved.assign(change=pd.Series(words, index=moved.index, dtype="str")).reset_index(
        drop=True
    )


def _rank(level: float) -> str:
    return rank_title(int(level)) or f"rank {int(level)}"
