"""Guild tables: who they are, how active, what they hold."""

from collections.abc import Mapping
from dataclasses import replace
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
    frame = model(inputs.frame("guilds"), cities, tuple(_seats(inputs).items()))
    notes = (
        {} if cities is not None else dict.fromkeys(("territory_count", "influence"), _NO_CITIES)
    )
    return TableRows(listed(frame, inputs.parameters), notes)


@memoize
def model(
    guilds: pd.DataFrame, cities: pd.DataFrame | None, seats: tuple[tuple[str, str | None], ...]
) -> pd.DataFrame:
    """Every guild as ``analytics.guilds`` describes it, by the cities and halls that are known."""
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
    return TableRows(listed(frame, inputs.parameters))


def listed(frame: pd.DataFrame, asked: Mapping[str, Any]) -> pd.DataFrame:
    """Keep the guilds that were asked for."""
    if asked.get("faction"):
        frame = frame[of_faction(frame["faction"], asked["faction"])]
    if asked.get("min_members"):
        frame = frame[at_least(frame["members"], asked["min_members"])]
    if asked.get("min_active_pct"):
        share = frame.reindex(columns=["active_pct"])["active_pct"].astype("Float64")
        frame = frame[at_least(share, asked["min_active_pct"])]
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


_SIZE: Final = Parameter(
    "min_members", "whole", default=0, help="at least this many members", low=0
)
FILTERS: Final = (
    Parameter("faction", "text", help='Imperial, Rebel, Neutral, or "none"'),
    _SIZE,
    Parameter(
        "min_active_pct",
        "number",
        default=0,
        help="at least this share of the members is active, in per cent",
        low=0,
        high=100,
    ),
    Parameter("recruiting", "flag", help="only guilds that take (or do not take) members"),
    Parameter("name", "text", help="part of the name"),
)
TABLES: Final = (
    _table(
        "guilds",
        "Which guilds are there, how active are they and what do they hold?",
        *FILTERS,
    ),
    _table("faction_guilds", "Which guilds stand on which side of the war?", FILTERS[0]),
    _table("large_guilds", "Which guilds are large?", replace(_SIZE, default=50)),
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
        builders={
            "swgtracker": Builder(_heatmap, feeds=("cities",), optional=("guilds",)),
            "plain": Builder(_plain_heatmap, feeds=("guilds_cities",)),
        },
        nulls={
            "citizens": "no city of this row has a figure",
            "active": "no city of this row has a figure",
        },
    ),
)
