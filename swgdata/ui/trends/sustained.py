"""Card of who has been growing or fading for weeks."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.trend_tests import METHOD
from swgdata.tables.entities import KINDS
from swgdata.ui import data
from swgdata.ui.charts.diverging_bars import diverging_bar
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import scope
from swgdata.ui.text import count
from swgdata.ui.trends.movers import NAME, NO_HISTORY, measure, noun, sides

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

FAR: Final = 90
"""Days in which a lasting change is looked for."""


def drifting(kind: str, params: Mapping[str, Any], *, key: str) -> None:
    """Draw the card of those that grow or fade for weeks; as ``movers.movers``."""
    figure = measure(kind, key=f"{key}_of")
    zone = str(scope().zone)
    params = {**params, "kind": kind, "measure": figure, "zone": zone, "days": FAR}
    result = data.answer("sustained_changes", **params)
    rows = listed(result.frame, kind)
    is_called = rows["direction"].notna().any()
    panel(
        drift_title(rows, kind),
        result,
        frame=rows,
        key=key,
        chart=partial(drift_chart, kind=kind) if is_called else None,
        columns=_columns(),
        caption=f"{noun(kind, figure).capitalize()} in the last {FAR} days. {METHOD}.",
        empty=NO_HISTORY.format(why=result.notes["name"]) if result.frame.empty else "",
    )


def listed(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """What is called first, the largest change on top; then the others by q."""
    order = rows["change"].abs().where(rows["direction"].notna(), -rows["q"].fillna(2) - 1)
    by = KINDS[kind].by
    first = ["name", by, "direction", "change", "per_day", "q", "days", "first", "last", "reason"]
    return rows.loc[order.sort_values(ascending=False, kind="stable").index, first]


def drift_title(rows: pd.DataFrame, kind: str) -> str:
    """How many are growing and fading, and the one that does so most."""
    clear = rows.loc[rows["direction"].notna()]
    tested = int(rows["q"].notna().sum())
    if not tested:
        return f"Too few days to tell who is growing or fading among {kind}"
    if clear.empty:
        return f"No lasting change is proven among {count(tested, KINDS[kind].key, kind)}"
    most, ways = clear.iloc[0], clear["direction"].value_counts()
    text = f"{ways.get('rising', 0)} of {tested} {kind} growing, {ways.get('falling', 0)} fading"
    return f"{text}; most: {most['name']} {most['change']:+,.0f}"


def drift_chart(rows: pd.DataFrame, *, kind: str) -> "Drawing":
    """The lasting changes only: up to the right, down to the left."""
    clear = sides(rows.loc[rows["direction"].notna()], kind)
    rounded = clear.assign(
        change=clear["change"].round(1), per_day=clear["per_day"].round(2), q=clear["q"].round(4)
    )
    return diverging_bar(rounded, value="change", label=NAME, details=["per_day", "q", "days"])


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "change": number("Change", format="%+.1f", help="Slope times the days between"),
        "per_day": number("A day", format="%+.3f", help="Theil-Sen slope"),
        "q": number("q", format="%.4f", help="Share of false calls among all up to this one"),
        "days": number("Days", help="On which we looked and it was known"),
        "reason": "Why not tested",
    }
