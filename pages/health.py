"""Feed health: is each feed fresh, what failed, what can be downloaded?"""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from swgdata.health import report
from swgdata.source import active
from swgdata.ui import charts, data, filters, health, health_rows
from swgdata.ui.charts.health import MEASURES, STATE_MARKS, ages, runs
from swgdata.ui.downloads import downloads_card
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline, panel
from swgdata.ui.text import plain
from swgdata.ui.update_card import update_card

st.caption("Is each feed fresh, what failed, and what can be downloaded.")

# Data and headline: what is stored and what is remembered; nothing is fetched for this page.
summary = data.answer("summary")
history = data.answer("sync_history", limit=500)
source, now = active(), datetime.now(UTC)
feeds = report(source, now)
headline(health.figures(feeds, history.frame, source, now))
for notice in health.notices(source, feeds):
    st.warning(plain(notice, length=300), icon=":material/warning:")

with guard("Update"):
    update_card(source)

# Filters: bound to the URL, so the address bar is the share button.
with st.grid(columns=2, min_column_width=140):
    feed = filters.choice("Feed", tuple(one.feed for one in feeds), key="health_feed")
    state = filters.choice("State", tuple(STATE_MARKS), key="health_state")

# Panels.
with guard("Feeds"):
    rows = health_rows.condition(feeds, history.frame)
    panel(
        health.verdict(feeds),
        health_rows.own(summary, "feed_health", rows),
        frame=health_rows.keep(rows, {"feed": feed, "state": state}),
        key="health_feeds",
        caption=health.EXPLAINED,
        columns=health_rows.columns(),
        empty=health.NO_MATCH,
        chart=ages,
        height=33 * (len(feeds) + 1) + 3,  # all feeds in sight
    )

with guard("Set aside"):
    held = health_rows.held(feeds, source)
    rows = health_rows.aside(held)
    shown = health_rows.keep(rows, {"feed": feed})
    panel(
        health.worst(rows, sum(one.refused + one.flagged for one in feeds)),
        health_rows.own(summary, "set_aside", rows),
        frame=shown,
        key="health_aside",
        caption="Records no panel shows, and values shown as unknown or doubted, each with why.",
        empty=health.why_none(held, rows),
    )

with guard("How updates went"):
    measure = filters.one_of("Fetches by", MEASURES, key="health_measure")
    shown = health_rows.keep(history.frame, {"feed": feed})
    panel(
        health.slowest(shown),
        history,
        frame=shown,
        key="health_history",
        columns={"bytes": st.column_config.NumberColumn("Bytes", format="bytes")},
        empty=health.NO_RUNS if history.frame.empty else health.NO_MATCH,
        chart=partial(runs, measure=measure),
    )

with guard("What is held"):
    panel(
        health.holding(summary.frame),
        summary,
        frame=health_rows.keep(summary.frame, {"feed": feed}),
        key="health_summary",
        columns={"age_seconds": st.column_config.NumberColumn("Age", format="duration")},
        empty=health.NO_MATCH,
        chart=partial(charts.ranked_bar, value="rows", label="feed", details=["source"])
        if summary.frame["rows"].notna().any()
        else None,
    )

with guard("Downloads"):
    downloads_card(source, {one.feed for one in feeds if one.state == "missing"})
