"""Draw filters, the view switch and the chosen view.

A change of a filter redraws the filters and the one view, not the page; a view that is not shown
costs nothing.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import streamlit as st

from swgdata.ui import run_state
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary

Asked = TypeVar("Asked")


@st.fragment
def views(
    page: str,
    ask: Callable[[], Asked],
    draw: Mapping[str, Callable[[Asked], None]],
    *,
    default: str = "",
) -> None:
    """Draw the filters that serve several views, the switch, and the view it is set to."""
    with run_state.consistent_reads(), error_boundary("Filters"):
        chosen = ask()
        show = filters.one_of(
            "Show", tuple(draw), key=f"{page}_show", default=default, is_labelled=False
        )
        with error_boundary(show):
            draw[show](chosen)
