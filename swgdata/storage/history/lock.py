"""A lock that one holds at a time, across threads, processes and machines.

PostgreSQL keeps the lock with a connection of its own; otherwise it is the system's lock of a
small file. Either is gone the moment its holder is, however it ended. Where neither can be had (a
folder that cannot be written, a server that is away) the lock holds in this process only.
"""

import logging
import os
import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from swgdata.errors import Busy
from swgdata.storage import files
from swgdata.storage.history.database import OUT_OF_REACH, Database
from swgdata.storage.history.schema import HOLDERS

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock (``HOST:PID``), and since when."""

    holder: str
    since: datetime


_here: Final[dict[tuple[str, str], Holder]] = {}  # the locks this process holds, by place and name
_asking: Final = threading.Lock()


@contextmanager
def exclusive_lock(database: Database, name: str, *, what: str) -> Iterator[Holder]:
    """Hold the lock ``name`` of a database; see ``History.only_one``."""
    me = Holder(f"{socket.gethostname()}:{os.getpid()}", datetime.now(UTC).replace(microsecond=0))
    place = (database.place, name)
    with _asking:
        other = _here.get(place)
        if other is not None:
            raise Busy(what, other.holder, other.since)
        _here[place] = me
    try:
        with ExitStack() as held:
            if not _taken_outside(database, name, held):
                other = _told(database, name)
                raise Busy(what, *((other.holder, other.since) if other else (None, None)))
            _tell(database, name, me)
            held.callback(_tell, database, name, None)
            yield me
    finally:
        del _here[place]


def _taken_outside(database: Database, name: str, held: ExitStack) -> bool:
    """Lock out other processes until ``held`` is closed; False if one of them holds the lock."""
    try:
        if not database.is_sqlite:
            return _taken_by_session(database, name, held)
        if database.file is not None:
            return _taken_by_file(database.file, name, held)
    except (*OUT_OF_REACH, sqlite3.Error) as error:
        log.warning("history: the lock holds in this process only, %s", type(error).__name__)
    return True


def _taken_by_session(database: Database, name: str, held: ExitStack) -> bool:
    number = int.from_bytes(sha256(f"swgdata {name}".encode()).digest()[:8], signed=True)
    connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()  # closed when done, never pooled: its end is the end of the lock
    held.callback(_part, connection)
    return bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(number))))


def _part(connection: sa.Connection) -> None:
    """Free the lock here and now; the server takes its time to notice that a connection ended."""
    with suppress(sa.exc.SQLAlchemyError), connection:
        connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))


def _taken_by_file(file: Path, name: str, held: ExitStack) -> bool:
    place = file.with_name(f"{file.name}.{re.sub(r'[^A-Za-z0-9-]', '_', name)}.lock")
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for last in (False, True):
        if not place.exists():
            place.touch(mode=0o600)
        connection = sqlite3.connect(
            place, timeout=0, isolation_level=None, check_same_thread=False
        )
        held.enter_context(closing(connection))
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return False
            raise
        except sqlite3.DatabaseError:  # not a lock file at all, so nobody holds it
            if last:
                raise
            files.remove(place)
        else:
            return True
    return True


def _tell(database: Database, name: str, me: Holder | None) -> None:
    """Write down who holds the lock, for whoever is refused; nothing depends on it."""
    with suppress(*OUT_OF_REACH), database.writing() as connection:
        connection.execute(sa.delete(HOLDERS).where(HOLDERS.c.name == name))
        if me is not None:
            row = {"name": name, "holder": me.holder, "since": me.since}
            connection.execute(HOLDERS.insert(), row)


def _told(database: Database, name: str) -> Holder | None:
    query = sa.select(HOLDERS.c.holder, HOLDERS.c.since).where(HOLDERS.c.name == name)
    with suppress(*OUT_OF_REACH), database.reading() as connection:
        row = connection.execute(query).first()
        return None if row is None else Holder(*row)
    return None
