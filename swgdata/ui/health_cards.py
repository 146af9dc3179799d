"""The cards of the health page, each a view of its own, and the filter that serves most of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial

import streamlit as st

from swgdata.health import FeedHealth, report
from swgdata.source import Source, active
from swgdata.sync import feeds_to_sync
from swgdata.tables import Result
from swgdata.ui import charts, data, filters, health, health_rows
from swgdata.ui.charts.health import MEASURES, STATE_MARKS, ages, runs
from swgdata.ui.downloads import downloads_card
from swgdata.ui.panel import panel


@dataclass(frozen=True)
class Asked:
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


def ask() -> Asked:
    """Draw the filter; it is bound to the URL, so the address bar is the share button."""
    source = active()
    names = tuple(feed.name for feed in feeds_to_sync(source))
    with st.grid(columns=2, min_column_width=140):
        return Asked(source, filters.choice("Feed", names, key="health_feed"))


def feeds(asked: Asked) -> None:
    """How fresh each feed is."""
    with st.grid(columns=2, min_column_width=140):
        state = filters.choice("State", tuple(STATE_MARKS), key="health_state")
    rows = health_rows.condition(asked.feeds, asked.history.frame)
    panel(
        health.verdict(asked.feeds),
        health_rows.own(asked.history, "feed_health", rows),
        frame=health_rows.keep(rows, {"feed": asked.feed, "state": state}),
        key="health_feeds",
        caption=health.EXPLAINED,
        columns=health_rows.columns(),
        empty=health.NO_MATCH,
        chart=ages,
        height=33 * (len(asked.feeds) + 1) + 3,  # all feeds in sight
    )


def set_aside(asked: Asked) -> None:
    """Which records could not be used, and why."""
    held = health_rows.held(asked.feeds, asked.source)
    rows = health_rows.aside(held)
    panel(
        health.worst(rows, sum(one.refused + one.flagged for one in asked.feeds)),
        health_rows.own(asked.history, "set_aside", rows),
        frame=health_rows.keep(rows, {"feed": asked.feed}),
        key="health_aside",
        caption="Records no panel shows, and values shown as unknown or doubted, each with why.",
        empty=health.why_none(held, rows),
    )


def updates(asked: Asked) -> None:
    """How the fetches of the last updates went."""
    measure = filters.one_of("Fetches by", MEASURES, key="health_measure")
    history = asked.history
    shown = health_rows.keep(history.frame, {"feed": asked.feed})
    panel(
        health.slowest(shown),
        history,
        frame=shown,
        key="health_history",
        columns={"bytes": st.column_config.NumberColumn("Bytes", format="bytes")},
        empty=health.NO_RUNS if history.frame.empty else health.NO_MATCH,
        chart=partial(runs, measure=measure),
    )


def held(asked: Asked) -> None:
    """How many rows of each feed are held, and how old they are."""
    everything = asked.summary.frame
    panel(
        health.holding(everything),
        asked.summary,
        frame=health_rows.keep(everything, {"feed": asked.feed}),
        key="health_summary",
        columns={"age_seconds": st.column_config.NumberColumn("Age", format="duration")},
        empty=health.NO_MATCH,
        chart=partial(charts.ranked_bar, value="rows", label="feed", details=["source"])
        if everything["rows"].notna().any()
        else None,
    )


def downloads(asked: Asked) -> None:
    """Every table as a file."""
    downloads_card(asked.source, {one.feed for one in asked.feeds if one.state == "missing"})
