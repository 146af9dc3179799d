"""Progress and cool-down of dataset downloads."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from swgdata.errors import FeedError

PAUSE: Final = 60.0  # seconds after a download that failed until the next one


@dataclass(slots=True)
class DownloadProgress:
    """How far one download is; its thread writes, others read.

    Attributes:
        received: Bytes so far, as they travel.
        rows: Rows read so far.
        size: Bytes to come in all; None where the site does not say.
        count: Rows to come in all; None where the site does not say.
        since: When it began, on the clock of ``time.monotonic``.
    """

    received: int = 0
    rows: int = 0
    size: int | None = None
    count: int | None = None
    since: float = 0.0

    @property
    def share(self) -> float | None:
        """How much of it is here, 0 to 1; None where its size is unknown."""
        parts = [
            done / whole
            for done, whole in ((self.rows, self.count), (self.received, self.size))
            if whole
        ]
        return min(parts[0], 1.0) if parts else None

    def update(self, received: int, rows: int) -> None:
        """Note how far it is."""
        self.received, self.rows = received, rows


class DownloadTracker:
    """The downloads of this process and their failures, by key."""

    def __init__(self) -> None:
        self._running: dict[str, DownloadProgress] = {}
        self._locks: dict[str, Lock] = {}
        self._failed: dict[str, tuple[float, FeedError]] = {}

    def get(self, key: str) -> DownloadProgress | None:
        """How far a download is; None while there is none."""
        return self._running.get(key)

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """One download of a key at a time; whoever waited finds what the other brought."""
        with self._locks.setdefault(key, Lock()):
            try:
                yield
            finally:
                self._running.pop(key, None)

    def begin(self, key: str, *, size: int | None, count: int | None) -> DownloadProgress:
        """Note that a download begins; gives what its progress is written to."""
        progress = DownloadProgress(size=size, count=count, since=time.monotonic())
        self._running[key] = progress
        return progress

    def fail(self, key: str, error: FeedError) -> None:
        """Note that a download failed."""
        self._failed[key] = (time.monotonic() + PAUSE, error)

    def failure(self, key: str) -> FeedError | None:
        """Why a download failed that is too recent to be tried again, and when it may be."""
        until, error = self._failed.get(key, (0.0, None))
        left = until - time.monotonic()
        if error is None or left <= 0:
            return None
        again = error.until or datetime.now(UTC) + timedelta(seconds=left)
        return type(error)(error.feed, error.reason, until=again)
