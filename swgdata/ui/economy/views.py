"""Cards of the economy page, one function per view."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.analytics.economy import lead_changes, wealth_ratio
from swgdata.analytics.memoize import memoize
from swgdata.tables.row_filters import has, words_of
from swgdata.ui import data
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.panel import panel
from swgdata.ui.economy import professions, war, wealth
from swgdata.ui.economy.professions import family_bars
from swgdata.ui.economy.war import both_sides, gap, split_bar
from swgdata.ui.economy.wealth import average_and_median
from swgdata.ui.scope import Scope
from swgdata.ui.text import count, cut, days_of, within

if TYPE_CHECKING:
    import pyarrow as pa


def war_now_and_then(view: Scope) -> None:
    """Who is ahead now, and how the lead went back and forth."""
    with error_boundary("Faction balance"):
        _balance()
    with error_boundary("Course of the war"):
        _course(view)


def _balance() -> None:
    feed = data.snapshot("gcw")
    split = war.balance(feed.tables["gcw_latest"])
    panel(
        war.stand(split),
        feed,
        frame=split,
        key="economy_balance",
        caption=war.NOT_CONTROL,
        empty="No data yet: the site gives no latest count.",
        chart=split_bar if split["share"].notna().all() else None,
    )


def _course(view: Scope) -> None:
    course = data.answer("gcw", days=days_of(view.window))
    sides = filters.one_of("Course of the war as", war.VIEWS, key="economy_war_as")
    rows = lead_changes(course.frame)
    panel(
        war.tide(rows),
        course,
        frame=rows,
        key="economy_war",
        caption="■ and ▲ mark the records at which the Empire or the Rebellion took the lead. "
        "The time window of the sidebar ends with the newest record.",
        chart=partial(both_sides if sides == war.VIEWS[0] else gap, zone=view.zone),
    )


def wealth_course(view: Scope) -> None:
    """Average and median wealth over time."""
    log = filters.toggle("Wealth on a logarithmic scale", key="economy_log")
    scans = data.answer("wealth")
    rows = wealth_ratio(within(scans.frame, view.window))
    panel(
        wealth.riches(rows),
        scans,
        frame=rows,
        applied={"days": days_of(view.window)},
        key="economy_wealth",
        caption=wealth.HONESTLY,
        chart=partial(average_and_median, log=log, zone=view.zone),
    )


def richest(view: Scope) -> None:
    """Who holds most now, and how they came there."""
    with error_boundary("The richest"):
        found = data.answer("wealth_top")
        rows = wealth.with_movement(found.frame, data.snapshot("wealth").tables["wealth_richest"])
        panel(
            wealth.richest_hold(rows),
            found,
            frame=rows,
            key="economy_top",
            caption=wealth.NAMELESS,
            columns={"rank_move": "Places gained"},
            height=33 * (min(len(rows), 20) + 1) + 3,  # all twenty in sight
        )
    with error_boundary("Journeys of the richest"):
        wealth.journey_panel(data.snapshot("wealth"), view)


def served(_: Scope) -> None:
    """How many master each profession, by family."""
    family = filters.choice(
        "Family", professions.FAMILIES, key="economy_family", naming=str.capitalize
    )
    found = data.answer("professions", family=family)
    rows = professions.arranged(found.frame)
    panel(
        professions.served(rows),
        found,
        frame=rows,
        key="economy_professions",
        caption=professions.MASTERIES,
        chart=family_bars,
    )


def titles_panel(_: Scope) -> None:
    """The list of titles, searched by text, and one command ready to copy."""
    feed = data.snapshot("titles")
    with st.grid(columns=2, min_column_width=240):
        text = filters.search("Title", key="economy_title", placeholder="Part of it")
        rows = matching(feed.frame, text)
        command = _chosen(feed.frame)
    if command:
        st.code(command, language=None, wrap_lines=True)
    panel(
        found(rows, feed.frame, text),
        feed,
        frame=rows,
        applied={"text": text} if text else None,
        key="economy_titles",
        caption="The command goes into the game's chat line; it wears a title you have earned.",
        columns={"titlekey": "Key"},
    )


@memoize
def _commands(titles: pd.DataFrame) -> dict[str, str]:
    known = titles.dropna(subset=["command"]).drop_duplicates("title")
    return dict(zip(known["title"], known["command"], strict=True))


def _chosen(titles: pd.DataFrame) -> str:
    commands = _commands(titles)
    title = filters.choice(
        "Copy the command of", tuple(commands), key="economy_command", anything="Choose a title"
    )
    return cut(commands[title], 200) if title else ""


def matching(titles: pd.DataFrame, text: str) -> pd.DataFrame:
    """Titles that contain ``text`` in their name or their key, whatever the case."""
    if not text:
        return titles
    names, keys = _words(titles)
    return titles.iloc[np.flatnonzero(has(names, text) | has(keys, text))]


@memoize
def _words(titles: pd.DataFrame) -> "tuple[pa.Array, pa.Array]":
    return words_of(titles["title"]), words_of(titles["titlekey"])


def found(titles: pd.DataFrame, everything: pd.DataFrame, text: str) -> str:
    """Title of the list of titles."""
    if not text:
        return f"{count(len(everything), 'title')} to wear"
    return f"{len(titles)} of {count(len(everything), 'title')} with “{text}”"
