"""Update now: one run for all, its progress.

It runs on a thread of its own, not on the visitor's: whoever started it may close the page, and
whoever comes by meanwhile sees the same progress.
"""

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

import streamlit as st

from swgdata.sources import Source
from swgdata.sources.health import last_full_sync
from swgdata.sources.sync import SyncJob
from swgdata.storage.history import FeedRun
from swgdata.ui.health.charts import OUTCOME_MARKS
from swgdata.ui.scope import scope
from swgdata.ui.text import clock, compact, count, plain

if TYPE_CHECKING:
    from typing import Literal

EVERY: Final = timedelta(seconds=60)
"""Between the starts of two updates, whoever asks."""
_starting: Final = Lock()
_latest: SyncJob | None = None


def latest_job() -> SyncJob | None:
    """The update that runs, else the last one that ran in this process."""
    return _latest


def begin(job: SyncJob) -> bool:
    """Start an update, unless one runs or was started within ``EVERY``.

    Returns:
        Whether it was started; if not, ``latest_job`` says what stands in the way.
    """
    global _latest  # noqa: PLW0603 - one for all visitors
    with _starting:
        last = _latest
        if last and (not last.finished.is_set() or job.started < last.started + EVERY):
            return False
        job.start()
        _latest = job
    return True


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
        latest = latest_job()
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
    st.session_state[_REFUSED] = not begin(SyncJob(source, by=visitor))


def refusal(job: SyncJob, visitor: str) -> str:
    """Say who is in the way, since when, and when the next one can start."""
    who = "you" if job.by == visitor else "another visitor"
    since = f"{job.started:%H:%M:%S} UTC"
    if not job.finished.is_set():
        done = f"{len(job.runs)} of {count(len(job.feeds), 'feed')} are done"
        return f"An update started by {who} has been running since {since}; {done}."
    again = f"{job.started + EVERY:%H:%M:%S} UTC"
    return f"The last update was started by {who} at {since}; the next can start at {again}."


def _progress(job: SyncJob, visitor: str, *, is_live: bool) -> None:
    is_done = job.finished.is_set()
    if is_live and is_done:
        st.rerun()  # the panels below are of before
    runs = dict(job.runs)
    state: Literal["running", "complete", "error"] = "running"
    if is_done:
        is_well = all(run.ok for run in runs.values()) and not job.trouble
        state = "complete" if is_well else "error"
    who = "you" if job.by == visitor else "another visitor"
    label = f"{summary(job, runs)} · started by {who}, {clock(job.started, scope().zone)}"
    is_open = not is_done or bool(job.trouble)
    box = st.status(label, state=state, expanded=is_open)  # as a "with" it would end complete
    if not is_done:
        box.progress(len(runs) / max(len(job.feeds), 1))
    if job.trouble:
        box.markdown(plain(job.trouble, length=300))
    if runs or not is_done:  # where none was begun, none needs a line
        box.markdown("  \n".join(_line(job, feed.name, runs.get(feed.name)) for feed in job.feeds))


def summary(job: SyncJob, runs: Mapping[str, FeedRun]) -> str:
    """Say in a few words how far it is, or how it ended."""
    if not job.finished.is_set():
        return f"Updating: {len(runs)} of {count(len(job.feeds), 'feed')}"
    if job.trouble and not runs:
        return "Nothing was updated"
    ended = Counter(outcome(run) for run in runs.values())
    text = ", ".join(f"{ended[kind]} {kind}" for kind in OUTCOME_MARKS if ended[kind])
    return f"Updated {count(len(runs), 'feed')}: {text or 'none'}"


def outcome(run: FeedRun) -> str:
    """``failed``, ``changed`` or ``unchanged``."""
    return "failed" if not run.ok else "changed" if run.changed else "unchanged"


def _line(job: SyncJob, feed: str, run: FeedRun | None) -> str:
    """One feed's progress, in Markdown."""
    name = plain(feed.replace("_", " "))
    if run is None:
        progress = job.downloads().get(feed)
        so_far = "not reached" if job.finished.is_set() else "waiting"
        if progress and progress.received:
            so_far = f"{compact(progress.received)}B, {count(progress.rows, 'row')}"
        return f"◌ **{name}** {so_far}"
    text = "" if run.rows is None else f", {count(run.rows, 'row')}"
    why = f" — {plain(run.reason, length=200)}" if run.reason else ""
    kind = outcome(run)
    return f"{OUTCOME_MARKS[kind].symbol} **{name}** {kind}{text}, {run.seconds:.1f} s{why}"
