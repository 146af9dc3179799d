"""The history: what was seen when, and what each synchronisation did.

A history that cannot be kept never stops the app: reading gives nothing, and ``History.trouble``
says what is wrong. Recorded readings wait a few seconds for others and are written together.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from swgdata.history import frames, intervals, lock, points, retention, runs
from swgdata.history.guarded import Guarded
from swgdata.history.lock import Holder
from swgdata.history.pending import Pending
from swgdata.history.readings import SPAWNS, Measured, Reading, Sampled, Spawn, Spawned
from swgdata.history.retention import Thinned
from swgdata.history.runs import FeedRun

__all__ = [
    "SPAWNS",
    "FeedRun",
    "History",
    "Holder",
    "Measured",
    "Sampled",
    "Spawn",
    "Spawned",
    "Thinned",
]

_RECORD: Final[dict[type, Callable[[sa.Connection, Any], int]]] = {
    Measured: points.record_measured,
    Sampled: points.record_sampled,
    Spawned: intervals.record,
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
        self.pending: Final = Pending(self._write_all)

    def record(self, reading: Measured | Sampled | Spawned) -> None:
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
        ask = partial(frames.points, keys=keys, since=since, until=until)
        return self._read(lambda c: ask(c, kind, measure), frames.points_frame)

    def values_at(self, kind: str, measure: str, at: datetime) -> "pd.Series[float]":
        """The value of each entity at a time: its last point at or before.

        Returns:
            float64 by ``key``; an entity that was unknown, gone or without a figure is not in it.
        """
        return self._read(lambda c: frames.values_at(c, kind, measure, at), frames.values)

    def observed(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[datetime]:
        """When a kind was read, oldest first, both ends included."""
        return self._read(lambda c: frames.observed(c, kind, since, until), list)

    def nearest(
        self, kind: str, now: datetime, back: timedelta, tolerance: timedelta
    ) -> datetime | None:
        """The observation closest to ``now - back``, at most ``tolerance`` from it.

        24 h with a tolerance of 6 h accepts an age of 18 to 30 h, both included; of two equally
        close the later, as ``analytics.changes.looks`` has it. None when nobody looked then.
        """
        return self._read(lambda c: frames.nearest(c, kind, now, back, tolerance), lambda: None)

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
        ask = partial(frames.samples, key=key, since=since, until=until)
        return self._read(lambda c: ask(c, kind, measure), frames.samples_frame)

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
        ask = partial(intervals.read, ids=ids, since=since, is_open=is_open)
        return self._read(ask, intervals.frame)

    def runs(self, limit: int = 100) -> Sequence[FeedRun]:
        """The newest ``limit`` outcomes of synchronisations, newest first."""
        return self._read(lambda c: runs.newest(c, limit), list)

    def add_runs(self, outcomes: Iterable[FeedRun]) -> None:
        """Append the outcome of a synchronisation, at once."""
        found = list(outcomes)
        self._write(lambda c: runs.add(c, found), lambda: None)

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
        return lock.only_one(self.database, name, what=what)

    def close(self) -> None:
        """Write what waits, and give the connections back."""
        self.pending.close()
        self.database.close()

    def _write_all(self, readings: Sequence[Reading]) -> None:
        def work(connection: sa.Connection) -> None:
            for reading in readings:
                _RECORD[type(reading)](connection, reading)

        self._must_write(work)
