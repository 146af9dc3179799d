"""History: never raises, tells its trouble.

A history that cannot be kept never stops the app: reading gives nothing, and ``History.trouble``
says what is wrong. Recorded readings wait a few seconds for others and are written together.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

import pandas as pd
import sqlalchemy as sa

from swgdata.storage.history import lock, queries, recording, retention, sync_runs
from swgdata.storage.history.database import OUT_OF_REACH, Database
from swgdata.storage.history.lock import Holder
from swgdata.storage.history.recording import Observation, Reading, Samples, SpawnObservation
from swgdata.storage.history.retention import Thinned
from swgdata.storage.history.sync_runs import FeedRun
from swgdata.storage.history.write_buffer import WriteBuffer

log = logging.getLogger(__name__)
T = TypeVar("T")
REST: Final = 30.0  # seconds in which a database that failed a reader is not asked by another


class Guarded:
    """Reads and writes one database.

    Args:
        url: SQLAlchemy address of SQLite or PostgreSQL.

    Attributes:
        trouble: Why it cannot be kept, in words for a visitor; None while all is well.
        database: The database.
    """

    def __init__(self, url: str) -> None:
        self.trouble: str | None = None
        self.database: Final = Database(url)
        self._rests_until = 0.0
        self._only_unread = False  # no write has failed since it could not be read

    def _read(self, ask: Callable[[sa.Connection], T], otherwise: Callable[[], T]) -> T:
        if time.monotonic() < self._rests_until:
            return otherwise()
        try:
            with self.database.reading() as connection:
                found = ask(connection)
        except OUT_OF_REACH as error:
            self._only_unread = self._only_unread or self.trouble is None
            self._failed(error)
            self._rests_until = time.monotonic() + REST
            return otherwise()
        if self._only_unread:
            self.trouble, self._only_unread = None, False
        return found

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


_RECORD: Final[dict[type, Callable[[sa.Connection, Any], int]]] = {
    Observation: recording.record_measured,
    Samples: recording.record_sampled,
    SpawnObservation: recording.record,
}


class History(Guarded):
    """The history of one source.

    Nothing is opened before it is needed. All times are aware; all frames have UTC times of whole
    seconds (``datetime64[s, UTC]``) and are empty, never an error, when nothing is known.

    Args:
        url: SQLAlchemy address of SQLite or PostgreSQL.

    Attributes:
        trouble: Why it cannot be kept, in words for a visitor; None while all is well.
        pending: The readings that wait to be written.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.pending: Final = WriteBuffer(self._write_all)

    def record(self, reading: Observation | Samples | SpawnObservation) -> None:
        """Let a reading wait to be written with others (``pending``)."""
        self.pending.add(reading)

    def flush(self) -> bool:
        """Write what waits now; False when it could not be, and waits on."""
        return self.pending.flush()

    def points(
        self,
        kind: str,
        measure: str,
        *,
        keys: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> pd.DataFrame:
        """What is stored of a measure, written when it changed: from ``timestamp`` on ``value``.

        Args:
            kind: Such as ``city``.
            measure: Such as ``citizens``.
            keys: Only these entities; all when None.
            since: No point before; what held then is ``values_at(kind, measure, since)``.
            until: No point after.

        Returns:
            ``key`` str, ``timestamp``, ``value`` float64 (missing: gone or unknown from then on);
            by key, oldest first.
        """
        ask = partial(queries.points, keys=keys, since=since, until=until)
        return self._read(lambda c: ask(c, kind, measure), queries.points_frame)

    def values_at(self, kind: str, measure: str, at: datetime) -> "pd.Series[float]":
        """The value of each entity at a time: its last point at or before.

        Returns:
            float64 by ``key``; an entity that was unknown, gone or without a figure is not in it.
        """
        return self._read(lambda c: queries.values_at(c, kind, measure, at), queries.values)

    def observed(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[datetime]:
        """When a kind was read, oldest first, both ends included."""
        return self._read(lambda c: queries.observed(c, kind, since, until), list)

    def nearest(
        self, kind: str, now: datetime, back: timedelta, tolerance: timedelta
    ) -> datetime | None:
        """The observation closest to ``now - back``, at most ``tolerance`` from it.

        24 h with a tolerance of 6 h accepts an age of 18 to 30 h, both included; of two equally
        close the later, as ``analytics.changes.looks`` has it. None when nobody looked then.
        """
        return self._read(lambda c: queries.nearest(c, kind, now, back, tolerance), lambda: None)

    def samples(
        self,
        measure: str,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        kind: str = "server",
        key: str = "",
    ) -> pd.DataFrame:
        """Samples that carry their own time, the old ones as whole hours.

        Returns:
            ``timestamp`` (of an hour: its beginning), ``samples`` int64 (1, or how many the hour
            had), ``total``, ``low``, ``high`` float64; oldest first. ``total / samples`` is the
            mean; a time without a row was not sampled.
        """
        ask = partial(queries.samples, key=key, since=since, until=until)
        return self._read(lambda c: ask(c, kind, measure), queries.samples_frame)

    def intervals(
        self,
        *,
        ids: Collection[int] | None = None,
        since: datetime | None = None,
        is_open: bool | None = None,
    ) -> pd.DataFrame:
        """When resources were up; one that came back has several rows.

        Args:
            ids: Only these resources.
            since: Only what was not yet missing then.
            is_open: Only what is still up (True), or what has gone (False).

        Returns:
            ``resource_id`` int64, ``name`` str, ``class_code`` str, ``entered`` (our first look
            with it), ``first_seen`` (the site's date, NaT unknown), ``last_seen`` (our last look
            with it), ``first_missing`` (our first look without it, NaT while up); by ``entered``.
        """
        ask = partial(recording.read, ids=ids, since=since, is_open=is_open)
        return self._read(ask, recording.frame)

    def runs(self, limit: int = 100) -> Sequence[FeedRun]:
        """The newest ``limit`` outcomes of synchronisations, newest first."""
        return self._read(lambda c: sync_runs.newest(c, limit), list)

    def add_runs(self, outcomes: Iterable[FeedRun]) -> None:
        """Append the outcome of a synchronisation, at once."""
        found = list(outcomes)
        self._write(lambda c: sync_runs.add(c, found), lambda: None)

    def thin(
        self, now: datetime, *, keep: timedelta = retention.KEPT, dry_run: bool = True
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


class EmptyHistory(History):
    """A history in which nothing was ever seen, for tables without a source."""

    def __init__(self) -> None:
        super().__init__("sqlite://")

    def _read(self, ask: Callable[[sa.Connection], T], otherwise: Callable[[], T]) -> T:
        return otherwise()
