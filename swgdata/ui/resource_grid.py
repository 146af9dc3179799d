"""Class by planet, on the resources page: what is to be had where."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from swgdata.analytics.class_grid import class_planet
from swgdata.snapshot import Snapshot
from swgdata.tables.rating import quality
from swgdata.ui import charts, filters, resource_weights
from swgdata.ui.panel import panel
from swgdata.ui.scope import Scope
from swgdata.ui.text import count

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

LEVELS: Final[Mapping[str, int]] = {"Groups": 1, "Finer": 2}
"""Steps below the chosen class, or below the roots, at which the grid counts."""


def grid(feed: Snapshot, found: np.ndarray, asked: Mapping[str, Any], view: Scope) -> None:
    """Draw what the planets have of each class.

    Args:
        feed: The resources feed.
        found: Positions that match the filters.
        asked: Those filters.
        view: What the sidebar narrows every page to.
    """
    level = filters.one_of("Classes", tuple(LEVELS), key="resources_level")
    counted = view.keep(cells(feed, found, asked, level=level))
    panel(
        grid_title(counted),
        feed,
        frame=counted,
        key="resources_grid",
        applied=asked,
        chart=grid_chart,
        caption="What is in spawn of your filters: its number, and in colour the best "
        f"quality. {resource_weights.rule(asked)}".strip(),
    )


def cells(
    feed: Snapshot, found: np.ndarray, asked: Mapping[str, Any], *, level: str
) -> pd.DataFrame:
    """What the planets have of each class, of the positions found that are in spawn.

    Args:
        feed: The resources feed.
        found: Positions in it.
        asked: ``class_code``, whose subclasses are the rows, None for the whole tree; and the
            ``weights`` to rate by, if any.
        level: One of ``LEVELS``.
    """
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
    return charts.heat_grid(
        frame,
        x="planet",
        y="class_name",
        value="best_quality",
        text="spawns",
        y_order=list(dict.fromkeys(frame["class_name"])),
        details=["best"],
    )


def grid_title(grid: pd.DataFrame) -> str:
    """Title of the class and planet grid: where most is to be had.

    Args:
        grid: ``class_planet`` of the analytics.
    """
    if grid.empty:
        return "Classes and planets"
    per_planet = grid.groupby("planet")["spawns"].sum().sort_values(ascending=False)
    best = grid.sort_values("best_quality", ascending=False, na_position="last").iloc[0]
    return (
        f"{per_planet.index[0]} has most: {count(int(per_planet.iloc[0]), 'resource')}; "
        f"the best is {best['class_name']} on {best['planet']}"
    )
