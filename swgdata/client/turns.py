"""One instance after the other: whoever waited for its turn finds what the one before brought.

A turn is a key in the shared Redis that goes when its holder does: held for a few seconds, and
for longer only by a holder that lives. Without a server, or while it is away, everybody's turn
comes at once, and every process asks for itself.
"""

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from swgdata.client.server import Server
from swgdata.client.trouble import Trouble
from swgdata.errors import FeedDeclined, FeedMalformed, FeedUnavailable, FeedUnreachable

if TYPE_CHECKING:
    from redis import Redis

LEASE: Final = 5.0  # seconds a turn outlives a holder that was killed
LOOK: Final = 0.05  # seconds between two looks whether it is one's turn
PATIENCE: Final = 90.0  # seconds after which one goes ahead all the same

_KINDS: Final = {kind.__name__: kind for kind in (FeedDeclined, FeedMalformed, FeedUnavailable)}
_TURN: Final = "swgdata-turn-1 "
_PAUSE: Final = "swgdata-pause-1 "
_MINE: Final = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call("
_RENEW: Final = f"{_MINE}'pexpire', KEYS[1], ARGV[2]) end return 0"
_FREE: Final = f"{_MINE}'del', KEYS[1]) end return 0"


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
        name, holder = _TURN + key, secrets.token_hex(8)
        if self._server is None or not self._taken(self._server, name, holder, patience):
            yield
            return
        ended = Event()
        renewing = Thread(target=_renew, args=(self._server, name, holder, ended), daemon=True)
        with suppress(RuntimeError):  # no thread to spare: the lease may run out
            renewing.start()
        try:
            yield
        finally:
            ended.set()
            self._server.use(lambda redis: redis.eval(_FREE, 1, name, holder))

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

    def _taken(self, server: Server, name: str, holder: str, patience: float) -> bool:
        until = time.monotonic() + patience
        while True:
            taken = server.use(lambda redis: _take(redis, name, holder))
            if taken is not False or time.monotonic() >= until:
                return bool(taken)
            time.sleep(LOOK)


def _take(redis: "Redis", name: str, holder: str) -> bool:
    return bool(redis.set(name, holder, nx=True, px=int(LEASE * 1000)))


def _read(redis: "Redis", name: str) -> tuple[Any, int]:
    both = redis.pipeline()
    both.get(name)
    both.pttl(name)
    note, left = both.execute()
    return note, left


def _renew(server: Server, name: str, holder: str, ended: Event) -> None:
    """Hold a turn for as long as it takes, from a thread that ends with its process."""
    while not ended.wait(LEASE / 3):
        server.use(lambda redis: redis.eval(_RENEW, 1, name, holder, int(LEASE * 1000)))
