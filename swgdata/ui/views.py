"""The views of a page: one question each, one drawn at a time, chosen in the address.

A change of a filter redraws the filters and the one view, not the page; a view that is not shown
costs nothing.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import streamlit as st

from swgdata.ui import filters, run
from swgdata.ui.guard import guard

Asked = TypeVar("Asked")


@st.fragment
def views(
    page: str,
    ask: Callable[[], Asked],
    draw: Mapping[str, Callable[[Asked], None]],
    *,
    default: str = "",
) -> None:
    """Draw the filters that serve several views, the switch, and the view it is set to.

    Args:
        page: First part of the keys: the switch is ``?<page>_show=``.
        ask: Draws the filters and says what they ask for; ``scope`` where there are none.
        draw: Name of a view -> draws it, given what was asked; one or a few cards, each of which
            loads what it shows itself.
        default: The view where none is chosen; the first where "".
    """
    with run.moment(), guard("Filters"):
        asked = ask()
        show = filters.one_of(
            "Show", tuple(draw), key=f"{page}_show", default=default, is_labelled=False
        )
        with guard(show):
            draw[show](asked)
