"""The named tables: one name, one question, the same rows for every page, file and address."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from swgdata.errors import FeedError, NotOffered, UnknownTable
from swgdata.tables import (
    cities,
    economy,
    guilds,
    materials,
    population,
    resources,
    schematics,
    service,
)
from swgdata.tables.conform import NOT_OFFERED, conform, notes
from swgdata.tables.inputs import Inputs, Snapshot, State, Stored
from swgdata.tables.model import Recipe, Result, Table
from swgdata.tables.parameters import Parameter, read_parameters

__all__ = [
    "TABLES",
    "Parameter",
    "Result",
    "Snapshot",
    "State",
    "Table",
    "answer",
    "needs",
    "read_parameters",
]

TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        table.name: table
        for table in (
            resources.RESOURCES,
            *materials.TABLES,
            *guilds.TABLES,
            *cities.TABLES,
            *population.TABLES,
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
    histories: Callable[[str], Stored] = lambda _: (),
    state: State | None = None,
) -> Result:
    """Answer a named table.

    Args:
        name: Name of the table.
        raw: Parameters as given, text or native.
        load: Gives the snapshot of a feed, or raises ``FeedError``.
        provider: Whose feeds to use.
        now: The time that ages count to, with a zone.
        histories: Gives the stored answers of a feed that takes parameters; called only for
            tables that use them, fetches nothing.
        state: The service's own records, for ``summary`` and ``sync_history``.

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
    main = tuple(snapshots.values())
    missing: dict[str, str] = {}
    for feed in recipe.optional:
        try:
            snapshots[feed] = load(feed)
        except FeedError as error:
            missing[feed] = error.reason
    built = recipe.build(Inputs(snapshots, parameters, now, histories, state))
    frame = conform(built.frame, dict(table.schema) | dict(recipe.dtypes))
    used = tuple(snapshots.values())
    return Result(
        table=name,
        frame=frame,
        parameters=_given(table, parameters),
        source=main[0].source if main else (state.source if state else ""),
        provider=provider,
        as_of=min((snapshot.as_of for snapshot in main), default=None),
        stale=any(snapshot.stale for snapshot in used),
        reason=next((snapshot.reason for snapshot in used if snapshot.stale), None),
        notes=notes(table, built, frame),
        refused=sum(len(snapshot.refused) for snapshot in used),
        snapshots=used,
        missing=missing,
    )


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


def _given(table: Table, values: Mapping[str, object]) -> dict[str, object]:
    """The parameters that differ from their default."""
    return {
        parameter.name: values[parameter.name]
        for parameter in table.parameters
        if values[parameter.name] != parameter.default
    }
