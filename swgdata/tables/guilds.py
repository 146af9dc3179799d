"""Guild tables: who they are, how active, what they hold."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from swgdata.analytics.guilds import describe, heatmap
from swgdata.analytics.memoize import memoize
from swgdata.tables.model import Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import PLANET_FILTER, Parameter
from swgdata.tables.row_filters import at_least, contains, is_flag, of_faction, rows_on_planets

_SCHEMA: Final = {
    "name": "str",
    "tag": "str",
    "faction": "str",
    "leader": "str",
    "members": "Int32",
    "active": "Int32",
    "active_pct": "Float64",
    "recruiting": "boolean",
    "territory_count": "Int64",
    "influence": "Float64",
    "headquarters": "str",
}
_NO_CITIES: Final = "the cities feed is missing"


def _guilds(inputs: TableInputs) -> TableRows:
    """Guilds out of the site's feed, with territory from its cities."""
    cities = inputs.optional("cities")
    frame = _model(inputs.frame("guilds"), cities, tuple(_seats(inputs).items()))
    notes = (
        {} if cities is not None else dict.fromkeys(("territory_count", "influence"), _NO_CITIES)
    )
    return TableRows(_narrowed(frame, inputs.parameters), notes)


@memoize
def _model(
    guilds: pd.DataFrame, cities: pd.DataFrame | None, seats: tuple[tuple[str, str | None], ...]
) -> pd.DataFrame:
    return describe(guilds, cities, seats=dict(seats))


def _seats(inputs: TableInputs) -> dict[str, str | None]:
    """Tag -> city of the guild hall, from the profiles that were read so far."""
    seats: dict[str, str | None] = {}
    for parameters, snapshot in inputs.stored.answers("guild_history"):
        profile = snapshot.tables["guild_profile"]["city"].dropna().str.strip()
        if len(profile) and profile.iloc[0]:
            seats[parameters.get("abbrev", "").strip().casefold()] = str(profile.iloc[0])
    return seats


def _plain_guilds(inputs: TableInputs) -> TableRows:
    """Guilds as the plain provider gives them."""
    frame = inputs.frame("guilds_cities", "guilds").rename(columns={"member_count": "members"})
    return TableRows(_narrowed(frame, inputs.parameters))


def _narrowed(frame: pd.DataFrame, asked: Mapping[str, Any]) -> pd.DataFrame:
    """Keep the guilds that were asked for."""
    if asked.get("faction"):
        frame = frame[of_faction(frame["faction"], asked["faction"])]
    if asked.get("min_members"):
        frame = frame[at_least(frame["members"], asked["min_members"])]
    if asked.get("recruiting") is not None:
        known = frame.reindex(columns=["recruiting"])["recruiting"].astype("boolean")
        frame = frame[is_flag(known, wanted=asked["recruiting"])]
    if asked.get("name"):
        frame = frame[contains(frame["name"], asked["name"])]
    return frame


def _heatmap(inputs: TableInputs) -> TableRows:
    """Territory by tag and planet."""
    guilds = inputs.optional("guilds")
    frame = heatmap(inputs.frame("cities"), guilds)
    notes = {} if guilds is not None else {"guild": "the guilds feed is missing"}
    return TableRows(rows_on_planets(frame, inputs.parameters), notes)


def _plain_heatmap(inputs: TableInputs) -> TableRows:
    """Territory by controlling guild and planet."""
    cities = inputs.frame("guilds_cities", "cities").dropna(subset=["controlling_guild"])
    groups = cities.groupby(["controlling_guild", "planet"], sort=False, dropna=False)
    held = pd.DataFrame(
        {"cities": groups.size(), "citizens": groups["population"].sum(min_count=1)}
    ).reset_index()
    frame = held.rename(columns={"controlling_guild": "guild"})
    return TableRows(rows_on_planets(frame, inputs.parameters))


_FACTION: Final = Parameter("faction", "text", help='Imperial, Rebel, Neutral, or "none"')
_RECIPES: Final = {
    "swgtracker": Builder(_guilds, feeds=("guilds",), optional=("cities",)),
    "plain": Builder(_plain_guilds, feeds=("guilds_cities",)),
}
_NULLS: Final[Mapping[str, str]] = {
    "tag": "the guild has no tag",
    "faction": "none declared",
    "active_pct": "no members, or no figure",
    "territory_count": "the guild has no tag, or shares it with another guild",
    "influence": "the guild has no tag, shares it with another guild, or has no figures",
    "headquarters": "known only for guilds whose profile was read and names a city",
}


def _table(name: str, question: str, *parameters: Parameter) -> Table:
    return Table(name, question, _SCHEMA, _RECIPES, parameters=parameters, nulls=_NULLS)


def _min_members(default: int) -> Parameter:
    return Parameter("min_members", "whole", default=default, help="at least this many", low=0)


TABLES: Final = (
    _table(
        "guilds",
        "Which guilds are there, how active are they and what do they hold?",
        _FACTION,
        _min_members(0),
        Parameter("recruiting", "flag", help="only guilds that take (or do not take) members"),
        Parameter("name", "text", help="part of the name"),
    ),
    _table("faction_guilds", "Which guilds stand on which side of the war?", _FACTION),
    _table("large_guilds", "Which guilds are large?", _min_members(50)),
    Table(
        name="territory_heatmap",
        question="Which guild holds how many cities on which planet?",
        schema={
            "guild": "str",
            "tag": "str",
            "planet": "str",
            "cities": "Int64",
            "citizens": "Int64",
            "active": "Int64",
        },
        parameters=PLANET_FILTER,
        recipes={
            "swgtracker": Builder(_heatmap, feeds=("cities",), optional=("guilds",)),
            "plain": Builder(_plain_heatmap, feeds=("guilds_cities",)),
        },
        nulls={
            "citizens": "no city of this row has a figure",
            "active": "no city of this row has a figure",
        },
    ),
)
