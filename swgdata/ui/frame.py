"""Logo, sidebar, banner, error boundary, footer, download progress."""

import gc
from collections.abc import Iterable
from functools import cache
from typing import Final, Protocol

import streamlit as st

from swgdata.game import PLANETS
from swgdata.settings import Settings
from swgdata.sources import active, datasets
from swgdata.sources.downloads import DownloadProgress
from swgdata.ui import run_state
from swgdata.ui.components import filters, provenance
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.filters import lazy_expander
from swgdata.ui.scope import _USUAL_TIMES, USUAL_WINDOW, WINDOWS, ZONES
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
    arrival = datasets.download_progress(source, source.feed(feed))
    if arrival is None:
        st.rerun()
    st.progress(arrival.share or 0.0, text=words(feed, arrival))


def words(feed: str, arrival: DownloadProgress) -> str:
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


def sidebar(server: str) -> None:
    """Draw the global filters; ``app.py`` calls this once on each run."""
    with st.sidebar:
        st.caption(f":material/dns: Server {plain(server[:1].upper() + server[1:])}")
        filters.several("Planets", PLANETS, key="planets", anything="All planets")
        filters.toggle("Hide Mustafar and Kashyyyk", key="hide")
        times = lazy_expander("Time window and zone", key="times", usual=_USUAL_TIMES)
    if times is not None:
        with times:
            filters.one_of_many("Time window", tuple(WINDOWS), key="window", default=USUAL_WINDOW)
            filters.one_of_many("Time zone", ZONES, key="zone")


NAME: Final = "SWG data"

# A ringed planet in the theme's two colours; it reads on both backgrounds.
MARK: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 32" role="img">'
    "<title>SWG data</title>"
    '<circle cx="17" cy="16" r="9" fill="#1F9486"/>'
    '<path d="M8.6 12.6h16.8M8 16h18" stroke="#12171E" stroke-opacity=".35" stroke-width="1.6"/>'
    '<ellipse cx="17" cy="16" rx="15.5" ry="4.6" transform="rotate(-22 17 16)" fill="none" '
    'stroke="#C98A2B" stroke-width="2.2" stroke-dasharray="62 11" stroke-dashoffset="31"/>'
    '<text x="40" y="22" font-family="Bahnschrift,DIN Alternate,Roboto Condensed,'
    'Liberation Sans Narrow,Arial Narrow,sans-serif" font-size="19" font-weight="600" '
    'letter-spacing=".5" fill="#1F9486">SWG<tspan fill="#C98A2B" dx="4">data</tspan></text></svg>'
)
ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 34 32">' + MARK.split("</title>")[1]
).split("<text")[0] + "</svg>"


class Runnable(Protocol):
    """A page of ``st.navigation``."""

    @property
    def title(self) -> str:
        """Its name in the menu."""

    def run(self) -> None:
        """Draw it."""


def draw(page: Runnable, settings: Settings) -> None:
    """Draw the frame and the page in it; whatever fails, the frame stays."""
    st.logo(MARK, size="large", icon_image=ICON)
    run_state.begin()
    sidebar(settings.server_name)
    with error_boundary("Source"):
        provenance.banner(active().name == "sample", chosen=settings.source == "sample")
    st.title(page.title, anchor=False)
    above = st.container()
    with error_boundary(page.title):
        page.run()
    with above:
        cards(run_state.awaited())
    for text in run_state.remarks():
        above.caption(f":material/link_off: Ignored from the link: {text}.")
    for text in dict.fromkeys(text for one in run_state.seen() for text in one.warnings):
        above.warning(f"**Data quality.** {plain(text, length=300)}", icon=":material/warning:")
    with error_boundary("Freshness"):
        provenance.footer(run_state.seen())
    filters.forget_secrets()
    run_state.end()
    _settle()


@cache
def _settle() -> None:
    """Take what the first page has loaded, modules above all, out of Python's garbage rounds.

    They would go over it every few dozen runs and hold up all visitors for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
