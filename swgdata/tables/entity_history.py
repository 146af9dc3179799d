"""Cities or guilds over time: one of them, or a few compared."""

from datetime import timedelta
from typing import Final

import pandas as pd

from swgdata.analytics import entity_changes
from swgdata.analytics.entity_changes import MOST_COMPARED, indexed, values_at_observations
from swgdata.tables import entities
from swgdata.tables.entities import (
    CITIES,
    GUILDS,
    KINDS,
    NO_READING,
    Kind,
    Past,
    catalogue,
    labels,
    with_names,
)
from swgdata.tables.model import UTC_TIME, Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import Parameter

_USUAL: Final = 5  # the most active, where nobody is named
_NOT_THERE: Final = "it was not there then, or the feed gave no figure"


def city_key(inputs: TableInputs) -> tuple[str | None, str]:
    """The key of the city that was asked for by name and planet.

    Returns:
        None where it cannot be told, and why.
    """
    name, planet = inputs.parameters["city"], inputs.parameters["planet"]
    if not name:
        return None, "name a city, and its planet"
    if planet:
        return entity_changes.city_key(name, planet), ""
    known = catalogue(inputs, CITIES)
    same = known.loc[known["name"].str.strip().str.casefold() == name.strip().casefold()]
    if len(same) == 1:
        return str(same["key"].iloc[0]), ""
    worlds = ", ".join(sorted(same["planet"].dropna()))
    return None, f"there is one on {worlds}: say the planet" if worlds else "no city is called so"


def _city_past(inputs: TableInputs) -> TableRows:
    key, why = city_key(inputs)
    return _past_of(inputs, CITIES, key, why)


def _guild_past(inputs: TableInputs) -> TableRows:
    asked = inputs.parameters["guild"]
    if not asked:
        return _past_of(inputs, GUILDS, None, "name a guild by its tag or its name")
    found = entities.keys_of([asked], catalogue(inputs, GUILDS), GUILDS)
    return _past_of(inputs, GUILDS, found[0], "")


def _past_of(inputs: TableInputs, kind: Kind, key: str | None, why: str) -> TableRows:
    """A row for every look at which it was known, or known to be gone."""
    past = Past.of(inputs, kind.key)
    since = inputs.now - timedelta(days=inputs.parameters["days"])
    measures = (kind.people, "active", *(("level",) if kind is CITIES else ()))
    columns = {
        measure: values_at_observations(
            past.points(measure, keys=[key or ""]), past.looks, since=since, until=inputs.now
        ).set_index("timestamp")["value"]
        for measure in measures
    }
    rows = pd.DataFrame(columns).round().reset_index(names="timestamp")
    why = why or (NO_READING if past.last is None else _none(inputs.parameters["days"]))
    return TableRows(rows, {} if len(rows) else {"timestamp": why}, past.last)


def _none(days: int) -> str:
    return f"no reading of it in the last {'day' if days == 1 else f'{days} days'}"


def _compare(inputs: TableInputs) -> TableRows:
    """Each 100 at the first look of the window at which it was known."""
    asked, kind = inputs.parameters, KINDS[inputs.parameters["kind"]]
    past, measure = Past.of(inputs, kind.key), kind.measure(asked["measure"])
    known = catalogue(inputs, kind)
    names = entities.split(asked["names"], most=MOST_COMPARED)
    top = past.at_last(measure).sort_values(ascending=False, kind="stable")
    wanted = entities.keys_of(names, known, kind) if names else list(top.index[:_USUAL])
    since = inputs.now - timedelta(days=asked["days"])
    points = past.points(measure, keys=wanted)
    seen = values_at_observations(points, past.looks, since=since, until=inputs.now)
    start = seen["timestamp"].min() if len(seen) else pd.Timestamp(inputs.now)
    rows = indexed(seen, keys=wanted, start=start)
    called = with_names(pd.DataFrame({"key": pd.Series(wanted, dtype="str")}), known, kind)
    entity = rows["key"].map(dict(zip(called["key"], labels(called, kind), strict=True)))
    told = set(rows["key"])
    lost = [name for name in names if not told & set(entities.keys_of([name], known, kind))]
    notes = {"entity": f"{_none(asked['days'])}: {', '.join(lost)}"} if lost else {}
    if past.last is None:
        notes = {"entity": NO_READING}
    return TableRows(rows.assign(entity=entity, value=rows["value"].round()), notes, past.last)


_PAST: Final = {"timestamp": UTC_TIME}
_FIGURES: Final = ("citizens", "members", "active", "level", "value")
_NULLS: Final = dict.fromkeys(_FIGURES, _NOT_THERE)
TABLES: Final = (
    Table(
        name="city_past",
        question="How many lived in a city, whenever we looked?",
        schema=_PAST | dict.fromkeys(("citizens", "active", "level"), "Int64"),
        builders={"swgtracker": Builder(_city_past, optional=("cities",))},
        parameters=(
            Parameter("city", "text", help="its name"),
            Parameter("planet", "text", help="where it stands; names are unique only with it"),
            entities.days(90),
        ),
        nulls=_NULLS,
    ),
    Table(
        name="guild_past",
        question="How many were in a guild, whenever we looked?",
        schema=_PAST | dict.fromkeys(("members", "active"), "Int64"),
        builders={"swgtracker": Builder(_guild_past, optional=("guilds",))},
        parameters=(
            Parameter("guild", "text", help="its tag, its name, or both: TAG|name"),
            entities.days(90),
        ),
        nulls=_NULLS,
    ),
    Table(
        name="compare",
        question="How did a few cities or guilds fare, each 100 at the start?",
        schema={"entity": "str", "timestamp": UTC_TIME, "value": "Int64", "index": "Float64"},
        builders={"swgtracker": Builder(_compare, optional=tuple(KINDS))},
        parameters=(
            entities.KIND,
            Parameter(
                "names",
                "text",
                help=f"up to {MOST_COMPARED}, separated by commas; "
                f"the {_USUAL} largest where none is named",
            ),
            entities.MEASURE,
            entities.days(30),
        ),
        nulls=_NULLS | {"index": f"{_NOT_THERE}, or it began at 0"},
    ),
)
