"""The Redis server that instances share: asked carefully, and left alone while it is away."""

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

from swgdata.client.opening import connect

if TYPE_CHECKING:
    from redis import Redis

T = TypeVar("T")
REST: Final = 5.0  # seconds it is left alone after it has failed
log = logging.getLogger(__name__)


class Server:
    """Runs small commands; what fails is not raised, for every one of them can be done without.

    Args:
        url: Its ``redis://`` address.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = Lock()
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
