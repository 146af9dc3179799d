"""All named tables by name, and which feeds a table needs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from swgdata.errors import NotOffered, UnknownTable
from swgdata.tables import (
    changes_since,
    cities,
    economy,
    entity_history,
    forecasts,
    guilds,
    materials,
    online,
    population,
    resources,
    schematics,
    service,
    spawn_history,
    spawn_lifetimes,
    spawn_shifts,
    trends,
)
from swgdata.tables.model import NOT_OFFERED, Builder, Table

_MODULES: Final = (
    resources,
    materials,
    spawn_shifts,
    spawn_history,
    spawn_lifetimes,
    guilds,
    cities,
    population,
    online,
    forecasts,
    trends,
    entity_history,
    changes_since,
    economy,
    schematics,
    service,
)
TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {table.name: table for module in _MODULES for table in module.TABLES}
)


def needs(name: str, provider: str) -> tuple[str, ...]:
    """Feeds a table cannot do without, the main one first, then those it can.

    Raises:
        UnknownTable: There is no such table.
        NotOffered: The provider has no feed for this table.
    """
    builder = builder_of(table_named(name), provider)
    return builder.feeds + builder.optional


def table_named(name: str) -> Table:
    """The table of this name.

    Raises:
        UnknownTable: There is no such table.
    """
    if name not in TABLES:
        raise UnknownTable(f"There is no table {name!r}; there are {', '.join(TABLES)}.")
    return TABLES[name]


def builder_of(table: Table, provider: str) -> Builder:
    """How a provider's feeds become the table.

    Raises:
        NotOffered: The provider has no feed for it.
    """
    builder = table.builder(provider)
    if builder is None:
        raise NotOffered(table.name, NOT_OFFERED)
    return builder
