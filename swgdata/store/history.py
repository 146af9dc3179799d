"""The SQL history: what each synchronisation did, feed by feed.

SQLAlchemy Core, so that one code serves SQLite on a laptop and PostgreSQL when instances share it.
A store that cannot be written never stops the app: ``History.trouble`` says what is wrong.
"""

import logging
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from swgdata.store import housekeeping

log = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class FeedRun:
    """What one synchronisation did to one feed.

    Attributes:
        started: When the feed was begun.
        feed: Its name.
        ok: The feed is up to date now.
        changed: Its data differ from before.
        rows: Rows of its main table; None when there is nothing.
        bytes: Bytes received from the source; 0 when nothing was asked.
        seconds: How long it took.
        reason: Why it failed, or why nothing was fetched.
    """

    started: datetime
    feed: str
    ok: bool
    changed: bool
    rows: int | None
    bytes: int
    seconds: float
    reason: str | None


class History:
    """The history of one source.

    Args:
        url: SQLAlchemy address; an SQLite file's folder is made on the way, and a damaged file
            is set aside.
    """

    def __init__(self, url: str) -> None:
        self.trouble: str | None = None
        address = sa.make_url(url)
        is_file = address.get_backend_name() == "sqlite" and bool(address.database)
        self._file = Path(str(address.database)) if is_file else None
        self._engine = sa.create_engine(address, pool_pre_ping=True)
        if address.get_backend_name() == "sqlite":
            sa.event.listen(self._engine, "connect", _tune_sqlite)
        try:
            self._prepare()
        except (sa.exc.SQLAlchemyError, OSError) as error:
            self._failed(error)

    def add_runs(self, runs: Iterable[FeedRun]) -> None:
        """Append the outcome of a synchronisation."""
        rows = [asdict(run) | {"reason": run.reason and run.reason[:300]} for run in runs]
        if not rows:
            return
        try:
            if self.trouble:
                self._prepare()
            with self._engine.begin() as connection:
                connection.execute(SYNC_RUNS.insert(), rows)
            self.trouble = None
        except (sa.exc.SQLAlchemyError, OSError) as error:
            self._failed(error)

    def runs(self, limit: int = 100) -> Sequence[FeedRun]:
        """The newest ``limit`` outcomes, newest first."""
        columns = [column for column in SYNC_RUNS.c if column.name != "id"]
        query = sa.select(*columns).order_by(SYNC_RUNS.c.id.desc()).limit(limit)
        try:
            with self._engine.connect() as connection:
                return [FeedRun(**row) for row in connection.execute(query).mappings()]
        except sa.exc.SQLAlchemyError as error:
            self._failed(error)
            return []

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _prepare(self) -> None:
        """Make folder and table where they are missing, and room where a damaged file stands."""
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if _is_damaged(self._file):
                log.warning("a damaged history is set aside")
                self._engine.dispose()
                housekeeping.set_aside(self._file)
                for ending in ("-wal", "-shm"):
                    housekeeping.remove(self._file.with_name(self._file.name + ending))
        METADATA.create_all(self._engine)

    def _failed(self, error: Exception) -> None:
        self.trouble = f"the history cannot be kept ({type(error).__name__})"
        log.warning("history: %s", error)


def _is_damaged(file: Path) -> bool:
    if not file.is_file():
        return file.exists()
    try:
        with closing(sqlite3.connect(file, timeout=0.5)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
    except sqlite3.OperationalError:  # locked or out of reach is not damaged
        return False
    except sqlite3.DatabaseError:
        return True


def _tune_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=2000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
