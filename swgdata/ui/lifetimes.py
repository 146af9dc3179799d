"""How long spawns last, in a picture and in one sentence for an age the visitor picks."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.leaving import ALL
from swgdata.ui import data, filters
from swgdata.ui.charts.survival import survival_steps
from swgdata.ui.panel import panel
from swgdata.ui.watching import why_empty

AGES: Final[Mapping[str, int]] = {
    **{f"{hours} h": hours for hours in (6, 12, 24, 36)},
    **{f"{days} days": 24 * days for days in (*range(2, 15), 16, 18, 21, 25, 30)},
}
SPANS: Final[Mapping[str, int]] = {"6 h": 6, "24 h": 24, "3 d": 72, "7 d": 168}
_FIRST: Final = ("family_name", "chance", "low", "high", "n", "reason", "median_hours", "spawns")
_HOW: Final = (
    "Kaplan-Meier estimate with 95 % bands; spawns still up count as long as they were watched. "
    "Diamonds mark the medians. All planets count."
)


def lifetimes(narrowed: Mapping[str, Any]) -> None:
    """Draw the curves and say the chance of a spawn of one age.

    Args:
        narrowed: ``class_code``, if one is chosen.
    """
    code = narrowed.get("class_code")
    age, ahead = _pick()
    found = data.answer("spawn_lifetimes", class_code=code)
    odds = data.answer("spawn_chances", class_code=code, age=AGES[age], ahead=SPANS[ahead])
    known = bool(found.frame["survival"].notna().any())
    panel(
        title(odds.frame),
        found,
        key="shifts_lifetimes",
        chart=partial(survival_steps, everything="All classes", age=float(AGES[age]))
        if known
        else None,
        caption=f"At {age}: {told(odds.frame, ahead)} {_HOW}",
        columns={"family": None, "family_name": "Family"},
        empty=why_empty(found),
    )
    panel(
        f"The chance of a spawn of {age} to last another {ahead}",
        odds,
        frame=odds.frame[[*_FIRST, *(name for name in odds.frame if name not in _FIRST)]],
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


def sentence(row: "pd.Series[Any]", ahead: str) -> str:
    """``62 % of spawns this old last another 24 h, n=41``; why not, where it is not known.

    Args:
        row: Of the table ``spawn_chances``.
        ahead: The span in words.
    """
    if pd.isna(row["chance"]):
        return f"no number, since {row['reason']} (n={row['n']})"
    share = 100 * row["chance"]
    band = f"{100 * row['low']:.0f} to {100 * row['high']:.0f} %"
    return f"{share:.0f} % of spawns this old last another {ahead}, n={row['n']:,} ({band})"


def told(odds: pd.DataFrame, ahead: str) -> str:
    """The sentence for the class chosen, and for all.

    Args:
        odds: The table ``spawn_chances``.
        ahead: The span in words.
    """
    everyone = odds.loc[odds["family"] == ALL].iloc[0]
    if len(odds) != 2:
        return f"{sentence(everyone, ahead)}."
    own = odds.iloc[0]
    return (
        f"{own['family_name']}, {sentence(own, ahead)}. All classes, {sentence(everyone, ahead)}."
    )


def title(odds: pd.DataFrame) -> str:
    """What lasts longest and what shortest; the median of the class, where one is chosen.

    Args:
        odds: The table ``spawn_chances``.
    """
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
    return f"{days(row['median_hours'])} (n={row['spawns']:,})"


def days(hours: float) -> str:
    """``8.5 d``, or hours below two days."""
    return f"{hours / 24:.1f} d" if hours >= 48 else f"{hours:.0f} h"
