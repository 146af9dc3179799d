"""The budget of requests that all instances have together, kept in the Redis they share."""

from typing import TYPE_CHECKING, Final

from pyrate_limiter import InMemoryBucket, Rate, RateItem, RedisBucket
from pyrate_limiter.buckets.redis_bucket import LuaScript

from swgdata.client.server import Server

if TYPE_CHECKING:
    from redis import Redis

_KEPT: Final = 120  # seconds; twice the longest rate


class SharedBucket(RedisBucket):
    """Counts the requests of all instances, by the server's clock.

    While the server does not answer, this process's own requests count, those before among them.

    Args:
        rates: How many requests in how long.
        server: What the instances share.
        name: Of the budget.
    """

    is_async = False

    def __init__(self, rates: list[Rate], *, server: Server, name: str) -> None:
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
