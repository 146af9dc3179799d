"""Resources: what is the best in spawn right now, where is it, is it better than what I have?"""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from swgdata.ui import (
    data,
    filters,
    rare,
    resource_detail,
    resource_filters,
    resource_grid,
    resource_strip,
    resource_table,
    resources,
    run,
)
from swgdata.ui import resource_pictures as pictures
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline
from swgdata.ui.scope import scope

st.caption("What is best in spawn right now, where it is, and whether it beats all before it.")
now, view = datetime.now(UTC), scope()

RARE = "Rare materials"
VIEWS = ("Spawns", "By planet", "Two stats", "Where it stands", RARE)


@st.fragment
def browse() -> None:
    """Filters and the view they narrow; a change of them leaves the rest of the page alone."""
    asked, name = resource_filters.draw(view)  # bound to the URL: the address is the share button
    with run.moment():
        if name:
            with guard("One resource"):
                resource_detail.detail(data.snapshot("resources"), name, now=now)
        usual = VIEWS[0] if data.offers("resources") else RARE
        show = filters.one_of("Show", VIEWS, key="resources_show", default=usual, is_labelled=False)
        with guard(show):
            draw(show, asked, name)


def draw(show: str, asked: dict[str, Any], name: str) -> None:
    """Draw one view of what matches."""
    if show == RARE:
        rare.section("resources", view)
        return
    feed = data.snapshot("resources")  # shared, never copied: views work on positions in it
    hits = resources.hits(feed, asked, now=now)
    match show:
        case "By planet":
            resource_grid.grid(feed, hits, asked, view)
        case "Two stats":
            pictures.two_stats(feed, hits, asked)
        case "Where it stands":
            resource_strip.ever(feed, asked, hits, resource_detail.named(feed, name))
        case _:
            resource_table.spawns(feed, hits, asked, now=now)


with guard("Resources"):
    alive = data.answer(
        "resources", in_spawn=True, sort="-quality", **resource_filters.within(view)
    )
    headline(resources.figures(alive.frame))
browse()
