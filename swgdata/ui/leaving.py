"""Leaving soon: what is in spawn, by the hours it may have left."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.ui import data, resource_filters
from swgdata.ui.charts.survival import hours_left
from swgdata.ui.panel import panel
from swgdata.ui.resources import called
from swgdata.ui.scope import Scope
from swgdata.ui.theme import RARITY_MARKS
from swgdata.ui.tiers import rarity_column
from swgdata.ui.watching import why_empty
from swgdata.vocabulary.classes import name

MOST: Final = 200
GLANCE: Final = 10
"""Rows of the card on the first page."""

_HOW: Final = (
    "Median of what spawns of the same family and age had left; the line holds eight of ten. "
    "The game tells no end, so this is an expectation."
)
_FIRST: Final = (
    "name", "class_name", "hours_left", "hours_low", "hours_high", "chance_24h", "age_hours", "n",
)  # fmt: skip


def leaving(narrowed: Mapping[str, Any]) -> None:
    """The view of the shifts page.

    Args:
        narrowed: Class and planets, as the table takes them.
    """
    _card(narrowed, key="shifts_leaving", limit=MOST)


def card(view: Scope) -> None:
    """A small card for another page: the first few to leave, as the sidebar narrows."""
    _card(resource_filters.within(view), key="glance_leaving", limit=GLANCE)


def _card(narrowed: Mapping[str, Any], *, key: str, limit: int) -> None:
    found = data.answer("leaving_soon", limit=limit, **narrowed)
    rows = listing(found.frame)
    panel(
        title(found.frame),
        found,
        frame=rows,
        key=key,
        chart=partial(hours_left, marks=RARITY_MARKS, top=GLANCE if limit == GLANCE else 20)
        if rows["hours_left"].notna().any()
        else None,
        caption=_HOW,
        columns=columns(),
        empty=why_empty(found),
    )


def listing(rows: pd.DataFrame) -> pd.DataFrame:
    """The table with what tells most in front, families by their names."""
    families = {
        column: rows[column].map(name, na_action="ignore") for column in ("family", "basis")
    }
    rows = rows.assign(**{column: told.astype("str") for column, told in families.items()})
    return rows[[*_FIRST, *(column for column in rows.columns if column not in _FIRST)]]


def title(rows: pd.DataFrame) -> str:
    """Which is likely to leave first, and when.

    Args:
        rows: The table ``leaving_soon``.
    """
    known = rows.loc[rows["hours_left"].notna()]
    if known.empty:
        return "Leaving soon"
    first = known.iloc[0]
    return (
        f"{called(first['name'])} may leave first: about {first['hours_left']:.0f} h left "
        f"(n={first['n']})"
    )


def columns() -> dict[str, Any]:
    """Column types of the list."""
    hours = st.column_config.NumberColumn
    return {
        **{
            column: hours(label, format="%.0f h")
            for column, label in (
                ("hours_left", "Hours left"),
                ("hours_low", "At least"),
                ("hours_high", "At most"),
                ("age_hours", "Age"),
            )
        },
        "chance_24h": st.column_config.NumberColumn(
            "Up in 24 h", format="percent", help="Share of spawns of its age that last 24 h more"
        ),
        "n": st.column_config.NumberColumn("n", help="Spawns watched at that age"),
        "basis": "Judged by",
        "class_name": "Class",
        "class_code": None,
        "resource_id": None,
        "rarity": rarity_column(),
    }
