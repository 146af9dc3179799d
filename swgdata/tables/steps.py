"""Steps from the rows of a named table to what a panel shows of them, by name.

The meta of a panel's files has the table, its parameters and these steps: whoever exports the table
and follows the steps has the same rows in the same order.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from swgdata.analytics.city_ranks import headroom
from swgdata.analytics.economy import (
    by_family,
    lead_changes,
    profession_courses,
    wealth_ratio,
)
from swgdata.analytics.memoize import memoize
from swgdata.game import RARITIES
from swgdata.game.classes import name as class_name
from swgdata.tables.row_filters import rows_on_planets


@dataclass(frozen=True, slots=True)
class Step:
    """One step with its arguments, ready for JSON.

    Attributes:
        name: One of ``STEPS``.
        arguments: Name and value of each; values can be hashed.
    """

    name: str
    arguments: tuple[tuple[str, Any], ...] = ()

    @property
    def meta(self) -> dict[str, object]:
        """As the meta of a file has it."""
        return {"step": self.name, **dict(self.arguments)}


def step(name: str, **arguments: Any) -> Step:
    """A step of ``STEPS``; an argument that is None is left out."""
    given = {key: _hashable(value) for key, value in arguments.items() if value is not None}
    return Step(name, tuple(given.items()))


def _hashable(value: Any) -> Any:
    return tuple(map(_hashable, value)) if isinstance(value, (list, tuple)) else value


def follow(rows: pd.DataFrame, steps: Iterable[Step]) -> pd.DataFrame:
    """The rows after all steps; shared, never assign into it."""
    for one in steps:
        rows = _follow(rows, one)
    return rows


@memoize
def _follow(rows: pd.DataFrame, taken: Step) -> pd.DataFrame:
    return STEPS[taken.name](rows, **dict(taken.arguments))


def _sort(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """By one column, the highest first after "-"; equal ones keep their order, null last."""
    return rows.sort_values(
        by.removeprefix("-"), ascending=by[0] != "-", na_position="last", kind="stable"
    )


def _movement(top: pd.DataFrame, new: Collection[int]) -> pd.DataFrame:
    """The places gained with a symbol, after the rank; ``new`` are the numbers of new rows."""
    moves = top["rank_move"].map(_moved, na_action="ignore").astype("str")
    told = moves.where(top["rank_move"].notna())
    told = told.mask(pd.RangeIndex(len(top)).isin(list(new)), "✦ new")
    return top.assign(movement=told)[["rank", "movement", *[c for c in top if c != "rank"]]]


def _moved(places: int) -> str:
    return f"{'▲' if places > 0 else '▼' if places < 0 else '▬'} {abs(places) or 'same'}"


def _on_planets(rows: pd.DataFrame, **params: Any) -> pd.DataFrame:
    """As ``planet`` and ``hide_restricted`` of the tables keep rows."""
    return rows_on_planets(rows, params)


def _where(rows: pd.DataFrame, **wanted: Any) -> pd.DataFrame:
    """With these values in these columns."""
    for column, value in wanted.items():
        rows = rows.loc[rows[column].eq(value).fillna(value=False)]
    return rows


def by_planet(cities: pd.DataFrame) -> pd.DataFrame:
    """By planet, the planet with most first, and by active citizens in each."""
    order = {planet: index for index, planet in enumerate(cities["planet"].value_counts().index)}
    ranked = cities.assign(_order=cities["planet"].map(order).fillna(len(order))).sort_values(
        ["_order", "active"], ascending=[True, False], na_position="last", kind="stable"
    )
    return ranked.drop(columns="_order")


def rarest_first(materials: pd.DataFrame) -> pd.DataFrame:
    """By rarity, then by name; tiers that are not known come last."""
    order = {tier: -index for index, tier in enumerate(RARITIES)}
    tiers = [order.get(tier_of(tier), 1) for tier in materials["rarity"]]
    names = [str(name).casefold() for name in materials["name"]]
    return materials.iloc[sorted(range(len(names)), key=lambda row: (tiers[row], names[row]))]


def tier_of(rarity: object) -> str:
    """A rarity as ``RARITIES`` spells it; the plain provider's may be of any spelling."""
    return str(rarity).strip().casefold().replace(" ", "_")


def family_names(soon: pd.DataFrame) -> pd.DataFrame:
    """Families of classes by their names, where the table has their codes."""
    names = {
        column: soon[column].map(class_name, na_action="ignore").astype("str")
        for column in ("family", "basis")
    }
    return soon.assign(**names)


def _first(rows: pd.DataFrame, columns: Collection[str]) -> pd.DataFrame:
    """These columns before the others."""
    return rows[[*columns, *(column for column in rows if column not in columns)]]


STEPS: Final[Mapping[str, Callable[..., pd.DataFrame]]] = {
    "sort": _sort,
    "where": _where,
    "columns first": _first,
    "on planets": _on_planets,
    "room for cities": headroom,
    "by planet": by_planet,
    "rarest first": rarest_first,
    "family names": family_names,
    "lead changes": lead_changes,
    "average to median": wealth_ratio,
    "movement": _movement,
    "by family": by_family,
    "professions compared": profession_courses,
}
