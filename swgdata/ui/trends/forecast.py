"""Cards of a forecast and of the errors of past ones, for several pages."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.tables import Result
from swgdata.ui.charts.forecast import forecast_fan
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import scope

_ERRORS: Final = (
    "Back-test: each past forecast was made with nothing but what was known then. Within: the "
    "share that came inside the range told beforehand, to be held against 80 and 95 %."
)


def forecast_card(
    result: Result, title: str, *, page: str, people: str, zero: bool, caption: str, later: str = ""
) -> None:
    """Draw what is expected; says why nothing is."""
    reasons = {**result.notes}
    why = reasons.get("expected") or reasons.get("day") or ""
    panel(
        title,
        result,
        key=f"{page}_forecast",
        chart=partial(forecast_fan, people=people, zero=zero, zone=scope().zone),
        caption=caption,
        columns={
            "timestamp": None if "day" in result.frame else "Hour",
            "active": "Seen",
            "baseline": "Seasonal naive",
        },
        empty=f"No forecast: {why}. {later}".strip() if why else "",
    )


def errors_card(load: Callable[[], Result], *, page: str, why: str, later: str = "") -> None:
    """Draw how far off past forecasts were, and the baseline beside them."""
    with error_boundary("Errors of the forecast"):
        scores = load()
        panel(
            errors_title(scores.frame),
            scores,
            key=f"{page}_errors",
            columns=_columns(),
            caption=_ERRORS,
            empty=f"Not tested: {why}. {later}".strip() if why else "",
        )


def errors_title(scores: pd.DataFrame) -> str:
    """Whether our forecasts beat the baseline."""
    known = scores["mae"].dropna()
    if len(known) < 2:
        return "No past forecasts to judge by"
    ours, naive = known.iloc[0], known.iloc[1]
    word = "beat" if ours < naive else "did not beat"
    return f"Past forecasts {word} the baseline: {_far(ours)} off against {_far(naive)} on average"


def _far(error: float) -> str:
    return f"{error:,.1f}" if error >= 10 else f"{error:.2f}"


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "mae": number("Mean error", format="%.2f"),
        "mape": number("Mean error, %", format="percent"),
        "cover80": number("Within 80 %", format="percent"),
        "cover95": number("Within 95 %", format="percent"),
        "origins": number("Past forecasts"),
        "n": number("n"),
    }
