"""One synchronisation at a time for everybody, and how far it is.

It runs on a thread of its own, not on the visitor's: whoever started it may close the page, and
whoever comes by meanwhile sees the same progress.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from threading import Event, Lock, Thread
from typing import Final

from swgdata import sync
from swgdata.errors import SwgError
from swgdata.history import FeedRun
from swgdata.source import Source

log = logging.getLogger(__name__)

EVERY: Final = timedelta(seconds=60)
"""Between the starts of two updates, whoever asks."""


@dataclass(eq=False)
class Update:
    """One synchronisation; its thread writes, pages read.

    Attributes:
        started: When.
        by: Token of the visitor who started it.
        feeds: What it goes through, in order.
        runs: Feed -> how it ended.
        arriving: Export on its way -> bytes and rows so far.
        trouble: Why it broke off, in words for a visitor.
        finished: Set when nothing more will happen.
    """

    started: datetime
    by: str
    feeds: tuple[str, ...]
    runs: dict[str, FeedRun] = field(default_factory=dict)
    arriving: dict[str, tuple[int, int]] = field(default_factory=dict)
    trouble: str | None = None
    finished: Event = field(default_factory=Event)

    def heard(self, run: FeedRun) -> None:
        """Note how a feed ended."""
        self.runs[run.feed] = run

    def read(self, feed: str, size: int, rows: int) -> None:
        """Note how much of an export has arrived."""
        self.arriving[feed] = (size, rows)


class Updates:
    """Who may start the next one.

    Attributes:
        latest: The one that runs, else the last that ran in this process.
    """

    def __init__(self) -> None:
        self.latest: Update | None = None
        self._turn = Lock()

    def begin(
        self,
        source: Source,
        *,
        by: str,
        now: datetime,
        run: Callable[..., object] = sync.run,
    ) -> bool:
        """Start one, unless one runs or was started within ``EVERY``.

        Args:
            source: What to bring up to date.
            by: Token of the visitor who asks.
            now: The time.
            run: Does it, as ``sync.run`` does.

        Returns:
            Whether it was started; if not, ``latest`` says what stands in the way.
        """
        with self._turn:
            last = self.latest
            if last and (not last.finished.is_set() or now < last.started + EVERY):
                return False
            feeds = tuple(feed.name for feed in sync.feeds_to_sync(source))
            update = Update(started=now, by=by, feeds=feeds)
            work = Thread(target=_work, args=(update, source, run), name="update", daemon=True)
            try:
                work.start()
            except RuntimeError:  # the machine has no thread to spare
                update.trouble = "It could not be started: too much is under way here."
                update.finished.set()
            self.latest = update
        return True


def _work(update: Update, source: Source, run: Callable[..., object]) -> None:
    try:
        run(source, report=update.heard, progress=update.read)
    except SwgError as error:  # such as Busy, which says who synchronises since when
        told = str(error)
        update.trouble = f"{told[:1].upper()}{told[1:]}."
    except Exception:
        number = secrets.token_hex(4)
        log.exception("error %s in an update", number)
        update.trouble = f"It broke off. The log has the details under number {number}."
    finally:
        update.finished.set()


@cache
def updates() -> Updates:
    """Those of this process."""
    return Updates()
