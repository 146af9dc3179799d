"""One request in flight per key, however many wait."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import BoundedSemaphore, Lock, Thread
from typing import Final, Generic, TypeVar

T = TypeVar("T")
AT_ONCE: Final = 6  # requests on the wire
WAITING: Final = 64  # requests under way, those waiting for the wire included


class TooManyWaiting(Exception):
    """Too many different requests are under way."""


class SingleFlight(Generic[T]):
    """Work shared by all who ask for the same key while it is under way.

    Each has a daemon thread of its own: none is left when idle, and none keeps the
    process from ending.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._wire = BoundedSemaphore(AT_ONCE)
        self._under_way: dict[str, Future[T]] = {}

    def __contains__(self, key: str) -> bool:
        """Whether work for this key is under way."""
        with self._lock:
            return key in self._under_way

    def run(self, key: str, work: Callable[[], T]) -> "Future[T]":
        """The work under way for this key, or ``work`` begun for it.

        Raises:
            TooManyWaiting: It would have to be started, and there is no room for it.
        """
        with self._lock:
            future = self._under_way.get(key)
            if future is None:
                if len(self._under_way) >= WAITING:
                    raise TooManyWaiting
                future = Future()
                thread = Thread(target=self._work, args=(key, work, future), daemon=True)
                try:
                    thread.start()
                except RuntimeError as error:  # the system has no more threads to give
                    raise TooManyWaiting from error
                self._under_way[key] = future
            return future

    def _work(self, key: str, work: Callable[[], T], future: "Future[T]") -> None:
        try:
            with self._wire:
                result = work()
        except BaseException as error:  # noqa: BLE001 - the waiting callers get it
            self._done(key)
            future.set_exception(error)
        else:
            self._done(key)
            future.set_result(result)

    def _done(self, key: str) -> None:
        with self._lock:
            self._under_way.pop(key, None)
