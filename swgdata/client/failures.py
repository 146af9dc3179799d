"""Why a request gave no data, and how long to back off: ``Retry-After`` and its cap."""

import math
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from swgdata.client.model import Answer, CachedBody, clock_text, moment
from swgdata.errors import FeedDeclined, FeedError, FeedMalformed, FeedUnavailable, FeedUnreachable
from swgdata.feeds import Feed

BRIEF: Final = 30.0
MALFORMED: Final = 60.0
MISUNDERSTOOD: Final = 300.0
DECLINED: Final = 900.0
MISSING: Final = 3600.0
LONGEST_ASKED: Final = 300.0  # cap on Retry-After


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request gave no data, or must not be sent now.

    Attributes:
        reason: Words for a visitor; never an address, path or key.
        error: What a caller without a stored copy gets.
        pause: Seconds in which this request is not sent again.
        transient: True for a failing site (the breaker counts it), False for a living site that
            said no, None when the site was not asked at all.
        until: When the site will be asked again (Unix seconds), if that is decided.
    """

    reason: str
    error: type[FeedError] = FeedUnavailable
    pause: float = BRIEF
    transient: bool | None = True
    until: float | None = None

    @property
    def was_asked(self) -> bool:
        """Whether the site saw the request."""
        return self.transient is not None

    @property
    def text(self) -> str:
        """The reason, and until when nothing is sent."""
        return self.reason + (f"; paused until {clock_text(self.until)}" if self.until else "")

    def exception(self, feed: Feed) -> FeedError:
        """What a caller without a stored copy gets."""
        return self.error(feed.name, self.text, until=self._next_time)

    def stale_answer(self, copy: CachedBody) -> Answer:
        """What a caller with a stored copy gets."""
        return Answer(
            copy.body,
            moment(copy.received),
            stale=True,
            reason=self.text,
            until=self._next_time,
            fetched=self.was_asked,
        )

    @property
    def _next_time(self) -> datetime | None:
        return moment(self.until) if self.until else None


class FetchFailed(Exception):
    """A request gave no data.

    The failure is kept apart from this exception, so that remembering the one does not keep the
    other's frames, with all that is in them, alive.

    Attributes:
        failure: Why.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


def failure_from_status(response: requests.Response, *, keyed: bool, now: float) -> Failure:
    """Judge an answer whose status is not the one for data."""
    code = response.status_code
    if code in {401, 403, 418}:
        return _declined(code, keyed=keyed)
    if code == 429 or code >= 500:
        pause = asked_pause(response, now=now) or BRIEF
        if code == 429:
            return Failure("the site asked us to slow down", pause=pause, transient=False)
        return Failure(f"the site reported a fault of its own ({code})", pause=pause)
    if 300 <= code < 400 and code != 304:
        return elsewhere(code)
    if code in {404, 410}:
        words, pause = "does not offer this", MISSING
    elif code >= 400:
        words, pause = "did not understand the question", MISUNDERSTOOD
    else:
        words, pause = "sent no data", MALFORMED
    return Failure(f"the site {words} ({code})", pause=pause, transient=False)


def _declined(code: int, *, keyed: bool) -> Failure:
    if keyed and code != 418:
        reason = "the site refused this key"
    elif code == 401:
        reason = "the site wants a key for this"
    else:
        reason = "the site declined automated access"
    return Failure(reason, error=FeedDeclined, pause=DECLINED, transient=False)


def asked_pause(response: requests.Response, *, now: float) -> float | None:
    """Seconds the site asked us to wait: at least 1, at most the cap; None for none or junk.

    A date is measured against the site's own clock where it sends one.
    """
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:12])
    else:
        at, sent = _unix(text), _unix(response.headers.get("Date", ""))
        if at is None:
            return None
        seconds = at - (now if sent is None else sent)
    return min(max(seconds, 1.0), LONGEST_ASKED)


def _unix(text: str) -> float | None:
    try:
        seconds = parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError, OSError):
        return None
    return seconds if math.isfinite(seconds) else None


def failure_from_exception(error: Exception) -> Failure:
    """Judge an exception from the layers below."""
    if isinstance(error, FetchFailed):
        return error.failure
    if type(error) is requests.Timeout:  # only the limiter raises the bare class
        return Failure("too many requests of ours are waiting", pause=0.0, transient=None)
    if isinstance(error, requests.ConnectTimeout) or _never_connected(error):
        reason = "no connection to the site could be made"
        return Failure(reason, error=FeedUnreachable)
    if isinstance(error, requests.Timeout):
        return late()
    if isinstance(error, requests.exceptions.SSLError):
        return Failure("no secure connection to the site could be made")
    return broken()


def _never_connected(error: Exception) -> bool:
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def elsewhere(code: int) -> Failure:
    """A redirect that leads off the site, too far, or nowhere."""
    return Failure(f"the site sent us elsewhere ({code})", pause=MALFORMED, transient=False)


def late() -> Failure:
    """The deadline passed."""
    return Failure("the site did not answer in time")


def broken() -> Failure:
    """The answer ended early or made no sense as HTTP."""
    return Failure("the connection to the site broke off")


def malformed(
    reason: str = "the answer is not this feed", *, error: type[FeedError] = FeedMalformed
) -> Failure:
    """An answer with the status for data that is no data."""
    return Failure(reason, error=error, pause=MALFORMED, transient=False)
