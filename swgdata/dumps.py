"""The digest-gated exports: downloaded only when the manifest's digest has changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata import yesterday
from swgdata.analytics.shifts import sudden_drop
from swgdata.client import Answer
from swgdata.client.flights import Flights
from swgdata.errors import FeedError, FeedUnavailable
from swgdata.feeds import Feed, Parsed
from swgdata.source import Source
from swgdata.store.datasets import Stored, frame
from swgdata.store.ingest import ingest
from swgdata.store.labels import Label

if TYPE_CHECKING:
    import pyarrow as pa

FIRST_WAIT: Final = 300.0  # seconds a first caller waits for the first download
WARM_WAIT: Final = 2.0  # seconds anyone waits when an older version is there
_STATUS: Final = "in_spawn"

Progress = Callable[[int, int], None]  # bytes received so far, rows read so far
Entry = Mapping[str, Any]  # one row of the manifest


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the site says its exports are.

    Attributes:
        entries: Export -> its row: ``url``, ``url_gz``, ``bytes``, ``sha256``, ``count``, ...
        as_of: When the site wrote it.
        received_at: When we last had it, or had it confirmed.
        trouble: Why it is out of date, if it is.
    """

    entries: Mapping[str, Entry]
    as_of: datetime
    received_at: datetime
    trouble: str | None

    @classmethod
    def of(cls, parsed: Parsed, answer: Answer) -> "Manifest":
        """The manifest of one answer."""
        rows = parsed.tables["manifest"].to_dict("records")
        entries = {
            str(row["dataset"]): {
                str(key): None if pd.isna(value) else value for key, value in row.items()
            }
            for row in rows
        }
        trouble = answer.reason if answer.stale else None
        return cls(entries, parsed.as_of or answer.received_at, answer.received_at, trouble)

    def entry(self, feed: Feed) -> Entry:
        """The row of one export, with the manifest's own time as ``as_of``.

        Raises:
            FeedUnavailable: The manifest does not list it.
        """
        if feed.export not in self.entries:
            raise FeedUnavailable(feed.name, "the site's manifest does not list this export")
        return {**self.entries[feed.export], "as_of": self.as_of}

    def describes(self, feed: Feed, version: Stored | Label) -> bool:
        """Whether a stored version is the one the manifest lists."""
        entry = self.entries.get(feed.export, {})
        if entry.get("sha256"):
            return bool(str(entry["sha256"]).lower() == version.sha256.lower())
        return bool(entry.get("count") == version.rows)


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
        changed: Whether it was downloaded anew.
        received: Bytes received for it.
    """

    version: Stored
    changed: bool
    received: int


_flights: Final[Flights[Refreshed]] = Flights()


def current(source: Source, feed: Feed, manifest: Manifest, *, wait: float | None = None) -> Held:
    """The newest version of an export that can be had in time.

    Args:
        source: Where from.
        feed: Which export.
        manifest: What the site says is the newest.
        wait: Seconds to wait for a download; by default 300 for the first one, else 2.

    Raises:
        FeedError: Nothing is stored and nothing could be fetched.
    """
    version = source.datasets.open(feed.export)
    if version is not None and manifest.describes(feed, version):
        return Held.of(version, feed, manifest)
    patience = wait if wait is not None else FIRST_WAIT if version is None else WARM_WAIT
    flight = _flights.join(f"{source.folder} {feed.name}", lambda: refresh(source, feed, manifest))
    try:
        return Held.of(flight.result(timeout=patience).version, feed, manifest)
    except TimeoutError:
        error: FeedError = FeedUnavailable(feed.name, "the newest export is being downloaded")
    except FeedError as caught:
        error = caught
    if version is None:
        raise error
    return Held.of(version, feed, None).because(error.reason)


def refresh(
    source: Source,
    feed: Feed,
    manifest: Manifest,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> Refreshed:
    """Bring one export up to the manifest, downloading it only when its digest differs.

    Raises:
        FeedError: It could not be had; the version before is untouched.
    """
    entry = manifest.entry(feed)
    version = source.datasets.open(feed.export)
    if version is not None and not force and manifest.describes(feed, version):
        return Refreshed(version, changed=False, received=0)
    if version is None:
        yesterday.store(source, feed)
    received = 0

    def count(size: int, rows: int) -> None:
        nonlocal received
        received = size
        if progress is not None:
            progress(size, rows)

    doubts = partial(_doubts, source, feed, manifest)
    with source.client(feed).download(feed, str(entry["url_gz"] or entry["url"])) as chunks:
        version = ingest(chunks, feed, entry, source.datasets, progress=count, doubts=doubts)
    return Refreshed(version, changed=True, received=received)


def _doubts(
    source: Source, feed: Feed, manifest: Manifest, tables: "Mapping[str, pa.Table]"
) -> tuple[str, ...]:
    """What a comparison with the version before says against a new one."""
    if _STATUS not in feed.tables[feed.name]:
        return ()
    columns = {_STATUS: feed.tables[feed.name][_STATUS]}
    for kept in source.datasets.versions(feed.export):
        if manifest.describes(feed, kept.label):  # the same one, fetched again by force
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
