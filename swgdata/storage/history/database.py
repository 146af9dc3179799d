"""SQLite or PostgreSQL, opened and prepared once.

SQLAlchemy Core, so that one code serves SQLite on a laptop and PostgreSQL when instances share it.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from swgdata.storage import files
from swgdata.storage.history import schema

log = logging.getLogger(__name__)
OUT_OF_REACH: Final = (sa.exc.SQLAlchemyError, OSError, ImportError)
WRITER: Final = 0x5357_4701  # the number of PostgreSQL's lock that all writers of history share
_WRITER_WAIT: Final = 10_000  # ms a writer waits for another; readers wait for nobody
_PRAGMAS: Final = (
    f"busy_timeout={_WRITER_WAIT // 5}",
    "synchronous=NORMAL",
    "cache_size=-4000",  # kB: one page of each of a thousand series
)
_POSTGRES: Final[Mapping[str, Any]] = {
    "pool_pre_ping": True,  # after a restart of the server the first question works
    "pool_timeout": 10,
    "connect_args": {"connect_timeout": 3, "tcp_user_timeout": 10_000},
}

# To make a file is to open and close it, which drops every lock that this process has on it.
_opening: Final = threading.Lock()


class Database:
    """The place of one history.

    Args:
        url: SQLAlchemy address; an SQLite file's folder is made on the way, and a damaged file
            is set aside.

    Attributes:
        file: The file, where it is SQLite in one; None otherwise.
    """

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self.is_sqlite: Final = self._url.get_backend_name() == "sqlite"
        named = self._url.database if self.is_sqlite else None
        self.file: Final = Path(named) if named and named != ":memory:" else None
        self._engine: sa.Engine | None = None
        self._prepared = False

    @property
    def place(self) -> str:
        """Its address, without a password."""
        return self._url.render_as_string(hide_password=True)

    @property
    def engine(self) -> sa.Engine:
        """The engine, its tables there.

        Raises:
            sa.exc.SQLAlchemyError, OSError, ImportError: The database is out of reach.
        """
        if not self._prepared:
            with _opening:
                if not self._prepared:
                    self._prepare()
                    self._prepared = True
        return self._made()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one state; the same errors as ``engine``."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that no other writer runs beside; the same errors as ``engine``."""
        with _alone(self.engine) as connection:
            yield connection

    def doubt(self) -> None:
        """Look after file and tables again at the next use: something failed."""
        self._prepared = False

    def close(self) -> None:
        """Give the connections back; the next use opens anew."""
        if self._engine is not None:
            self._engine.dispose()

    def _made(self) -> sa.Engine:
        if self._engine is None:
            options: Mapping[str, Any] = {} if self.is_sqlite else _POSTGRES
            self._engine = sa.create_engine(self._url, **options)
            if self.is_sqlite:
                sa.event.listen(self._engine, "connect", _tune_sqlite)
                sa.event.listen(self._engine, "begin", _begin_sqlite)
        return self._engine

    def _prepare(self) -> None:
        """Make folder and tables where they are missing, and room where a damaged file stands."""
        engine = self._made()
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if _is_damaged(self.file):
                log.warning("a damaged history is set aside")
                engine.dispose()
                files.set_aside(self.file)
                for ending in ("-wal", "-shm"):
                    files.remove(self.file.with_name(self.file.name + ending))
            if not self.file.exists():
                self.file.touch(mode=0o600)
        with engine.connect() as connection:  # nobody waits for a writer to learn that all is well
            version = schema.version_of(connection)
        if version is None or version <= len(schema.STEPS):
            with _alone(engine) as connection:
                schema.bring_up(connection)


def insert_new(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Insert rows whose key is not there yet; returns how many were sent.

    They go in the order of their key: writers that lock rows in one order never wait in a ring.
    """
    if not rows:
        return 0
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    names = [column.name for column in table.primary_key if column.name in rows[0]]
    ordered = sorted(rows, key=lambda row: [row[name] for name in names])
    # Straight to the driver: thousands of plain numbers need none of the types' conversions.
    statement = dialect.insert(table).on_conflict_do_nothing()
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    places = compiled.positiontup
    sent = ordered if places is None else [tuple(row[name] for name in places) for row in ordered]
    connection.exec_driver_sql(str(compiled), sent)
    return len(rows)


def fetch(connection: sa.Connection, query: sa.Select[Any]) -> Sequence[Sequence[Any]]:
    """All rows as the driver gives them; for numbers and texts, which are right as they are."""
    with closing(connection.execute(query)) as result:
        return list(result.cursor.fetchall()) if result.cursor is not None else []


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as raw:
        connection = raw.execution_options(writes=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text(f"SET LOCAL lock_timeout = {_WRITER_WAIT}"))
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITER)))
            yield connection


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
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    # It stays with the file: who finds it locked has another beside it that is just setting it.
    with suppress(sqlite3.OperationalError):
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes its turn at once: one that reads first could not wait any more."""
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_WRITER_WAIT}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
