"""Filters and cards of the guilds page, one function per view."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.game import FACTIONS
from swgdata.tables import Result
from swgdata.ui import charts, data, run_state
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.panel import panel
from swgdata.ui.guilds import titles
from swgdata.ui.scope import scope
from swgdata.ui.trends import comparison, own_history, sustained
from swgdata.ui.trends import movers as trend_movers
from swgdata.ui.trends.sparklines import recent

_KEYS = ["name", "tag"]


@dataclass(frozen=True, slots=True)
class GuildFilters:
    """What the filters say.

    Attributes:
        table: Parameters of the named table.
        share: Least per cent of members that are active; 0 for any.
    """

    table: dict[str, Any]
    share: int

    @property
    def applied(self) -> dict[str, object] | None:
        """For the meta of the downloads."""
        return {"min_active_pct": self.share} if self.share else None

    def rows(self, found: Result) -> pd.DataFrame:
        """The guilds asked for, the most active first, with their recent series."""
        rows = titles.ranked(recent(found.frame, "guilds", on=_KEYS))
        if not self.share:
            return rows
        share = rows["active_pct"].to_numpy(dtype="float64", na_value=np.nan)
        return rows.iloc[np.flatnonzero(share >= self.share)]

    @property
    def narrowed(self) -> dict[str, Any]:
        """The guilds asked for, and by which filters; {} where all are."""
        given = {name: value for name, value in self.table.items() if value not in (None, "", 0)}
        applied = given | (self.applied or {})
        if not applied:
            return {}
        kept = self.rows(data.answer("guilds", **self.table))
        narrow = partial(trend_movers.among, kept=kept, kind="guilds")
        return {"narrow": narrow, "applied": applied}


def read_filters() -> GuildFilters:
    """Draw the filters; they are bound to the URL, so the address bar is the share button."""
    with st.grid(columns=5, min_column_width=140):
        name = filters.search("Name", key="guilds_name", placeholder="Part of it")
        faction = filters.choice("Faction", (*FACTIONS, "none"), key="guilds_faction")
        size = filters.at_least("Members, at least", key="guilds_size", highest=200, step=5)
        share = filters.at_least("Active %, at least", key="guilds_share", highest=100, step=5)
        recruiting = filters.whether("Recruiting", key="guilds_recruiting")
    return GuildFilters(
        {"name": name, "faction": faction, "min_members": size, "recruiting": recruiting}, share
    )


def directory(asked: GuildFilters) -> None:
    """All that the filters leave, as a list."""
    everyone, found = data.answer("guilds").frame, data.answer("guilds", **asked.table)
    rows = asked.rows(found)
    title = f"{len(rows)} of {len(everyone)} guilds"
    panel(title, found, frame=rows, applied=asked.applied, key="guilds_directory")


def scatter(asked: GuildFilters) -> None:
    """Members against active members; a list where the source never tells who is active."""
    found = data.answer("guilds", **asked.table)
    rows = asked.rows(found)
    everyone = data.answer("guilds").frame
    is_told = everyone.empty or everyone["active"].notna().any()
    panel(
        titles.liveliest(rows),
        found,
        frame=rows,
        applied=asked.applied,
        key="guilds_scatter",
        caption=titles.GUIDES if is_told else titles.NOT_TOLD,
        chart=titles.scatter if is_told else None,
    )


def trend(_: GuildFilters) -> None:
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


def movers(asked: GuildFilters) -> None:
    """Who gained or lost most, by our own readings."""
    trend_movers.view("guilds", key="guilds_movers", **asked.narrowed)


def drifting(asked: GuildFilters) -> None:
    """Who has been growing or fading for weeks."""
    sustained.drifting("guilds", key="guilds_drifting", **asked.narrowed)


def compare(_: GuildFilters) -> None:
    """A few of all guilds side by side, whatever the filters."""
    comparison.compare("guilds", key="guilds_compare")


def territory(_: GuildFilters) -> None:
    """Which guild's cities stand on which planet."""
    measure = filters.one_of("Territory by", titles.MEASURES, key="guilds_measure")
    found = data.answer("territory_heatmap")
    held = scope().keep(found.frame)
    held = held.assign(guild=held["guild"].fillna(held["tag"]))
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
