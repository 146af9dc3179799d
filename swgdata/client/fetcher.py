"""Get answers from the site: through the cache, streamed past it, or with a visitor's key."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from swgdata.client.backoff import Backoff
from swgdata.client.cache import FallbackCache, ResponseCache
from swgdata.client.failures import Failure, FetchFailed, failure_from_status
from swgdata.client.model import Answer, CachedBody, FeedRequest, moment
from swgdata.client.redis_sharing import RedisLocks
from swgdata.client.session import FeedSession, rows_of
from swgdata.client.single_flight import SingleFlight, TooManyWaiting
from swgdata.client.transport import KEY_HEADER
from swgdata.errors import FeedDeclined

log = logging.getLogger(__name__)
PIECE: Final = 65_536
WARM_WAIT: Final = 1.8  # of the promised 2 s
COLD_WAIT: Final = 14.5  # of the promised 15 s
DOWNLOAD_DEADLINE: Final = 300.0
NOT_ASKED: Final = Failure("not asked again since", transient=None)
UNDER_WAY: Final = Failure("refresh under way", transient=None)
AWAITED: Final = Failure("the first answer is still under way", transient=None)
CROWDED: Final = Failure("too many questions are under way", transient=None)
OUR_FAULT: Final = Failure("the request failed here, not at the site", transient=None)
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def usable_key(request: FeedRequest, key: str) -> str:
    """The key without blanks around it.

    A bad one is found here because ``requests`` would quote it in its error.

    Raises:
        FeedDeclined: It cannot be sent, or not to this site; the reason does not contain it.
    """
    address = urlsplit(request.base_url)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise FeedDeclined(request.feed.name, "a key is only sent over https")
    usable = key.strip()
    if not re.fullmatch(r"[\x21-\x7e]{1,512}", usable):
        raise FeedDeclined(request.feed.name, "the key has characters that no key can have")
    return usable


class Fetcher:
    """Asks the site.

    Attributes:
        backoff: Circuit breaker and failures of the public requests.
        keyed: The same for requests with a key.
    """

    def __init__(
        self,
        cache: ResponseCache,
        store: FallbackCache,
        *,
        transport: BaseAdapter,
        locks: RedisLocks,
        clock: Callable[[], float],
    ) -> None:
        """Send through ``transport``, store in ``store``, tell the time by ``clock``."""
        self.backoff = Backoff(clock)
        self.keyed = Backoff(clock)
        self._clock = clock
        self._locks = locks
        self._cache = cache
        self._in_flight: SingleFlight[Answer | Failure] = SingleFlight()
        self._transport = transport
        self._session = FeedSession(store, transport=transport, clock=clock)

    def answer(
        self,
        request: FeedRequest,
        copy: CachedBody | None,
        wait: float | None,
        *,
        force: bool = False,
    ) -> Answer | Failure:
        """A new answer, or why there is none, from the one request that all callers wait for.

        Args:
            request: What to ask.
            copy: The copy that is to be replaced, if there is one.
            wait: Seconds to wait; None for the usual time.
            force: Ask even where the copy is fresh.
        """
        if refusal := self.backoff.refusal(request.key):
            return refusal
        usual = WARM_WAIT if copy else COLD_WAIT
        try:
            future = self._in_flight.run(request.key, partial(self._refresh, request, copy, force))
            return future.result(timeout=usual if wait is None else wait)
        except TooManyWaiting:
            return CROWDED
        except TimeoutError:
            return UNDER_WAY if copy else AWAITED

    @contextmanager
    def download(self, request: FeedRequest) -> Iterator[Iterator[bytes]]:
        """Stream an answer past the cache.

        Raises:
            FetchFailed: It cannot be had, or its stream broke off.
        """
        with self.backoff.attempt(request.key):
            response = self._send(request, stream=True, timeout=DOWNLOAD_DEADLINE)
            try:
                if response.status_code != 200:
                    raise FetchFailed(failure_from_status(response, keyed=False, now=self._clock()))
                yield response.iter_content(PIECE)
            finally:
                response.close()

    def private(self, request: FeedRequest, *, key: str) -> bytes:
        """Ask with a key; nothing of it is stored.

        Raises:
            FetchFailed: The site refused the key or failed.
            FeedDeclined: The key cannot be sent.
        """
        headers = {KEY_HEADER: usable_key(request, key)}
        with self.keyed.attempt(f"{request.key} {hash(key)}"):
            response = self._send(request, headers=headers)
            if response.status_code != 200:
                raise FetchFailed(failure_from_status(response, keyed=True, now=self._clock()))
            rows_of(request, response.content)
            return response.content

    def close(self) -> None:
        """Close connections."""
        self._session.close()  # type: ignore[no-untyped-call]

    def _refresh(
        self,
        request: FeedRequest,
        old: CachedBody | None,
        force: bool,  # noqa: FBT001 - passed on by partial
    ) -> Answer | Failure:
        if refusal := self.backoff.refusal(request.key):
            return refusal
        with self._locks.hold(request.key):
            copy = self._cache.stored(request)
            if copy and (old is None or copy.received != old.received):
                # somebody else was faster, perhaps in another process
                return Answer(copy.body, moment(copy.received))
            if failure := self._locks.shared_failure(request.key):
                self.backoff.remember(request.key, failure)
                return self.backoff.refusal(request.key) or NOT_ASKED
            return self._ask(request, copy, force=force)

    def _ask(
        self, request: FeedRequest, copy: CachedBody | None, *, force: bool
    ) -> Answer | Failure:
        force = force or (copy is not None and self._cache.is_outdated(request, copy))
        try:
            with self.backoff.attempt(request.key):
                confirm = copy is not None and copy.confirmable
                response = self._session.fetch(request, force=force, confirm=confirm)
        except FetchFailed as error:
            log.info("%s: %s", request.feed.name, error.failure.text)
            if error.failure.was_asked:
                self._locks.share_failure(request.key, error.failure)
            return error.failure
        except Exception:  # a fault of ours must not reach a page either
            log.exception("%s: the request failed here", request.feed.name)
            return OUR_FAULT
        copy = CachedBody.of(response)
        if copy is None:
            return NOT_ASKED
        self._cache.remember_arrival(request, copy)
        fetched = not response.from_cache or response.revalidated
        return Answer(copy.body, moment(copy.received), fetched=fetched)

    def _send(
        self,
        request: FeedRequest,
        *,
        headers: dict[str, str] | None = None,
        stream: bool = False,
        timeout: float | None = None,
    ) -> requests.Response:
        prepared = requests.Request(
            "GET", request.url, params=dict(request.parameters), headers=headers
        ).prepare()
        return self._transport.send(prepared, stream=stream, timeout=timeout)
