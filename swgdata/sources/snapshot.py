"""Snapshot; load() a feed; what is stored of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

import pandas as pd

from swgdata.client import Answer
from swgdata.errors import FeedError
from swgdata.feeds import Feed, Parsed
from swgdata.feeds.model import Rejection, conform
from swgdata.sources import active, datasets
from swgdata.sources.datasets import Manifest
from swgdata.sources.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The tables of one feed at one moment. Shared by all visitors: never assign into a frame.

    Attributes:
        feed: The feed they came from.
        tables: Table name -> frame, as ``feed.tables`` declares them.
        source: ``live`` or ``sample``.
        provider: Whose feed it is.
        as_of: When the source made the data; our time of receipt where it does not say.
        fetched_at: When we last had them from the source, or had them confirmed by it.
        stale: They are older than they should be; ``reason`` says why.
        reason: Why they are stale.
        refused: Records that were set aside; of a large export the first ones.
        refused_count: How many there are.
        flagged: Impossible values that are null, or kept and doubted, in records that are shown;
            of a large export the first ones.
        flagged_count: How many there are.
        version: Differs whenever anything above does.
        warnings: What makes all of it doubtful, in sentences for a visitor.
    """

    feed: Feed
    tables: Mapping[str, pd.DataFrame]
    source: str
    provider: str
    as_of: datetime
    fetched_at: datetime
    stale: bool
    reason: str | None
    refused: tuple[Rejection, ...]
    refused_count: int
    flagged: tuple[Rejection, ...]
    flagged_count: int
    version: str
    warnings: tuple[str, ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """The feed's main table, the first it declares."""
        return self.tables[next(iter(self.feed.tables))]


def load(
    name: str,
    /,
    *,
    source: Source | None = None,
    wait: float | None = None,
    first_wait: float = datasets.FIRST_WAIT,
    **parameters: str,
) -> Snapshot:
    """Load one feed: fresh, or the last good copy marked stale.

    Args:
        name: Name of the feed.
        source: Where from; by default the one the settings choose.
        wait: Seconds to wait for the network; by default 2 with something stored, else 15.
        first_wait: Seconds to wait, by default, for the first download of an export.
        **parameters: What the feed asks for, e.g. ``name`` and ``planet`` of a city.

    Raises:
        FeedError: There is nothing to show; the reason says why.
    """
    source = source or active()
    feed = source.feed(name)
    if not feed.export:
        answer = source.client(feed).fetch(feed, parameters, wait=wait)
        return _from_answer(source, feed, answer)
    try:
        held = datasets.current_version(source, feed, wait=wait, first_wait=first_wait)
    except FeedError as error:
        version = source.datasets.open(feed.export)
        if version is None:
            raise type(error)(feed.name, error.reason, until=error.until) from error
        held = datasets.Held.of(version, feed, None).because(error.reason)
    return _from_dataset(source, feed, held)


def remembered(name: str, *, source: Source | None = None) -> list[tuple[dict[str, str], Snapshot]]:
    """Every stored answer of a feed that takes parameters; nothing is fetched for it."""
    source = source or active()
    feed = source.feed(name)
    found = []
    for parameters, answer in source.client(feed).stored_all(feed):
        try:
            found.append((parameters, _from_answer(source, feed, answer)))
        except FeedError:  # stored by an older release with looser rules
            continue
    return found


def stored(name: str, *, source: Source | None = None) -> Snapshot | None:
    """What is stored of a feed, whatever its age; nothing is fetched for it."""
    source = source or active()
    feed = source.feed(name)
    if not feed.export:
        answer = source.client(feed).stored(feed)
        return None if answer is None else _from_answer(source, feed, answer)
    version = source.datasets.open(feed.export)
    if version is None:
        return None
    listing = source.feed("manifest")
    answer = source.client(listing).stored(listing)
    known = None if answer is None else Manifest.of(listing, answer)
    return _from_dataset(source, feed, datasets.Held.of(version, feed, known))


def _from_answer(source: Source, feed: Feed, answer: Answer) -> Snapshot:
    digest = sha256(answer.body).hexdigest()
    parsed = _parsed(feed, answer.body)
    return Snapshot(
        feed=feed,
        tables=parsed.tables,
        source=source.name,
        provider=source.provider,
        as_of=parsed.as_of or answer.received_at,
        fetched_at=answer.received_at,
        stale=answer.stale,
        reason=answer.reason,
        refused=parsed.refused,
        refused_count=len(parsed.refused),
        flagged=parsed.flagged,
        flagged_count=len(parsed.flagged),
        version=f"{digest[:12]}@{answer.received_at.timestamp():.0f}{'!' * answer.stale}",
    )


def _from_dataset(source: Source, feed: Feed, held: datasets.Held) -> Snapshot:
    stale, noticed = held.trouble is not None, held.version.noticed
    return Snapshot(
        feed=feed,
        tables=datasets.frames(feed, held.version),
        source=source.name,
        provider=source.provider,
        as_of=held.as_of,
        fetched_at=held.checked_at,
        stale=stale,
        reason=held.trouble,
        refused=noticed.refused,
        refused_count=noticed.refused_count,
        flagged=noticed.flagged,
        flagged_count=noticed.flagged_count,
        version=f"{held.version.sha256[:12]}@{held.checked_at.timestamp():.0f}{'!' * stale}",
        warnings=noticed.warnings,
    )


@lru_cache(maxsize=64)
def _parsed(feed: Feed, body: bytes) -> Parsed:
    return conform(feed, feed.parse(body))
