"""Filters of the health page, and what is known of the feeds."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import streamlit as st

from swgdata.sources import Source, active
from swgdata.sources.health import FeedHealth, report
from swgdata.sources.sync import feeds_to_sync
from swgdata.tables import Result
from swgdata.ui import data, run_state
from swgdata.ui.components import filters


@dataclass(frozen=True)
class HealthFilters:
    """What the filters say.

    Attributes:
        source: Whose feeds.
        feed: Only this one; None for all.
    """

    source: Source
    feed: str | None

    @cached_property
    def feeds(self) -> list[FeedHealth]:
        """The condition of every feed."""
        return feeds_now(self.source)

    @cached_property
    def summary(self) -> Result:
        """What is held of every feed."""
        return data.answer("summary")

    @cached_property
    def history(self) -> Result:
        """How the last updates went."""
        return last_updates()


def read_filters() -> HealthFilters:
    """Draw the filter; it is bound to the URL, so the address bar is the share button."""
    source = active()
    names = tuple(feed.name for feed in feeds_to_sync(source))
    with st.grid(columns=2, min_column_width=140):
        return HealthFilters(source, filters.choice("Feed", names, key="health_feed"))


def feeds_now(source: Source) -> list[FeedHealth]:
    """The condition of every feed; looked up once in a run."""
    return run_state.once("health_feeds", lambda: report(source, datetime.now(UTC)))


def last_updates() -> Result:
    """The last 500 outcomes of fetches; looked up once in a run."""
    return run_state.once("health_updates", lambda: data.answer("sync_history", limit=500))
