"""Cards of the guilds page, one function per view."""

from functools import partial

import pandas as pd
import streamlit as st

from swgdata.tables import Result
from swgdata.ui import charts, data, run_state
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.panel import panel
from swgdata.ui.guilds import titles
from swgdata.ui.guilds.filters import Params
from swgdata.ui.scope import scope
from swgdata.ui.trends import comparison, own_history, sustained
from swgdata.ui.trends import movers as trend_movers
from swgdata.ui.trends.sparklines import recent


def _listed(found: Result) -> pd.DataFrame:
    """The most active first, with their recent series."""
    return titles.ranked(recent(found.frame, "guilds", on=["name", "tag"]))


def directory(params: Params) -> None:
    """All that the filters leave, as a list."""
    everyone, found = data.answer("guilds").frame, data.answer("guilds", **params)
    rows = _listed(found)
    title = f"{len(rows)} of {len(everyone)} guilds"
    panel(title, found, frame=rows, key="guilds_directory")


def scatter(params: Params) -> None:
    """Members against active members; a list where the source never tells who is active."""
    found = data.answer("guilds", **params)
    rows = _listed(found)
    everyone = data.answer("guilds").frame
    is_told = everyone.empty or everyone["active"].notna().any()
    panel(
        titles.liveliest(rows),
        found,
        frame=rows,
        key="guilds_scatter",
        caption=titles.GUIDES if is_told else titles.NOT_TOLD,
        chart=titles.scatter if is_told else None,
    )


def trend(_: Params) -> None:
    """All guilds together over time."""
    feed = data.snapshot("guilds")
    series = filters.one_of("Trend of", titles.SERIES, key="guilds_trend")
    is_split = series == titles.BY_FACTION
    course = feed.tables["guild_trend"]
    panel(
        titles.trend(course, "active" if is_split else series.lower()),
        feed,
        frame=feed.tables["guild_trend_by_faction"] if is_split else course,
        key="guilds_course",
        caption="All guilds together, at the site's own dates, which carry no year.",
        chart=partial(titles.trend_chart, series=series),
    )


def movers(params: Params) -> None:
    """Who gained or lost most, by our own readings."""
    trend_movers.view("guilds", params, key="guilds_movers")


def drifting(params: Params) -> None:
    """Who has been growing or fading for weeks."""
    sustained.drifting("guilds", params, key="guilds_drifting")


def compare(_: Params) -> None:
    """A few of all guilds side by side, whatever the filters."""
    comparison.compare("guilds", key="guilds_compare")


def territory(_: Params) -> None:
    """Which guild's cities stand on which planet."""
    measure = filters.one_of("Territory by", titles.MEASURES, key="guilds_measure")
    found = data.answer("territory_heatmap", **scope().parameters)
    held = found.frame.assign(guild=found.frame["guild"].fillna(found.frame["tag"]))
    panel(
        titles.holder(held),
        found,
        frame=held,
        key="guilds_territory",
        caption="Cities that fly a guild's tag, and who lives there; the 30 largest are drawn.",
        chart=partial(charts.heat_grid, x="planet", y="guild", value=measure),
    )


@st.fragment
def look_up() -> None:
    """One guild by its tag, ``?g=TAG``, whatever the view."""
    with run_state.consistent_reads(), error_boundary("One guild"):
        tags = titles.tags(data.answer("guilds").frame)
        tag = None
        if tags:
            with st.grid(columns=2, min_column_width=150):
                tag = filters.choice("Look up a guild by its tag", tags, key="g", anything="None")
        if tag:
            with st.grid(columns=2, min_column_width=380):
                with st.container():
                    own_history.guild(tag)
                with st.container(), error_boundary("The site's record"):
                    _record(tag)


def _record(tag: str) -> None:
    """What the site keeps of a guild, undated."""
    record = data.snapshot("guild_history", abbrev=tag)
    panel(
        f"{tag}: {titles.trend(record.frame, 'active')}",
        record,
        applied={"abbrev": tag},
        key="guilds_detail",
        caption="Every record the site keeps of this guild, oldest first.",
        chart=titles.record_chart,
    )
