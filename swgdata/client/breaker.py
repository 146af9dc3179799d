"""A breaker for one site: after a row of failures it gets a rest, then one careful probe.

Our own because the libraries either hold a lock during the call or let every waiting thread
through at once when the rest is over.
"""

from collections.abc import Callable
from threading import Lock
from typing import Final, Literal

FAILURES: Final = 5
REST: Final = 60.0
GOOD_PROBES: Final = 2

Leave = Literal["request", "probe"]


class Breaker:
    """Opens after 5 transient failures in a row, for 60 s; two good probes close it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._probes = 0
        self._opened = 0.0
        self._probing = False

    def enter(self) -> Leave | None:
        """Ask for leave to send one request; None is a refusal. Hand it back with ``leave``."""
        with self._lock:
            if self._failures < FAILURES:
                return "request"
            if self._probing or self._resting():
                return None
            self._probing = True
            return "probe"

    def leave(self, leave: Leave, *, failed: bool | None) -> None:
        """Say how the request went; ``failed`` is None if the site never saw it."""
        with self._lock:
            if leave == "probe":
                self._probing = False
            elif self._failures >= FAILURES:
                return  # sent before the breaker opened: tells nothing about now
            if failed:
                self._failures, self._probes = self._failures + 1, 0
                self._opened = self._clock()
            elif failed is False:
                self._probes += 1
                if leave == "request" or self._probes >= GOOD_PROBES:
                    self._failures, self._probes = 0, 0

    @property
    def until(self) -> float | None:
        """When the rest ends (Unix seconds), None if it is over or there is none."""
        with self._lock:
            return self._opened + REST if self._failures >= FAILURES and self._resting() else None

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        """Where it stands."""
        if self._failures < FAILURES:
            return "closed"
        return "open" if self.until else "half-open"

    def _resting(self) -> bool:
        # a clock set back must not prolong the rest
        return 0 <= self._clock() - self._opened < REST
