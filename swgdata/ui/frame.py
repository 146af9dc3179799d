"""Frame of every page: logo, sidebar, banner, footer, download progress."""

import gc
from collections.abc import Iterable
from functools import cache
from typing import Final, Protocol

import streamlit as st

from swgdata.game import PLANETS
from swgdata.settings import Settings
from swgdata.sources import active, datasets
from swgdata.sources.downloads import DownloadProgress
from swgdata.ui import run_state, theme
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

# The letters of the logo as paths (DejaVu Sans Condensed, bold): no font has to be there.
_SWG: Final = (
    "M50 9.4V12.3Q49 11.8 48 11.5Q47.1 11.3 46.2 11.3Q45.1 11.3 44.6 11.6Q44 12 44 12.7"
    "Q44 13.2 44.4 13.5Q44.8 13.8 45.7 14.1L47 14.4Q49.1 14.8 49.9 15.7Q50.8 16.7 50.8 18.4"
    "Q50.8 20.6 49.6 21.7Q48.4 22.8 45.9 22.8Q44.8 22.8 43.6 22.5Q42.5 22.3 41.3 21.8V18.9"
    "Q42.5 19.5 43.6 19.9Q44.6 20.2 45.6 20.2Q46.7 20.2 47.2 19.9Q47.8 19.5 47.8 18.8"
    "Q47.8 18.1 47.4 17.8Q47 17.5 45.9 17.2L44.7 16.9Q42.9 16.5 42 15.5Q41.2 14.6 41.2 13"
    "Q41.2 10.9 42.4 9.9Q43.5 8.8 45.7 8.8Q46.7 8.8 47.8 8.9Q48.8 9.1 50 9.4ZM52.5 9H55.5"
    "L57.6 18.8L59.7 9H62.7L64.8 18.8L66.9 9H69.8L67 22.5H63.4L61.2 12.2L59 22.5H55.4Z"
    "M82.8 21.5Q81.6 22.1 80.4 22.4Q79.1 22.8 77.8 22.8Q74.7 22.8 73 20.9Q71.2 19 71.2 15.8"
    "Q71.2 12.5 73 10.6Q74.8 8.8 77.9 8.8Q79.1 8.8 80.3 9Q81.4 9.3 82.3 9.8V12.6"
    "Q81.3 11.9 80.3 11.6Q79.3 11.3 78.3 11.3Q76.4 11.3 75.4 12.5Q74.4 13.6 74.4 15.8"
    "Q74.4 17.9 75.4 19.1Q76.4 20.2 78.2 20.2Q78.7 20.2 79.1 20.2Q79.5 20.1 79.8 20V17.3H77.9"
    "V15H82.8Z"
)
_DATA: Final = (
    "M95.6 13.9V8.4H98.5V22.5H95.6V21Q95 21.9 94.3 22.3Q93.6 22.8 92.6 22.8"
    "Q90.9 22.8 89.8 21.3Q88.8 19.8 88.8 17.5Q88.8 15.1 89.8 13.6Q90.9 12.1 92.6 12.1"
    "Q93.5 12.1 94.3 12.6Q95 13 95.6 13.9ZM93.7 20.4Q94.6 20.4 95.1 19.7Q95.6 18.9 95.6 17.5"
    "Q95.6 16 95.1 15.2Q94.6 14.5 93.7 14.5Q92.8 14.5 92.3 15.2Q91.8 16 91.8 17.5"
    "Q91.8 18.9 92.3 19.7Q92.8 20.4 93.7 20.4ZM105.4 17.9Q104.5 17.9 104 18.3"
    "Q103.6 18.6 103.6 19.3Q103.6 19.9 103.9 20.3Q104.3 20.6 105 20.6Q105.8 20.6 106.4 20"
    "Q106.9 19.3 106.9 18.3V17.9ZM109.9 16.7V22.5H106.9V21Q106.3 21.9 105.6 22.3"
    "Q104.9 22.8 103.8 22.8Q102.4 22.8 101.5 21.8Q100.6 20.9 100.6 19.5Q100.6 17.7 101.7 16.9"
    "Q102.8 16 105.2 16H106.9V15.8Q106.9 15 106.4 14.6Q105.8 14.3 104.7 14.3"
    "Q103.7 14.3 102.9 14.5Q102.1 14.7 101.4 15.1V12.7Q102.4 12.4 103.3 12.3"
    "Q104.3 12.1 105.2 12.1Q107.7 12.1 108.8 13.2Q109.9 14.3 109.9 16.7ZM115.7 9.5V12.4H118.7"
    "V14.7H115.7V19Q115.7 19.7 116 19.9Q116.2 20.2 117 20.2H118.5V22.5H116"
    "Q114.3 22.5 113.5 21.7Q112.8 20.9 112.8 19V14.7H111.4V12.4H112.8V9.5ZM124.6 17.9"
    "Q123.7 17.9 123.2 18.3Q122.8 18.6 122.8 19.3Q122.8 19.9 123.1 20.3Q123.5 20.6 124.2 20.6"
    "Q125 20.6 125.5 20Q126.1 19.3 126.1 18.3V17.9ZM129 16.7V22.5H126.1V21"
    "Q125.5 21.9 124.8 22.3Q124.1 22.8 123 22.8Q121.6 22.8 120.7 21.8Q119.8 20.9 119.8 19.5"
    "Q119.8 17.7 120.9 16.9Q122 16 124.4 16H126.1V15.8Q126.1 15 125.6 14.6"
    "Q125 14.3 123.9 14.3Q122.9 14.3 122.1 14.5Q121.3 14.7 120.6 15.1V12.7"
    "Q121.6 12.4 122.5 12.3Q123.4 12.1 124.4 12.1Q126.9 12.1 127.9 13.2Q129 14.3 129 16.7Z"
)
# A ringed planet in the theme's two colours; it reads on both backgrounds.
_PLANET: Final = (
    f'<circle cx="17" cy="16" r="9" fill="{theme.TEAL}"/>'
    f'<path d="M8.6 12.6h16.8M8 16h18" stroke="{theme.BACKGROUNDS[1]}" stroke-opacity=".35" '
    'stroke-width="1.6"/><ellipse cx="17" cy="16" rx="15.5" ry="4.6" fill="none" '
    f'transform="rotate(-22 17 16)" stroke="{theme.LOGO_AMBER}" stroke-width="2.2" '
    'stroke-dasharray="62 11" stroke-dashoffset="31"/>'
)
MARK: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 32" role="img">'
    f"<title>{NAME}</title>{_PLANET}"
    f'<path d="{_SWG}" fill="{theme.TEAL}"/><path d="{_DATA}" fill="{theme.LOGO_AMBER}"/></svg>'
)
ICON: Final = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 34 32">{_PLANET}</svg>'


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
