"""State of one script run: feeds read, notes on the link."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from swgdata.sources.snapshot import Snapshot

_Made = TypeVar("_Made")
_FRAMED: Final = "_runs_in_frame"
_SEEN: Final = "_feeds_seen"
_REMARKS: Final = "_link_remarks"
_LOADED: Final = "_feeds_loaded"
_AWAITED: Final = "_feeds_awaited"
_MADE: Final = "_made_in_run"
_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the frame says of one feed."""

    feed: str
    as_of: datetime
    stale: bool
    rejected: int
    warnings: tuple[str, ...] = ()


@contextmanager
def consistent_reads() -> Iterator[None]:
    """Let all that is loaded in the block be of one moment, also where a card runs alone."""
    if _LOADED in st.session_state:
        yield
        return
    st.session_state[_LOADED], st.session_state[_MADE] = {}, {}
    try:
        yield
    finally:
        _forget()


def begin() -> None:
    """Start a run: nothing is read yet."""
    st.session_state[_FRAMED] = True
    st.session_state[_SEEN] = {}
    st.session_state[_REMARKS] = []
    st.session_state[_LOADED], st.session_state[_MADE] = {}, {}
    st.session_state[_AWAITED] = []


def remark(text: str) -> None:
    """Remember something about the link, in Markdown, for the line above the page."""
    st.session_state.setdefault(_REMARKS, []).append(text)


def remarks() -> list[str]:
    """What there is to say about the link."""
    return list(st.session_state.get(_REMARKS, ()))


def wait_for(feed: str) -> None:
    """Remember an export that is on its way, for the frame to show how far it is."""
    st.session_state.setdefault(_AWAITED, []).append(feed)


def awaited() -> list[str]:
    """The exports this run does without because they are on their way, each once."""
    return list(dict.fromkeys(st.session_state.get(_AWAITED, ())))


def loaded() -> dict[tuple[str, ...], Snapshot]:
    """What this run has loaded, so that one page speaks of one moment; empty outside a run."""
    return cast("dict[tuple[str, ...], Snapshot]", st.session_state.get(_LOADED, {}))


def once(name: str, make: Callable[[], _Made]) -> _Made:
    """Make something on the first call of this run; outside a run, each time."""
    known = cast("dict[str, _Made]", st.session_state.get(_MADE, {}))
    if name not in known:
        known[name] = make()
    return known[name]


def note(one: Snapshot) -> None:
    """Remember a feed for the footer."""
    line = Seen(one.feed.name, one.as_of, one.stale, one.issues.rejected_count, one.warnings)
    st.session_state[_SEEN][one.feed.name] = line


def seen() -> list[Seen]:
    """The feeds this run has read, in the order they were read."""
    return list(st.session_state.get(_SEEN, {}).values())


def end() -> None:
    """End a run: the frame is drawn."""
    st.session_state[_FRAMED] = False
    _forget()


def _forget() -> None:
    st.session_state.pop(_LOADED, None)
    st.session_state.pop(_MADE, None)


def enter_frame() -> None:
    """Run again through ``app.py`` where a page runs without it.

    Until the first session of a process has called ``st.navigation``, Streamlit takes ``pages/``
    for a menu of its own and runs a deep link's file bare: no frame, no banner, no boundary.
    Calling it here, with the same pages under the same addresses, ends that for the process.
    """
    context = get_script_run_ctx()
    is_card_alone = context is not None and bool(context.fragment_ids_this_run)
    if context is None or is_card_alone or st.session_state.get(_FRAMED):
        return
    st.navigation([_ROOT / "app.py", *sorted(_ROOT.glob("pages/*.py"))], position="hidden")
    st.rerun()
