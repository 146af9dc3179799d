"""The requests-cache session: per-feed expiry; bad answers are never stored."""

from collections.abc import Callable
from datetime import timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final, NoReturn

import requests
from requests.adapters import BaseAdapter
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict
from requests_cache import CacheMixin
from requests_cache.models.response import CachedResponse, OriginalResponse

from swgdata.client.cache import FallbackCache
from swgdata.client.failures import FetchFailed, failure_from_status, malformed
from swgdata.client.model import RECEIVED, ROWS, VALIDATORS, FeedRequest
from swgdata.errors import FeedError
from swgdata.feeds.model import parse_feed

LEAST_KEPT: Final = 0.7  # share of the rows that must still be there


class RowLossCheck:
    """Holds back an answer with far fewer rows than the last, until the next one agrees."""

    def __init__(self) -> None:
        """Doubt nothing yet."""
        self._doubted: dict[str, int] = {}

    def check(self, key: str, *, rows: int, before: int) -> None:
        """Compare an answer with the stored one.

        Raises:
            FetchFailed: It lost more than 30 % of its rows, and did so for the first time.
        """
        if rows >= LEAST_KEPT * before or self._doubted.get(key) == rows:
            self._doubted.pop(key, None)
            return
        self._doubted[key] = rows
        raise FetchFailed(malformed(f"only {rows:,} records came where there were {before:,}"))


LEAST_STORED: Final = timedelta(seconds=1)
CONDITIONS: Final = ("If-None-Match", "If-Modified-Since")


class _CheckedSession(requests.Session):
    """Lets only data pass: what raises here can neither be returned nor stored."""

    store: FallbackCache
    clock: Callable[[], float]
    row_loss: RowLossCheck

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, *, feed_request: FeedRequest, **options: Any
    ) -> requests.Response:
        response = super().send(request, allow_redirects=False, **options)
        marks = {name: response.headers[name] for name in VALIDATORS if name in response.headers}
        if response.status_code == 200:
            marks[ROWS] = str(self._rows(feed_request, response.content))
        elif response.status_code != 304 or not any(name in request.headers for name in CONDITIONS):
            raise FetchFailed(failure_from_status(response, keyed=False, now=self.clock()))
        response.headers = CaseInsensitiveDict({**marks, RECEIVED: repr(self.clock())})
        response.cookies = RequestsCookieJar()
        return response

    def _rows(self, feed_request: FeedRequest, body: bytes) -> int:
        rows = rows_of(feed_request, body)
        before = self.store.get_response(feed_request.key)
        if before is not None:
            expected = int(before.headers.get(ROWS, "0"))
            self.row_loss.check(feed_request.key, rows=rows, before=expected)
        return rows


def rows_of(feed_request: FeedRequest, body: bytes) -> int:
    """Judge a body by its content alone; returns the rows of its main table.

    Raises:
        FetchFailed: It is not this feed.
    """
    # pages take the parsed tables from the same memory; a visitor's own are not kept in it
    parse = parse_feed.__wrapped__ if feed_request.feed.needs_key else parse_feed
    try:
        tables = parse(feed_request.feed, body).tables
        return max((len(frame) for frame in list(tables.values())[:1]), default=0)
    except FeedError as error:
        raise FetchFailed(malformed(error.reason, error=type(error))) from error
    except Exception as error:
        raise FetchFailed(
            malformed()
        ) from error  # whatever a parser trips over, the body is to blame


class FeedSession(CacheMixin, _CheckedSession):
    """The one cached session of a client."""

    def __init__(
        self, store: FallbackCache, *, transport: BaseAdapter, clock: Callable[[], float]
    ) -> None:
        """Answer from ``store``; ask through ``transport``; stamp answers by ``clock``."""
        self.store = store
        self.clock = clock
        self.row_loss = RowLossCheck()
        super().__init__(
            backend=store,
            cache_control=False,
            stale_if_error=False,
            allowable_codes=(200,),
            key_fn=_key,
        )
        self.trust_env = False
        self.headers = CaseInsensitiveDict()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self.mount(scheme, transport)

    def fetch(
        self, feed_request: FeedRequest, *, force: bool, confirm: bool
    ) -> CachedResponse | OriginalResponse:
        """Get this answer: the stored one if it has not expired, else from the source.

        Args:
            feed_request: What to ask.
            force: Ask the source even so.
            confirm: With ``force``: offer the marks of the stored copy, so that the source may
                just confirm it.

        Raises:
            FetchFailed: The source sent no data.
            requests.RequestException: It could not be asked.
        """
        request = requests.Request("GET", feed_request.url, params=dict(feed_request.parameters))
        return self.send(
            request.prepare(),
            # with 0 an answer without marks would not be stored, and so could not stand in later
            expire_after=max(feed_request.feed.fresh_for, LEAST_STORED),
            refresh=force and confirm,
            force_refresh=force and not confirm,
            feed_request=feed_request,
        )

    def _handle_error(self, *_: object) -> NoReturn:
        raise  # noqa: PLE0704 - called while handling; stale copies are the client's business


def _key(request: object, *, feed_request: FeedRequest, **_: object) -> str:
    return feed_request.key
