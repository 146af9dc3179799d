"""The named tables: one name, one question, the same rows for every page, file and address."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from swgdata.errors import FeedError, NotOffered, UnknownTable
from swgdata.tables import (
    cities,
    courses,
    droughts,
    economy,
    guilds,
    leaving,
    lifetimes,
    materials,
    online,
    online_days,
    online_forecast,
    population,
    prospects,
    resources,
    schematics,
    service,
    shifts,
    since,
    trends,
    turnover,
    weighted,
)
from swgdata.tables.conform import NOT_OFFERED, conform, notes
from swgdata.tables.inputs import NOTHING, Archive, Inputs, Memory, Snapshot, State, Version
from swgdata.tables.model import Recipe, Result, Table
from swgdata.tables.parameters import Parameter, read_parameters

__all__ = [
    "TABLES",
    "Archive",
    "Memory",
    "Parameter",
    "Result",
    "Snapshot",
    "State",
    "Table",
    "Version",
    "answer",
    "given",
    "needs",
    "read_parameters",
]

TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        table.name: table
        for table in (
            resources.RESOURCES,
            weighted.WEIGHTED_RESOURCES,
            *materials.TABLES,
            shifts.SPAWN_SHIFTS,
            droughts.DROUGHTS,
            turnover.SPAWN_TURNOVER,
            turnover.SPAWN_INTERVALS,
            lifetimes.SPAWN_LIFETIMES,
            lifetimes.SPAWN_CHANCES,
            leaving.LEAVING_SOON,
            *guilds.TABLES,
            *cities.TABLES,
            *population.TABLES,
            *online.TABLES,
            *online_days.TABLES,
            *online_forecast.TABLES,
            *trends.TABLES,
            *courses.TABLES,
            *prospects.TABLES,
            *since.TABLES,
            *economy.TABLES,
            *schematics.TABLES,
            *service.TABLES,
        )
    }
)


def answer(
    name: str,
    raw: Mapping[str, object],
    *,
    load: Callable[[str], Snapshot],
    provider: str,
    now: datetime,
    archive: Archive = NOTHING,
) -> Result:
    """Answer a named table.

    Args:
        name: Name of the table.
        raw: Parameters as given, text or native.
        load: Gives the snapshot of a feed, or raises ``FeedError``.
        provider: Whose feeds to use.
        now: The time that ages count to, with a zone.
        archive: What is kept beside the feeds: stored answers and versions, the history.

    Raises:
        UnknownTable: There is no such table.
        ParameterError: A parameter is unknown or unfit.
        NotOffered: The provider has no feed for this table.
        FeedError: A feed it cannot do without has nothing to show.
    """
    table = _table(name)
    parameters = read_parameters(table, raw)
    recipe = _recipe(table, provider)
    snapshots = {feed: load(feed) for feed in recipe.feeds}
    extra, missing = _extra(recipe, load)
    inputs = Inputs(snapshots | extra, parameters, now, archive)
    return _result(table, recipe, inputs, provider=provider, missing=missing)


def _result(
    table: Table, recipe: Recipe, inputs: Inputs, *, provider: str, missing: Mapping[str, str]
) -> Result:
    """Build the rows and put their provenance beside them."""
    built = recipe.build(inputs)
    frame = conform(built.frame, dict(table.schema) | dict(recipe.dtypes))
    main = [inputs.snapshots[feed] for feed in recipe.feeds]
    used = tuple(inputs.snapshots.values())
    own = inputs.archive.state.source if inputs.archive.state else ""
    return Result(
        table=table.name,
        frame=frame,
        parameters=given(table, inputs.parameters),
        source=main[0].source if main else own,
        provider=provider,
        as_of=built.as_of or min((snapshot.as_of for snapshot in main), default=None),
        stale=any(snapshot.stale for snapshot in used),
        reason=next((snapshot.reason for snapshot in used if snapshot.stale), None),
        notes=notes(table, built, frame),
        refused=sum(snapshot.refused_count for snapshot in used),
        snapshots=used,
        missing=missing,
    )


def _extra(
    recipe: Recipe, load: Callable[[str], Snapshot]
) -> tuple[dict[str, Snapshot], dict[str, str]]:
    """The feeds it can do without: those that load, and why the others do not."""
    loaded, missing = {}, {}
    for feed in recipe.optional:
        try:
            loaded[feed] = load(feed)
        except FeedError as error:
            missing[feed] = error.reason
    return loaded, missing


def needs(name: str, provider: str) -> tuple[str, ...]:
    """Feeds a table cannot do without, the main one first, then those it can.

    Raises:
        UnknownTable: There is no such table.
        NotOffered: The provider has no feed for this table.
    """
    recipe = _recipe(_table(name), provider)
    return recipe.feeds + recipe.optional


def _table(name: str) -> Table:
    if name not in TABLES:
        raise UnknownTable(f"There is no table {name!r}; there are {', '.join(TABLES)}.")
    return TABLES[name]


def _recipe(table: Table, provider: str) -> Recipe:
    recipe = table.recipe(provider)
    if recipe is None:
        raise NotOffered(table.name, NOT_OFFERED)
    return recipe


def given(table: Table, values: Mapping[str, object]) -> dict[str, object]:
    """The parameters that differ from their default.

    Args:
        table: Whose parameters.
        values: All of them.
    """
    return {
        parameter.name: values[parameter.name]
        for parameter in table.parameters
        if values[parameter.name] != parameter.default
    }
