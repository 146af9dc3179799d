"""Card of who gained or lost most."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.analytics.memoize import memoize
from swgdata.tables.entities import KINDS, labels
from swgdata.ui import data
from swgdata.ui.charts.diverging_bars import diverging_bar
from swgdata.ui.components import filters
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import scope
from swgdata.ui.text import clock

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

WINDOWS: Final[Mapping[str, str]] = {"24 h": "24h", "7 d": "7d", "30 d": "30d"}
"""What is chosen -> what the table takes."""
_ALL: Final = 5000
_SIDE: Final = 8  # bars up, and as many down
NAME: Final = "_name"
"""Column of the names, no two alike."""
NO_HISTORY: Final = (
    "No movers can be told yet ({why}). This app remembers every reading it makes itself; leave it "
    "running, or run “python -m swgdata sync” every few hours."
)


def measure(kind: str, *, key: str) -> str:
    """Ask which figure is meant; as the tables take it."""
    people = KINDS[kind].people
    chosen = filters.one_of("Of", ("Active", people.title()), key=key)
    return "active" if chosen == "Active" else people


def view(kind: str, params: Mapping[str, Any], *, key: str) -> None:
    """Ask for a span and a figure, and draw ``movers``."""
    with st.container(horizontal=True):
        window = filters.one_of("Within", tuple(WINDOWS), key=f"{key}_window")
        figure = measure(kind, key=f"{key}_of")
    movers(kind, window, {**params, "measure": figure}, key=key)


def movers(kind: str, window: str, params: Mapping[str, Any], *, key: str) -> None:
    """Draw the card of those that gained or lost most; ``params`` are the table's."""
    result = data.answer("movers", kind=kind, window=WINDOWS[window], limit=_ALL, **params)
    by, why = KINDS[kind].by, result.notes.get("change", "")
    rows = _told(result.frame, by)
    panel(
        movers_title(rows, kind, window, params.get("measure", "active")),
        result,
        frame=rows,
        key=key,
        chart=partial(movers_chart, kind=kind),
        columns={"value": "Now", "at": "Last reading", "before_at": "Compared with"},
        caption=compared(result.as_of, window),
        empty=NO_HISTORY.format(why=why) if why else f"No change among these {kind}.",
    )


@memoize
def _told(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    return rows[["name", by, "faction", "change", "value", "before", "at", "before_at"]]


def compared(last: datetime | None, window: str) -> str:
    """Say which readings the movers are told between."""
    at = f" of {clock(last, scope().zone)}" if last else ""
    return f"Our own last reading{at} against the one closest to {window} before it."


def movers_title(rows: pd.DataFrame, kind: str, window: str, figure: str) -> str:
    """Who gained and who lost most."""
    parts = []
    changes = rows["change"].to_numpy(dtype="float64", na_value=np.nan)
    for verb, side in (("gained", changes > 0), ("lost", changes < 0)):
        if side.any():
            first = int(side.argmax())
            parts.append(f"{rows['name'].iloc[first]} {verb} {abs(int(changes[first])):,}")
    if not parts:
        return f"No movers among {kind} in {window}"
    return f"In {window}, {' and '.join(parts)} {noun(kind, figure)}"


def noun(kind: str, figure: str) -> str:
    """What is counted."""
    people = KINDS[kind].people
    return f"active {people}" if figure == "active" else people


def movers_chart(rows: pd.DataFrame, *, kind: str) -> "Drawing":
    """Those that gained most, then those that lost most, the largest loss last."""
    return diverging_bar(
        sides(rows, kind), value="change", label=NAME, details=["value", "before", "faction"]
    )


def sides(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The largest gains, largest first, then the largest losses, largest last; with ``NAME``."""
    changes = rows["change"].to_numpy(dtype="float64", na_value=np.nan)
    order = np.argsort(-changes, kind="stable")
    up, down = order[changes[order] > 0], order[changes[order] < 0]
    both = rows.iloc[np.concatenate([up[:_SIDE], down[-_SIDE:]])]
    return both.assign(**{NAME: labels(both, KINDS[kind])})
