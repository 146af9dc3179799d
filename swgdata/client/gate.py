"""Whether the source may be asked now, and what its answers teach for the next time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from requests import RequestException

from swgdata.client.answers import Answer, Copy, clock_text, moment
from swgdata.client.breaker import Breaker
from swgdata.client.pauses import Pauses
from swgdata.client.trouble import Trouble, Troubled, trouble_of_error
from swgdata.errors import FeedError
from swgdata.feeds import Feed


class Halted(Exception):
    """There is no newer answer.

    Attributes:
        trouble: Why.
        until: When the source will be asked again (Unix seconds), if that is decided.
        reason: The same in words for a visitor.
        asked: True if the source was asked just now.
    """

    def __init__(
        self, trouble: Trouble, *, until: float | None = None, asked: bool = False
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

    def standing_in(self, copy: Copy) -> Answer:
        """What a caller gets who has one."""
        return Answer(
            copy.body,
            moment(copy.received),
            stale=True,
            reason=self.reason,
            until=moment(self.until) if self.until else None,
            fetched=self.asked,
        )


class Gate:
    """Breaker and pauses of one kind of question to one site.

    Attributes:
        breaker: The site's breaker.
        pauses: The latest failure of each question.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Measure rests and pauses by ``clock`` (Unix seconds)."""
        self.breaker = Breaker(clock)
        self.pauses = Pauses(clock)
        self._clock = clock
        self._last = Trouble("the site failed")

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
        except (Troubled, RequestException) as error:
            trouble = trouble_of_error(error)
            failed = trouble.transient
            raise self._remember(key, trouble) from error
        finally:
            self.breaker.leave(leave, failed=failed)
        self.pauses.forget(key)

    def _remember(self, key: str, trouble: Trouble) -> Halted:
        asked = trouble.transient is not None
        if trouble.transient:
            self._last = trouble
        if trouble.pause:
            self.pauses.remember(key, trouble)
        until = self._clock() + trouble.pause if trouble.pause else None
        return Halted(trouble, until=until, asked=asked)
