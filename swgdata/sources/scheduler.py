"""Background scheduler: a sync whenever one is due.

Any number of schedulers may run, in threads, processes and on machines: they share the history, so
each sees what the others have done, and one that dies is replaced when the next run is due.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from swgdata.errors import Busy, SwgError
from swgdata.sources import active, sync
from swgdata.sources.source import Source
from swgdata.storage.history import FeedRun

log = logging.getLogger(__name__)
CHECKS: Final = 5  # times an interval that a scheduler checks whether a run is due
_RECENT: Final = 400  # outcomes among which each feed's last is looked for
_starting = threading.Lock()
_started: "Scheduler | None" = None


def due(source: Source, every: timedelta, now: datetime) -> bool:
    """Whether some feed was last synchronised an interval ago, whoever did it."""
    started: dict[str, datetime] = {}
    for run in source.history.runs(_RECENT):
        started.setdefault(run.feed, run.started)
    feeds = sync.feeds_to_sync(source)
    return any(feed.name not in started or started[feed.name] <= now - every for feed in feeds)


class Scheduler:
    """Synchronises a source every so often, until it is told to stop.

    Args:
        every: From the start of one run to the start of the next.
        choose: Gives the source; it may change while nothing was ever read from the site.
        report: Called with each feed's outcome.
        clock: Tells the time, with a zone.
    """

    def __init__(
        self,
        every: timedelta,
        *,
        choose: Callable[[], Source] = active,
        report: Callable[[FeedRun], None] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.every = every
        self._choose = choose
        self._report = report
        self._clock = clock
        self._begun: datetime | None = None
        self._stopped = threading.Event()

    def run_if_due(self) -> bool:
        """Synchronise if a run is due and nobody is at it; returns whether one was made."""
        try:
            source = self._choose()

            def is_due() -> bool:
                return due(source, self.every, self._clock())

            # asked again when nobody else is at it: another may just have done it
            if not self._has_rested() or not is_due():
                return False
            before, self._begun = self._begun, self._clock()
            ran = bool(sync.run(source, report=self._report, needed=is_due))
            if not ran:
                self._begun = before
            return ran
        except Busy as busy:
            self._begun = before
            log.info("not started: %s", busy)
        except SwgError as error:
            log.warning("synchronisation: %s", error)
        return False

    def _has_rested(self) -> bool:
        """Whether its own last run lies an interval back, whatever the history can tell of it."""
        return self._begun is None or self._clock() - self._begun >= self.every

    def run_forever(self, *, first_after: timedelta = timedelta(0)) -> None:
        """Check again and again, whatever fails; comes back when it is stopped.

        Args:
            first_after: Until the first check.
        """
        self._stopped.wait(first_after.total_seconds())
        while not self._stopped.is_set():
            try:
                self.run_if_due()
            except Exception:
                log.exception("the scheduler goes on after an error")
            self._stopped.wait(self.every.total_seconds() / CHECKS)

    def stop(self) -> None:
        """Let it end after the run under way."""
        self._stopped.set()


def start_scheduler(every: timedelta, *, first_after: timedelta = timedelta(minutes=1)) -> None:
    """Keep the active source up to date from this process, on a thread that lives as long.

    The first call starts it; the others do nothing.

    Args:
        every: The interval; zero for never.
        first_after: Until the first check: whoever started the app is looking at its first page.
    """
    global _started  # noqa: PLW0603 - one scheduler a process, whoever asks
    with _starting:
        if _started is None and every:
            _started = Scheduler(every)
            threading.Thread(
                target=_started.run_forever,
                kwargs={"first_after": min(first_after, every)},
                name="scheduler",
                daemon=True,
            ).start()
