"""Cards that compare resources: by planet, by two stats, among all ever."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.analytics.class_planet import class_planet
from swgdata.game import STATS, classes
from swgdata.sources.snapshot import Snapshot
from swgdata.tables.resource_query import of_class, quality, rated
from swgdata.tables.steps import follow
from swgdata.ui import charts as ui_charts
from swgdata.ui import theme
from swgdata.ui.components import filters
from swgdata.ui.components.panel import BRUSH, AllRows, panel
from swgdata.ui.resources import charts as resource_charts
from swgdata.ui.resources import filters as resource_filters
from swgdata.ui.resources import titles
from swgdata.ui.resources.charts import LABELLED
from swgdata.ui.scope import Scope
from swgdata.ui.text import count
from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

LEVELS: Final[Mapping[str, int]] = {"Groups": 1, "Finer": 2}
"""Steps below the chosen class, or below the roots, at which the grid counts."""


def grid(feed: Snapshot, found: np.ndarray, asked: Mapping[str, Any], view: Scope) -> None:
    """Draw what the planets have of each class."""
    level = filters.one_of("Classes", tuple(LEVELS), key="resources_level")
    counted = follow(cells(feed, found, asked, level=level), [view.step])
    panel(
        grid_title(counted),
        feed,
        frame=counted,
        steps=[view.step],
        key="resources_grid",
        applied=asked,
        chart=grid_chart,
        caption="What is in spawn of your filters: its number, and in colour the best "
        f"quality. {resource_filters.rule(asked)}".strip(),
    )


def cells(
    feed: Snapshot, found: np.ndarray, asked: Mapping[str, Any], *, level: str
) -> pd.DataFrame:
    """What the planets have of each class, of the positions found that are in spawn."""
    within = asked.get("class_code")
    alive = found[feed.frame["in_spawn"].to_numpy()[found]]
    return class_planet(
        feed.frame[["name", "class_code", "planets"]].iloc[alive],
        quality=pd.Series(quality(feed, asked)[alive]),
        within=within,
        level=LEVELS[level] + (within is None),
    )


def grid_chart(frame: pd.DataFrame) -> "Drawing":
    """Class by planet: the number, and in colour the best quality."""
    return ui_charts.heat_grid(
        frame,
        x="planet",
        y="class_name",
        value="best_quality",
        text="spawns",
        y_order=list(dict.fromkeys(frame["class_name"])),
        details=["best"],
    )


def grid_title(grid: pd.DataFrame) -> str:
    """Title of the class and planet grid: where most is to be had."""
    if grid.empty:
        return "Classes and planets"
    per_planet = grid.groupby("planet")["spawns"].sum().sort_values(ascending=False)
    best = grid.sort_values("best_quality", ascending=False, na_position="last").iloc[0]
    return (
        f"{per_planet.index[0]} has most: {count(int(per_planet.iloc[0]), 'resource')}; "
        f"the best is {best['class_name']} on {best['planet']}"
    )


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
    """Draw the scatter of two chosen numbers."""
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
        whole=AllRows(len(known), partial(cloud, feed, known, x=x, y=y, most=len(known))),
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
    """Rows of the scatter: name, class, status, quality and both numbers."""
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

    chart = ui_charts.scatter(
        frame.iloc[::-1],  # what is in spawn is drawn last, on top
        x=x,
        y=y,
        mark="status",
        marks=STATUS_MARKS,
        details=["name", "class_name", "quality"],
    )
    return chart.add_params(alt.selection_interval(name=BRUSH, encodings=["x", "y"]))


def scatter_title(feed: Snapshot, known: np.ndarray, *, x: str, y: str) -> str:
    """Title of the scatter: which one has most of both."""
    words = [axis if axis == "quality" else axis.upper() for axis in (x, y)]
    if not len(known):
        return f"{words[0]} against {words[1]}"
    values = [_numbers(feed, axis)[known].astype("float64") for axis in (x, y)]
    best = int(np.argmax(values[0] + values[1]))
    one = feed.frame.iloc[known[best]]
    told = " and ".join(f"{word} {row[best]:.0f}" for word, row in zip(words, values, strict=True))
    state = IN_SPAWN if one["in_spawn"] else GONE
    return f"Most of both: {titles.called(one['name'])} with {told} ({state})"


def ever(
    feed: Snapshot, asked: Mapping[str, Any], found: np.ndarray, looked_up: np.ndarray
) -> None:
    """Draw the strip of all spawns of a class."""
    code = strip_class(feed, asked.get("class_code"), looked_up)
    within = {"class_code": code} | {
        name: value for name, value in asked.items() if name == "weights"
    }
    known = quality(feed, within)
    everyone, best = pool(feed, code, found, looked_up, known)
    drawn = partial(strip, feed, everyone, best, known)
    by = resource_filters.rule(within)
    panel(
        strip_title(feed, code, everyone, best, known),
        feed,
        frame=drawn(),
        whole=AllRows(len(everyone), partial(drawn, most=len(everyone))),
        key="resources_strip",
        applied=within,
        chart=by_weights if by else by_caps,
        caption="Every spawn of the class ever seen, by "
        + (f"weighted quality. {by}" if by else "the share of its caps it reaches."),
        empty="" if code else "Choose a class above, or look up one resource.",
    )


def by_caps(frame: pd.DataFrame) -> "Drawing":
    """The strip of class-relative quality."""
    return resource_charts.strip(frame, marks=STATUS_MARKS)


def by_weights(frame: pd.DataFrame) -> "Drawing":
    """The strip of weighted quality."""
    chart = by_caps(frame)
    for layer in chart.layer:
        layer.encoding.x.title = "Weighted quality, of 1000"
    return chart


def strip_class(feed: Snapshot, chosen: str | None, looked_up: np.ndarray) -> str | None:
    """The class to compare within: the chosen one, else that of the resource looked up."""
    if chosen or not len(looked_up):
        return chosen
    code = feed.frame["class_code"].iloc[looked_up[0]]
    return None if pd.isna(code) else str(code)


def pool(
    feed: Snapshot,
    code: str | None,
    found: np.ndarray,
    looked_up: np.ndarray,
    known: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """All rated spawns of a class, and those of them that stand out.

    Returns:
        Positions of all, and of the selected: what was looked up, else the best found.
    """
    if code is None:
        return np.array([], dtype=int), np.array([], dtype=int)
    inside = of_class(feed.frame["class_code"], code) & ~np.isnan(known)
    chosen = looked_up[inside[looked_up]]
    if not len(chosen):
        others = found[inside[found]]
        chosen = others[np.argsort(-known[others], kind="stable")]
    return np.flatnonzero(inside), chosen[:LABELLED]


def strip(
    feed: Snapshot,
    everyone: np.ndarray,
    chosen: np.ndarray,
    known: np.ndarray,
    *,
    most: int = MOST_MARKS,
) -> pd.DataFrame:
    """Rows of the strip plot, the selected first; evenly thinned where there are too many."""
    export = feed.frame
    others = everyone[~np.isin(everyone, chosen)]
    crowd = thinned(others, export["in_spawn"].to_numpy(), max(most - len(chosen), 0))
    taken = np.concatenate([chosen, crowd])
    rows = export[["id", "name", "class_name", "first_seen"]].iloc[taken].reset_index(drop=True)
    alive = export["in_spawn"].to_numpy()[taken]
    return rows.assign(
        quality=known[taken],
        status=pd.Series(np.where(alive, IN_SPAWN, GONE), dtype="str"),
        selected=np.arange(len(taken)) < len(chosen),
    )


def strip_title(
    feed: Snapshot,
    code: str | None,
    everyone: np.ndarray,
    chosen: np.ndarray,
    known: np.ndarray,
) -> str:
    """Title of the strip: how the best of the selected compares with all ever seen."""
    if code is None or not len(everyone):
        return "Where it stands"
    of = f"{count(len(everyone), 'resource')} of {classes.name(code)} ever seen"
    if not len(chosen):
        return f"{of}; none of them matches"
    best = known[chosen].max()
    higher = int((known[everyone] > best + 1e-9).sum())
    name = feed.frame["name"].iloc[chosen[int(np.argmax(known[chosen]))]]
    if not higher:
        return f"{titles.called(name)} is the best of {of}"
    return f"{titles.called(name)} ranks {higher + 1} of {of}"
