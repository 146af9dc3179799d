"""Read a JSON list in pieces, in constant memory.

The stream is cut where one record seems to end and the next to begin. Whether a cut fell between
two records or inside a text or a nested list is not guessed: a piece that begins where a record
does, and parses as a whole list, can only have been cut between records, since a cut inside a
text leaves the text open and a cut inside a record leaves its brace open.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, TypeVar

import msgspec

from swgdata.errors import FeedMalformed
from swgdata.feeds import json_body

PIECE: Final = 1 << 18  # bytes cut off at a time: big enough to be fast, small enough to be cheap
LONGEST: Final = 1 << 24  # bytes without a place to cut; no record of this game is that long
_TRIES: Final = 32  # closing braces looked at, from the end, before more is read
_BETWEEN: Final = re.compile(rb"\}\s*,\s*(?=\{)")
_LEADING: Final = b"\xef\xbb\xbf \t\r\n"  # a byte order mark, and blanks

# A text, a quote that opens one not yet complete, or what gives a document its shape.
_TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\]:,]', re.DOTALL)
_ANYTHING: Final = msgspec.json.Decoder(msgspec.Raw)
T = TypeVar("T")
Decode = Callable[[bytes], Sequence[T] | None]


def pieces(
    blocks: Iterable[bytes], *, feed: str, keys: Sequence[str], decode: Decode[T]
) -> Iterator[Sequence[T]]:
    """Read the records of a document ``{..., "results": [...], ...}`` or ``[...]``.

    Args:
        blocks: The document, cut anywhere.
        feed: Name of the feed, for errors.
        keys: Keys of the outer object that may hold the list; the first met is taken.
        decode: A JSON list of records -> the records; None where it is not a whole list.

    Yields:
        What ``decode`` made of some hundred records at a time, in order.

    Raises:
        FeedMalformed: There is no such list, or the document is broken or ends early.
    """
    source, pending = iter(blocks), bytearray()
    bare = _enter(source, pending, feed, keys)
    enough = PIECE
    for block in source:
        pending += block
        if len(pending) < enough:
            continue
        records = _cut(pending, decode)
        if records is None:
            enough = _more(pending, feed)
        else:
            enough = PIECE
            yield records
    records = _cut(pending, decode)
    if records is not None:
        yield records
    yield _last(bytes(pending), feed, decode, bare=bare)


def _enter(source: Iterator[bytes], pending: bytearray, feed: str, keys: Sequence[str]) -> bool:
    """Read up to the first record; True when the list stands alone, without an outer object."""
    enough = 1
    for block in chain(source, [b""]):
        pending += block
        if block and len(pending) < enough:
            continue
        start = _list_start(bytes(pending), feed, keys)
        if start is not None:
            bare = pending.lstrip(_LEADING).startswith(b"[")
            del pending[:start]
            return bare
        enough = _more(pending, feed)
    raise FeedMalformed(feed, "the answer ends early")


def _more(pending: bytearray, feed: str) -> int:
    """How much to read before looking again: doubling keeps all looks together linear."""
    if len(pending) > LONGEST:
        raise FeedMalformed(feed, "the answer is not readable JSON")
    return 2 * len(pending)


def _list_start(text: bytes, feed: str, keys: Sequence[str]) -> int | None:
    """Where the first record begins; None while the list has not come yet."""
    blank = len(text) - len(text.lstrip(_LEADING))
    first = text[blank : blank + 1]
    if first == b"[":
        return blank + 1
    start, over = _search(text, {b'"%s"' % key.encode() for key in keys})
    if start is not None or not first or (first == b"{" and not over):
        return start
    json_body.decode(feed, text)
    raise FeedMalformed(feed, f"the answer lacks the list {' or '.join(keys)}")


def _search(text: bytes, wanted: Container[bytes]) -> tuple[int | None, bool]:
    """Where the list under a wanted key begins, and whether the document is over without it."""
    depth, key, before = 0, b"", b""
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word == b"[" and depth == 1 and before == b":" and key in wanted:
            return token.end(), False
        if word == b'"':
            break
        if word == b":" and depth == 1:
            key = before
        depth, before = depth + _step(word), word
        if depth == 0:
            return None, True
    return None, False


def _step(word: bytes) -> int:
    return (word in (b"{", b"[")) - (word in (b"}", b"]"))


def _cut(pending: bytearray, decode: Decode[T]) -> Sequence[T] | None:
    """Take the records off the front that are complete; None if no right cut was found."""
    stop = len(pending)
    for _ in range(_TRIES):
        stop = pending.rfind(b"}", 0, stop)
        if stop < 0:
            break
        if between := _BETWEEN.match(pending, stop):
            following = between.end()
            records = decode(b"".join((b"[", memoryview(pending)[: stop + 1], b"]")))
            if records is not None:
                del pending[:following]
            return records
    return None


def _last(text: bytes, feed: str, decode: Decode[T], *, bare: bool) -> Sequence[T]:
    """The records up to the end of the list; what follows must close the document."""
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] == b"]" and depth == 0:
            records = decode(b"[" + text[: token.start()] + b"]")
            if records is not None and _closes(text[token.end() :], bare=bare):
                return records
            break
        depth += _step(token[0])
    raise FeedMalformed(feed, "the answer is not readable JSON, or ends early")


def _closes(rest: bytes, *, bare: bool) -> bool:
    if bare:
        return not rest.strip()
    try:
        _ANYTHING.decode(b'{"":0' + rest)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True
