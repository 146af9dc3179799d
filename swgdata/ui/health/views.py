"""One function per view."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial

import streamlit as st

from swgdata.sources import Source, active
from swgdata.sources.health import FeedHealth, report
from swgdata.sources.sync import feeds_to_sync
from swgdata.tables import Result
from swgdata.ui import charts, data
from swgdata.ui.components import filters
from swgdata.ui.components.panel import panel
from swgdata.ui.health import rows as health_rows
from swgdata.ui.health import titles
from swgdata.ui.health.charts import MEASURES, STATE_MARKS, ages, runs
from swgdata.ui.health.downloads import downloads_card


@dataclass(frozen=True)
class HealthFilters:
    """What the filters say, and what is known of the feeds.

    Attributes:
        source: Whose feeds.
        feed: Only this one; None for all.
    """

    source: Source
    feed: str | None

    @cached_property
    def feeds(self) -> list[FeedHealth]:
        """The condition of every feed."""
        return report(self.source, datetime.now(UTC))

    @cached_property
    def summary(self) -> Result:
        """What is held of every feed."""
        return data.answer("summary")

    @cached_property
    def history(self) -> Result:
        """How the last updates went."""
        return data.answer("sync_history", limit=500)


def read_filters() -> HealthFilters:
    """Draw the filter; it is bound to the URL, so the address bar is the share button."""
    source = active()
    names = tuple(feed.name for feed in feeds_to_sync(source))
    with st.grid(columns=2, min_column_width=140):
        return HealthFilters(source, filters.choice("Feed", names, key="health_feed"))


def feeds(asked: HealthFilters) -> None:
    """How fresh each feed is."""
    with st.grid(columns=2, min_column_width=140):
        state = filters.choice("State", tuple(STATE_MARKS), key="health_state")
    rows = health_rows.condition(asked.feeds, asked.history.frame)
    panel(
        titles.verdict(asked.feeds),
        health_rows.own(asked.history, "feed_health", rows),
        frame=health_rows.keep(rows, {"feed": asked.feed, "state": state}),
        key="health_feeds",
        caption=titles.EXPLAINED,
        columns=health_rows.columns(),
        empty=titles.NO_MATCH,
        chart=ages,
        height=33 * (len(asked.feeds) + 1) + 3,  # all feeds in sight
    )


def set_aside(asked: HealthFilters) -> None:
    """Which records could not be used, and why."""
    held = health_rows.held(asked.feeds, asked.source)
    rows = health_rows.aside(held)
    panel(
        titles.worst(rows, sum(one.refused + one.flagged for one in asked.feeds)),
        health_rows.own(asked.history, "set_aside", rows),
        frame=health_rows.keep(rows, {"feed": asked.feed}),
        key="health_aside",
        caption="Records no panel shows, and values shown as unknown or doubted, each with why.",
        empty=titles.why_none(held, rows),
    )


def updates(asked: HealthFilters) -> None:
    """How the fetches of the last updates went."""
    measure = filters.one_of("Fetches by", MEASURES, key="health_measure")
    history = asked.history
    shown = health_rows.keep(history.frame, {"feed": asked.feed})
    panel(
        titles.slowest(shown),
        history,
        frame=shown,
        key="health_history",
        columns={"bytes": st.column_config.NumberColumn("Bytes", format="bytes")},
        empty=titles.NO_RUNS if history.frame.empty else titles.NO_MATCH,
        chart=partial(runs, measure=measure),
    )


def held(asked: HealthFilters) -> None:
    """How many rows of each feed are held, and how old they are."""
    everything = asked.summary.frame
    panel(
        titles.holding(everything),
        asked.summary,
        frame=health_rows.keep(everything, {"feed": asked.feed}),
        key="health_summary",
        columns={"age_seconds": st.column_config.NumberColumn("Age", format="duration")},
        empty=titles.NO_MATCH,
        chart=partial(charts.ranked_bar, value="rows", label="feed", details=["source"])
        if everything["rows"].notna().any()
        else None,
    )


def downloads(asked: HealthFilters) -> None:
    """Every table as a file."""
    downloads_card(asked.source, {one.feed for one in asked.feeds if one.state == "missing"})
