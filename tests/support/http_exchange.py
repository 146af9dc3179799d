"""One HTTP answer in the making, and every way in which it can go wrong."""

import gzip
import json
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import formatdate
from functools import cache
from typing import Any, Final

GOOD: Final = b'{"rows": [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}, {"id": 3}]}'
HTML: Final = b"<!doctype html><html><h1>Back soon</h1></html>"
ETAG: Final = '"v1"'
DAY: Final = "Sun, 22 Nov 2026 06:00:00 GMT"


class Exchange:
    """One answer in the making: faults change it, then it is sent.

    Attributes:
        asked: Headers of the request.
        nth: How many requests to this path there have been, this one included.
        length: ``Content-Length`` to declare; None to end by closing, -1 for the true one.
        cut: Bytes of the body to send; a string ending in ``p`` is a percentage.
        pace: Bytes a step and seconds between steps; ``slow_head`` includes the head.
        silent: Close without a byte.
    """

    def __init__(self, body: bytes, asked: Mapping[str, str], nth: int) -> None:
        self.asked, self.nth = asked, nth
        self.status_line = "HTTP/1.1 200 OK"
        self.headers: list[tuple[str, str]] = [("Content-Type", "application/json")]
        self.body: bytes | Iterator[bytes] = body
        self.length: int | None = -1
        self.chunked = False
        self.cut: str | None = None
        self.reset = self.silent = self.slow_head = False
        self.delay = 0.0
        self.pace: tuple[int, float] | None = None

    def fail(self, code: int, *headers: tuple[str, str], body: bytes = b'{"error": "no"}') -> None:
        """Answer with another status."""
        self.status_line, self.body = f"HTTP/1.1 {code} Fault", body
        self.headers.extend(headers)

    def page(self, body: bytes, kind: str = "text/html; charset=utf-8") -> None:
        """Answer 200 with something else."""
        self.body, self.headers = body, [("Content-Type", kind)]

    def packed(self, change: Callable[[bytes], bytes] = lambda packed: packed) -> None:
        """Send the body gzipped, after a change to the packed bytes."""
        self.headers.append(("Content-Encoding", "gzip"))
        self.body = change(gzip.compress(self.whole))

    def conditional(self, header: str, mark: str, condition: str) -> None:
        """Confirm with 304 what the client has already."""
        self.headers.append((header, mark))
        if self.asked.get(condition) == mark:
            self.status_line, self.body = "HTTP/1.1 304 Not Modified", b""

    def failing_until(self, times: str, code: int, *headers: tuple[str, str]) -> None:
        """Fail so many times, then be good."""
        if self.nth <= int(times):
            self.fail(code, *headers)

    def limit(self, text: str) -> None:
        """Send only so much of the body, as if the connection broke."""
        self.cut = text

    def dribble(self, step: int, pause: float, *, head: bool = False) -> None:
        """Send slowly."""
        self.pace, self.slow_head = (step, pause), head

    @property
    def whole(self) -> bytes:
        """The body in one piece."""
        return self.body if isinstance(self.body, bytes) else b"".join(self.body)

    def head(self) -> bytes:
        """Status line and headers."""
        dated = [("Date", formatdate(usegmt=True)), *self.headers]
        lines = [self.status_line, *(f"{name}: {value}" for name, value in dated)]
        if self.chunked:
            lines.append("Transfer-Encoding: chunked")
        elif self.length is not None and isinstance(self.body, bytes):
            lines.append(f"Content-Length: {len(self.body) if self.length < 0 else self.length}")
        else:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def payload(self) -> Iterator[bytes]:
        """The body as it goes on the wire."""
        if not isinstance(self.body, bytes):
            yield from self.body
            return
        sent = self.body
        if self.chunked:
            sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(sent), sent)
        if self.cut is not None:
            share = self.cut.endswith("p")
            sent = sent[: len(sent) * int(self.cut[:-1]) // 100 if share else int(self.cut)]
        yield sent


def _zeros(megabytes: str) -> Iterator[bytes]:
    yield b'{"rows": ['
    for _ in range(int(megabytes)):
        yield b" " * (1 << 20)


def _forever() -> Iterator[bytes]:
    while True:
        yield b" "


@cache
def _packed_blanks(megabytes: str) -> bytes:
    return gzip.compress(b" " * (int(megabytes) << 20), 1)


def _bomb(x: Exchange, megabytes: str) -> None:
    x.packed(lambda _: _packed_blanks(megabytes))


def _gziplie(x: Exchange) -> None:
    x.headers.append(("Content-Encoding", "gzip"))


def _set(x: Exchange, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(x, name, value)


def _flip(x: Exchange, at: str) -> None:
    body = bytearray(x.whole)
    body[int(at) % len(body)] ^= 0x80
    x.body = bytes(body)


def _mutate(x: Exchange, kind: str) -> None:
    document = json.loads(x.whole)
    rows = document["rows"]
    kept = {"half": rows[: len(rows) // 2], "emptied": []}[kind]
    x.body = json.dumps({**document, "rows": kept}).encode()


def _redirect(x: Exchange, target: str) -> None:
    x.fail(302, ("Location", target), body=b"")


def _after(seconds: str) -> tuple[str, str]:
    return "Retry-After", seconds


def _date(seconds: str) -> tuple[str, str]:
    return "Retry-After", formatdate(time.time() + float(seconds), usegmt=True)


# name -> how many segments it takes, what it does to the exchange
FAULTS: Final[Mapping[str, tuple[int, Callable[..., None]]]] = {
    **{code: (0, lambda x, c=code: x.fail(int(c))) for code in ("400", "404", "500", "502", "503")},
    **{code: (0, lambda x, c=code: x.fail(int(c), body=HTML)) for code in ("401", "403", "418")},
    "429": (1, lambda x, s: x.fail(429, _after(s))),
    "429s": (2, lambda x, n, s: x.failing_until(n, 429, _after(s))),
    "429date": (2, lambda x, n, s: x.failing_until(n, 429, _date(s))),
    "429none": (1, lambda x, n: x.failing_until(n, 429)),
    "429bad": (2, lambda x, n, s: x.failing_until(n, 429, _after(s))),
    "503s": (2, lambda x, n, s: x.failing_until(n, 503, _after(s))),
    "503x": (1, lambda x, n: x.failing_until(n, 503)),
    "302": (0, lambda x: x.fail(302, body=b"")),
    "204": (0, lambda x: x.fail(204, body=b"")),
    "206": (0, lambda x: x.fail(206, ("Content-Range", "bytes 0-9/99"), body=b'{"rows": []}')),
    "close": (0, lambda x: _set(x, silent=True)),
    "reset": (1, lambda x, n: _set(x, cut=n, reset=True)),
    "truncate": (1, lambda x, n: x.limit(n)),
    "truncatechunk": (1, lambda x, n: _set(x, cut=n, chunked=True)),
    "truncateclose": (1, lambda x, n: _set(x, cut=n, length=None)),
    "chunked": (0, lambda x: _set(x, chunked=True)),
    "gzip": (0, lambda x: x.packed()),
    "gziptrunc": (1, lambda x, n: x.packed(lambda packed: packed[: -int(n)])),
    "gzipcrc": (0, lambda x: x.packed(lambda packed: packed[:-8] + b"\0\0\0\0" + packed[-4:])),
    "gziptail": (0, lambda x: x.packed(lambda packed: packed + b"tail")),
    "gziplie": (0, _gziplie),
    "brotli": (0, lambda x: x.headers.append(("Content-Encoding", "br"))),
    "html200": (0, lambda x: x.page(HTML)),
    "html200json": (0, lambda x: x.page(HTML, "application/json")),
    "warnprefix": (0, lambda x: _set(x, body=b"<br />\n<b>Warning</b>: mysqli\n" + x.whole)),
    "empty": (0, lambda x: _set(x, body=b"")),
    "literal": (1, lambda x, text: _set(x, body=text.encode())),
    "error200": (0, lambda x: _set(x, body=b'{"error": "no such thing"}')),
    "mutate": (1, _mutate),
    "bitflip": (1, _flip),
    "badutf8": (0, lambda x: _set(x, body=x.whole.replace(b"one", b"\xff\xfe"))),
    "deep": (0, lambda x: _set(x, body=b"[" * 200_000)),
    "delay": (1, lambda x, s: _set(x, delay=float(s))),
    "hang": (1, lambda x, s: _set(x, delay=float(s))),
    "slow": (1, lambda x, s: x.dribble(1, float(s) / len(x.whole))),
    "headerdrip": (1, lambda x, n: x.dribble(1, 1 / float(n), head=True)),
    "foreverslow": (1, lambda x, s: _set(x, body=_forever(), pace=(1, float(s)))),
    "forever": (0, lambda x: _set(x, body=_forever())),
    "liar304": (0, lambda x: x.fail(304, body=b"")),
    "etag": (0, lambda x: x.conditional("ETag", ETAG, "If-None-Match")),
    "etagweak": (0, lambda x: x.conditional("ETag", "W/" + ETAG, "If-None-Match")),
    "lm": (0, lambda x: x.conditional("Last-Modified", DAY, "If-Modified-Since")),
    "badstatus": (0, lambda x: _set(x, status_line="HTTP/1.1 banana")),
    "manyheaders": (1, lambda x, n: x.headers.extend((f"X-{i}", "y") for i in range(int(n)))),
    "headers": (2, lambda x, name, value: x.headers.append((name, value))),
    "bomb": (1, _bomb),
    "huge": (1, lambda x, mb: _set(x, body=_zeros(mb))),
    "hugecl": (1, lambda x, mb: _set(x, length=int(mb) << 20)),
    "ctype": (1, lambda x, kind: x.page(x.whole, kind.replace("~", "/"))),
    "redirectloop": (0, lambda x: _redirect(x, "/redirectloop")),
    "redirectto": (1, lambda x, target: _redirect(x, target.replace("~", "/"))),
}
