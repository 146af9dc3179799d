"""HTTP adapter: our headers, rate limit, retries, same-origin redirects; local files."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urljoin, urlsplit

import requests
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests_ratelimiter import LimiterMixin
from urllib3 import HTTPResponse
from urllib3.connectionpool import ConnectionPool
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from swgdata.client.deadline import POOLS, BoundedBody, Deadline, deadline_scope, has_time_left
from swgdata.client.failures import FetchFailed, broken, elsewhere, late
from swgdata.client.redis_sharing import RedisConnection, RedisRateBucket


class FileTransport(BaseAdapter):
    """Answers every request with the bytes of one file; 404 while there is none."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the library's signature
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """The file as it is now."""
        try:
            status, body = 200, self._path.read_bytes()
        except OSError:
            status, body = 404, b""
        response = Response()
        response.status_code = status
        response.url = request.url or ""
        response.request = request
        headers: dict[str, Any] = {"Content-Length": str(len(body))}
        response.raw = HTTPResponse(BytesIO(body), headers, status, preload_content=False)
        response.headers.update(headers)
        return response

    def close(self) -> None:
        """Nothing is held open."""


ENOUGH_LEFT: Final = 3.0  # seconds an exchange may have taken and still begin again
BACKOFF: Final = 0.25  # seconds before the first retry, twice that before the second


class ShortRetry(Retry):
    """At most two more tries, within about a second, for lost connections and 502, 503, 504.

    Never after an answer that names its own waiting time, never for 4xx, never when most of the
    deadline is spent.
    """

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:  # noqa: FBT001, FBT002 - urllib3's signature
        """Whether this status is worth another try now."""
        return not has_retry_after and super().is_retry(method, status_code)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Count one try; raise ``MaxRetryError`` when it was the last."""
        left = self if has_time_left(ENOUGH_LEFT) else self.new(total=0)
        return super(ShortRetry, left).increment(method, url, response, error, _pool, _stacktrace)


def short_retry() -> ShortRetry:
    """The retries of one request."""
    return ShortRetry(
        total=2,
        backoff_factor=BACKOFF,
        backoff_jitter=BACKOFF / 2,
        backoff_max=0.6,
        status_forcelist=(502, 503, 504),
        allowed_methods=("GET",),
        redirect=False,
        respect_retry_after_header=False,
        raise_on_status=False,
    )


KEY_HEADER: Final = "X-API-Key"
ON_THE_WIRE: Final = ("If-None-Match", "If-Modified-Since", KEY_HEADER)
HOPS: Final = 3
CONNECT: Final = 4.0
MOST_BYTES: Final = 16 << 20
TURN_WAIT: Final = 60.0


class FeedAdapter(HTTPAdapter):
    """Sends GET requests under our own name, within a deadline, and reads no more than allowed.

    Redirects are followed here, on the same origin only, and never with a key.
    """

    def __init__(self, *, user_agent: str, deadline: float, most: int, **options: Any) -> None:
        """Set limits: ``deadline`` in seconds, ``most`` in decoded bytes."""
        self._user_agent = user_agent
        self._deadline = deadline
        self._most = most
        super().__init__(max_retries=short_retry(), **options)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use connections that a watch can cut."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def send(  # type: ignore[override]  # a single time-out, over everything
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the signature of requests
        timeout: float | None = None,
        **options: Any,
    ) -> requests.Response:
        """Send a prepared GET request.

        Args:
            request: What.
            stream: Leave the body to the caller, who closes the response.
            timeout: Seconds for the whole answer; None for the adapter's own.
            options: Passed on to requests.

        Raises:
            FetchFailed: The deadline passed, or the answer is too long or broken.
            requests.RequestException: Any other trouble on the way.
        """
        watch = Deadline(timeout or self._deadline)
        body = None
        try:
            with deadline_scope(watch):
                response = self._follow(request, timeout or self._deadline, options)
            body = BoundedBody(response, watch, None if stream else self._most)
            if stream:
                response.raw = body
            else:
                response._content = b"".join(body.stream())
        except BaseException as error:
            (body or watch).close()
            if isinstance(error, FetchFailed) or not isinstance(error, Exception):
                raise
            if watch.over:
                raise FetchFailed(late()) from error
            if isinstance(error, requests.RequestException):
                raise
            raise FetchFailed(broken()) from error
        if not stream:
            body.close()
        return response

    def _follow(
        self, request: requests.PreparedRequest, seconds: float, options: dict[str, Any]
    ) -> requests.Response:
        wire = self._wire(request)
        hops = 0 if KEY_HEADER in request.headers else HOPS
        while True:
            timeout = (min(CONNECT, seconds), seconds + 1)  # the watch comes first
            response = super().send(wire, stream=True, timeout=timeout, **options)
            target = _next_hop(wire.url or "", response) if hops else None
            if target is None:
                break
            response.close()
            hops, wire.url = hops - 1, target
        if response.is_redirect:
            response.close()
            raise FetchFailed(elsewhere(response.status_code))
        response.request = request
        return response

    def _wire(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Nothing but what we mean to say: cache directives and cookies stay here."""
        wire = request.copy()
        wire.headers = CaseInsensitiveDict(
            {
                "User-Agent": self._user_agent,
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                **{name: request.headers[name] for name in ON_THE_WIRE if name in request.headers},
            }
        )
        return wire


class RateLimitedFeedAdapter(LimiterMixin, FeedAdapter):  # type: ignore[misc]  # passes options on
    """The adapter behind a rate limit per host; waiting for a slot counts against no deadline."""


def rate_limited_adapter(
    *, user_agent: str, per_minute: int, deadline: float, server: RedisConnection | None, name: str
) -> RateLimitedFeedAdapter:
    """The transport to the real site: so many requests a minute, a tenth of them in a second.

    Args:
        user_agent: Who we say we are.
        per_minute: Requests a minute, of all instances that share ``server``.
        deadline: Seconds for one answer.
        server: What the instances share; None for nothing.
        name: Of their budget.
    """
    per_second = max(1, per_minute // 10)
    shared: dict[str, Any] = {
        "bucket_class": RedisRateBucket,
        "bucket_kwargs": {"server": server, "name": name},
    }
    return RateLimitedFeedAdapter(
        user_agent=user_agent,
        deadline=deadline,
        most=MOST_BYTES,
        per_minute=per_minute,
        per_second=per_second if per_second < per_minute else 0,
        max_delay=TURN_WAIT,
        **(shared if server else {}),
    )


def _next_hop(url: str, response: requests.Response) -> str | None:
    """Where a redirect leads, if it stays on the same origin."""
    if not response.is_redirect:
        return None
    try:
        target = urljoin(url, response.headers["Location"])
        return target if _origin(target) == _origin(url) else None
    except ValueError:  # no address at all
        return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
