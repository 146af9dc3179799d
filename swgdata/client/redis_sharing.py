"""What instances share: locks, back-off, rate budget.

A lock in the shared Redis goes when its holder does: held for a few seconds, and for longer only
by a holder that lives. Without a server, or while it is away, nobody waits for a lock, and every
process asks for itself.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pyrate_limiter import InMemoryBucket, Rate, RateItem, RedisBucket
from pyrate_limiter.buckets.redis_bucket import LuaScript

from swgdata.client.cache_backends import connect
from swgdata.client.failures import Failure
from swgdata.errors import FeedDeclined, FeedMalformed, FeedUnavailable, FeedUnreachable

if TYPE_CHECKING:
    from redis import Redis
    from redis.lock import Lock

T = TypeVar("T")
REST: Final = 5.0  # seconds it is left alone after it has failed
log = logging.getLogger(__name__)


class RedisConnection:
    """Runs small commands; what fails is not raised, for every one of them can be done without.

    Args:
        url: Its ``redis://`` address.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._resting = 0.0
        self._redis: Redis | None = None

    def use(self, action: "Callable[[Redis], T]") -> T | None:
        """What ``action`` gives; None while the server does not answer."""
        if time.monotonic() < self._resting:
            return None
        try:
            return action(self._connection())
        except Exception as error:  # noqa: BLE001 - a page must not notice
            self._resting = time.monotonic() + REST
            log.info("the cache server is left alone for a while: %s", type(error).__name__)
            return None

    def close(self) -> None:
        """Give its connections back."""
        with self._lock:
            if self._redis is not None:
                self._redis.close()
            self._redis = None

    def _connection(self) -> "Redis":
        with self._lock:
            if self._redis is None:
                self._redis = connect(self._url)
            return self._redis


_KEPT: Final = 120  # seconds; twice the longest rate


class RedisRateBucket(RedisBucket):
    """Counts the requests of all instances, by the server's clock.

    While the server does not answer, this process's own requests count, those before among them.

    Args:
        rates: How many requests in how long.
        server: What the instances share.
        name: Of the budget.
    """

    is_async = False

    def __init__(self, rates: list[Rate], *, server: RedisConnection, name: str) -> None:
        super().__init__(rates, None, f"swgdata-budget-1 {name}", "")  # type: ignore[arg-type]
        self._server = server
        self._own = InMemoryBucket(rates)

    def put(self, item: RateItem) -> bool:
        """Whether there is room for one more request; if so, it is counted."""
        found = self._server.use(lambda redis: self._put(redis, item))
        if found is None:
            found = self._own.put(item)
            self.failing_rate, self._last_wait = self._own.failing_rate, self._own._last_wait
        elif found:
            self._own.put(item)
        return found

    def leak(self, current_timestamp: int | None = None) -> int:
        """Forget what is older than any rate, of this process; the shared ones go in ``put``."""
        return self._own.leak(current_timestamp or 0)

    def _put(self, redis: "Redis", item: RateItem) -> bool:
        self.redis = redis
        self.script_hash = str(redis.script_load(LuaScript.PUT_ITEM))  # it forgets at a restart
        seconds, micros = redis.time()
        item.timestamp = int(seconds) * 1000 + int(micros) // 1000
        super().leak(item.timestamp)
        is_in = bool(super().put(item))
        redis.expire(self.bucket_key, _KEPT)
        return is_in


LEASE: Final = 5.0  # seconds a lock outlives a holder that was killed
RETRY_EVERY: Final = 0.05  # seconds between two attempts to get a lock
PATIENCE: Final = 90.0  # seconds after which one goes ahead all the same
_KINDS: Final = {kind.__name__: kind for kind in (FeedDeclined, FeedMalformed, FeedUnavailable)}
_LOCK: Final = "swgdata-turn-1 "
_PAUSE: Final = "swgdata-pause-1 "


class RedisLocks:
    """Locks of all instances that share a server, and why the site gave one of them no data.

    Args:
        server: What they share; None for nothing.
    """

    def __init__(self, server: RedisConnection | None) -> None:
        self._server = server

    @contextmanager
    def hold(self, key: str, *, patience: float = PATIENCE) -> Iterator[None]:
        """Wait until no other instance is at ``key``; keep others from it inside the ``with``."""
        lock = self._acquired(_LOCK + key, patience)
        if self._server is None or lock is None:
            yield
            return
        ended = Event()
        renewing = Thread(target=_renew, args=(self._server, lock, ended), daemon=True)
        with suppress(RuntimeError):  # no thread to spare: the lease may run out
            renewing.start()
        try:
            yield
        finally:
            ended.set()
            self._server.use(lambda _: _while_held(lock.release))

    def share_failure(self, key: str, failure: Failure) -> None:
        """Let the others know that the site gave no answer, for as long as it is to be left alone.

        That it cannot be reached from here says nothing about elsewhere, and is not told.
        """
        if self._server is None or not failure.pause or failure.error is FeedUnreachable:
            return
        kind = failure.error.__name__
        note = json.dumps([failure.reason, kind if kind in _KINDS else FeedUnavailable.__name__])
        lasts = int(failure.pause * 1000)
        self._server.use(lambda redis: redis.set(_PAUSE + key, note, px=lasts))

    def shared_failure(self, key: str) -> Failure | None:
        """What another instance was told by the site, with what is left of its pause."""
        if self._server is None:
            return None
        found = self._server.use(lambda redis: _read(redis, _PAUSE + key))
        note, left = found or (None, 0)
        if note is None or left <= 0:
            return None
        with suppress(ValueError, KeyError, TypeError):
            reason, kind = json.loads(note)
            return Failure(str(reason), _KINDS[kind], left / 1000, transient=None)
        return None

    def _acquired(self, name: str, patience: float) -> "Lock | None":
        """The lock once it is this one's; None where there is nothing to wait for any more."""

        def take(redis: "Redis") -> "Lock | None":
            lock = redis.lock(
                name,
                timeout=LEASE,
                sleep=RETRY_EVERY,
                blocking_timeout=patience,
                thread_local=False,
            )
            return lock if lock.acquire() else None

        return self._server.use(take) if self._server is not None else None


def _read(redis: "Redis", name: str) -> tuple[Any, int]:
    both = redis.pipeline()
    both.get(name)
    both.pttl(name)
    note, left = both.execute()
    return note, left


def _renew(server: RedisConnection, lock: "Lock", ended: Event) -> None:
    """Hold a lock for as long as it takes, from a thread that ends with its process."""
    while not ended.wait(LEASE / 3):
        server.use(lambda _: _while_held(lock.reacquire))


def _while_held(action: Callable[[], object]) -> None:
    """Do something with a lock; that it is no longer one's own is no failure of the server."""
    from redis.exceptions import DataError, LockError

    with suppress(LockError, DataError):  # the latter: given back at this very moment
        action()
