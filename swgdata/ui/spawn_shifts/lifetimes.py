"""Cards of lifetimes: survival curves, spawns that leave soon."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.spawn_lifetimes import ALL
from swgdata.tables import Result
from swgdata.tables.steps import follow, step
from swgdata.ui import data
from swgdata.ui.components import filters
from swgdata.ui.components.columns import rarity_column
from swgdata.ui.components.panel import panel
from swgdata.ui.resources.titles import called
from swgdata.ui.scope import Scope
from swgdata.ui.spawn_shifts.charts import hours_left, survival_steps
from swgdata.ui.text import lifetime_sentence, spell_days
from swgdata.ui.theme import RARITY_MARKS

NO_LOOKS: Final = (
    "No past yet: this app remembers what was in spawn each time it synchronises the export of "
    "resources, and tells from the second look on. Leave it running, or run "
    "“python -m swgdata sync” every day."
)


def observed() -> int:
    """How often we looked at the spawns."""
    return int(data.answer("spawn_turnover").frame["looks"].sum())


def why_empty(result: Result) -> str:
    """Why a table of our watch is empty; "" where the filters have left nothing."""
    return NO_LOOKS if result.frame.empty and observed() < 2 else ""


MOST: Final = 200
GLANCE: Final = 10
"""Rows of the card on the first page."""
_HOW_LEAVING: Final = (
    "Median of what spawns of the same family and age had left; the line holds eight of ten. "
    "The game tells no end, so this is an expectation."
)
_FIRST_LEAVING: Final = (
    "name", "class_name", "hours_left", "hours_low", "hours_high", "chance_24h", "age_hours", "n",
)  # fmt: skip


def leaving_soon(params: Mapping[str, Any]) -> None:
    """The view of the shifts page."""
    _card(params, key="shifts_leaving", limit=MOST)


def leaving_card(view: Scope) -> None:
    """A small card for another page: the first few to leave, as the sidebar narrows."""
    _card(view.parameters, key="glance_leaving", limit=GLANCE)


def _card(params: Mapping[str, Any], *, key: str, limit: int) -> None:
    result = data.answer("leaving_soon", limit=limit, **params)
    steps = (step("family names"), step("columns first", columns=_FIRST_LEAVING))
    rows = follow(result.frame, steps)
    panel(
        leaving_title(result.frame),
        result,
        steps=steps,
        key=key,
        chart=partial(hours_left, marks=RARITY_MARKS, top=GLANCE if limit == GLANCE else 20)
        if rows["hours_left"].notna().any()
        else None,
        caption=_HOW_LEAVING,
        columns=leaving_columns(),
        empty=why_empty(result),
    )


def leaving_title(rows: pd.DataFrame) -> str:
    """Which is likely to leave first, and when."""
    known = rows.loc[rows["hours_left"].notna()]
    if known.empty:
        return "Leaving soon"
    first = known.iloc[0]
    return (
        f"{called(first['name'])} may leave first: about {first['hours_left']:.0f} h left "
        f"(n={first['n']})"
    )


def leaving_columns() -> dict[str, Any]:
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


AGES: Final[Mapping[str, int]] = {
    **{f"{hours} h": hours for hours in (6, 12, 24, 36)},
    **{f"{days} days": 24 * days for days in (*range(2, 15), 16, 18, 21, 25, 30)},
}
SPANS: Final[Mapping[str, int]] = {"6 h": 6, "24 h": 24, "3 d": 72, "7 d": 168}
_FIRST_LIFETIMES: Final = (
    "family_name",
    "chance",
    "low",
    "high",
    "n",
    "reason",
    "median_hours",
    "spawns",
)
_HOW_LIFETIMES: Final = (
    "Kaplan-Meier estimate with 95 % bands; spawns still up count as long as they were watched. "
    "Diamonds mark the medians. All planets count."
)


def lifetimes(params: Mapping[str, Any]) -> None:
    """Draw the curves and say the chance of a spawn of one age."""
    code = params.get("class_code")
    age, ahead = _pick()
    result = data.answer("spawn_lifetimes", class_code=code)
    odds = data.answer("spawn_chances", class_code=code, age=AGES[age], ahead=SPANS[ahead])
    known = bool(result.frame["survival"].notna().any())
    panel(
        lifetimes_title(odds.frame),
        result,
        key="shifts_lifetimes",
        chart=partial(survival_steps, everything="All classes", age=float(AGES[age]))
        if known
        else None,
        caption=f"At {age}: {told(odds.frame, ahead)} {_HOW_LIFETIMES}",
        columns={"family": None, "family_name": "Family"},
        empty=why_empty(result),
    )
    panel(
        f"The chance of a spawn of {age} to last another {ahead}",
        odds,
        frame=odds.frame[
            [*_FIRST_LIFETIMES, *(name for name in odds.frame if name not in _FIRST_LIFETIMES)]
        ],
        key="shifts_chances",
        columns=_columns(),
        caption="By family of classes; n are the spawns that were watched at that age.",
    )


def _columns() -> dict[str, Any]:
    """Column types of the list of chances."""
    share = partial(st.column_config.NumberColumn, format="percent")
    return {
        "family": None,
        "family_name": "Family",
        "chance": share("Lasts on"),
        "low": share("At least"),
        "high": share("At most"),
        "reason": "Why no number",
        "median_hours": st.column_config.NumberColumn("Median hours", format="%.0f"),
        "median_reason": "Why no median",
        "ended": "Seen to leave",
        "age_hours": None,
        "ahead_hours": None,
    }


def _pick() -> tuple[str, str]:
    with st.grid(columns=2, min_column_width=200):
        age = filters.one_of_many("Age", tuple(AGES), key="shifts_age", default="5 days")
        ahead = filters.one_of("Lasts another", tuple(SPANS), key="shifts_ahead", default="24 h")
    return age, ahead


def told(odds: pd.DataFrame, ahead: str) -> str:
    """The sentence for the class chosen, and for all."""
    everyone = odds.loc[odds["family"] == ALL].iloc[0]
    if len(odds) != 2:
        return f"{lifetime_sentence(everyone, ahead)}."
    own = odds.iloc[0]
    mine, all_ = lifetime_sentence(own, ahead), lifetime_sentence(everyone, ahead)
    return f"{own['family_name']}, {mine}. All classes, {all_}."


def lifetimes_title(odds: pd.DataFrame) -> str:
    """What lasts longest and what shortest; the median of the class, where one is chosen."""
    known = odds.loc[odds["median_hours"].notna() & (odds["family"] != ALL)]
    if len(odds) == 2:
        own = odds.iloc[0]
        if known.empty:
            return f"{own['family_name']}: {own['median_reason']}"
        return f"{own['family_name']}: half last {_median(own)}"
    if known.empty:
        return "Too few spawns were watched so far to say how long they last"
    order = known.sort_values("median_hours", kind="stable")
    first, last = order.iloc[0], order.iloc[-1]
    if len(order) == 1:
        return f"{first['family_name']}: half last {_median(first)}"
    return (
        f"{last['family_name']} last longest: half of them {_median(last)}; "
        f"{first['family_name']} shortest: {_median(first)}"
    )


def _median(row: "pd.Series[Any]") -> str:
    """The median with its n."""
    return f"{spell_days(row['median_hours'])} (n={row['spawns']:,})"
