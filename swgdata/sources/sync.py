"""Bring all feeds up to date, one run at a time."""

import logging
import secrets
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Final

from swgdata.errors import FeedError, SwgError
from swgdata.feeds import Feed
from swgdata.sources import datasets
from swgdata.sources.downloads import DownloadProgress
from swgdata.sources.recording import observations_of
from swgdata.sources.snapshot import Snapshot, load
from swgdata.sources.source import Source
from swgdata.storage.history import FeedRun

log = logging.getLogger(__name__)
Report = Callable[[FeedRun], None]
FIRST: Final = "manifest"  # the exports wait for it, so it goes ahead of them


@dataclass(frozen=True, slots=True)
class _Outcome:
    changed: bool = False
    rows: int | None = None
    received: int = 0
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


class SyncJob:
    """One synchronisation: brings every feed up to date, remembers what it said and how it went.

    The thread that runs it writes, others read.

    Args:
        source: Where from.
        names: Only these feeds; all when empty.
        force: Ask again even where the stored answer is still fresh.
        report: Called with each feed's outcome as it ends, from the thread that runs the job.
        by: Token of the visitor who wanted it.
        started: When it was made.

    Attributes:
        feeds: What it goes through, in order.
        runs: Feed -> how it ended.
        trouble: Why it broke off, in words for a visitor.
        finished: Set when what ``start`` began has ended.

    Raises:
        NotOffered: A name is not among the source's feeds.
    """

    def __init__(
        self,
        source: Source,
        names: Iterable[str] = (),
        *,
        force: bool = False,
        report: Report | None = None,
        by: str = "",
        started: datetime | None = None,
    ) -> None:
        self.source = source
        self.feeds = feeds_to_sync(source, names)
        self.by = by
        self.started = started or datetime.now(UTC)
        self.runs: dict[str, FeedRun] = {}
        self.trouble: str | None = None
        self.finished = Event()
        self._force = force
        self._report = report

    def downloads(self) -> dict[str, DownloadProgress]:
        """The exports that are on their way, and how far they are."""
        exports = [feed for feed in self.feeds if feed.export and feed.name not in self.runs]
        found = {feed.name: datasets.download_progress(self.source, feed) for feed in exports}
        return {name: progress for name, progress in found.items() if progress is not None}

    def start(self) -> None:
        """Run on a thread of its own; what breaks it off is its ``trouble``."""
        try:
            Thread(target=self._run_guarded, name="sync-job", daemon=True).start()
        except RuntimeError:  # the machine has no thread to spare
            self.trouble = "It could not be started: too much is under way here."
            self.finished.set()

    def _run_guarded(self) -> None:
        try:
            self.run()
        except SwgError as error:  # such as Busy, which says who synchronises since when
            reason = str(error)
            self.trouble = f"{reason[:1].upper()}{reason[1:]}."
        except Exception:
            number = secrets.token_hex(4)
            log.exception("error %s in a synchronisation", number)
            self.trouble = f"It broke off. The log has the details under number {number}."
        finally:
            self.finished.set()

    def run(self, needed: Callable[[], bool] = lambda: True) -> list[FeedRun]:
        """Run now. There is one at a time, of all threads, processes and instances.

        Args:
            needed: Asked when nobody else is at it any more; False leaves everything as it is.

        Returns:
            One outcome per feed, in the order of the feeds; none when it was not needed.

        Raises:
            Busy: Another is running; it says where and since when.
        """
        with self.source.history.only_one("sync"):
            return self._run_all() if needed() else []

    def _run_all(self) -> list[FeedRun]:
        rest = [feed for feed in self.feeds if feed.name != FIRST]
        for feed in self.feeds:
            if feed.name == FIRST:
                self._ended(self._sync(feed))
        with ThreadPoolExecutor(self.source.settings.workers, thread_name_prefix="sync") as pool:
            for task in as_completed([pool.submit(self._sync, feed) for feed in rest]):
                self._ended(task.result())
        outcomes = [self.runs[feed.name] for feed in self.feeds]
        self.source.history.flush()
        self.source.history.add_runs(outcomes)
        return outcomes

    def _ended(self, run: FeedRun) -> None:
        self.runs[run.feed] = run
        if self._report is not None:
            self._report(run)

    def _sync(self, feed: Feed) -> FeedRun:
        started, clock, ok = datetime.now(UTC), time.monotonic(), True
        try:
            done = self._sync_export(feed) if feed.export else self._sync_answer(feed)
        except FeedError as error:
            ok, done = False, _Outcome(note=error.reason)
        except Exception as error:
            log.exception("%s: a fault of ours", feed.name)
            ok, done = False, _Outcome(note=f"a fault of ours ({type(error).__name__})")
        seconds = round(time.monotonic() - clock, 3)
        return FeedRun(
            started, feed.name, ok, done.changed, done.rows, done.received, seconds, done.note
        )

    def _sync_answer(self, feed: Feed) -> _Outcome:
        client, deadline = self.source.client(feed), self.source.settings.deadline
        before = client.stored(feed)
        answer = client.fetch(feed, wait=deadline, force=self._force)
        if answer.stale:
            raise FeedError(feed.name, answer.reason or "the answer is out of date")
        return _Outcome(
            changed=before is None or before.body != answer.body,
            rows=len(self._record(feed).frame),
            received=len(answer.body) if answer.fetched else 0,
            note=None if answer.fetched else "still fresh",
        )

    def _sync_export(self, feed: Feed) -> _Outcome:
        done = datasets.download(self.source, feed, force=self._force)
        self._record(feed)
        note = None if done.changed else "digest unchanged"
        return _Outcome(done.changed, done.version.label.rows, done.received, note)

    def _record(self, feed: Feed) -> Snapshot:
        snapshot = load(feed.name, source=self.source)
        for observation in observations_of(snapshot):
            self.source.history.record(observation)
        return snapshot


def run(
    source: Source,
    names: Iterable[str] = (),
    *,
    force: bool = False,
    report: Report | None = None,
    needed: Callable[[], bool] = lambda: True,
) -> list[FeedRun]:
    """Run a ``SyncJob`` here and now; see there for arguments, result and errors."""
    return SyncJob(source, names, force=force, report=report).run(needed)
