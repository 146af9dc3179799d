"""A deadline over the whole exchange; bounded, complete bodies.

The time-outs of ``requests`` count anew with every byte that drips in. A watch cuts the socket.
"""

import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock, Timer
from time import monotonic
from typing import Any, Final

import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from swgdata.client.failures import FetchFailed, broken, late, malformed

_current: ContextVar["Deadline | None"] = ContextVar("swgdata_watch", default=None)


class Deadline:
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
def deadline_scope(watch: Deadline) -> Iterator[None]:
    """Let the connections made in this block by this thread be watched."""
    token = _current.set(watch)
    try:
        yield
    finally:
        _current.reset(token)


def has_time_left(share: float) -> bool:
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
PIECE: Final = 65_536


class BoundedBody:
    """The decoded bytes of an answer; complete, within the limit, or an exception."""

    def __init__(self, response: requests.Response, watch: Deadline, most: int | None) -> None:
        self._raw: HTTPResponse = response.raw
        self._watch = watch
        self._most = most
        self._encoding = response.headers.get("Content-Encoding", "identity").strip().lower()

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        """Yield pieces of at most 64 KiB."""
        total = 0
        try:
            for piece in self._decode()(self._raw.stream(PIECE, decode_content=False)):
                total += len(piece)
                if self._most is not None and total > self._most:
                    raise FetchFailed(
                        malformed(f"the answer is larger than {self._most >> 20} MiB")
                    )
                yield piece
        except (zlib.error, EOFError) as error:
            raise FetchFailed(malformed("the answer is damaged or incomplete")) from error
        except (HTTPError, OSError, ValueError) as error:
            raise FetchFailed(late() if self._watch.over else broken()) from error
        if self._watch.over:  # a cut connection can look like an orderly end
            raise FetchFailed(late())

    def close(self) -> None:
        """End the exchange."""
        self._watch.close()
        self._raw.close()
        self._raw.release_conn()

    def release_conn(self) -> None:
        """The same: of a streamed answer that was read to its end, requests closes only this."""
        self.close()

    def _decode(self) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
        if self._encoding in {"gzip", "x-gzip"}:
            return _inflate
        if self._encoding in {"identity", ""}:
            return iter
        raise FetchFailed(malformed("the answer is packed in a way we did not ask for"))


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip in small steps; unlike urllib3, insist on its end mark.

    Raises:
        EOFError: The packed bytes end too early.
        zlib.error: They are damaged, or something else follows them.
    """
    inflater = None
    for packed in pieces:
        rest = packed
        while rest:
            inflater = inflater or zlib.decompressobj(zlib.MAX_WBITS | 16)
            if piece := inflater.decompress(rest, PIECE):
                yield piece
            rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            if inflater.eof:
                inflater = None
    if inflater is not None:
        raise EOFError
