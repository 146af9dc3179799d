"""The strip of the resources page: where spawns stand among all of their class ever seen."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from swgdata.snapshot import Snapshot
from swgdata.tables.rating import quality
from swgdata.tables.selection import of_class
from swgdata.ui import resource_pictures as pictures
from swgdata.ui import resource_weights, resources
from swgdata.ui.charts import spawns
from swgdata.ui.charts.spawns import LABELLED
from swgdata.ui.panel import Whole, panel
from swgdata.ui.text import count
from swgdata.vocabulary import classes

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing


def ever(
    feed: Snapshot, asked: Mapping[str, Any], found: np.ndarray, looked_up: np.ndarray
) -> None:
    """Draw the strip of all spawns of a class.

    Args:
        feed: The resources feed.
        asked: The filters: ``class_code`` and ``weights``, if any.
        found: Positions that match the filters.
        looked_up: Positions of the resource looked up.
    """
    code = strip_class(feed, asked.get("class_code"), looked_up)
    within = {"class_code": code} | {
        name: value for name, value in asked.items() if name == "weights"
    }
    known = quality(feed, within)
    everyone, best = pool(feed, code, found, looked_up, known)
    drawn = partial(strip, feed, everyone, best, known)
    by = resource_weights.rule(within)
    panel(
        strip_title(feed, code, everyone, best, known),
        feed,
        frame=drawn(),
        whole=Whole(len(everyone), partial(drawn, most=len(everyone))),
        key="resources_strip",
        applied=within,
        chart=by_weights if by else by_caps,
        caption="Every spawn of the class ever seen, by "
        + (f"weighted quality. {by}" if by else "the share of its caps it reaches."),
        empty="" if code else "Choose a class above, or look up one resource.",
    )


def by_caps(frame: pd.DataFrame) -> "Drawing":
    """The strip of class-relative quality."""
    return spawns.strip(frame, marks=pictures.STATUS_MARKS)


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

    Args:
        feed: The resources feed.
        code: The class; None for nothing.
        found: Positions that match the filters.
        looked_up: Positions of the resources looked up; they stand out before all others.
        known: Quality of every row of the feed.

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
    most: int = pictures.MOST_MARKS,
) -> pd.DataFrame:
    """Rows of the strip plot, the selected first; evenly thinned where there are too many."""
    export = feed.frame
    others = everyone[~np.isin(everyone, chosen)]
    crowd = pictures.thinned(others, export["in_spawn"].to_numpy(), max(most - len(chosen), 0))
    taken = np.concatenate([chosen, crowd])
    rows = export[["id", "name", "class_name", "first_seen"]].iloc[taken].reset_index(drop=True)
    alive = export["in_spawn"].to_numpy()[taken]
    return rows.assign(
        quality=known[taken],
        status=pd.Series(np.where(alive, pictures.IN_SPAWN, pictures.GONE), dtype="str"),
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
        return f"{resources.called(name)} is the best of {of}"
    return f"{resources.called(name)} ranks {higher + 1} of {of}"
