"""The digest-gated exports: downloaded only when the manifest's digest has changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from swgdata import manifest, yesterday
from swgdata.analytics.shifts import sudden_drop
from swgdata.client.flights import Flights
from swgdata.errors import FeedError, FeedUnavailable
from swgdata.feeds import Feed
from swgdata.manifest import Manifest
from swgdata.source import Source
from swgdata.store.datasets import Stored, frame
from swgdata.store.ingest import DigestDiffers, ingest

if TYPE_CHECKING:
    import pyarrow as pa

FIRST_WAIT: Final = 300.0  # seconds a first caller waits for the first download
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


def current(source: Source, feed: Feed, *, wait: float | None = None) -> Held:
    """The newest version of an export that can be had in time.

    Args:
        source: Where from.
        feed: Which export.
        wait: Seconds to wait for a download; by default 300 for the first one, else 2.

    Raises:
        FeedError: Nothing is stored and nothing could be fetched.
    """
    listed = manifest.read(source, wait=wait)
    version = source.datasets.open(feed.export)
    if version is not None and listed.describes(feed, version):
        return Held.of(version, feed, listed)
    patience = wait if wait is not None else FIRST_WAIT if version is None else WARM_WAIT
    flight = _flights.join(f"{source.folder} {feed.name}", lambda: refresh(source, feed))
    try:
        done = flight.result(timeout=patience)
        return Held.of(done.version, feed, done.manifest)
    except TimeoutError:
        error: FeedError = FeedUnavailable(feed.name, "the newest export is being downloaded")
    except FeedError as caught:
        error = caught
    if version is None:
        raise error
    return Held.of(version, feed, None).because(error.reason)


def refresh(
    source: Source, feed: Feed, *, force: bool = False, progress: Progress | None = None
) -> Refreshed:
    """Bring one export up to the manifest, downloading it only when its digest differs.

    Where the file is not the one the manifest describes, one of them was renewed meanwhile: the
    manifest is read anew and the file asked for once more.

    Raises:
        FeedError: It could not be had; the version before is untouched.
    """
    listed = manifest.read(source)
    version = source.datasets.open(feed.export)
    if version is not None and not force and listed.describes(feed, version):
        return Refreshed(version, listed, changed=False, received=0)
    if version is None:
        yesterday.store(source, feed)
    try:
        return _download(source, feed, listed, progress)
    except DigestDiffers:
        return _download(source, feed, manifest.read(source, anew=True), progress)


def _download(source: Source, feed: Feed, listed: Manifest, progress: Progress | None) -> Refreshed:
    entry, received = listed.entry(feed), 0

    def count(size: int, rows: int) -> None:
        nonlocal received
        received = size
        if progress is not None:
            progress(size, rows)

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
