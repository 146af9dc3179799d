"""Through the cache, or streamed past it."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from swgdata.client.backoff import Backoff, Halted
from swgdata.client.cache import FallbackCache, ResponseCache
from swgdata.client.failures import Failure, FetchFailed, failure_from_status
from swgdata.client.model import CachedBody, FeedRequest
from swgdata.client.redis_sharing import RedisLocks
from swgdata.client.session import FeedSession, rows_of
from swgdata.client.single_flight import SingleFlight, TooManyWaiting
from swgdata.client.transport import KEY_HEADER
from swgdata.errors import FeedDeclined

PIECE: Final = 65_536


class Download:
    """The pieces of one big file, as they arrive.

    Attributes:
        total: Bytes to come, if the source says so and does not pack them.
    """

    def __init__(self, response: requests.Response) -> None:
        """Read from a streamed response."""
        size = response.headers.get("Content-Length", "")
        packed = "Content-Encoding" in response.headers
        self.total = int(size) if size.isascii() and size.isdigit() and not packed else None
        self._pieces: Iterator[bytes] = response.iter_content(PIECE)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)


LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def usable_key(question: FeedRequest, key: str) -> str:
    """The key without blanks around it.

    A bad one is found here because ``requests`` would quote it in its error.

    Raises:
        FeedDeclined: It cannot be sent, or not to this site; the reason does not contain it.
    """
    address = urlsplit(question.base_url)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise FeedDeclined(question.feed.name, "a key is only sent over https")
    usable = key.strip()
    if not re.fullmatch(r"[\x21-\x7e]{1,512}", usable):
        raise FeedDeclined(question.feed.name, "the key has characters that no key can have")
    return usable


log = logging.getLogger(__name__)
WARM_WAIT: Final = 1.8  # of the promised 2 s
COLD_WAIT: Final = 14.5  # of the promised 15 s
DOWNLOAD_DEADLINE: Final = 300.0
UNDER_WAY: Final = Failure("refresh under way", transient=None)
AWAITED: Final = Failure("the first answer is still under way", transient=None)
CROWDED: Final = Failure("too many questions are under way", transient=None)
OUR_FAULT: Final = Failure("the request failed here, not at the site", transient=None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one flight brought home: a copy, or the reason why not.

    Attributes:
        copy: The good answer, stored already.
        halted: Why there is none.
        asked: True if the source was asked.
    """

    copy: CachedBody | None = None
    halted: Halted | None = None
    asked: bool = False


class Fetcher:
    """Asks the source.

    Attributes:
        gate: Breaker and pauses of the public questions.
        keyed: The same for questions with a key.
    """

    def __init__(
        self,
        shelf: ResponseCache,
        store: FallbackCache,
        *,
        transport: BaseAdapter,
        turns: RedisLocks,
        clock: Callable[[], float],
    ) -> None:
        """Send through ``transport``, store in ``store``, tell the time by ``clock``."""
        self.gate = Backoff(clock)
        self.keyed = Backoff(clock)
        self._clock = clock
        self._turns = turns
        self._shelf = shelf
        self._flights: SingleFlight[Outcome] = SingleFlight()
        self._transport = transport
        self._session = FeedSession(store, transport=transport, clock=clock)

    def answer(
        self,
        question: FeedRequest,
        copy: CachedBody | None,
        wait: float | None,
        *,
        force: bool = False,
    ) -> Outcome:
        """Join or start the one flight for this question, and wait for it a while.

        Args:
            question: What to ask.
            copy: The copy that is to be replaced, if there is one.
            wait: Seconds to wait; None for the usual time.
            force: Ask even where the copy is fresh.
        """
        if halted := self.gate.halted(question.key):
            return Outcome(halted=halted)
        usual = WARM_WAIT if copy else COLD_WAIT
        try:
            flight = self._flights.join(question.key, partial(self._refresh, question, copy, force))
            return flight.result(timeout=usual if wait is None else wait)
        except TooManyWaiting:
            return Outcome(halted=Halted(CROWDED))
        except TimeoutError:
            return Outcome(halted=Halted(UNDER_WAY if copy else AWAITED))

    @contextmanager
    def download(self, question: FeedRequest) -> Iterator[Download]:
        """Stream an answer past the cache.

        Raises:
            Halted: It cannot be had, or its stream broke off.
        """
        with self.gate.passage(question.key):
            response = self._send(question, stream=True, timeout=DOWNLOAD_DEADLINE)
            try:
                if response.status_code != 200:
                    raise FetchFailed(failure_from_status(response, keyed=False, now=self._clock()))
                yield Download(response)
            finally:
                response.close()

    def private(self, question: FeedRequest, *, key: str) -> bytes:
        """Ask with a key; nothing of it is stored.

        Raises:
            Halted: The site refused the key or failed.
            FeedDeclined: The key cannot be sent.
        """
        headers = {KEY_HEADER: usable_key(question, key)}
        with self.keyed.passage(f"{question.key} {hash(key)}"):
            response = self._send(question, headers=headers)
            if response.status_code != 200:
                raise FetchFailed(failure_from_status(response, keyed=True, now=self._clock()))
            rows_of(question, response.content)
            return response.content

    def close(self) -> None:
        """Close connections."""
        self._session.close()  # type: ignore[no-untyped-call]

    def _refresh(
        self,
        question: FeedRequest,
        old: CachedBody | None,
        force: bool,  # noqa: FBT001 - passed on by the flight
    ) -> Outcome:
        if halted := self.gate.halted(question.key):
            return Outcome(halted=halted)
        with self._turns.turn(question.key):
            copy = self._shelf.copy(question)
            if copy and (old is None or copy.received != old.received):
                return Outcome(copy=copy)  # somebody else was faster, perhaps in another process
            if trouble := self._turns.told(question.key):
                self.gate.pauses.remember(question.key, trouble)
                return Outcome(halted=self.gate.halted(question.key))
            return self._ask(question, copy, force=force)

    def _ask(self, question: FeedRequest, copy: CachedBody | None, *, force: bool) -> Outcome:
        force = force or (copy is not None and self._shelf.is_outdated(question, copy))
        try:
            with self.gate.passage(question.key):
                confirm = copy is not None and copy.confirmable
                response = self._session.fetch(question, force=force, confirm=confirm)
        except Halted as halted:
            log.info("%s: %s", question.feed.name, halted.reason)
            if halted.asked:
                self._turns.tell(question.key, halted.trouble)
            return Outcome(halted=halted, asked=halted.asked)
        except Exception:  # a fault of ours must not reach a page either
            log.exception("%s: the request failed here", question.feed.name)
            return Outcome(halted=Halted(OUR_FAULT))
        if copy := CachedBody.of(response):
            self._shelf.arrived(question, copy)
        return Outcome(copy=copy, asked=not response.from_cache or response.revalidated)

    def _send(
        self,
        question: FeedRequest,
        *,
        headers: dict[str, str] | None = None,
        stream: bool = False,
        timeout: float | None = None,
    ) -> requests.Response:
        request = requests.Request(
            "GET", question.url, params=dict(question.parameters), headers=headers
        )
        return self._transport.send(request.prepare(), stream=stream, timeout=timeout)
