"""A stream of bytes, unpacked when it is gzip: whole, bounded, digested on the way."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from swgdata.errors import FeedMalformed

_zlib: Any
try:
    from isal import isal_zlib as _zlib
except ImportError:  # optional: inflates in half the time
    import zlib as _zlib

_MAGIC: Final = b"\x1f\x8b"
_WINDOW: Final = 31  # zlib's window bits for a gzip file, checksum included
_BLOCK: Final = 1 << 17


class Unpacked:
    """The uncompressed bytes of a download, in blocks.

    Whether it is gzip is told by its first two bytes, since a server may have unpacked it
    already whatever its name (``feeds.md`` 1.1).

    Attributes:
        received: Bytes taken from the download so far.
        size: Uncompressed bytes given out so far.
        trailing: Whether bytes that belong to nothing followed the gzip.
    """

    def __init__(self, chunks: Iterable[bytes], *, feed: str, limit: int) -> None:
        self.received = 0
        self.size = 0
        self.trailing = False
        self._feed = feed
        self._limit = limit
        self._digest = hashlib.sha256()
        self._blocks = self._unpack(self._counted(chunks))

    def __iter__(self) -> Iterator[bytes]:
        """Give out the rest.

        Raises:
            FeedMalformed: The gzip is damaged or ends early, or there is more than the limit.
        """
        for block in self._blocks:
            self.size += len(block)
            if self.size > self._limit:
                raise FeedMalformed(self._feed, f"it is larger than {self._limit:,} bytes")
            self._digest.update(block)
            yield block

    def sha256(self) -> str:
        """The digest of what was given out, in lower-case hex."""
        return self._digest.hexdigest()

    def _counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.received += len(chunk)
            yield chunk

    def _unpack(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        head = b""
        for chunk in chunks:
            head += chunk
            if len(head) >= len(_MAGIC):
                break
        whole = chain([head], chunks)
        return self._inflated(whole) if head.startswith(_MAGIC) else whole

    def _inflated(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Unpack one member after the other; zeros between and after them are padding."""
        member: Any = None
        rest = b""
        for chunk in chunks:
            data = rest + chunk
            rest = b""
            while data:
                if member is None:
                    data = data.lstrip(b"\0")
                    if len(data) < len(_MAGIC):
                        rest = data
                        break
                    if not data.startswith(_MAGIC):
                        self.trailing = True
                        return
                    member = _zlib.decompressobj(_WINDOW)
                yield from self._blocks_of(member, data)
                data = member.unused_data
                if member.eof:
                    member = None
        if member is not None:
            raise FeedMalformed(self._feed, "the download ends early")
        self.trailing = bool(rest)

    def _blocks_of(self, member: Any, data: bytes) -> Iterator[bytes]:
        """What ``data`` adds to a member, a block at a time, however much it unpacks to."""
        while True:
            try:
                block: bytes = member.decompress(data, _BLOCK)
            except _zlib.error as error:
                raise FeedMalformed(self._feed, "the download is damaged") from error
            if block:
                yield block
            data = member.unconsumed_tail
            if member.eof or (not data and len(block) < _BLOCK):
                return
