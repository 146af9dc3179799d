"""Tables of the history database, and its migrations.

Times of points, observations, hours and intervals are whole seconds since 1970 in UTC: four
bytes in a key instead of a text, equal on both databases, and an hour is a remainder.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out; SQLite itself forgets the zone."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Store as naive UTC."""
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Read back as aware UTC."""
        return None if value is None else cast(datetime, value).replace(tzinfo=UTC)


METADATA: Final = sa.MetaData()

# What is measured: one row for each entity and measure. ``sampled`` values carry their own time,
# the others were written on change. Samples before ``rolled`` live in HOURS only.
SERIES: Final = sa.Table(
    "series",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("measure", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("sampled", sa.Boolean, nullable=False),
    sa.Column("rolled", sa.BigInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("kind", "measure", "key"),
)

# A null value: the entity is gone, or its figure unknown, from then on.
POINTS: Final = sa.Table(
    "points",
    METADATA,
    sa.Column("series", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Double),
    sqlite_with_rowid=False,
)

# When a kind was read, so that "unchanged" and "not looked" are different.
OBSERVATIONS: Final = sa.Table(
    "observations",
    METADATA,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
HOURS: Final = sa.Table(
    "hours",
    METADATA,
    sa.Column("series", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("samples", sa.Integer, nullable=False),
    sa.Column("total", sa.Double, nullable=False),
    sa.Column("low", sa.Double, nullable=False),
    sa.Column("high", sa.Double, nullable=False),
    sqlite_with_rowid=False,
)

# When a resource was up. ``last_seen`` and ``first_missing`` are null while it is.
INTERVALS: Final = sa.Table(
    "intervals",
    METADATA,
    sa.Column("resource_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("entered", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text),
    sa.Column("class_code", sa.Text),
    sa.Column("first_seen", sa.BigInteger),
    sa.Column("last_seen", sa.BigInteger),
    sa.Column("first_missing", sa.BigInteger, index=True),
)
SYNC_RUNS: Final = sa.Table(
    "sync_runs",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("started", UtcDateTime, nullable=False, index=True),
    sa.Column("feed", sa.String(60), nullable=False),
    sa.Column("ok", sa.Boolean, nullable=False),
    sa.Column("changed", sa.Boolean, nullable=False),
    sa.Column("rows", sa.Integer),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("reason", sa.String(300)),
)

# Who holds a lock, for the one who is refused; the lock itself is the database's or the system's.
HOLDERS: Final = sa.Table(
    "holders",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
)
SCHEMA_VERSION: Final = sa.Table(
    "schema_version",
    METADATA,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
)

# Each step adds to what version 1 had: a new table needs none, a new column is an ALTER that
# both databases take. A step is never changed once it was released.
STEPS: Final[Sequence[str]] = ()


def version_of(connection: sa.Connection) -> int | None:
    """The schema version of a database; None where no version was ever written."""
    if not sa.inspect(connection).has_table(SCHEMA_VERSION.name):
        return None
    version: int | None = connection.scalar(sa.select(sa.func.max(SCHEMA_VERSION.c.version)))
    return version


def bring_up(connection: sa.Connection) -> None:
    """Make what is missing; to be called by one writer at a time.

    A database of a newer version is left as it is: steps only add, so it can be read and written.
    """
    version = version_of(connection)
    METADATA.create_all(connection)
    if version is None:
        connection.execute(SCHEMA_VERSION.insert(), {"version": 1 + len(STEPS)})
        return
    for number, step in enumerate(STEPS, start=2):
        if number > version:
            connection.exec_driver_sql(step)
            connection.execute(SCHEMA_VERSION.insert(), {"version": number})
