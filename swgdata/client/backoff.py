"""Circuit breaker per site, cool-down per request.

Our own because the libraries either hold a lock during the call or let every waiting thread
through at once when the rest is over.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Final, Literal

from requests import RequestException

from swgdata.client.failures import Failure, FetchFailed, failure_from_exception
from swgdata.client.model import Answer, CachedBody, clock_text, moment
from swgdata.errors import FeedError
from swgdata.feeds import Feed

FAILURES: Final = 5
REST: Final = 60.0
GOOD_PROBES: Final = 2
Leave = Literal["request", "probe"]


class CircuitBreaker:
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


REMEMBERED: Final = 2000  # questions; beyond it the oldest are forgotten


@dataclass(frozen=True, slots=True)
class Cooldown:
    """Why a question failed, and when it may be asked again (Unix seconds)."""

    trouble: Failure
    begun: float
    until: float


class Cooldowns:
    """The latest failure of each question."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._latest: dict[str, Cooldown] = {}

    def remember(self, key: str, trouble: Failure) -> None:
        """Begin a pause of the length the trouble asks for."""
        now = self._clock()
        with self._lock:
            self._latest.pop(key, None)
            self._latest[key] = Cooldown(trouble, now, now + trouble.pause)
            while len(self._latest) > REMEMBERED:
                del self._latest[next(iter(self._latest))]

    def forget(self, key: str) -> None:
        """The question was answered."""
        with self._lock:
            self._latest.pop(key, None)

    def active(self, key: str) -> Cooldown | None:
        """The pause this question is in, if any; a clock set back ends it."""
        pause = self.latest(key)
        return pause if pause and pause.begun <= self._clock() < pause.until else None

    def latest(self, key: str) -> Cooldown | None:
        """The latest failure, until an answer came."""
        with self._lock:
            return self._latest.get(key)


class Halted(Exception):
    """There is no newer answer.

    Attributes:
        trouble: Why.
        until: When the source will be asked again (Unix seconds), if that is decided.
        reason: The same in words for a visitor.
        asked: True if the source was asked just now.
    """

    def __init__(
        self, trouble: Failure, *, until: float | None = None, asked: bool = False
    ) -> None:
        self.trouble = trouble
        self.until = until
        self.asked = asked
        rest = f"; paused until {clock_text(until)}" if until else ""
        self.reason = trouble.reason + rest
        super().__init__(self.reason)

    def error(self, feed: Feed) -> FeedError:
        """What a caller gets who has no copy."""
        until = moment(self.until) if self.until else None
        return self.trouble.error(feed.name, self.reason, until=until)

    def standing_in(self, copy: CachedBody) -> Answer:
        """What a caller gets who has one."""
        return Answer(
            copy.body,
            moment(copy.received),
            stale=True,
            reason=self.reason,
            until=moment(self.until) if self.until else None,
            fetched=self.asked,
        )


class Backoff:
    """Breaker and pauses of one kind of question to one site.

    Attributes:
        breaker: The site's breaker.
        pauses: The latest failure of each question.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Measure rests and pauses by ``clock`` (Unix seconds)."""
        self.breaker = CircuitBreaker(clock)
        self.pauses = Cooldowns(clock)
        self._clock = clock
        self._last = Failure("the site failed")

    def halted(self, key: str) -> Halted | None:
        """Why this question must not be asked now, if so."""
        if pause := self.pauses.active(key):
            return Halted(pause.trouble, until=pause.until)
        until = self.breaker.until
        return Halted(self._last, until=until) if until else None

    @contextmanager
    def passage(self, key: str) -> Iterator[None]:
        """Let one request through, and learn from how it goes.

        Raises:
            Halted: The site is resting, or the request failed. Exceptions that are not the
                request's pass unchanged.
        """
        if halted := self.halted(key):
            raise halted
        leave = self.breaker.enter()
        if leave is None:
            raise self.halted(key) or Halted(self._last)
        failed: bool | None = None
        try:
            yield
            failed = False
        except (FetchFailed, RequestException) as error:
            trouble = failure_from_exception(error)
            failed = trouble.transient
            raise self._remember(key, trouble) from error
        finally:
            self.breaker.leave(leave, failed=failed)
        self.pauses.forget(key)

    def _remember(self, key: str, trouble: Failure) -> Halted:
        asked = trouble.transient is not None
        if trouble.transient:
            self._last = trouble
        if trouble.pause:
            self.pauses.remember(key, trouble)
        until = self._clock() + trouble.pause if trouble.pause else None
        return Halted(trouble, until=until, asked=asked)
