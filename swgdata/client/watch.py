"""A deadline over a whole exchange: connecting, headers and body together.

The time-outs of ``requests`` count anew with every byte that drips in. A watch cuts the socket.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock, Timer
from time import monotonic
from typing import Any, Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_current: ContextVar["Watch | None"] = ContextVar("swgdata_watch", default=None)


class Watch:
    """Shuts the sockets of one exchange when its time is up, whatever they are doing.

    Attributes:
        over: True once the time is up.
    """

    def __init__(self, seconds: float) -> None:
        """Start counting ``seconds``."""
        self.over = False
        self._started = monotonic()
        self._lock = Lock()
        self._handles: list[socket.socket] = []
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return monotonic() - self._started

    def attach(self, sock: socket.socket) -> None:
        """Watch one more socket.

        A second handle on the same connection is kept: TLS wrapping and early closing take the
        first one away.
        """
        handle = socket.fromfd(sock.fileno(), sock.family, sock.type)
        with self._lock:
            if not self.over:
                self._handles.append(handle)
                return
        handle.close()
        raise TimeoutError

    def close(self) -> None:
        """Stop watching."""
        self._timer.cancel()
        with self._lock:
            for handle in self._handles:
                handle.close()
            self._handles.clear()

    def _cut(self) -> None:
        with self._lock:
            self.over = True
            for handle in self._handles:
                try:
                    handle.shutdown(socket.SHUT_RDWR)
                except OSError:  # the other side was faster
                    continue


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Let the connections made in this block by this thread be watched."""
    token = _current.set(watch)
    try:
        yield
    finally:
        _current.reset(token)


def time_for_another(share: float) -> bool:
    """False if the exchange under way has spent more than ``share`` seconds."""
    watch = _current.get()
    return watch is None or (not watch.over and watch.spent <= share)


class _Watched(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        _attach(sock)
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:  # kept alive from an earlier exchange
            _attach(self.sock)
        super().request(*args, **kwargs)


def _attach(sock: socket.socket) -> None:
    watch = _current.get()
    if watch is None:
        return
    try:
        watch.attach(sock)
    except TimeoutError:
        sock.close()
        raise


class _WatchedTLS(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


POOLS: Final = {"http": _Pool, "https": _PoolTLS}
