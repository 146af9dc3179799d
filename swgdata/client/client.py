"""Client: fresh copy, else the site, else stale copy; hit statistics."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, Final

from requests.adapters import BaseAdapter

from swgdata._version import __version__
from swgdata.client.backoff import Halted
from swgdata.client.cache import ResponseCache, open_cache
from swgdata.client.failures import Failure
from swgdata.client.fetcher import DOWNLOAD_DEADLINE, Download, Fetcher
from swgdata.client.model import Answer, FeedRequest, FeedStatus, moment
from swgdata.client.redis_sharing import RedisConnection, RedisLocks
from swgdata.client.transport import rate_limited_adapter
from swgdata.feeds import Feed


class HitCounter:
    """Hits and misses by feed name, of this process."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._lock = Lock()
        self._hits: Counter[str] = Counter()
        self._misses: Counter[str] = Counter()

    def count(self, name: str, *, hit: bool) -> None:
        """One more answer."""
        with self._lock:
            (self._hits if hit else self._misses)[name] += 1

    def of(self, name: str) -> tuple[int, int]:
        """Hits and misses of one feed."""
        with self._lock:
            return self._hits[name], self._misses[name]

    def table(self) -> dict[str, dict[str, Any]]:
        """Feed name -> hits, misses, and the share of hits (0 to 1)."""
        with self._lock:
            names = sorted({*self._hits, *self._misses})
        counted = {name: self.of(name) for name in names}
        return {
            name: {"hits": hits, "misses": misses, "rate": hits / (hits + misses)}
            for name, (hits, misses) in counted.items()
        }


USER_AGENT: Final = f"swgdata/{__version__} (+analytics for players; read-only)"
DEADLINE: Final = 14.0  # within the promised 15 s, so that waiting callers learn the cause
NOT_ASKED: Final = Failure("not asked again since", transient=None)
NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Client:
    """Fetches feeds of one site.

    One per process and site; safe to share between threads. Every public method raises nothing
    but ``FeedError`` for trouble with the site, and ``ValueError`` for a question that no feed
    could mean.
    """

    def __init__(
        self,
        base_url: str,
        *,
        store: Path | str,
        user_agent: str = USER_AGENT,
        transport: BaseAdapter | None = None,
        per_minute: int = 30,
        deadline: float = DEADLINE,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the store; the network is not touched."""
        self._base_url = base_url.rstrip("/")
        self._store = open_cache(store)
        self._shelf = ResponseCache(self._store, self._base_url, clock=clock, monotonic=monotonic)
        self._server = RedisConnection(store) if isinstance(store, str) and "://" in store else None
        self._turns = RedisLocks(self._server)
        adapter = transport or rate_limited_adapter(
            user_agent=user_agent,
            per_minute=per_minute,
            deadline=deadline,
            server=self._server,
            name=self._base_url,
        )
        self._upstream = Fetcher(
            self._shelf, self._store, transport=adapter, turns=self._turns, clock=clock
        )
        self._tally = HitCounter()

    @property
    def store_notice(self) -> str | None:
        """One sentence while answers cannot be stored, else None."""
        return self._store.notice

    def fetch(
        self,
        feed: Feed,
        parameters: Mapping[str, str] = NONE,
        *,
        wait: float | None = None,
        force: bool = False,
    ) -> Answer:
        """Get a feed's answer: a fresh copy at once, else from the site, else a stale copy.

        Args:
            feed: A public feed.
            parameters: Exactly the query parameters the feed names.
            wait: Seconds to wait for the site; None for 2 with a stale copy in hand, 15 without.
            force: Ask even with a fresh copy in hand; a pause still stands.

        Raises:
            FeedError: There is no copy, and none can be had.
            ValueError: The feed is keyed, or the parameters are not the feed's.
        """
        question = FeedRequest.of(feed, parameters, self._base_url)
        for look_up in (self._shelf.at_hand, self._shelf.copy):
            copy = look_up(question)
            if copy and not force and self._shelf.is_fresh(question, copy):
                self._tally.count(feed.name, hit=True)
                return Answer(copy.body, moment(copy.received))
        self._tally.count(feed.name, hit=False)
        outcome = self._upstream.answer(question, copy, wait, force=force)
        if outcome.copy:
            received = moment(outcome.copy.received)
            return Answer(outcome.copy.body, received, fetched=outcome.asked)
        halted = outcome.halted or Halted(NOT_ASKED)
        if copy is None:
            raise halted.error(feed)
        return halted.standing_in(copy)

    def stored(self, feed: Feed, parameters: Mapping[str, str] = NONE) -> Answer | None:
        """The stored copy as it is, without asking; None if there is none."""
        question = FeedRequest.of(feed, parameters, self._base_url)
        copy = self._shelf.copy(question)
        if copy is None:
            return None
        if self._shelf.is_fresh(question, copy):
            return Answer(copy.body, moment(copy.received))
        gate = self._upstream.gate
        latest = gate.pauses.latest(question.key)
        halted = gate.halted(question.key) or Halted(latest.trouble if latest else NOT_ASKED)
        return halted.standing_in(copy)

    def stored_all(self, feed: Feed) -> list[tuple[dict[str, str], Answer]]:
        """Every stored copy of a feed with its parameters."""
        return [
            (parameters, answer)
            for parameters in self._shelf.parameters(feed)
            if (answer := self.stored(feed, parameters))
        ]

    def ever_stored(self) -> bool:
        """True if anything of this site is stored."""
        return self._shelf.ever_filled()

    @contextmanager
    def download(self, feed: Feed, path: str) -> Iterator[Download]:
        """Stream a big file of the site past the cache: ``with ... as pieces``.

        The pieces (bytes) are unpacked only if the transfer packed them; 300 s for all.

        Args:
            feed: The feed it belongs to, for words and pauses.
            path: Path below the base URL.

        Raises:
            FeedError: It cannot be had, or broke off on the way.
        """
        question = FeedRequest(feed, {}, self._base_url, path)
        try:
            with self._upstream.download(question) as pieces:
                yield pieces
        except Halted as halted:
            raise halted.error(feed) from halted

    def turn(self, what: str) -> AbstractContextManager[None]:
        """Keep other instances from doing ``what`` meanwhile, if they share a server with us."""
        return self._turns.turn(f"{self._base_url} {what}", patience=DOWNLOAD_DEADLINE)

    def fetch_private(self, feed: Feed, parameters: Mapping[str, str] = NONE, *, key: str) -> bytes:
        """Ask a keyed feed with a visitor's key; the answer is checked and never stored.

        Raises:
            FeedDeclined: The site refused the key, or it cannot be sent.
            FeedError: The answer cannot be had.
            ValueError: The feed is not keyed, or the parameters are not the feed's.
        """
        question = FeedRequest.of(feed, parameters, self._base_url, keyed=True)
        try:
            return self._upstream.private(question, key=key)
        except Halted as halted:
            error = halted.error(feed)
        raise error  # out here it drags no request, and so no key, along

    def status(self, feed: Feed, parameters: Mapping[str, str] = NONE) -> FeedStatus:
        """How a feed is doing, by what this process has seen."""
        gate = self._upstream.gate
        key = FeedRequest.of(feed, parameters, self._base_url).key
        pause, latest = gate.pauses.active(key), gate.pauses.latest(key)
        hits, misses = self._tally.of(feed.name)
        return FeedStatus(
            breaker=gate.breaker.state,
            paused_until=moment(pause.until) if pause else None,
            last_error=latest.trouble.reason if latest else None,
            hits=hits,
            misses=misses,
        )

    def clear(self, feed: Feed | None = None) -> int:
        """Remove the stored copies of one feed, or of all; pauses stand. Returns how many."""
        return self._shelf.clear(feed)

    def stats(self) -> dict[str, Any]:
        """Counters of this process and the size of the store."""
        return {
            "feeds": self._tally.table(),
            "breaker": self._upstream.gate.breaker.state,
            "entries": len(self._shelf),
            "notice": self._store.notice,
            "damaged_files_replaced": self._store.replaced,
        }

    def close(self) -> None:
        """Close connections and the store."""
        self._upstream.close()
        self._store.close()
        if self._server is not None:
            self._server.close()
