"""The digest-gated exports: downloaded only when the manifest's digest has changed."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from swgdata import manifest, past
from swgdata.analytics.shifts import sudden_drop
from swgdata.arrivals import Arrival, Arrivals
from swgdata.client.flights import Flights
from swgdata.errors import FeedArriving, FeedError, FeedUnavailable
from swgdata.feeds import Feed
from swgdata.manifest import Manifest
from swgdata.source import Source
from swgdata.store.datasets import Stored, frame
from swgdata.store.ingest import DigestDiffers, ingest

if TYPE_CHECKING:
    import pyarrow as pa

FIRST_WAIT: Final = 300.0  # seconds a first caller waits for the first download
PAGE_WAIT: Final = 2.0  # seconds of them that a page waits before it shows how far it is
WARM_WAIT: Final = 2.0  # seconds anyone waits when an older version is there
_STATUS: Final = "in_spawn"

Progress = Callable[[int, int], None]  # bytes received so far, rows read so far


@dataclass(frozen=True, slots=True)
class Held:
    """A stored version of an export and how far it can be trusted to be the newest.

    Attributes:
        version: The stored tables.
        as_of: When the site made them, or last said they still hold.
        checked_at: When we last knew them to be the newest.
        trouble: Why they may be out of date; None when they are the newest.
    """

    version: Stored
    as_of: datetime
    checked_at: datetime
    trouble: str | None

    @classmethod
    def of(cls, version: Stored, feed: Feed, manifest: Manifest | None) -> "Held":
        """A stored version in the light of the newest manifest at hand."""
        if manifest is not None and manifest.describes(feed, version):
            as_of, checked_at = max(version.as_of, manifest.as_of), manifest.received_at
            return cls(version, as_of, checked_at, manifest.trouble)
        return cls(version, version.as_of, version.received_at, None)

    def because(self, trouble: str) -> "Held":
        """The same, with a reason to doubt it."""
        return Held(self.version, self.as_of, self.checked_at, trouble)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh of one export came to.

    Attributes:
        version: The version now in the store.
        manifest: The manifest it was held to.
        changed: Whether it was downloaded anew.
        received: Bytes received for it.
    """

    version: Stored
    manifest: Manifest
    changed: bool
    received: int


_flights: Final[Flights[Refreshed]] = Flights()
_arrivals: Final = Arrivals()


def under_way(source: Source, feed: Feed) -> Arrival | None:
    """How far the download of an export is; None while there is none."""
    key = _key(source, feed)
    return _arrivals.get(key) or (Arrival() if key in _flights else None)


def current(
    source: Source, feed: Feed, *, wait: float | None = None, first_wait: float = FIRST_WAIT
) -> Held:
    """The newest version of an export that can be had in time.

    After a download that failed there is none for a minute, whoever asks.

    Args:
        source: Where from.
        feed: Which export.
        wait: Seconds to wait for a download; by default ``first_wait`` for the first, else 2.
        first_wait: Seconds since its begin to wait for the first one, whoever began it.

    Raises:
        FeedArriving: Nothing is stored, and the first download is not done yet.
        FeedError: Nothing is stored and nothing could be fetched.
    """
    listed = manifest.read(source, wait=wait)
    version = source.datasets.open(feed.export)
    if version is not None and listed.describes(feed, version):
        return Held.of(version, feed, listed)
    if wait is None:
        begun = under_way(source, feed)
        gone = time.monotonic() - begun.since if begun and begun.since else 0.0
        wait = max(first_wait - gone, 0.0) if version is None else WARM_WAIT
    try:
        done = _brought(source, feed, wait)
        return Held.of(done.version, feed, done.manifest)
    except TimeoutError:
        kind = FeedArriving if version is None else FeedUnavailable
        error: FeedError = kind(feed.name, "the newest export is being downloaded")
    except FeedError as caught:
        error = caught
    if version is None:
        raise error
    return Held.of(version, feed, None).because(error.reason)


def _key(source: Source, feed: Feed) -> str:
    return f"{source.folder} {feed.name}"


def _brought(source: Source, feed: Feed, wait: float) -> Refreshed:
    """Join the download that is under way, or begin one unless the last has just failed."""
    key = _key(source, feed)

    def fly() -> Refreshed:
        try:
            return refresh(source, feed)
        except FeedError as error:
            _arrivals.fail(key, error)
            raise

    failed = _arrivals.trouble(key)
    if failed is not None and key not in _flights:
        raise failed
    return _flights.join(key, fly).result(timeout=wait)


def refresh(
    source: Source, feed: Feed, *, force: bool = False, progress: Progress | None = None
) -> Refreshed:
    """Bring one export up to the manifest, downloading it only when its digest differs.

    Where the file is not the one the manifest describes, one of them was renewed meanwhile: the
    manifest is read anew and the file asked for once more.

    Raises:
        FeedError: It could not be had; the version before is untouched.
    """
    key = _key(source, feed)
    with _arrivals.turn(key), source.client(feed).turn(key):
        listed = manifest.read(source)
        version = source.datasets.open(feed.export)
        if version is not None and not force and listed.describes(feed, version):
            return Refreshed(version, listed, changed=False, received=0)
        if version is None:
            past.store_yesterday(source, feed)
        try:
            return _download(source, feed, listed, progress)
        except DigestDiffers:
            return _download(source, feed, manifest.read(source, anew=True), progress)


def _download(source: Source, feed: Feed, listed: Manifest, progress: Progress | None) -> Refreshed:
    entry, key, received = listed.entry(feed), _key(source, feed), 0

    def count(size: int, rows: int) -> None:
        nonlocal received
        received = size
        _arrivals.tell(key, size, rows)
        if progress is not None:
            progress(size, rows)

    _arrivals.begin(key, size=entry.get("bytes_gz"), count=entry.get("count"))
    doubts = partial(_doubts, source, feed, listed)
    with source.client(feed).download(feed, str(entry["url_gz"] or entry["url"])) as chunks:
        version = ingest(chunks, feed, entry, source.datasets, progress=count, doubts=doubts)
    return Refreshed(version, listed, changed=True, received=received)


def _doubts(
    source: Source, feed: Feed, listed: Manifest, tables: "Mapping[str, pa.Table]"
) -> tuple[str, ...]:
    """What a comparison with the version before says against a new one."""
    if _STATUS not in feed.tables[feed.name]:
        return ()
    columns = {_STATUS: feed.tables[feed.name][_STATUS]}
    for kept in source.datasets.versions(feed.export):
        if listed.describes(feed, kept.label):  # the same one, fetched again by force
            continue
        before = source.datasets.open(feed.export, sha256=kept.label.sha256)
        if before is not None:
            old, new = (frame(held[feed.name], columns) for held in (before.tables, tables))
            warning = sudden_drop(old, new)
            return (warning,) if warning else ()
    return ()


@lru_cache(maxsize=8)
def frames(feed: Feed, version: Stored) -> Mapping[str, pd.DataFrame]:
    """The stored tables as read-only frames of the declared types; shared, not copied."""
    return {name: frame(version.tables[name], columns) for name, columns in feed.tables.items()}
