"""Resources: what is the best in spawn right now, where is it, is it better than what I have?"""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from swgdata.ui import (
    data,
    filters,
    rare,
    resource_detail,
    resource_filters,
    resource_strip,
    resource_weights,
    resources,
    tiers,
)
from swgdata.ui import resource_pictures as pictures
from swgdata.ui.guard import guard
from swgdata.ui.panel import Whole, headline, panel
from swgdata.ui.scope import scope

st.caption("What is best in spawn right now, where it is, and whether it beats all before it.")
now, view = datetime.now(UTC), scope()

# Data and headline. The export is shared and never copied: the page works on positions in it.
feed = None
with guard("Resources"):
    feed = data.snapshot("resources")
    alive = data.answer(
        "resources", in_spawn=True, sort="-quality", **resource_filters.within(view)
    )
    headline(resources.figures(alive.frame))

# Filters: bound to the URL, so the address bar is the share button.
asked, name = resource_filters.draw(view)
weighing = resource_weights.rule(asked)

# Panels.
if feed:
    hits = resources.hits(feed, asked, now=now)
    looked_up = resource_detail.named(feed, name)
    with guard("One resource"):
        resource_detail.detail(feed, name, looked_up, now=now)

    with guard("Spawns"):
        found = resources.first_page(asked)
        rows = resources.listing(found.frame, feed, asked)
        panel(
            resources.best_of(feed, hits, asked),
            found,
            frame=rows,
            whole=Whole(len(hits), partial(resources.everything, feed, asked, now)),
            key="resources_spawns",
            columns=resources.columns(),
            caption=f"{weighing} {tiers.LEGEND} Select a row to see it in detail.".strip(),
            on_pick=partial(resource_filters.look_up, rows["name"]),
        )

rare.section("resources", view)

if feed:
    with guard("Classes and planets"):
        level = filters.one_of("Classes", tuple(pictures.LEVELS), key="resources_level")
        grid = view.keep(pictures.grid(feed, hits, asked, level=level))
        panel(
            pictures.grid_title(grid),
            feed,
            frame=grid,
            key="resources_grid",
            applied=asked,
            chart=pictures.grid_chart,
            caption="What is in spawn of your filters: its number, and in colour the best "
            f"quality. {weighing}".strip(),
        )

    with guard("Two stats"):
        pictures.two_stats(feed, hits, asked)

    with guard("Where it stands"):
        resource_strip.ever(feed, asked, hits, looked_up)
