"""TODO."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from swgdata.ui.components.panel import _delta
from swgdata.ui.text import plain


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
