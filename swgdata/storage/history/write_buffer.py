"""Buffer recordings for a few seconds, so that many are one write.

They are written after a quiet time, at the latest a while after the first of them, and when the
process ends. What could not be written stays, and is tried again.
"""

import atexit
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from swgdata.storage.history.recording import Reading, Samples

log = logging.getLogger(__name__)
QUIET: Final = 5.0  # seconds without another reading
LATEST: Final = 30.0  # seconds after the first one, and between attempts
MOST: Final = 200  # readings of one kind (of samples: and key) that may wait


class Alarm(Protocol):
    """Something that was set to happen, and can be called off."""

    def cancel(self) -> None:
        """Call it off."""


class WriteBuffer:
    """Readings that wait to be written.

    While nothing can be written, at most ``MOST`` of a kind wait. Of samples, the oldest reading
    is then merged into the next, and none is lost. Of others the oldest reading is dropped with a
    warning, which leaves a gap as if nobody had looked.

    Args:
        write: Writes readings all together or not at all; an exception means not at all.
        clock: Seconds that never jump.
        alarm: Calls a function once, in so many seconds.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Reading]], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        alarm: Callable[[float, Callable[[], object]], Alarm] | None = None,
    ) -> None:
        self._write = write
        self._clock = clock
        self._set = alarm or _timer
        self._waiting: list[Reading] = []
        self._first = self._last = 0.0
        self._alarm: Alarm | None = None
        self._is_awaited = False  # the end of the process, by ``close``
        self._changing = threading.Lock()
        self._writing = threading.Lock()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, reading: Reading) -> None:
        """Let a reading wait."""
        with self._changing:
            self._last = self._clock()
            if not self._waiting:
                self._first = self._last
            if not self._is_awaited:
                self._is_awaited = True
                atexit.register(self.close)
            self._waiting.append(reading)
            self._bound(_source(reading))
            if self._alarm is None:
                self._alarm = self._set(QUIET, self._ring)

    def flush(self, *, again: bool = True) -> bool:
        """Write what waits; True when nothing waits any more that waited before.

        Args:
            again: Set the alarm for another attempt if it fails.
        """
        with self._writing:
            with self._changing:
                self._call_off()
                taken, self._waiting = self._waiting, []
            if not taken:
                return True
            try:
                self._write(taken)
            except BaseException as error:
                log.warning("history: %d readings wait", len(taken), exc_info=error)
                self._put_back(taken, again=again)
                if not isinstance(error, Exception):  # an interrupt goes on, but loses nothing
                    raise
                return False
            return True

    def close(self) -> None:
        """Write what waits, for the last time."""
        self.flush(again=False)
        with self._changing:
            self._is_awaited = False
            atexit.unregister(self.close)

    def _ring(self) -> None:
        """Write when it is time; otherwise sleep on."""
        with self._changing:
            self._alarm = None
            due = min(self._last + QUIET, self._first + LATEST)
            left = due - self._clock()
            if left > 0:
                self._alarm = self._set(left, self._ring)
                return
        self.flush()

    def _put_back(self, taken: list[Reading], *, again: bool) -> None:
        with self._changing:
            self._waiting = taken + self._waiting
            for source in {_source(reading) for reading in taken}:
                self._bound(source)
            self._call_off()
            self._first = self._clock()
            if again:
                self._alarm = self._set(LATEST, self.flush)

    def _bound(self, source: tuple[str, str]) -> None:
        places = [i for i, reading in enumerate(self._waiting) if _source(reading) == source]
        for _ in range(len(places) - MOST):
            oldest = self._waiting.pop(places[0])
            places = [i - 1 for i in places[1:]]
            after = self._waiting[places[0]]
            if isinstance(oldest, Samples) and isinstance(after, Samples):
                self._waiting[places[0]] = _merged(oldest, after)
            else:
                log.warning("history: a reading of %s is dropped, too many wait", oldest.kind)

    def _call_off(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


def _source(reading: Reading) -> tuple[str, str]:
    return reading.kind, reading.key if isinstance(reading, Samples) else ""


def _merged(older: Samples, newer: Samples) -> Samples:
    measures = dict.fromkeys([*older.samples, *newer.samples])
    samples = {
        name: {**newer.samples.get(name, {}), **older.samples.get(name, {})} for name in measures
    }
    return replace(newer, samples=samples)


def _timer(wait: float, call: Callable[[], object]) -> Alarm:
    timer = threading.Timer(wait, call)
    timer.daemon = True
    timer.start()
    return timer
