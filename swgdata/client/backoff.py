"""Circuit breaker per site, cool-down per request.

Our own because the libraries either hold a lock during the call or let every waiting thread
through at once when the rest is over.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import Final, Literal

from requests import RequestException

from swgdata.client.failures import Failure, FetchFailed, failure_from_exception

FAILURES: Final = 5
REST: Final = 60.0
GOOD_PROBES: Final = 2
REMEMBERED: Final = 2000  # requests; beyond it the oldest are forgotten
Permit = Literal["request", "probe"]


class CircuitBreaker:
    """Opens after 5 transient failures in a row, for 60 s; two good probes close it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._probes = 0
        self._opened = 0.0
        self._probing = False

    def acquire(self) -> Permit | None:
        """A permit to send one request; None is a refusal. Hand it back with ``release``."""
        with self._lock:
            if self._failures < FAILURES:
                return "request"
            if self._probing or self._resting():
                return None
            self._probing = True
            return "probe"

    def release(self, permit: Permit, *, failed: bool | None) -> None:
        """Say how the request went; ``failed`` is None if the site never saw it."""
        with self._lock:
            if permit == "probe":
                self._probing = False
            elif self._failures >= FAILURES:
                return  # sent before the breaker opened: tells nothing about now
            if failed:
                self._failures, self._probes = self._failures + 1, 0
                self._opened = self._clock()
            elif failed is False:
                self._probes += 1
                if permit == "request" or self._probes >= GOOD_PROBES:
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


class Backoff:
    """Circuit breaker of one site, and the latest failure of each request to it.

    Attributes:
        breaker: The site's circuit breaker.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Measure by ``clock`` (Unix seconds)."""
        self.breaker = CircuitBreaker(clock)
        self._clock = clock
        self._lock = Lock()
        self._latest: dict[str, tuple[Failure, float]] = {}  # and when it happened
        self._last_transient = Failure("the site failed", transient=None)

    def refusal(self, key: str) -> Failure | None:
        """Why this request must not be sent now, if so."""
        if cooldown := self.cooldown(key):
            return cooldown
        until = self.breaker.until
        return replace(self._last_transient, until=until) if until else None

    @contextmanager
    def attempt(self, key: str) -> Iterator[None]:
        """Let one request through, and learn from how it goes.

        Raises:
            FetchFailed: The site is left alone, or the request failed. Exceptions that are not
                the request's pass unchanged.
        """
        if refusal := self.refusal(key):
            raise FetchFailed(refusal)
        permit = self.breaker.acquire()
        if permit is None:
            raise FetchFailed(self.refusal(key) or self._last_transient)
        failed: bool | None = None
        try:
            yield
            failed = False
        except (FetchFailed, RequestException) as error:
            failure = failure_from_exception(error)
            failed = failure.transient
            if failed:
                self._last_transient = replace(failure, transient=None)
            until = self.remember(key, failure) if failure.pause else None
            raise FetchFailed(replace(failure, until=until)) from error
        finally:
            self.breaker.release(permit, failed=failed)
        with self._lock:
            self._latest.pop(key, None)

    def remember(self, key: str, failure: Failure) -> float:
        """Begin the pause that the failure asks for; returns when it ends (Unix seconds)."""
        now = self._clock()
        with self._lock:
            self._latest.pop(key, None)
            self._latest[key] = (replace(failure, transient=None), now)
            while len(self._latest) > REMEMBERED:
                del self._latest[next(iter(self._latest))]
        return now + failure.pause

    def cooldown(self, key: str) -> Failure | None:
        """The failure whose pause this request is in, if any; a clock set back ends it."""
        with self._lock:
            failure, since = self._latest.get(key, (None, 0.0))
        if failure is None or not since <= self._clock() < since + failure.pause:
            return None
        return replace(failure, until=since + failure.pause)

    def latest(self, key: str) -> Failure | None:
        """The latest failure, until an answer came."""
        with self._lock:
            return self._latest.get(key, (None, 0.0))[0]
