"""Guilds: who is biggest and most active, who is growing or fading, which faction leads?"""

from functools import partial

import streamlit as st

from swgdata.ui import charts, data, filters, guilds
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline, panel
from swgdata.ui.scope import scope
from swgdata.ui.sparks import recent
from swgdata.vocabulary import FACTIONS

st.caption("Who is biggest and most active, who is growing, and who holds what.")

with guard("Guilds"):
    # Data and headline: the named table, with the small series of the feed it is made of.
    everyone = recent(data.answer("guilds").frame, "guilds", on=["name", "tag"])
    headline(guilds.figures(everyone))

    # Filters: bound to the URL, so the address bar is the share button.
    with st.grid(columns=5, min_column_width=140):
        name = filters.search("Name", key="guilds_name", placeholder="Part of it")
        faction = filters.choice("Faction", (*FACTIONS, "none"), key="guilds_faction")
        size = filters.at_least("Members, at least", key="guilds_size", highest=200, step=5)
        share = filters.at_least("Active %, at least", key="guilds_share", highest=100, step=5)
        recruiting = filters.whether("Recruiting", key="guilds_recruiting")

    asked = {"name": name, "faction": faction, "min_members": size, "recruiting": recruiting}
    found = data.answer("guilds", **asked)
    rows = recent(found.frame, "guilds", on=["name", "tag"])
    rows = rows[rows["active_pct"].ge(share).fillna(value=False)] if share else rows
    rows = rows.sort_values(["active", "members"], ascending=False, na_position="last")
    card = partial(panel, frame=rows, applied={"min_active_pct": share} if share else None)
    card(f"{len(rows)} of {len(everyone)} guilds", found, key="guilds_directory")
    if everyone.empty or everyone["active"].notna().any():  # else the source never tells
        guides = "The dashed lines are 25, 50 and 75 % of the members."
        title = guilds.liveliest(rows)
        card(title, found, key="guilds_scatter", caption=guides, chart=guilds.scatter)

with guard("Trend"):
    feed = data.snapshot("guilds")
    series = filters.one_of("Trend of", guilds.SERIES, key="guilds_trend")
    is_split = series == guilds.BY_FACTION
    trend = feed.tables["guild_trend"]
    panel(
        guilds.course(trend, "active" if is_split else series.lower()),
        feed,
        frame=feed.tables["guild_trend_by_faction"] if is_split else trend,
        key="guilds_course",
        caption="All guilds together, at the site's own dates, which carry no year.",
        chart=partial(guilds.trend_chart, series=series),
    )

with guard("Territory"):
    measure = filters.one_of("Territory by", guilds.MEASURES, key="guilds_measure")
    territory = data.answer("territory_heatmap")
    held = scope().keep(territory.frame)
    held = held.assign(guild=held["guild"].fillna(held["tag"]))
    panel(
        guilds.holder(held),
        territory,
        frame=held,
        key="guilds_territory",
        caption="Cities that fly a guild's tag, and who lives there; the 30 largest are drawn.",
        chart=partial(charts.heat_grid, x="planet", y="guild", value=measure),
    )

with guard("One guild"):
    tags = guilds.tags(data.answer("guilds").frame)
    tag = filters.choice("Look up a guild by its tag", tags, key="g") if tags else None
    if tag:
        record = data.snapshot("guild_history", abbrev=tag)
        panel(
            f"{tag}: {guilds.course(record.frame, 'active')}",
            record,
            applied={"abbrev": tag},
            key="guilds_detail",
            caption="Every record the site keeps of this guild, oldest first.",
            chart=guilds.record_chart,
        )
