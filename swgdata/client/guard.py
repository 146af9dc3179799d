"""The transport: what goes on the wire, how long it may take, how much may come back."""

from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests_ratelimiter import LimiterMixin

from swgdata.client.body import Body
from swgdata.client.budget import SharedBucket
from swgdata.client.retry import polite_retry
from swgdata.client.server import Server
from swgdata.client.trouble import Troubled, broken, elsewhere, late
from swgdata.client.watch import POOLS, Watch, watching

KEY_HEADER: Final = "X-API-Key"
ON_THE_WIRE: Final = ("If-None-Match", "If-Modified-Since", KEY_HEADER)
HOPS: Final = 3
CONNECT: Final = 4.0
MOST_BYTES: Final = 16 << 20
TURN_WAIT: Final = 60.0


class GuardAdapter(HTTPAdapter):
    """Sends GET requests under our own name, within a deadline, and reads no more than allowed.

    Redirects are followed here, on the same origin only, and never with a key.
    """

    def __init__(self, *, user_agent: str, deadline: float, most: int, **options: Any) -> None:
        """Set limits: ``deadline`` in seconds, ``most`` in decoded bytes."""
        self._user_agent = user_agent
        self._deadline = deadline
        self._most = most
        super().__init__(max_retries=polite_retry(), **options)

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
            Troubled: The deadline passed, or the answer is too long or broken.
            requests.RequestException: Any other trouble on the way.
        """
        watch = Watch(timeout or self._deadline)
        body = None
        try:
            with watching(watch):
                response = self._follow(request, timeout or self._deadline, options)
            body = Body(response, watch, None if stream else self._most)
            if stream:
                response.raw = body
            else:
                response._content = b"".join(body.stream())
        except BaseException as error:
            (body or watch).close()
            if isinstance(error, Troubled) or not isinstance(error, Exception):
                raise
            if watch.over:
                raise Troubled(late()) from error
            if isinstance(error, requests.RequestException):
                raise
            raise Troubled(broken()) from error
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
            raise Troubled(elsewhere(response.status_code))
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


class PoliteAdapter(LimiterMixin, GuardAdapter):  # type: ignore[misc]  # passes options on
    """The guard behind a rate limit per host; waiting for a turn counts against no deadline."""


def polite_adapter(
    *, user_agent: str, per_minute: int, deadline: float, server: Server | None, name: str
) -> PoliteAdapter:
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
        "bucket_class": SharedBucket,
        "bucket_kwargs": {"server": server, "name": name},
    }
    return PoliteAdapter(
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
