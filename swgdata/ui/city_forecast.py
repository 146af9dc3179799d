"""How many citizens will be active in the next two weeks, and how far off such words were."""

from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.tables.entities import CITIES, labels
from swgdata.ui import data, filters
from swgdata.ui.charts.activity import activity_fan
from swgdata.ui.panel import panel
from swgdata.ui.scope import scope

ALL: Final = "All cities together"
_BEHIND: Final = 28  # days seen, before those ahead
_HOW: Final = (
    "Active citizens at the last reading of each day. The fans hold 80 and 95 % of what followed "
    "such forecasts before; the dotted line, last week again, is what a forecast must beat."
)
_ERRORS: Final = (
    "Each past day was forecast from what was known before it. MAE: citizens off on average; "
    "cover: share of days within the interval, to be held against 80 and 95 %; n: days compared."
)


def forecast() -> None:
    """Ask for a city, or all; draw the days ahead, and the errors of the past."""
    known = data.answer("cities").frame.dropna(subset=["name", "planet"])
    named = labels(known, CITIES)
    names = sorted(named.unique(), key=str.casefold)
    chosen = filters.choice("Forecast for", names, key="cities_ahead", anything=ALL)
    asked: dict[str, Any] = {"zone": str(scope().zone)}
    if chosen:
        one = known.loc[named == chosen].iloc[0]
        asked |= {"city": one["name"], "planet": one["planet"]}
    found = data.answer("activity_forecast", past=_BEHIND, **asked)
    why = found.notes.get("day", "")
    panel(
        title(found.frame, chosen or ALL),
        found,
        key="cities_forecast",
        chart=partial(activity_fan, zone=scope().zone),
        caption=_HOW,
        columns={"timestamp": None, "active": "Seen"},
        empty=f"No forecast: {why}." if why else "",
    )
    errors = data.answer("activity_forecast_errors", **asked)
    panel(
        errors_title(errors.frame),
        errors,
        key="cities_errors",
        caption=_ERRORS,
        columns=_columns(),
        empty=f"Nothing to judge by: {why}." if why else "",
    )


def title(rows: pd.DataFrame, name: str) -> str:
    """What is expected in two weeks, and the interval.

    Args:
        rows: Rows of ``activity_forecast``.
        name: What it is of.
    """
    ahead = rows.dropna(subset=["expected"])
    if ahead.empty:
        return f"{name}: no forecast yet"
    last = ahead.iloc[-1]
    told = f"{name}: about {last['expected']:,.0f} active citizens on {last['day']}"
    if pd.isna(last["low80"]):
        return told
    return f"{told}, 80 %: {last['low80']:,.0f} to {last['high80']:,.0f}"


def errors_title(rows: pd.DataFrame) -> str:
    """Whether our forecasts beat the baseline.

    Args:
        rows: Rows of ``activity_forecast_errors``, ours first.
    """
    known = rows.dropna(subset=["mae"])
    if len(known) < 2:
        return "No past forecasts to judge by"
    ours, naive = known["mae"].iloc[0], known["mae"].iloc[1]
    word = "beat" if ours < naive else "did not beat"
    return f"Past forecasts {word} the baseline: {_far(ours)} off against {_far(naive)} on average"


def _far(error: float) -> str:
    return f"{error:,.1f}" if error >= 10 else f"{error:.2f}"


def _columns() -> dict[str, Any]:
    number, share = st.column_config.NumberColumn, "percent"
    return {
        "mae": number("MAE", format="%.2f"),
        "mape": number("MAPE", format=share),
        "cover80": number("Within 80 %", format=share),
        "cover95": number("Within 95 %", format=share),
        "origins": number("Forecasts"),
        "n": number("n"),
    }
