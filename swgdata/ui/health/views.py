"""Cards of the health page, one function per view."""

from functools import partial

import streamlit as st

from swgdata.ui import charts
from swgdata.ui.components import filters
from swgdata.ui.components.panel import panel
from swgdata.ui.health import rows as health_rows
from swgdata.ui.health import titles
from swgdata.ui.health.charts import MEASURES, STATE_MARKS, ages, runs
from swgdata.ui.health.downloads import downloads_card
from swgdata.ui.health.filters import HealthFilters


def feeds(chosen: HealthFilters) -> None:
    """How fresh each feed is."""
    with st.grid(columns=2, min_column_width=140):
        state = filters.choice("State", tuple(STATE_MARKS), key="health_state")
    rows = health_rows.condition(chosen.feeds, chosen.history.frame)
    panel(
        titles.verdict(chosen.feeds),
        health_rows.own(chosen.history, "feed_health", rows),
        frame=health_rows.keep(rows, {"feed": chosen.feed, "state": state}),
        key="health_feeds",
        caption=titles.EXPLAINED,
        columns=health_rows.columns(),
        empty=titles.NO_MATCH,
        chart=ages,
        height=33 * (len(chosen.feeds) + 1) + 3,  # all feeds in sight
    )


def set_aside(chosen: HealthFilters) -> None:
    """Which records could not be used, and why."""
    held = health_rows.held(chosen.feeds, chosen.source)
    rows = health_rows.aside(held)
    panel(
        titles.worst(rows, sum(feed.refused + feed.flagged for feed in chosen.feeds)),
        health_rows.own(chosen.history, "set_aside", rows),
        frame=health_rows.keep(rows, {"feed": chosen.feed}),
        key="health_aside",
        caption="Records no panel shows, and values shown as unknown or doubted, each with why.",
        empty=titles.why_none(held, rows),
    )


def updates(chosen: HealthFilters) -> None:
    """How the fetches of the last updates went."""
    measure = filters.one_of("Fetches by", MEASURES, key="health_measure")
    history = chosen.history
    shown = health_rows.keep(history.frame, {"feed": chosen.feed})
    panel(
        titles.slowest(shown),
        history,
        frame=shown,
        key="health_history",
        columns={"bytes": st.column_config.NumberColumn("Bytes", format="bytes")},
        empty=titles.NO_RUNS if history.frame.empty else titles.NO_MATCH,
        chart=partial(runs, measure=measure),
    )


def held(chosen: HealthFilters) -> None:
    """How many rows of each feed are held, and how old they are."""
    everything = chosen.summary.frame
    panel(
        titles.holding(everything),
        chosen.summary,
        frame=health_rows.keep(everything, {"feed": chosen.feed}),
        key="health_summary",
        columns={"age_seconds": st.column_config.NumberColumn("Age", format="duration")},
        empty=titles.NO_MATCH,
        chart=partial(charts.ranked_bar, value="rows", label="feed", details=["source"])
        if everything["rows"].notna().any()
        else None,
    )


def downloads(chosen: HealthFilters) -> None:
    """Every table as a file."""
    downloads_card(chosen.source)
