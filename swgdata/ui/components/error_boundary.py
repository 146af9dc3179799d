"""Turn an exception of one part of a page into a sentence."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from swgdata.errors import FeedArriving, FeedDeclined, FeedError, NotOffered, SwgError
from swgdata.ui import run_state
from swgdata.ui.scope import scope
from swgdata.ui.text import clock, cut, plain

log = logging.getLogger(__name__)


@contextmanager
def error_boundary(name: str, *, is_framed: bool = True) -> Iterator[None]:
    """Keep trouble inside one part of a page; the other parts stay alive.

    A ``FeedError`` becomes a card with one sentence. Anything unexpected becomes a number that
    the log knows; neither message nor trace ever reaches a browser. Streamlit's own control flow
    (``st.stop``, ``st.rerun``) passes.
    """
    try:
        yield
    except FeedArriving as error:
        run_state.wait_for(error.feed)
        _card(name, *_sentence(error), is_framed)
    except FeedError as error:
        log.info("%s: %s", name, error)
        _card(name, *_sentence(error), is_framed)
    except SwgError as error:
        log.warning("%s: %s", name, error)
        _card(name, ":material/report:", plain(error, length=300), is_framed)
    except Exception:
        number = secrets.token_hex(4)
        log.exception("error %s in %s", number, cut(name))
        _card(
            name,
            ":material/report:",
            f"This part failed. The log has the details under number **{number}**; "
            "the rest of the page is not affected.",
            is_framed,
        )


def _sentence(error: FeedError) -> tuple[str, str]:
    """Say which feed is down, why, and when it is asked again: once, where the reason says so."""
    feed, reason = plain(error.feed.replace("_", " ")), plain(error.reason, length=300)
    if isinstance(error, NotOffered):
        return ":material/block:", f"**Not offered.** The source of this page has no {feed} feed."
    if isinstance(error, FeedArriving):
        return ":material/downloading:", f"**On its way.** This fills when the {feed} are here."
    again = ""
    if error.until and "paused until" not in error.reason:
        again = f" Next try {clock(error.until, scope().zone)}."
    if isinstance(error, FeedDeclined):
        return ":material/block:", f"**Declined.** The {feed} feed: {reason}.{again}"
    return (
        ":material/cloud_off:",
        f"**Feed down.** The {feed} feed cannot be read and nothing of it is stored: "
        f"{reason}.{again if error.until else ' It is tried again when the page is reloaded.'}",
    )


def _card(name: str, icon: str, sentence: str, is_framed: bool) -> None:  # noqa: FBT001 - private
    with st.container(border=is_framed):
        st.markdown(f"**{plain(name)}**")
        st.caption(f"{icon} {sentence}")
