"""Failures are remembered: while a pause lasts, nobody asks again and nobody waits."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from swgdata.client.trouble import Trouble

REMEMBERED: Final = 2000  # questions; beyond it the oldest are forgotten


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a question failed, and when it may be asked again (Unix seconds)."""

    trouble: Trouble
    begun: float
    until: float


class Pauses:
    """The latest failure of each question."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._latest: dict[str, Pause] = {}

    def remember(self, key: str, trouble: Trouble) -> None:
        """Begin a pause of the length the trouble asks for."""
        now = self._clock()
        with self._lock:
            self._latest.pop(key, None)
            self._latest[key] = Pause(trouble, now, now + trouble.pause)
            while len(self._latest) > REMEMBERED:
                del self._latest[next(iter(self._latest))]

    def forget(self, key: str) -> None:
        """The question was answered."""
        with self._lock:
            self._latest.pop(key, None)

    def active(self, key: str) -> Pause | None:
        """The pause this question is in, if any; a clock set back ends it."""
        pause = self.latest(key)
        return pause if pause and pause.begun <= self._clock() < pause.until else None

    def latest(self, key: str) -> Pause | None:
        """The latest failure, until an answer came."""
        with self._lock:
            return self._latest.get(key)
