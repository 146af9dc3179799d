"""Datasets: the manifest, downloads gated by digest, current and stored versions."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.spawn_changes import sudden_drop
from swgdata.client import Answer
from swgdata.client.single_flight import SingleFlight
from swgdata.errors import FeedArriving, FeedError, FeedUnavailable
from swgdata.feeds import Feed
from swgdata.feeds.arrow import frame
from swgdata.feeds.model import parse_feed
from swgdata.sources.downloads import DownloadProgress, DownloadTracker
from swgdata.sources.source import Source
from swgdata.storage.datasets import DatasetVersion
from swgdata.storage.datasets.ingest import DigestDiffers, ingest

if TYPE_CHECKING:
    import pyarrow as pa

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
    def of(cls, feed: Feed, answer: Answer) -> "Manifest":
        """The manifest of one answer."""
        entries, as_of = _entries(feed, answer.body)
        trouble = answer.reason if answer.stale else None
        return cls(entries, as_of or answer.received_at, answer.received_at, trouble)

    def entry(self, feed: Feed) -> Entry:
        """The row of one export, with the manifest's own time as ``as_of``.

        Raises:
            FeedUnavailable: The manifest does not list it.
        """
        if feed.export not in self.entries:
            raise FeedUnavailable(feed.name, "the site's manifest does not list this export")
        return {**self.entries[feed.export], "as_of": self.as_of}

    def describes(self, feed: Feed, version: DatasetVersion) -> bool:
        """Whether a stored version is the one the manifest lists."""
        entry = self.entries.get(feed.export, {})
        if entry.get("sha256"):
            return bool(str(entry["sha256"]).lower() == version.sha256.lower())
        return bool(entry.get("count") == version.label.rows)


@lru_cache(maxsize=4)  # asked on every run of a page that shows an export
def _entries(feed: Feed, body: bytes) -> tuple[Mapping[str, Entry], datetime | None]:
    parsed = parse_feed(feed, body)
    rows = parsed.tables["manifest"].to_dict("records")
    entries = {
        str(row["dataset"]): {
            str(key): None if pd.isna(value) else value for key, value in row.items()
        }
        for row in rows
    }
    return entries, parsed.as_of


def read_manifest(source: Source, *, wait: float | None = None, anew: bool = False) -> Manifest:
    """What the site says its exports are.

    Args:
        source: Which site.
        wait: Seconds to wait for it; None for the client's usual.
        anew: Ask even where the stored one is still fresh.

    Raises:
        FeedError: It cannot be had and none is stored.
    """
    feed = source.feed("manifest")
    answer = source.client(feed).fetch(feed, wait=wait, force=anew)
    return Manifest.of(feed, answer)


FIRST_WAIT: Final = 300.0  # seconds a first caller waits for the first download
PAGE_WAIT: Final = 2.0  # seconds of them that a page waits before it shows how far it is
WARM_WAIT: Final = 2.0  # seconds anyone waits when an older version is there
_STATUS: Final = "in_spawn"


@dataclass(frozen=True, slots=True)
class Held:
    """A stored version of an export and how far it can be trusted to be the newest.

    Attributes:
        version: The stored tables.
        as_of: When the site made them, or last said they still hold.
        checked_at: When we last knew them to be the newest.
        trouble: Why they may be out of date; None when they are the newest.
    """

    version: DatasetVersion
    as_of: datetime
    checked_at: datetime
    trouble: str | None

    @classmethod
    def of(cls, version: DatasetVersion, feed: Feed, manifest: Manifest | None) -> "Held":
        """A stored version in the light of the newest manifest at hand."""
        if manifest is not None and manifest.describes(feed, version):
            as_of, checked_at = max(version.as_of, manifest.as_of), manifest.received_at
            return cls(version, as_of, checked_at, manifest.trouble)
        return cls(version, version.as_of, version.received_at, None)

    def because(self, trouble: str) -> "Held":
        """The same, with a reason to doubt it."""
        return Held(self.version, self.as_of, self.checked_at, trouble)


@dataclass(frozen=True, slots=True)
class DownloadResult:
    """What a refresh of one export came to.

    Attributes:
        version: The version now in the store.
        manifest: The manifest it was held to.
        changed: Whether it was downloaded anew.
        received: Bytes received for it.
    """

    version: DatasetVersion
    manifest: Manifest
    changed: bool
    received: int


_in_flight: Final[SingleFlight[DownloadResult]] = SingleFlight()
_tracker: Final = DownloadTracker()


def download_progress(source: Source, feed: Feed) -> DownloadProgress | None:
    """How far the download of an export is; None while there is none."""
    key = _key(source, feed)
    return _tracker.get(key) or (DownloadProgress() if key in _in_flight else None)


def current_version(
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
    listed = read_manifest(source, wait=wait)
    version = source.datasets.open(feed.export)
    if version is not None and listed.describes(feed, version):
        return Held.of(version, feed, listed)
    if wait is None:
        begun = download_progress(source, feed)
        gone = time.monotonic() - begun.since if begun and begun.since else 0.0
        wait = max(first_wait - gone, 0.0) if version is None else WARM_WAIT
    try:
        done = _downloaded(source, feed, wait)
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


def _downloaded(source: Source, feed: Feed, wait: float) -> DownloadResult:
    """Join the download that is under way, or begin one unless the last has just failed."""
    key = _key(source, feed)

    def work() -> DownloadResult:
        try:
            return download(source, feed)
        except FeedError as error:
            _tracker.fail(key, error)
            raise

    failed = _tracker.failure(key)
    if failed is not None and key not in _in_flight:
        raise failed
    return _in_flight.run(key, work).result(timeout=wait)


def download(source: Source, feed: Feed, *, force: bool = False) -> DownloadResult:
    """Bring one export up to the manifest, downloading it only when its digest differs.

    Where the file is not the one the manifest describes, one of them was renewed meanwhile: the
    manifest is read anew and the file asked for once more.

    Raises:
        FeedError: It could not be had; the version before is untouched.
    """
    key = _key(source, feed)
    with _tracker.hold(key), source.client(feed).lock(key):
        listed = read_manifest(source)
        version = source.datasets.open(feed.export)
        if version is not None and not force and listed.describes(feed, version):
            return DownloadResult(version, listed, changed=False, received=0)
        if version is None:
            source.before_first_download(feed)
        try:
            return _download(source, feed, listed)
        except DigestDiffers:
            return _download(source, feed, read_manifest(source, anew=True))


def _download(source: Source, feed: Feed, listed: Manifest) -> DownloadResult:
    entry = listed.entry(feed)
    progress = _tracker.begin(
        _key(source, feed), size=entry.get("bytes_gz"), count=entry.get("count")
    )
    doubts = partial(_doubts, source, feed, listed)
    with source.client(feed).download(feed, str(entry["url_gz"] or entry["url"])) as chunks:
        version = ingest(
            chunks, feed, entry, source.datasets, progress=progress.update, doubts=doubts
        )
    return DownloadResult(version, listed, changed=True, received=progress.received)


def _doubts(
    source: Source, feed: Feed, listed: Manifest, tables: "Mapping[str, pa.Table]"
) -> tuple[str, ...]:
    """What a comparison with the version before says against a new one."""
    if _STATUS not in feed.tables[feed.name]:
        return ()
    columns = {_STATUS: feed.tables[feed.name][_STATUS]}
    for kept in source.datasets.versions(feed.export):
        if listed.describes(feed, kept):  # the same one, fetched again by force
            continue
        before = source.datasets.open(feed.export, sha256=kept.sha256)
        if before is not None:
            old, new = (frame(held[feed.name], columns) for held in (before.tables, tables))
            warning = sudden_drop(old, new)
            return (warning,) if warning else ()
    return ()


@lru_cache(maxsize=8)
def frames(feed: Feed, version: DatasetVersion) -> Mapping[str, pd.DataFrame]:
    """The stored tables as read-only frames of the declared types; shared, not copied."""
    return {name: frame(version.tables[name], columns) for name, columns in feed.tables.items()}


def stored_versions(name: str, *, source: Source) -> list[DatasetVersion]:
    """Every stored version of an export, the newest first; nothing is fetched.

    Raises:
        NotOffered: This source has no such feed.
    """
    export = source.feed(name).export
    source.datasets.open(export)  # a damaged one is set aside, and not listed
    return source.datasets.versions(export)
