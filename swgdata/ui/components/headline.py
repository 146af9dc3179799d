"""Headline figures, and a dash in the place of one whose feed is down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.errors import FeedError
from swgdata.ui.text import DASH, plain


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure; all texts are plain and escaped when drawn.

    Attributes:
        label: What it counts.
        value: The figure, ready to read.
        change: Signed change, e.g. ``+12``; "" for none.
        since: What the change is measured against.
        help: How it is found.
        trend: Numbers for a small line, oldest first.
    """

    label: str
    value: str
    change: str = ""
    since: str = ""
    help: str = ""
    trend: Sequence[float] = ()


def figures_or_dash(label: str, make: Callable[[], Sequence[Figure]]) -> Sequence[Figure]:
    """Figures of one feed; a dash and the reason where it is down, so that the others stay."""
    try:
        return make()
    except FeedError as error:
        why = f"The {error.feed} feed cannot be read: {error.reason}."
        return [Figure(label, DASH, since="feed down", help=why)]


def best_row(rows: pd.DataFrame, column: str) -> "pd.Series[Any] | None":
    """The first row with the highest value; None where none is known."""
    numbers = rows[column].to_numpy(dtype="float64", na_value=np.nan)
    return None if np.isnan(numbers).all() else rows.iloc[int(np.nanargmax(numbers))]


def headline(figures: Sequence[Figure]) -> None:
    """Draw the headline figures side by side; two a row on a phone."""
    with st.grid(columns=max(len(figures), 1), min_column_width=150):
        for figure in figures:
            st.metric(
                plain(figure.label),
                plain(figure.value, length=40),
                _delta(figure.change) if figure.change else None,
                delta_description=plain(figure.since) if figure.since else None,
                help=plain(figure.help, length=300) if figure.help else None,
                chart_data=list(figure.trend) if len(figure.trend) > 1 else None,
                border=True,
                height="stretch",
            )


def _delta(change: str) -> str:
    """Escape a signed change; a minus stays bare, since the arrow is chosen by it."""
    sign = "-" if change.startswith("-") else ""
    return sign + plain(change.removeprefix(sign))
