"""Bring all feeds up to date, one run at a time."""

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from swgdata.errors import FeedError
from swgdata.feeds import Feed
from swgdata.sources import datasets
from swgdata.sources.recording import observations_of
from swgdata.sources.snapshot import Snapshot, load
from swgdata.sources.source import Source
from swgdata.storage.history import FeedRun

log = logging.getLogger(__name__)
Report = Callable[[FeedRun], None]
FIRST: Final = "manifest"  # the exports wait for it, so it goes ahead of them


@dataclass(frozen=True, slots=True)
class _Outcome:
    changed: bool
    rows: int | None
    received: int
    note: str | None = None


def feeds_to_sync(source: Source, names: Iterable[str] = ()) -> list[Feed]:
    """The feeds of one synchronisation, manifest first.

    Feeds that answer about one city or guild only are left to the pages that open them, and
    feeds that need a visitor's key to that visitor.

    Args:
        source: Where from.
        names: Only these; all when empty.

    Raises:
        NotOffered: A name is not among the source's feeds.
    """
    chosen = [source.feed(name) for name in names] or list(source.feeds.values())
    chosen = [feed for feed in chosen if not feed.parameters and not feed.needs_key]
    return sorted(chosen, key=lambda feed: feed.name != FIRST)


def run(
    source: Source,
    names: Iterable[str] = (),
    *,
    force: bool = False,
    report: Report | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    needed: Callable[[], bool] = lambda: True,
) -> list[FeedRun]:
    """Bring every feed up to date; remember what it said and how it went.

    There is one at a time, of all threads, processes and instances that share the history.

    Args:
        source: Where from.
        names: Only these feeds; all when empty.
        force: Ask again even where the stored answer is still fresh.
        report: Called with each feed's outcome as it ends, from this thread.
        progress: Called with (feed, bytes, rows) while an export arrives, from its worker.
        needed: Asked when nobody else is at it any more; False leaves everything as it is.

    Returns:
        One outcome per feed, in the order of the feeds; none when it was not needed.

    Raises:
        Busy: Another is running; it says where and since when.
        NotOffered: A name is not among the source's feeds.
    """
    feeds = feeds_to_sync(source, names)
    with source.history.only_one("sync"):
        return _run(source, feeds, force, report, progress) if needed() else []


def _run(
    source: Source,
    feeds: list[Feed],
    force: bool,  # noqa: FBT001
    report: Report | None,
    progress: Callable[[str, int, int], None] | None,
) -> list[FeedRun]:
    runs: dict[str, FeedRun] = {}
    ahead = [feed for feed in feeds if feed.name == FIRST]
    rest = [feed for feed in feeds if feed.name != FIRST]
    with ThreadPoolExecutor(source.settings.workers, thread_name_prefix="sync") as pool:
        for wave in (ahead, rest):
            tasks = [pool.submit(_sync_one, source, feed, force, progress) for feed in wave]
            for task in as_completed(tasks):
                outcome = task.result()
                runs[outcome.feed] = outcome
                if report is not None:
                    report(outcome)
    ordered = [runs[feed.name] for feed in feeds]
    source.history.flush()
    source.history.add_runs(ordered)
    return ordered


def _sync_one(
    source: Source,
    feed: Feed,
    force: bool,  # noqa: FBT001 - passed on by the pool
    progress: Callable[[str, int, int], None] | None,
) -> FeedRun:
    started = datetime.now(UTC)
    clock = time.monotonic()
    ok = True
    try:
        if feed.export:
            done = _sync_export(source, feed, force, progress)
        else:
            done = _sync_answer(source, feed, force)
    except FeedError as error:
        ok, done = False, _Outcome(changed=False, rows=None, received=0, note=error.reason)
    except Exception as error:
        log.exception("%s: a fault of ours", feed.name)
        reason = f"a fault of ours ({type(error).__name__})"
        ok, done = False, _Outcome(changed=False, rows=None, received=0, note=reason)
    seconds = round(time.monotonic() - clock, 3)
    return FeedRun(
        started, feed.name, ok, done.changed, done.rows, done.received, seconds, done.note
    )


def _sync_answer(source: Source, feed: Feed, force: bool) -> _Outcome:  # noqa: FBT001
    client = source.client(feed)
    before = client.stored(feed)
    answer = client.fetch(feed, wait=source.settings.deadline, force=force)
    if answer.stale:
        raise FeedError(feed.name, answer.reason or "the answer is out of date")
    snapshot = load(feed.name, source=source)
    _record(source, snapshot)
    return _Outcome(
        changed=before is None or before.body != answer.body,
        rows=len(snapshot.frame),
        received=len(answer.body) if answer.fetched else 0,
        note=None if answer.fetched else "still fresh",
    )


def _record(source: Source, snapshot: Snapshot) -> None:
    for reading in observations_of(snapshot):
        source.history.record(reading)


def _sync_export(
    source: Source,
    feed: Feed,
    force: bool,  # noqa: FBT001
    progress: Callable[[str, int, int], None] | None,
) -> _Outcome:
    def tell(size: int, rows: int) -> None:
        if progress is not None:
            progress(feed.name, size, rows)

    done = datasets.download(source, feed, force=force, progress=tell)
    _record(source, load(feed.name, source=source))
    note = None if done.changed else "digest unchanged"
    return _Outcome(done.changed, done.version.rows, done.received, note)
