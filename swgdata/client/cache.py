"""Stored answers: how fresh they are, and memory in place of a failing disk."""

import math
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Lock, RLock
from typing import Final, Literal, TypeVar

from requests import Response
from requests_cache.backends.base import BaseCache
from requests_cache.models.response import CachedResponse

from swgdata.client.cache_backends import Storage, open_file, open_redis
from swgdata.client.model import CachedBody, FeedRequest, parameters_of, prefix
from swgdata.feeds import Feed

T = TypeVar("T")
REST: Final = 5.0  # seconds a failing operation is left alone
MEMORY_BYTES: Final = 32 << 20


class FallbackCache(BaseCache):
    """Keeps answers on disk or in Redis, and in memory whatever those refuse.

    Reading and writing never raise. Memory holds only what could not be written, and is asked
    first. A damaged file is replaced; a refused or missing one is tried again every few seconds.

    Attributes:
        notice: One sentence while answers are kept in memory only, else None.
        replaced: How many damaged files were replaced while running.
    """

    def __init__(self, open_storage: Callable[[], Storage]) -> None:
        """Use ``open_storage`` to open, and to open again, what lasts."""
        super().__init__("swgdata")
        self.notice: str | None = None
        self.replaced = 0
        self._open_storage = open_storage
        self._storage: Storage | None = None
        self._lock = RLock()
        self._memory = Lock()
        self._resting = {"open": 0.0, "read": 0.0, "write": 0.0}
        self._opened()

    def get_response(self, key: str, default: None = None) -> CachedResponse | None:
        """Read a stored response; None if there is none that can be read."""
        with self._memory:
            stored: CachedResponse | None = self.responses.get(key)
        return (
            stored
            if stored is not None
            else self._use("read", lambda storage: storage.get(key), default)
        )

    def save_response(
        self,
        response: Response,
        cache_key: str | None = None,
        expires: datetime | None = None,
    ) -> None:
        """Store a response where it lasts, or else in memory."""
        key = cache_key or ""
        with self._memory:
            super().save_response(response, key, expires)
            saved = self.responses[key]
        written = self._use("write", lambda storage: _written(storage, key, saved), default=False)
        with self._memory:
            if written:
                self.notice = None
                self.responses.pop(key, None)
            while sum(len(kept.content) for kept in self.responses.values()) > MEMORY_BYTES:
                del self.responses[next(iter(self.responses))]

    def keys(self, prefix: str) -> list[str]:
        """The keys beginning with ``prefix``, sorted."""
        nothing: set[str] = set()
        kept = self._use("read", _keys, nothing)
        with self._memory:
            kept |= set(self.responses)
        return sorted(key for key in kept if key.startswith(prefix))

    def remove(self, keys: list[str]) -> None:
        """Remove these entries."""
        with self._memory:
            self.responses.bulk_delete(keys)
        self._use("write", lambda storage: storage.bulk_delete(keys), None)

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            storage, self._storage = self._storage, None
            self._resting["open"] = math.inf  # a request under way must not open it again
        if storage is not None:
            with suppress(Exception):
                storage.close()  # type: ignore[no-untyped-call]

    def _use(
        self, operation: Literal["read", "write"], action: Callable[[Storage], T], default: T
    ) -> T:
        storage = self._opened()
        if storage is None or time.monotonic() < self._resting[operation]:
            return default
        try:
            return action(storage)
        except Exception as error:  # noqa: BLE001 - whatever fails in there must not reach a page
            self._failed(operation, storage, error)
            return default

    def _opened(self) -> Storage | None:
        with self._lock:
            if self._storage is None and time.monotonic() >= self._resting["open"]:
                try:
                    self._storage = self._open_storage()
                except Exception as error:  # noqa: BLE001 - as above
                    self._rest("open", error)
            return self._storage

    def _failed(self, operation: str, storage: Storage, error: Exception) -> None:
        if type(error) is not sqlite3.DatabaseError:  # its children tell of everything but damage
            self._rest(operation, error)
            return
        with self._lock:
            if self._storage is storage:
                self.replaced += 1
                with suppress(Exception):
                    storage.close()  # type: ignore[no-untyped-call]
                self._storage = None
                self._opened()

    def _rest(self, operation: str, error: Exception) -> None:
        self._resting[operation] = time.monotonic() + REST
        self.notice = f"Answers are kept in memory only: {_words(error)}."


def _written(storage: Storage, key: str, response: CachedResponse) -> bool:
    storage[key] = response
    return True


def _keys(storage: Storage) -> set[str]:
    return set(storage)


def _words(error: Exception) -> str:
    """What failed, without paths or addresses."""
    if isinstance(error, sqlite3.Error):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return "the cache server does not answer"


def open_cache(store: Path | str) -> FallbackCache:
    """Keep answers in a folder, or in the Redis server of a ``redis://`` address."""
    if isinstance(store, str) and "://" in store:
        return FallbackCache(partial(open_redis, store))
    return FallbackCache(partial(open_file, Path(store)))


_MOMENT: Final = 2.0  # seconds a copy stays at hand; another process may store a newer one
_MOST: Final = 64  # copies at hand,
_LIGHT: Final = 1_000_000  # of so many bytes at most


class ResponseCache:
    """Looks copies up and says whether they are fresh.

    That is what the stored response itself says (``is_expired``). Two clocks of ours can only
    make it older: a copy from the future is infinitely old, and a wall clock set back does not
    make a copy younger that this process saw arrive: its age is at least what a clock says that
    never jumps.
    """

    def __init__(
        self,
        cache: FallbackCache,
        base_url: str,
        *,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        """Tell the time by ``clock`` (Unix seconds) and ``monotonic`` (seconds)."""
        self._cache = cache
        self._base_url = base_url
        self._clock = clock
        self._monotonic = monotonic
        self._filled = False
        self._arrived: dict[str, tuple[float, float]] = {}
        self._recent: dict[str, tuple[float, CachedBody]] = {}

    def stored(self, request: FeedRequest) -> CachedBody | None:
        """The stored copy, whatever its age; None if there is none."""
        copy = CachedBody.of(self._cache.get_response(request.key))
        self._recent.pop(request.key, None)
        if copy and len(copy.body) <= _LIGHT:
            self._recent[request.key] = (self._monotonic(), copy)
            if len(self._recent) > _MOST:
                with suppress(RuntimeError, StopIteration):  # another thread is tidying up
                    self._recent.pop(next(iter(self._recent)), None)
        return copy

    def recent(self, request: FeedRequest) -> CachedBody | None:
        """The copy, if it was looked up moments ago: visitors come in crowds, pages ask often."""
        at, copy = self._recent.get(request.key, (-math.inf, None))
        return copy if self._monotonic() - at < _MOMENT else None

    def remember_arrival(self, request: FeedRequest, copy: CachedBody) -> None:
        """A copy has just come from the source."""
        self._recent.pop(request.key, None)
        self._arrived[request.key] = (copy.received, self._monotonic())

    def is_fresh(self, request: FeedRequest, copy: CachedBody) -> bool:
        """Whether requests-cache holds the copy to be fresh, and our clocks do not object."""
        return not copy.response.is_expired and not self.is_outdated(request, copy)

    def is_outdated(self, request: FeedRequest, copy: CachedBody) -> bool:
        """Whether one of our clocks finds the copy older than the feed allows.

        The stored ``expires`` was set with the lifetime that held when the copy came. Where the
        setting was shortened since, this one applies at once; where it was lengthened, from the
        next answer on.
        """
        return self._age(request, copy) > request.feed.fresh_for.total_seconds()

    def parameters(self, feed: Feed) -> list[dict[str, str]]:
        """The parameters of every stored copy of a feed."""
        return [parameters_of(key) for key in self._cache.keys(prefix(self._base_url, feed))]

    def clear(self, feed: Feed | None) -> int:
        """Remove the copies of one feed, or all; returns how many there were."""
        self._filled = False
        self._recent.clear()
        keys = self._cache.keys(prefix(self._base_url, feed))
        self._cache.remove(keys)
        return len(keys)

    def ever_filled(self) -> bool:
        """Whether there is any copy; remembered, for it is asked on every page."""
        self._filled = self._filled or len(self) > 0
        return self._filled

    def __len__(self) -> int:
        return len(self._cache.keys(prefix(self._base_url)))

    def _age(self, request: FeedRequest, copy: CachedBody) -> float:
        age = self._clock() - copy.received
        if age < 0:
            return math.inf
        received, at = self._arrived.get(request.key, (None, 0.0))
        return max(age, self._monotonic() - at) if received == copy.received else age
