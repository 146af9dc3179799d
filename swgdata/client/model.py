"""What goes into the client and comes out: requests, stored bodies, answers, status."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode

from requests_cache.models.response import CachedResponse, OriginalResponse

from swgdata.feeds import Feed

RECEIVED: Final = "X-Swg-Received"  # written below the cache; Unix seconds by our own clock
ROWS: Final = "X-Swg-Rows"  # of the main table, to notice a loss
VALIDATORS: Final = ("ETag", "Last-Modified")


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """One request to one feed.

    Attributes:
        feed: The feed asked.
        parameters: Query parameters, exactly those the feed names.
        base_url: Where the feed lives, without a slash at the end.
        file: Path of a big file to ask for in place of the feed's own path.
    """

    feed: Feed
    parameters: Mapping[str, str]
    base_url: str
    file: str = ""

    @classmethod
    def of(
        cls, feed: Feed, parameters: Mapping[str, str], base_url: str, *, keyed: bool = False
    ) -> "FeedRequest":
        """Ask a feed what it can be asked.

        Raises:
            ValueError: The parameters are not exactly the feed's, or it needs a key and none is
                to be sent, or the other way round.
        """
        if feed.needs_key is not keyed:
            raise ValueError(f"{feed.name} {'needs a key' if feed.needs_key else 'takes no key'}")
        if set(parameters) != set(feed.parameters):
            raise ValueError(f"{feed.name} takes {feed.parameters}, got {tuple(parameters)}")
        return cls(feed, dict(parameters), base_url)

    @property
    def url(self) -> str:
        """Address without the query; always on the base URL's own site."""
        if not self.file:
            return self.base_url + self.feed.path
        return f"{self.base_url}/{self.file.removeprefix(self.base_url).lstrip('/')}"

    @property
    def key(self) -> str:
        """Name of the stored copy; unique per server, feed, parameters and file."""
        query = urlencode(sorted(self.parameters.items()))
        return f"{prefix(self.base_url, self.feed)}{query}{self.file}"


def prefix(base_url: str, feed: Feed | None = None) -> str:
    """What the keys of this server's copies begin with, or of one feed's."""
    return f"{base_url} {feed.name} {feed.path}?" if feed else f"{base_url} "


def parameters_of(key: str) -> dict[str, str]:
    """The query parameters written into a key."""
    return dict(parse_qsl(key.rpartition("?")[2], keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class CachedBody:
    """A good answer as it is stored.

    Attributes:
        body: Decoded bytes that passed the feed's parser.
        received: Unix seconds when the source last sent or confirmed them.
        confirmable: True if the source gave a mark (ETag, date) to ask "still this?" with.
        response: The answer as requests-cache holds it.
    """

    body: bytes
    received: float
    confirmable: bool
    response: CachedResponse | OriginalResponse

    @classmethod
    def of(cls, response: CachedResponse | OriginalResponse | None) -> "CachedBody | None":
        """Read a stored response; None if there is none or it does not bear our mark."""
        if response is None:
            return None
        try:
            received = float(response.headers[RECEIVED])
        except (KeyError, ValueError):
            return None
        confirmable = any(response.headers.get(mark) for mark in VALIDATORS)
        return cls(response.content, received, confirmable, response)


@dataclass(frozen=True, slots=True)
class Answer:
    """A feed's bytes with their provenance.

    Attributes:
        body: Bytes that passed the feed's parser.
        received_at: When the source last sent or confirmed them (UTC).
        stale: True if they are older than they should be.
        reason: Why they are stale, in words for a visitor; None if fresh.
        until: When the source will be asked again, if that is decided.
        fetched: True if the source was asked while this answer was waited for.
    """

    body: bytes
    received_at: datetime
    stale: bool = False
    reason: str | None = None
    until: datetime | None = None
    fetched: bool = False


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """How a feed is doing.

    Attributes:
        breaker: "closed", "open" or "half-open", for the whole site.
        paused_until: No request before then (UTC), or None.
        last_error: Why the latest request failed; None after a success.
        hits: Answers given without asking the source.
        misses: Answers for which it had to be asked.
    """

    breaker: str
    paused_until: datetime | None
    last_error: str | None
    hits: int
    misses: int


def moment(seconds: float) -> datetime:
    """Unix seconds as a UTC time."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def clock_text(seconds: float) -> str:
    """Unix seconds as hh:mm UTC, rounded up so that it never promises too early."""
    return f"{moment(seconds) + timedelta(seconds=59.999):%H:%M} UTC"
