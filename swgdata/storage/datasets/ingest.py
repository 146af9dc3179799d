"""Read a dataset as it arrives: unpack, compare the digest, parse, store."""

import ctypes
import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from operator import index
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

import msgspec

from swgdata.errors import FeedMalformed, NotOffered
from swgdata.feeds import Feed
from swgdata.feeds.model import DatasetFeed, Reading
from swgdata.storage.datasets.store import DatasetStore, DatasetVersion

if TYPE_CHECKING:
    import pyarrow as pa

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
    already whatever its name.

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


_ALLOWANCE: Final = 1.25  # times the announced size that is still read
_SLACK: Final = 1 << 20  # bytes beyond that, for exports that are nearly empty
Progress = Callable[[int, int], None]  # bytes received so far, rows read so far


class DigestDiffers(FeedMalformed):
    """The file is not the one the manifest describes: one of them was renewed meanwhile.

    Reading the manifest again and asking once more is likely to help.
    """


def ingest(
    chunks: Iterable[bytes],
    feed: Feed,
    entry: Mapping[str, object],
    datasets: DatasetStore,
    *,
    progress: Progress | None = None,
    doubts: Callable[[Mapping[str, "pa.Table"]], tuple[str, ...]] | None = None,
) -> DatasetVersion:
    """Unpack, check and read an export as it arrives, and store it when all of it is right.

    Args:
        chunks: The download, gzip or not.
        feed: Which export.
        entry: Its row of the manifest: ``sha256``, ``bytes`` and ``count``, each None where the
            site does not say; ``as_of``, when the manifest was made, if known.
        datasets: Where it goes.
        progress: Told the bytes received and the rows read, every few hundred rows.
        doubts: Looks at the tables and says what makes them doubtful; they are stored all the
            same, with its sentences as warnings.

    Returns:
        The new version. Without a digest in the manifest, size and count must agree instead;
        with one, a different count is only noted.

    Raises:
        FeedMalformed: It was refused whole; the version before is untouched.
        NotOffered: The feed is no export.
    """
    if not isinstance(feed, DatasetFeed):
        raise NotOffered(feed.name, "this feed is no export")
    announced = _Announced.of(entry)
    source = Unpacked(chunks, feed=feed.name, limit=announced.limit(feed.limit))
    reading = _read(feed, source, announced, progress)
    notes = announced.check(feed.name, source, reading)
    warnings = doubts(reading.tables) if doubts else ()
    received_at = datetime.now(UTC)
    stored = datasets.save(
        feed.export,
        reading.tables,
        sha256=source.sha256(),
        as_of=announced.as_of or received_at,
        received_at=received_at,
        rows=reading.records,
        issues=msgspec.structs.replace(reading.issues, notes=notes, warnings=warnings),
    )
    del reading
    give_back_memory()
    return stored


def _read(
    feed: DatasetFeed, source: Unpacked, announced: "_Announced", progress: Progress | None
) -> Reading:
    def report(rows: int) -> None:
        if progress is not None:
            progress(source.received, rows)

    try:
        reading = feed.read(source, count=announced.count, on_rows=report)
        for _ in source:
            pass
    except FeedMalformed as error:
        _explain(error, source, announced)
    return reading


@dataclass(frozen=True, slots=True)
class _Announced:
    """What the manifest says of the file; None where it is silent."""

    sha256: str | None
    size: int | None
    count: int | None
    as_of: datetime | None

    @classmethod
    def of(cls, entry: Mapping[str, object]) -> Self:
        digest, as_of = entry.get("sha256"), entry.get("as_of")
        return cls(
            digest.strip().lower() or None if isinstance(digest, str) else None,
            _positive(entry.get("bytes")),
            _positive(entry.get("count")),
            as_of if isinstance(as_of, datetime) else None,
        )

    def limit(self, most: int) -> int:
        """How many bytes may be read."""
        return most if self.size is None else min(most, int(self.size * _ALLOWANCE) + _SLACK)

    def check(self, feed: str, source: Unpacked, reading: Reading) -> tuple[str, ...]:
        """Hold the file to the manifest.

        Returns:
            What differs without harm, since the digest vouches for the content.

        Raises:
            FeedMalformed: It is another file, or may be.
        """
        if self.sha256 not in (None, source.sha256()):
            raise DigestDiffers(feed, "its content is not what the site's manifest announces")
        differs = []
        if self.size is not None and source.size != self.size:
            differs.append(f"{self.size:,} bytes were announced, {source.size:,} came")
        if self.count is not None and reading.records != self.count:
            differs.append(f"{self.count:,} rows were announced, {reading.records:,} came")
        if source.trailing:
            differs.append("bytes that belong to nothing followed the file")
        if differs and self.sha256 is None:
            raise FeedMalformed(feed, "; ".join(differs))
        return tuple(differs)


def _explain(error: FeedMalformed, source: Unpacked, announced: _Announced) -> NoReturn:
    """A file that cannot be read is often simply another one: the rest of it tells."""
    try:
        for _ in source:
            pass
    except FeedMalformed:
        raise error from None
    if announced.sha256 in (None, source.sha256()):
        raise error
    reason = f"its content is not what the site's manifest announces ({error.reason})"
    raise DigestDiffers(error.feed, reason) from error


def _positive(value: object) -> int | None:
    try:
        number = index(value)  # type: ignore[arg-type] # what is no whole number raises
    except TypeError:
        return None
    return number if number > 0 else None


def give_back_memory() -> None:
    """Return what is free to the system, where it would otherwise be kept for later."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # musl has no such call
            ctypes.CDLL(None).malloc_trim(0)
