"""One request in flight per key, however many wait."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import BoundedSemaphore, Lock, Thread
from typing import Final, Generic, TypeVar

T = TypeVar("T")
AT_ONCE: Final = 6  # requests on the wire
WAITING: Final = 64  # questions under way, those waiting for the wire included


class TooManyWaiting(Exception):
    """Too many different questions are under way."""


class SingleFlight(Generic[T]):
    """Work shared by all who ask for the same key while it is under way.

    Each flight has a daemon thread of its own: none is left when idle, and none keeps the
    process from ending.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._wire = BoundedSemaphore(AT_ONCE)
        self._under_way: dict[str, Future[T]] = {}

    def __contains__(self, key: str) -> bool:
        """Whether a flight of this key is under way."""
        with self._lock:
            return key in self._under_way

    def join(self, key: str, work: Callable[[], T]) -> "Future[T]":
        """Join the flight of this key, or start it.

        Raises:
            Crowded: The flight would have to be started, and there is no room for it.
        """
        with self._lock:
            flight = self._under_way.get(key)
            if flight is None:
                if len(self._under_way) >= WAITING:
                    raise TooManyWaiting
                flight = Future()
                thread = Thread(target=self._fly, args=(key, work, flight), daemon=True)
                try:
                    thread.start()
                except RuntimeError as error:  # the system has no more threads to give
                    raise TooManyWaiting from error
                self._under_way[key] = flight
            return flight

    def _fly(self, key: str, work: Callable[[], T], flight: "Future[T]") -> None:
        try:
            with self._wire:
                result = work()
        except BaseException as error:  # noqa: BLE001 - the waiting callers get it
            self._land(key)
            flight.set_exception(error)
        else:
            self._land(key)
            flight.set_result(result)

    def _land(self, key: str) -> None:
        with self._lock:
            self._under_way.pop(key, None)
