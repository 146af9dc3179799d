"""Condition of every feed, from what is stored; nothing is fetched."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from swgdata.errors import FeedError
from swgdata.feeds import Feed
from swgdata.sources.snapshot import Snapshot, stored
from swgdata.sources.source import Source
from swgdata.sources.sync import feeds_to_sync

State = Literal["fresh", "stale", "missing"]
_OUTCOMES: Final = 1000


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One feed's condition.

    Attributes:
        feed: Its name.
        state: ``fresh``, ``stale`` or ``missing`` (nothing stored).
        rows: Rows of its main table; None when nothing is stored.
        as_of: When the source made what is stored.
        age_seconds: Seconds since it was last received or confirmed.
        refused: Records set aside in what is stored.
        last_error: What went wrong last, if the last attempt failed.
        breaker: ``closed``, ``open`` or ``half-open`` for its host.
        paused_until: Not asked again before this.
        optional: The site may lack it; its absence is no fault.
        warnings: What makes all that is stored doubtful, in sentences.
        flagged: Values that could not be used, or are doubted, in records that are shown.
        received_at: When it was last received or confirmed: the last success.
        lifetime_seconds: It is fresh up to and including this age.
        hits: Answers this process gave without asking the source.
        misses: Answers for which it asked.
    """

    feed: str
    state: State
    rows: int | None
    as_of: datetime | None
    age_seconds: float | None
    refused: int
    last_error: str | None
    breaker: str
    paused_until: datetime | None
    optional: bool
    warnings: tuple[str, ...] = ()
    flagged: int = 0
    received_at: datetime | None = None
    lifetime_seconds: float = 0.0
    hits: int = 0
    misses: int = 0


def report(source: Source, now: datetime) -> list[FeedHealth]:
    """The condition of every feed that is synchronised, in the order of the feeds."""
    reasons: dict[str, str] = {}
    for run in reversed(source.history.runs(limit=500)):
        reasons.pop(run.feed, None)
        if not run.ok:
            reasons[run.feed] = run.reason or "failed"
    return [_feed(source, feed, now, reasons.get(feed.name)) for feed in feeds_to_sync(source)]


def last_full_sync(source: Source) -> datetime | None:
    """When a synchronisation last began that brought every feed up to date.

    What the site may lack does not count; a synchronisation of some feeds only is none.

    Returns:
        None when there was none among the newest thousand outcomes.
    """
    feeds = feeds_to_sync(source)
    names = [feed.name for feed in reversed(feeds)]
    optional = {feed.name for feed in feeds if feed.optional}
    runs = source.history.runs(_OUTCOMES)
    for first in range(len(runs) - len(names) + 1):
        batch = runs[first : first + len(names)]
        if [run.feed for run in batch] == names and all(
            run.ok or run.feed in optional for run in batch
        ):
            return min(run.started for run in batch)
    return None


def is_well(feeds: list[FeedHealth]) -> bool:
    """Whether nothing is missing or older than twice its lifetime.

    A feed just past its lifetime is only due; what the site may lack does not count.
    """
    return all(
        feed.optional
        or (feed.age_seconds is not None and feed.age_seconds <= 2 * feed.lifetime_seconds)
        for feed in feeds
    )


def _feed(source: Source, feed: Feed, now: datetime, last_reason: str | None) -> FeedHealth:
    status = source.client(feed).status(feed)
    try:
        snapshot: Snapshot | None = stored(feed.name, source=source)
        trouble = None
    except FeedError as error:  # stored, but by rules that no longer hold
        snapshot, trouble = None, error.reason
    age = None if snapshot is None else max(0.0, (now - snapshot.fetched_at).total_seconds())
    lifetime = feed.fresh_for.total_seconds()
    # the client's word on what is stored; our own clock can only make it older
    stale = snapshot is not None and (snapshot.stale or (age or 0.0) > lifetime)
    return FeedHealth(
        feed=feed.name,
        state="missing" if snapshot is None else "stale" if stale else "fresh",
        rows=None if snapshot is None else len(snapshot.frame),
        as_of=None if snapshot is None else snapshot.as_of,
        age_seconds=age,
        refused=0 if snapshot is None else snapshot.issues.rejected_count,
        last_error=status.last_error or trouble or last_reason,
        breaker=status.breaker,
        paused_until=status.paused_until,
        optional=feed.optional,
        warnings=() if snapshot is None else snapshot.warnings,
        flagged=0 if snapshot is None else snapshot.issues.flagged_count,
        received_at=None if snapshot is None else snapshot.fetched_at,
        lifetime_seconds=lifetime,
        hits=status.hits,
        misses=status.misses,
    )
