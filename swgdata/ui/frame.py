"""What stands around every page: the mark, the banner, the error boundary, the footer."""

import gc
from functools import cache
from typing import Final, Protocol

import streamlit as st

from swgdata.settings import Settings
from swgdata.source import active
from swgdata.ui import arriving, citation, filters, run
from swgdata.ui.guard import guard
from swgdata.ui.scope import sidebar
from swgdata.ui.text import plain

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
    run.begin()
    sidebar(settings.server_name)
    with guard("Source"):
        citation.banner(active().name == "sample", chosen=settings.source == "sample")
    st.title(page.title, anchor=False)
    above = st.container()
    with guard(page.title):
        page.run()
    with above:
        arriving.cards(run.awaited())
    for text in run.remarks():
        above.caption(f":material/link_off: Ignored from the link: {text}.")
    for text in dict.fromkeys(text for one in run.seen() for text in one.warnings):
        above.warning(f"**Data quality.** {plain(text, length=300)}", icon=":material/warning:")
    with guard("Freshness"):
        citation.footer(run.seen())
    filters.forget_secrets()
    run.end()
    _settle()


@cache
def _settle() -> None:
    """Take what the first page has loaded, modules above all, out of Python's garbage rounds.

    They would go over it every few dozen runs and hold up all visitors for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
