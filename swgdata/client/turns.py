"""One instance after the other: whoever waited for its turn finds what the one before brought.

A turn is a lock in the shared Redis that goes when its holder does: held for a few seconds, and
for longer only by a holder that lives. Without a server, or while it is away, everybody's turn
comes at once, and every process asks for itself.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from swgdata.client.server import Server
from swgdata.client.trouble import Trouble
from swgdata.errors import FeedDeclined, FeedMalformed, FeedUnavailable, FeedUnreachable

if TYPE_CHECKING:
    from redis import Redis
    from redis.lock import Lock

LEASE: Final = 5.0  # seconds a turn outlives a holder that was killed
LOOK: Final = 0.05  # seconds between two looks whether it is one's turn
PATIENCE: Final = 90.0  # seconds after which one goes ahead all the same

_KINDS: Final = {kind.__name__: kind for kind in (FeedDeclined, FeedMalformed, FeedUnavailable)}
_TURN: Final = "swgdata-turn-1 "
_PAUSE: Final = "swgdata-pause-1 "


class Turns:
    """Turns of all instances that share a server, and what the site told one of them.

    Args:
        server: What they share; None for nothing.
    """

    def __init__(self, server: Server | None) -> None:
        self._server = server

    @contextmanager
    def turn(self, key: str, *, patience: float = PATIENCE) -> Iterator[None]:
        """Wait until no other instance is at ``key``; inside the ``with`` it is this one's turn."""
        lock = self._taken(_TURN + key, patience)
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

    def tell(self, key: str, trouble: Trouble) -> None:
        """Let the others know that the site gave no answer, for as long as it is to be left alone.

        That it cannot be reached from here says nothing about elsewhere, and is not told.
        """
        if self._server is None or not trouble.pause or trouble.error is FeedUnreachable:
            return
        kind = trouble.error.__name__
        note = json.dumps([trouble.reason, kind if kind in _KINDS else FeedUnavailable.__name__])
        lasts = int(trouble.pause * 1000)
        self._server.use(lambda redis: redis.set(_PAUSE + key, note, px=lasts))

    def told(self, key: str) -> Trouble | None:
        """What another instance was told by the site, with what is left of its pause."""
        if self._server is None:
            return None
        found = self._server.use(lambda redis: _read(redis, _PAUSE + key))
        note, left = found or (None, 0)
        if note is None or left <= 0:
            return None
        with suppress(ValueError, KeyError, TypeError):
            reason, kind = json.loads(note)
            return Trouble(str(reason), _KINDS[kind], left / 1000, transient=None)
        return None

    def _taken(self, name: str, patience: float) -> "Lock | None":
        """The lock once it is this one's; None where there is nothing to wait for any more."""

        def take(redis: "Redis") -> "Lock | None":
            lock = redis.lock(
                name, timeout=LEASE, sleep=LOOK, blocking_timeout=patience, thread_local=False
            )
            return lock if lock.acquire() else None

        return self._server.use(take) if self._server is not None else None


def _read(redis: "Redis", name: str) -> tuple[Any, int]:
    both = redis.pipeline()
    both.get(name)
    both.pttl(name)
    note, left = both.execute()
    return note, left


def _renew(server: Server, lock: "Lock", ended: Event) -> None:
    """Hold a turn for as long as it takes, from a thread that ends with its process."""
    while not ended.wait(LEASE / 3):
        server.use(lambda _: _while_held(lock.reacquire))


def _while_held(action: Callable[[], object]) -> None:
    """Do something with a lock; that it is no longer one's own is no failure of the server."""
    from redis.exceptions import DataError, LockError

    with suppress(LockError, DataError):  # the latter: given back at this very moment
        action()
