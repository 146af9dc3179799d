"""A sync whenever one is due.

Any number of keepers may run, in threads, processes and on machines: they share the history, so
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
LOOKS: Final = 5  # times an interval that a keeper looks whether a run is due
_RECENT: Final = 400  # outcomes among which each feed's last is looked for
_keeping = threading.Lock()
_kept: "Scheduler | None" = None


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

    def look(self) -> bool:
        """Synchronise if a run is due and nobody is at it; whatever fails, the next look comes."""
        try:
            source = self._choose()

            def is_due() -> bool:
                return due(source, self.every, self._clock())

            # asked again when nobody else is at it: another may just have done it
            if not self._has_rested() or not is_due():
                return False
            self._begun = self._clock()
            return bool(sync.run(source, report=self._report, needed=is_due))
        except Busy as busy:
            log.info("not started: %s", busy)
        except SwgError as error:
            log.warning("synchronisation: %s", error)
        return False

    def _has_rested(self) -> bool:
        """Whether its own last run lies an interval back, whatever the history can tell of it."""
        return self._begun is None or self._clock() - self._begun >= self.every

    def keep(self, *, patience: timedelta = timedelta(0)) -> None:
        """Look again and again; comes back when it is stopped.

        Args:
            patience: Before the first look.
        """
        self._stopped.wait(patience.total_seconds())
        while not self._stopped.is_set():
            try:
                self.look()
            except Exception:
                log.exception("the keeper goes on after an error")
            self._stopped.wait(self.every.total_seconds() / LOOKS)

    def stop(self) -> None:
        """Let it end after the run under way."""
        self._stopped.set()


def start_scheduler(every: timedelta, *, patience: timedelta = timedelta(minutes=1)) -> None:
    """Keep the active source up to date from this process, on a thread that lives as long.

    The first call starts it; the others do nothing.

    Args:
        every: The interval; zero for never.
        patience: Before the first look: whoever started the app is looking at its first page.
    """
    global _kept  # noqa: PLW0603 - one keeper a process, whoever asks
    with _keeping:
        if _kept is None and every:
            _kept = Scheduler(every)
            keep = threading.Thread(
                target=_kept.keep,
                kwargs={"patience": min(patience, every)},
                name="keeper",
                daemon=True,
            )
            keep.start()
