"""The calendar of spawns: when each of a class was up."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from swgdata.ui import data, filters
from swgdata.ui.charts.calendar import BARS, gantt
from swgdata.ui.charts.scales import MAX_MARKS
from swgdata.ui.panel import Whole, panel
from swgdata.ui.scope import Scope
from swgdata.ui.text import count
from swgdata.ui.theme import RARITY_MARKS
from swgdata.ui.tiers import rarity_column
from swgdata.ui.watching import why_empty
from swgdata.vocabulary.classes import name


def calendar(narrowed: Mapping[str, Any], view: Scope) -> None:
    """The view of the shifts page.

    Args:
        narrowed: Class and planets, as the table takes them.
        view: Tells the window and the clock.
    """
    called = filters.search("Name", key="shifts_spawn", placeholder="Part of it")
    days = view.window.days if view.window else None
    found = data.answer("spawn_intervals", name=called, days=days, **narrowed)
    rows = found.frame
    panel(
        title(rows, narrowed.get("class_code")),
        found,
        frame=best(rows, MAX_MARKS),
        whole=Whole(len(rows), lambda: rows),
        key="shifts_calendar",
        chart=partial(gantt, marks=RARITY_MARKS, zone=view.zone),
        caption=caption(rows, is_chosen=bool(narrowed.get("class_code"))),
        columns=columns(),
        empty=why_empty(found),
    )


def best(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """The best so many, in their order; all where there are no more."""
    if len(rows) <= most:
        return rows
    place = rows["quality"].rank(method="first", ascending=False, na_option="bottom")
    return rows.loc[place <= most]


def title(rows: pd.DataFrame, class_code: str | None) -> str:
    """How many spawns there were, and how many of them are up."""
    what = name(class_code) if class_code else "all classes"
    up = int(rows["in_spawn"].sum())
    return f"{count(rows['resource_id'].nunique(), 'spawn')} of {what} in this time, {up} still up"


def caption(rows: pd.DataFrame, *, is_chosen: bool) -> str:
    """What a bar means, and which are drawn."""
    number = rows["resource_id"].nunique()
    some = f" Of {number:,} the best {BARS} are drawn" if number > BARS else ""
    hint = "; choose a class to see its own." if some and not is_chosen else "." * bool(some)
    return (
        "From the site's date, or our first look, to the middle between our last look with it "
        f"and the first without.{some}{hint}"
    )


def columns() -> dict[str, Any]:
    """Column types of the list."""
    return {
        "days_up": st.column_config.NumberColumn("Days up", format="%.1f"),
        "quality": st.column_config.NumberColumn("Quality %", format="%.1f"),
        "in_spawn": "Still up",
        "rarity": rarity_column(),
        "class_name": "Class",
        "class_code": None,
        "resource_id": None,
        "first_seen": "First seen, by the site",
        "entered": "Our first look at it",
        "last_seen": "Our last look at it",
        "first_missing": "First look without it",
    }
