"""The card of an export on its way for the first time: how far it is, and then the page again."""

from collections.abc import Iterable

import streamlit as st

from swgdata import dumps
from swgdata.arrivals import Arrival
from swgdata.source import active
from swgdata.ui.text import compact, plain


def cards(feeds: Iterable[str]) -> None:
    """Draw a card for each export that a page does without because it is on its way."""
    for feed in feeds:
        with st.container(border=True, key=f"arriving_{feed}"):
            _progress(feed)


@st.fragment(run_every=1.0)
def _progress(feed: str) -> None:
    """How far it is, looked up every second; the whole page is drawn anew when it is over."""
    source = active()
    arrival = dumps.under_way(source, source.feed(feed))
    if arrival is None:
        st.rerun()
    st.progress(arrival.share or 0.0, text=words(feed, arrival))


def words(feed: str, arrival: Arrival) -> str:
    """Say how much of an export is here, in Markdown."""
    name = plain(feed.replace("_", " "))
    if not arrival.received:
        return f":material/downloading: **The {name} are on their way** for the first time."
    rows = f"{arrival.rows:,}" + (f" of {arrival.count:,}" if arrival.count else "")
    size = f"{compact(arrival.received)}B" + (
        f" of {compact(arrival.size)}B" if arrival.size else ""
    )
    return (
        f":material/downloading: **The {name} are on their way** for the first time: "
        f"{size}, {rows} rows so far."
    )
