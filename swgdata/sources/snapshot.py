"""Load a feed as a Snapshot: fresh, or what is stored of it."""

from hashlib import sha256

from swgdata.client import Answer
from swgdata.errors import FeedError
from swgdata.feeds import Feed
from swgdata.feeds.model import Snapshot, parse_feed
from swgdata.sources import active, datasets
from swgdata.sources.datasets import Manifest
from swgdata.sources.source import Source

__all__ = ["Snapshot", "load", "remembered", "stored"]


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
    parsed = parse_feed(feed, answer.body)
    return Snapshot(
        feed=feed,
        tables=parsed.tables,
        source=source.name,
        provider=source.provider,
        as_of=parsed.as_of or answer.received_at,
        fetched_at=answer.received_at,
        stale=answer.stale,
        reason=answer.reason,
        issues=parsed.issues,
        version=f"{digest[:12]}@{answer.received_at.timestamp():.0f}{'!' * answer.stale}",
    )


def _from_dataset(source: Source, feed: Feed, held: datasets.Held) -> Snapshot:
    stale = held.trouble is not None
    return Snapshot(
        feed=feed,
        tables=datasets.frames(feed, held.version),
        source=source.name,
        provider=source.provider,
        as_of=held.as_of,
        fetched_at=held.checked_at,
        stale=stale,
        reason=held.trouble,
        issues=held.version.issues,
        version=f"{held.version.sha256[:12]}@{held.checked_at.timestamp():.0f}{'!' * stale}",
    )
