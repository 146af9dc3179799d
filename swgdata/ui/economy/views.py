"""Cards of the economy page, one function per view."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.analytics.economy import by_family, lead_changes, wealth_ratio
from swgdata.analytics.memoize import memoize
from swgdata.tables.steps import step
from swgdata.ui import data
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.panel import panel
from swgdata.ui.economy import professions, war, wealth
from swgdata.ui.economy.professions import family_bars
from swgdata.ui.economy.war import both_sides, gap, split_bar
from swgdata.ui.economy.wealth import average_and_median
from swgdata.ui.scope import Scope
from swgdata.ui.text import count, cut, days_of


def war_now_and_then(view: Scope) -> None:
    """Who is ahead now, and how the lead went back and forth."""
    with error_boundary("Faction balance"):
        _balance()
    with error_boundary("Course of the war"):
        _course(view)


def _balance() -> None:
    latest = data.answer("faction_balance")
    split = latest.frame
    panel(
        war.stand(split),
        latest,
        key="economy_balance",
        caption=war.NOT_CONTROL,
        empty="No data yet: the site gives no latest count.",
        chart=split_bar if split["share"].notna().all() else None,
    )


def _course(view: Scope) -> None:
    result = data.answer("gcw", days=days_of(view.window))
    sides = filters.one_of("Course of the war as", war.VIEWS, key="economy_war_as")
    panel(
        war.tide(lead_changes(result.frame)),
        result,
        steps=[step("lead changes")],
        key="economy_war",
        caption="■ and ▲ mark the records at which the Empire or the Rebellion took the lead. "
        "The time window of the sidebar ends with the newest record.",
        chart=partial(both_sides if sides == war.VIEWS[0] else gap, zone=view.zone),
    )


def wealth_course(view: Scope) -> None:
    """Average and median wealth over time."""
    log = filters.toggle("Wealth on a logarithmic scale", key="economy_log")
    scans = data.answer("wealth", days=days_of(view.window))
    panel(
        wealth.riches(wealth_ratio(scans.frame)),
        scans,
        steps=[step("average to median")],
        key="economy_wealth",
        caption=wealth.HONESTLY,
        chart=partial(average_and_median, log=log, zone=view.zone),
    )


def richest(view: Scope) -> None:
    """Who holds most now, and how they came there."""
    with error_boundary("The richest"):
        result = data.answer("wealth_top")
        is_new = data.snapshot("wealth").tables["wealth_richest"]["is_new"].to_numpy(dtype=bool)
        panel(
            wealth.richest_hold(result.frame),
            result,
            steps=[step("movement", new=np.flatnonzero(is_new).tolist())],
            key="economy_top",
            caption=wealth.NAMELESS,
            columns={"rank_move": "Places gained"},
            height=33 * (min(len(result.frame), 20) + 1) + 3,  # all twenty in sight
        )
    with error_boundary("Journeys of the richest"):
        wealth.journey_panel(view)


def served(_: Scope) -> None:
    """How many master each profession, by family."""
    family = filters.choice(
        "Family", professions.FAMILIES, key="economy_family", naming=str.capitalize
    )
    result = data.answer("professions", family=family)
    panel(
        professions.served(by_family(result.frame)),
        result,
        steps=[step("by family")],
        key="economy_professions",
        caption=professions.MASTERIES,
        chart=family_bars,
    )


def titles_panel(_: Scope) -> None:
    """The list of titles, searched by text, and one command ready to copy."""
    everything = data.answer("titles").frame
    with st.grid(columns=2, min_column_width=240):
        text = filters.search("Title", key="economy_title", placeholder="Part of it")
        command = _chosen(everything)
    if command:
        st.code(command, language=None, wrap_lines=True)
    matching = data.answer("titles", text=text)
    panel(
        found(matching.frame, everything, text),
        matching,
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


def found(titles: pd.DataFrame, everything: pd.DataFrame, text: str) -> str:
    """Title of the list of titles."""
    if not text:
        return f"{count(len(everything), 'title')} to wear"
    return f"{len(titles)} of {count(len(everything), 'title')} with “{text}”"
