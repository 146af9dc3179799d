"""Update now: one run for all, its progress.

It runs on a thread of its own, not on the visitor's: whoever started it may close the page, and
whoever comes by meanwhile sees the same progress.
"""

import logging
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

import streamlit as st

from swgdata.errors import SwgError
from swgdata.sources import Source, sync
from swgdata.sources.health import last_full_sync
from swgdata.storage.history import FeedRun
from swgdata.ui.health.charts import OUTCOME_MARKS
from swgdata.ui.scope import scope
from swgdata.ui.text import clock, compact, count, plain

if TYPE_CHECKING:
    from typing import Literal

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


_VISITOR: Final = "_visitor"
_REFUSED: Final = "_update_refused"


def update_card(source: Source) -> None:
    """Draw the button, what stands in its way, and the progress of the latest update."""
    visitor = st.session_state.setdefault(_VISITOR, secrets.token_hex(8))
    with st.container(border=True, key="health_update_card"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Update now",
                key="health_update",
                icon=":material/sync:",
                type="primary",
                on_click=_pressed,  # a run that is cut short by another still has pressed
                args=(source, visitor),
            )
            st.caption(
                "Asks the source for what is no longer fresh. One update at a time for everybody, "
                f"one every {EVERY.seconds} seconds at most. {_last_full(source)}",
                width="stretch",
            )
        latest = updates().latest
        if latest is None:
            return
        if st.session_state.pop(_REFUSED, False):
            st.info(plain(refusal(latest, visitor), length=300), icon=":material/hourglass_top:")
        is_live = not latest.finished.is_set()
        draw = st.fragment(_progress, run_every=1.0 if is_live else None)
        draw(latest, visitor, is_live=is_live)


def _last_full(source: Source) -> str:
    full = last_full_sync(source)
    if full is None:
        return "Not every feed has been up to date at once so far."
    return f"Every feed was last brought up to date {clock(full, scope().zone)}."


def _pressed(source: Source, visitor: str) -> None:
    is_begun = updates().begin(source, by=visitor, now=datetime.now(UTC))
    st.session_state[_REFUSED] = not is_begun


def refusal(update: Update, visitor: str) -> str:
    """Say who is in the way, since when, and when the next one can start."""
    who = "you" if update.by == visitor else "another visitor"
    since = f"{update.started:%H:%M:%S} UTC"
    if not update.finished.is_set():
        done = f"{len(update.runs)} of {count(len(update.feeds), 'feed')} are done"
        return f"An update started by {who} has been running since {since}; {done}."
    again = f"{update.started + EVERY:%H:%M:%S} UTC"
    return f"The last update was started by {who} at {since}; the next can start at {again}."


def _progress(update: Update, visitor: str, *, is_live: bool) -> None:
    is_done = update.finished.is_set()
    if is_live and is_done:
        st.rerun()  # the panels below are of before
    runs = dict(update.runs)
    state: Literal["running", "complete", "error"] = "running"
    if is_done:
        is_well = all(run.ok for run in runs.values()) and not update.trouble
        state = "complete" if is_well else "error"
    who = "you" if update.by == visitor else "another visitor"
    label = f"{summary(update, runs)} · started by {who}, {clock(update.started, scope().zone)}"
    is_open = not is_done or bool(update.trouble)
    box = st.status(label, state=state, expanded=is_open)  # as a "with" it would end complete
    if not is_done:
        box.progress(len(runs) / max(len(update.feeds), 1))
    if update.trouble:
        box.markdown(plain(update.trouble, length=300))
    if runs or not is_done:  # where none was begun, none needs a line
        box.markdown("  \n".join(_line(update, feed, runs.get(feed)) for feed in update.feeds))


def summary(update: Update, runs: Mapping[str, FeedRun]) -> str:
    """Say in a few words how far it is, or how it ended."""
    if not update.finished.is_set():
        return f"Updating: {len(runs)} of {count(len(update.feeds), 'feed')}"
    if update.trouble and not runs:
        return "Nothing was updated"
    ended = Counter(outcome(run) for run in runs.values())
    told = ", ".join(f"{ended[kind]} {kind}" for kind in OUTCOME_MARKS if ended[kind])
    return f"Updated {count(len(runs), 'feed')}: {told or 'none'}"


def outcome(run: FeedRun) -> str:
    """``failed``, ``changed`` or ``unchanged``."""
    return "failed" if not run.ok else "changed" if run.changed else "unchanged"


def _line(update: Update, feed: str, run: FeedRun | None) -> str:
    """One feed's progress, in Markdown."""
    name = plain(feed.replace("_", " "))
    if run is None:
        size, rows = update.arriving.get(feed, (0, 0))
        waits = "not reached" if update.finished.is_set() else "waiting"
        so_far = f"{compact(size)}B, {count(rows, 'row')}" if size else waits
        return f"◌ **{name}** {so_far}"
    told = "" if run.rows is None else f", {count(run.rows, 'row')}"
    why = f" — {plain(run.reason, length=200)}" if run.reason else ""
    kind = outcome(run)
    return f"{OUTCOME_MARKS[kind].symbol} **{name}** {kind}{told}, {run.seconds:.1f} s{why}"
