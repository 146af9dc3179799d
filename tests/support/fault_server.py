"""A small loopback server that serves given bodies and misbehaves on demand.

A fault is a chain of path segments, e.g. ``delay/0.5/500`` or ``gziptrunc/20``. It applies to
everything (``server.fault = ...``), to one path (``server.faults["/api/gcw.php"] = ...``), or
stands in front of the path in the address itself.
"""

import socket
import struct
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

from tests.support.http_exchange import FAULTS, GOOD, Exchange

__all__ = ["GOOD", "FaultServer"]


class FaultServer(ThreadingHTTPServer):
    """Serves ``bodies`` by path, and ``GOOD`` for any other, through the faults that are set.

    Attributes:
        bodies: Path -> body.
        fault: Fault of every path, or "".
        faults: Path -> fault, before the general one.
        requests: Path with query and headers of every request, in order.
        count: Requests by path.
        peak: Most requests at once by path.
        url: Base URL.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, bodies: Mapping[str, bytes] | None = None) -> None:
        """Listen on a free port of this machine."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies = dict(bodies or {})
        self.fault = ""
        self.faults: dict[str, str] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.count: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()
        self._under_way: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()

    def forget(self) -> None:
        """Begin to count anew, without faults."""
        with self.lock:
            self.fault = ""
            self.faults.clear()
            self.requests.clear()
            self.count.clear()
            self.peak.clear()

    def exchange(self, target: str, asked: Mapping[str, str]) -> Exchange:
        """Note a request and make its answer."""
        path = urlsplit(target).path
        with self.lock:
            self.requests.append((target, {**asked}))
            self.count[path] += 1
            nth = self.count[path]
        chain = [*self.faults.get(path, self.fault).split("/"), *path.split("/")]
        calls = []
        while chain and (not chain[0] or chain[0] in FAULTS):
            name = chain.pop(0)
            if name:
                arity, change = FAULTS[name]
                calls.append((change, [chain.pop(0) for _ in range(arity)]))
        x = Exchange(self.bodies.get(path, GOOD), asked, nth)
        for change, texts in calls:
            change(x, *texts)
        return x

    def enter(self, path: str, step: int) -> None:
        """Count requests under way."""
        with self.lock:
            self._under_way[path] += step
            self.peak[path] = max(self.peak[path], self._under_way[path])

    def handle_error(self, *_: object) -> None:
        """Clients that hang up are part of the game."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: FaultServer

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.server.enter(path, 1)
        try:
            self._answer(self.server.exchange(self.path, dict(self.headers)))
        finally:
            self.server.enter(path, -1)

    def _answer(self, x: Exchange) -> None:
        self.server.stopping.wait(x.delay)
        broken = x.silent or x.cut is not None or x.length != -1 or not isinstance(x.body, bytes)
        self.close_connection = broken
        if not x.silent:
            self._send(x.head(), x.pace if x.slow_head else None)
            for piece in x.payload():
                self._send(piece, x.pace)
        if x.reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    def _send(self, data: bytes, pace: tuple[int, float] | None) -> None:
        step, pause = pace or (max(len(data), 1), 0.0)
        for start in range(0, len(data), step):
            self.wfile.write(data[start : start + step])
            if pause and self.server.stopping.wait(pause):
                return

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def log_message(self, *_: object) -> None:
        pass
