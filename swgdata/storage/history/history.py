"""The history of a source: read, record, thin, lock; it never raises, but tells its trouble.

A history that cannot be kept never stops the app: reading gives nothing, and ``History.trouble``
says what is wrong. Recorded readings wait a few seconds for others and are written together.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import sqlalchemy as sa

from swgdata.storage import HISTORY_KEPT_DAYS
from swgdata.storage.history import lock, queries, recording, retention, sync_runs
from swgdata.storage.history.database import OUT_OF_REACH, Database
from swgdata.storage.history.lock import Holder
from swgdata.storage.history.recording import Observation, Reading, Samples, SpawnObservation
from swgdata.storage.history.retention import Thinned
from swgdata.storage.history.sync_runs import FeedRun
from swgdata.storage.history.write_buffer import WriteBuffer

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
REST: Final = 30.0  # seconds in which a database that failed a reader is not asked by another


_RECORD: Final[dict[type, Callable[[sa.Connection, Any], int]]] = {
    Observation: recording.record_measured,
    Samples: recording.record_sampled,
    SpawnObservation: recording.record,
}


def _query(
    ask: Callable[Concatenate[sa.Connection, P], T], otherwise: Callable[[], T]
) -> Callable[Concatenate["History", P], T]:
    """A method that reads; ``otherwise`` is what it gives while nothing can be read."""

    @wraps(ask)
    def method(self: "History", /, *args: P.args, **options: P.kwargs) -> T:
        return self._read(lambda connection: ask(connection, *args, **options), otherwise)

    return method


class History:
    """The history of one source.

    Nothing is opened before it is needed. All times are aware; all frames have UTC times of whole
    seconds (``datetime64[s, UTC]``) and are empty, never an error, when nothing is known.

    Args:
        url: SQLAlchemy address of SQLite or PostgreSQL.

    Attributes:
        trouble: Why it cannot be kept, in words for a visitor; None while all is well.
        database: The database.
        pending: The readings that wait to be written.
    """

    def __init__(self, url: str) -> None:
        self.trouble: str | None = None
        self.database: Final = Database(url)
        self.pending: Final = WriteBuffer(self._write_all)
        self._rests_until = 0.0
        self._only_unread = False  # no write has failed since it could not be read

    points = _query(queries.points, queries.points_frame)
    values_at = _query(queries.values_at, queries.values)
    observed = _query(queries.observed, list)
    nearest = _query(queries.nearest, lambda: None)
    samples = _query(queries.samples, queries.samples_frame)
    intervals = _query(recording.intervals, recording.intervals_frame)
    runs = _query(sync_runs.newest, list)

    def record(self, reading: Observation | Samples | SpawnObservation) -> None:
        """Let a reading wait to be written with others (``pending``)."""
        self.pending.add(reading)

    def flush(self) -> bool:
        """Write what waits now; False when it could not be, and waits on."""
        return self.pending.flush()

    def add_runs(self, outcomes: Iterable[FeedRun]) -> None:
        """Append the outcome of a synchronisation, at once."""
        found = list(outcomes)
        self._write(lambda c: sync_runs.add(c, found), lambda: None)

    def thin(
        self,
        now: datetime,
        *,
        keep: timedelta = timedelta(days=HISTORY_KEPT_DAYS),
        dry_run: bool = True,
    ) -> tuple[Thinned, ...]:
        """Thin what is older than ``keep``; what every day says stays as it was.

        Args:
            now: The time.
            keep: What is younger stays whole, from the beginning of that UTC day.
            dry_run: Only say what would go.

        Returns:
            What goes, by kind; nothing when there is nothing, or when it could not be done.
        """
        ask = partial(retention.thin, before=now - keep, dry_run=dry_run)
        return self._write(ask, tuple)

    def only_one(
        self, name: str, *, what: str = "a synchronisation"
    ) -> AbstractContextManager[Holder]:
        """Hold the lock ``name`` inside a ``with``; it is freed at once when the process dies.

        Raises:
            Busy: On entering, when another thread, process or instance holds it.
        """
        return lock.exclusive_lock(self.database, name, what=what)

    def close(self) -> None:
        """Write what waits, and give the connections back."""
        self.pending.close()
        self.database.close()

    def _write_all(self, readings: Sequence[Reading]) -> None:
        def work(connection: sa.Connection) -> None:
            for reading in readings:
                _RECORD[type(reading)](connection, reading)

        self._must_write(work)

    def _read(self, ask: Callable[[sa.Connection], T], otherwise: Callable[[], T]) -> T:
        if time.monotonic() < self._rests_until:
            return otherwise()
        try:
            with self.database.reading() as connection:
                result = ask(connection)
        except OUT_OF_REACH as error:
            self._only_unread = self._only_unread or self.trouble is None
            self._failed(error)
            self._rests_until = time.monotonic() + REST
            return otherwise()
        if self._only_unread:
            self.trouble, self._only_unread = None, False
        return result

    def _write(self, work: Callable[[sa.Connection], T], otherwise: Callable[[], T]) -> T:
        try:
            return self._must_write(work)
        except OUT_OF_REACH:
            return otherwise()

    def _must_write(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            with self.database.writing() as connection:
                done = work(connection)
        except Exception as error:
            self._only_unread = False
            self._failed(error)
            raise
        self.trouble, self._rests_until = None, 0.0
        return done

    def _failed(self, error: Exception) -> None:
        self.trouble = f"the history cannot be kept ({type(error).__name__})"
        self.database.doubt()
        log.warning("history: %s", error)


class EmptyHistory(History):
    """A history in which nothing was ever seen, for tables without a source."""

    def __init__(self) -> None:
        super().__init__("sqlite://")

    def _read(self, ask: Callable[[sa.Connection], T], otherwise: Callable[[], T]) -> T:
        return otherwise()
