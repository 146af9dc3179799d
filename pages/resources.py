"""Resources: what is the best in spawn right now, where is it, is it better than what I have?"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
import streamlit as st

from swgdata.sources.snapshot import Snapshot
from swgdata.ui import data
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import headline
from swgdata.ui.components.views import views
from swgdata.ui.resources import comparisons, detail, filters, listing, rare, titles
from swgdata.ui.resources import comparisons as pictures
from swgdata.ui.scope import scope

st.caption("What is best in spawn right now, where it is, and whether it beats all before it.")

view = scope()


@dataclass(frozen=True)
class Asked:
    """What the filters say, the one resource looked up by name ("" for none), and when."""

    table: dict[str, Any]
    name: str
    now: datetime

    @cached_property
    def feed(self) -> Snapshot:
        """Shared, never copied: views work on positions in it."""
        return data.snapshot("resources")

    @cached_property
    def hits(self) -> np.ndarray:
        """Positions of what matches."""
        return titles.hits(self.feed, self.table, now=self.now)


def ask() -> Asked:
    """Draw the filters and, above every view, the one resource that is looked up."""
    # A page may stay open for days: each change of a filter counts ages to its own minute.
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    asked = Asked(*filters.draw(view), now)  # bound to the URL: it is the share button
    if asked.name:
        with error_boundary("One resource"):
            detail.detail(asked.feed, asked.name, now=now)
    return asked


def ever(asked: Asked) -> None:
    """The class over all time, with the resource that is looked up."""
    one = detail.named(asked.feed, asked.name)
    comparisons.ever(asked.feed, asked.table, asked.hits, one)


with error_boundary("Resources"):
    alive = data.answer("resources", in_spawn=True, sort="-quality", **view.parameters)
    headline(titles.figures(alive.frame))

views(
    "resources",
    ask,
    {
        "Spawns": lambda one: listing.spawns(one.feed, one.hits, one.table, now=one.now),
        "By planet": lambda one: comparisons.grid(one.feed, one.hits, one.table, view),
        "Two stats": lambda one: pictures.two_stats(one.feed, one.hits, one.table),
        "Where it stands": ever,
        rare.TITLE: lambda _: rare.section("resources", view),
    },
    default="" if data.offers("resources") else rare.TITLE,
)
