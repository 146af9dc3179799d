"""One stat against another, on the resources page."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.snapshot import Snapshot
from swgdata.tables.rating import rated
from swgdata.ui import charts, filters, resources, theme
from swgdata.ui.panel import BRUSH, Whole, panel
from swgdata.ui.theme import Mark
from swgdata.vocabulary import STATS

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

IN_SPAWN: Final = "in spawn"
GONE: Final = "despawned"
STATUS_MARKS: Final[Mapping[str, Mark]] = {
    IN_SPAWN: Mark(theme.TEAL, "●", "circle", IN_SPAWN),
    GONE: Mark(theme.UNKNOWN, "◇", "diamond", GONE),
}
MOST_MARKS: Final = 2000
"""Spawns drawn at once: enough to see the crowd, and little to send."""

AXES: Final[Mapping[str, str]] = {stat.upper(): stat for stat in STATS} | {"Quality": "quality"}


def two_stats(feed: Snapshot, found: np.ndarray, asked: Mapping[str, object]) -> None:
    """Draw the scatter of two chosen numbers.

    Args:
        feed: The resources feed.
        found: Positions that match the filters.
        asked: Those filters, for the downloads.
    """
    with st.grid(columns=2, min_column_width=145):
        across = filters.one_of_many("Across", tuple(AXES), key="resources_x")
        up = filters.one_of_many("Up", tuple(AXES), key="resources_y", default="DR")
    x, y = AXES[across], AXES[up]
    known = found[(_numbers(feed, x)[found] > 0) & (_numbers(feed, y)[found] > 0)]
    points = cloud(feed, known, x=x, y=y, most=MOST_MARKS)
    panel(
        scatter_title(feed, known, x=x, y=y),
        feed,
        frame=points,
        whole=Whole(len(known), partial(cloud, feed, known, x=x, y=y, most=len(known))),
        key="resources_scatter",
        applied=asked,
        chart=partial(scatter, x=x, y=y),
        caption="Only what has both stats; set Status to All to compare with what came before. "
        "Draw an area to list what is in it.",
        has_brush=True,
    )


def _numbers(feed: Snapshot, axis: str) -> np.ndarray:
    return rated(feed)[0].to_numpy() if axis == "quality" else feed.frame[axis].to_numpy()


def cloud(feed: Snapshot, known: np.ndarray, *, x: str, y: str, most: int) -> pd.DataFrame:
    """Rows of the scatter: name, class, status, quality and both numbers.

    Args:
        feed: The resources feed.
        known: Positions in it that have both numbers.
        x: A stat, or ``quality``.
        y: Another.
        most: So many rows at most: those in spawn first, then evenly spaced others.
    """
    export, wanted = feed.frame, dict.fromkeys(("quality", x, y))
    taken = thinned(known, export["in_spawn"].to_numpy(), most)
    alive = export["in_spawn"].to_numpy()[taken]
    return (
        export[["name", "class_name"]]
        .iloc[taken]
        .reset_index(drop=True)
        .assign(
            status=pd.Series(np.where(alive, IN_SPAWN, GONE), dtype="str"),
            **{axis: _numbers(feed, axis)[taken] for axis in wanted},
        )
    )


def thinned(found: np.ndarray, alive: np.ndarray, most: int) -> np.ndarray:
    """At most so many positions: those in spawn first, then evenly spaced others."""
    living, gone = found[alive[found]][:most], found[~alive[found]]
    room = most - len(living)
    if len(gone) > room:
        gone = gone[np.linspace(0, len(gone) - 1, room).astype(int)] if room else gone[:0]
    return np.concatenate([living, gone])


def scatter(frame: pd.DataFrame, *, x: str, y: str) -> "Drawing":
    """One stat against another; the shape tells what is in spawn."""
    import altair as alt

    chart = charts.scatter(
        frame.iloc[::-1],  # what is in spawn is drawn last, on top
        x=x,
        y=y,
        mark="status",
        marks=STATUS_MARKS,
        details=["name", "class_name", "quality"],
    )
    return chart.add_params(alt.selection_interval(name=BRUSH, encodings=["x", "y"]))


def scatter_title(feed: Snapshot, known: np.ndarray, *, x: str, y: str) -> str:
    """Title of the scatter: which one has most of both.

    Args:
        feed: The resources feed.
        known: Positions in it that have both numbers.
        x: A stat, or ``quality``.
        y: Another.
    """
    words = [axis if axis == "quality" else axis.upper() for axis in (x, y)]
    if not len(known):
        return f"{words[0]} against {words[1]}"
    values = [_numbers(feed, axis)[known].astype("float64") for axis in (x, y)]
    best = int(np.argmax(values[0] + values[1]))
    one = feed.frame.iloc[known[best]]
    told = " and ".join(f"{word} {row[best]:.0f}" for word, row in zip(words, values, strict=True))
    state = IN_SPAWN if one["in_spawn"] else GONE
    return f"Most of both: {resources.called(one['name'])} with {told} ({state})"
