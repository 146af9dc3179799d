"""The client of one site: a fresh copy, else the site, else the stale copy."""

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
from swgdata.client.cache import ResponseCache, open_cache
from swgdata.client.failures import FetchFailed
from swgdata.client.fetcher import DOWNLOAD_DEADLINE, NOT_ASKED, Fetcher
from swgdata.client.model import Answer, FeedRequest, FeedStatus, moment
from swgdata.client.redis_sharing import RedisConnection, RedisLocks
from swgdata.client.transport import rate_limited_adapter
from swgdata.feeds import Feed

USER_AGENT: Final = f"swgdata/{__version__} (+analytics for players; read-only)"
DEADLINE: Final = 14.0  # within the promised 15 s, so that waiting callers learn the cause
NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Client:
    """Fetches feeds of one site.

    One per process and site; safe to share between threads. Every public method raises nothing
    but ``FeedError`` for trouble with the site, and ``ValueError`` for a request that no feed
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
        self._cache = ResponseCache(self._store, self._base_url, clock=clock, monotonic=monotonic)
        self._server = RedisConnection(store) if isinstance(store, str) and "://" in store else None
        self._locks = RedisLocks(self._server)
        adapter = transport or rate_limited_adapter(
            user_agent=user_agent,
            per_minute=per_minute,
            deadline=deadline,
            server=self._server,
            name=self._base_url,
        )
        self._fetcher = Fetcher(
            self._cache, self._store, transport=adapter, locks=self._locks, clock=clock
        )
        self._lock = Lock()
        self._hits: Counter[str] = Counter()
        self._misses: Counter[str] = Counter()

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
        request = FeedRequest.of(feed, parameters, self._base_url)
        for look_up in (self._cache.recent, self._cache.stored):
            copy = look_up(request)
            if copy and not force and self._cache.is_fresh(request, copy):
                self._count(self._hits, feed)
                return Answer(copy.body, moment(copy.received))
        self._count(self._misses, feed)
        answer = self._fetcher.answer(request, copy, wait, force=force)
        if isinstance(answer, Answer):
            return answer
        if copy is None:
            raise answer.exception(feed)
        return answer.stale_answer(copy)

    def stored(self, feed: Feed, parameters: Mapping[str, str] = NONE) -> Answer | None:
        """The stored copy as it is, without asking; None if there is none."""
        request = FeedRequest.of(feed, parameters, self._base_url)
        copy = self._cache.stored(request)
        if copy is None:
            return None
        if self._cache.is_fresh(request, copy):
            return Answer(copy.body, moment(copy.received))
        backoff = self._fetcher.backoff
        failure = backoff.refusal(request.key) or backoff.latest(request.key) or NOT_ASKED
        return failure.stale_answer(copy)

    def stored_all(self, feed: Feed) -> list[tuple[dict[str, str], Answer]]:
        """Every stored copy of a feed with its parameters."""
        return [
            (parameters, answer)
            for parameters in self._cache.parameters(feed)
            if (answer := self.stored(feed, parameters))
        ]

    def ever_stored(self) -> bool:
        """True if anything of this site is stored."""
        return self._cache.ever_filled()

    @contextmanager
    def download(self, feed: Feed, path: str) -> Iterator[Iterator[bytes]]:
        """Stream a big file of the site past the cache: ``with ... as pieces``.

        The pieces (bytes) are unpacked only if the transfer packed them; 300 s for all.

        Args:
            feed: The feed it belongs to, for words and pauses.
            path: Path below the base URL.

        Raises:
            FeedError: It cannot be had, or broke off on the way.
        """
        request = FeedRequest(feed, {}, self._base_url, path)
        try:
            with self._fetcher.download(request) as pieces:
                yield pieces
        except FetchFailed as error:
            raise error.failure.exception(feed) from error

    def lock(self, what: str) -> AbstractContextManager[None]:
        """Keep other instances from doing ``what`` meanwhile, if they share a server with us."""
        return self._locks.hold(f"{self._base_url} {what}", patience=DOWNLOAD_DEADLINE)

    def fetch_private(self, feed: Feed, parameters: Mapping[str, str] = NONE, *, key: str) -> bytes:
        """Ask a keyed feed with a visitor's key; the answer is checked and never stored.

        Raises:
            FeedDeclined: The site refused the key, or it cannot be sent.
            FeedError: The answer cannot be had.
            ValueError: The feed is not keyed, or the parameters are not the feed's.
        """
        request = FeedRequest.of(feed, parameters, self._base_url, keyed=True)
        try:
            return self._fetcher.private(request, key=key)
        except FetchFailed as failed:
            error = failed.failure.exception(feed)
        raise error  # out here it drags no request, and so no key, along

    def status(self, feed: Feed, parameters: Mapping[str, str] = NONE) -> FeedStatus:
        """How a feed is doing, by what this process has seen."""
        backoff = self._fetcher.backoff
        key = FeedRequest.of(feed, parameters, self._base_url).key
        cooldown, latest = backoff.cooldown(key), backoff.latest(key)
        return FeedStatus(
            breaker=backoff.breaker.state,
            paused_until=moment(cooldown.until) if cooldown and cooldown.until else None,
            last_error=latest.reason if latest else None,
            hits=self._hits[feed.name],
            misses=self._misses[feed.name],
        )

    def clear(self, feed: Feed | None = None) -> int:
        """Remove the stored copies of one feed, or of all; pauses stand. Returns how many."""
        return self._cache.clear(feed)

    def stats(self) -> dict[str, Any]:
        """Hits and misses of this process, and how many entries are stored."""
        return {
            "feeds": self._hit_rates(),
            "breaker": self._fetcher.backoff.breaker.state,
            "entries": len(self._cache),
            "notice": self._store.notice,
            "damaged_files_replaced": self._store.replaced,
        }

    def close(self) -> None:
        """Close connections and the store."""
        self._fetcher.close()
        self._store.close()
        if self._server is not None:
            self._server.close()

    def _count(self, counter: "Counter[str]", feed: Feed) -> None:
        with self._lock:
            counter[feed.name] += 1

    def _hit_rates(self) -> dict[str, dict[str, Any]]:
        """Feed name -> hits, misses, and the share of hits (0 to 1)."""
        with self._lock:
            counts = {
                name: (self._hits[name], self._misses[name])
                for name in sorted({*self._hits, *self._misses})
            }
        return {
            name: {"hits": hits, "misses": misses, "rate": hits / (hits + misses)}
            for name, (hits, misses) in counts.items()
        }
