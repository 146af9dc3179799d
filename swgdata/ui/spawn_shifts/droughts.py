"""Card of classes that wait for a good spawn."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.ui import data
from swgdata.ui.charts import ranked_bar
from swgdata.ui.components import filters
from swgdata.ui.components.panel import panel
from swgdata.ui.resources import filters as resource_filters
from swgdata.ui.text import count

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

USUAL: Final = 80
"""Per cent of the caps: so good, on average of all stats, are a few of a hundred spawns."""
_BARS: Final = 20


def droughts(params: Mapping[str, Any]) -> None:
    """The view of the shifts page."""
    with st.grid(columns=2, min_column_width=240):
        least = filters.at_least(
            "Quality, at least %",
            key="shifts_threshold",
            lowest=50,
            highest=100,
            step=5,
            usual=USUAL,
        )
        weights = resource_filters.weights_input("shifts_weights")
    result = data.answer("droughts", threshold=least, weights=weights, **params)
    panel(
        title(result.frame, least),
        result,
        key="shifts_droughts",
        chart=partial(bars, top=_BARS) if len(waiting(result.frame)) else None,
        caption=caption(result.frame, {"weights": weights, **params}, least),
        columns={
            "class_name": "Class",
            "last_seen_first": "Last came",
            "up": "Good ones up",
            "good": "Good ones ever",
            "spawns": "Spawns ever",
            "class_code": None,
        },
    )


def waiting(rows: pd.DataFrame) -> pd.DataFrame:
    """Classes without a good spawn now that had one before, the longest wait first."""
    return rows.loc[waits(rows)]


def waits(rows: pd.DataFrame) -> np.ndarray:
    """True for the classes that wait."""
    late: np.ndarray = (rows["up"].to_numpy() == 0) & rows["days"].notna().to_numpy()
    return late


def bars(rows: pd.DataFrame, *, top: int) -> "Drawing":
    """The longest waits as bars."""
    return ranked_bar(
        waiting(rows), value="days", label="class_name", top=top, details=["last", "good", "spawns"]
    )


def title(rows: pd.DataFrame, least: int) -> str:
    """Which class has waited longest."""
    longest = waiting(rows)
    if longest.empty:
        return f"No class that had a spawn of {least} % waits for one"
    first = longest.iloc[0]
    waits = count(int(first["days"]), "day")
    return f"{first['class_name']} has waited longest for {least} %: {waits}"


def caption(rows: pd.DataFrame, params: Mapping[str, Any], least: int) -> str:
    """What is measured, and how many classes are not drawn."""
    never = int((rows["days"].isna() & (rows["up"] == 0)).sum())
    rule = resource_filters.rule(params) or "Quality is the mean share of the caps of its class."
    return (
        f"Days since the last spawn of at least {least} %, where none is up now. {rule} "
        f"{count(never, 'class', 'classes')} never had one, as far as the export tells."
    )
