"""A cache that may fail without the app failing: memory in front of a file or a server."""

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

from swgdata.client.opening import Storage, open_file, open_redis

T = TypeVar("T")
REST: Final = 5.0  # seconds a failing operation is left alone
MEMORY_BYTES: Final = 32 << 20


class SafeCache(BaseCache):
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
        self._gate = RLock()
        self._memory = Lock()
        self._resting = {"open": 0.0, "read": 0.0, "write": 0.0}
        self._opened()

    def get_response(self, key: str, default: None = None) -> CachedResponse | None:
        """Read a stored response; None if there is none that can be read."""
        with self._memory:
            held: CachedResponse | None = self.responses.get(key)
        return held if held is not None else self._use("read", lambda kept: kept.get(key), default)

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
            held = self.responses[key]
        written = self._use("write", lambda kept: _written(kept, key, held), default=False)
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
        self._use("write", lambda kept: kept.bulk_delete(keys), None)

    def close(self) -> None:
        """Close what is open."""
        with self._gate:
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
        with self._gate:
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
        with self._gate:
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


def open_store(store: Path | str) -> SafeCache:
    """Keep answers in a folder, or in the Redis server of a ``redis://`` address."""
    if isinstance(store, str) and "://" in store:
        return SafeCache(partial(open_redis, store))
    return SafeCache(partial(open_file, Path(store)))
