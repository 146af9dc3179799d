"""The strip of the resources page: where spawns stand among all of their class ever seen."""

from functools import partial

import numpy as np
import pandas as pd

from swgdata.snapshot import Snapshot
from swgdata.tables.selection import of_class, rated
from swgdata.ui import resource_pictures as pictures
from swgdata.ui import resources
from swgdata.ui.charts import spawns
from swgdata.ui.charts.spawns import LABELLED
from swgdata.ui.panel import Whole, panel
from swgdata.ui.text import count
from swgdata.vocabulary import classes


def ever(feed: Snapshot, chosen: str | None, found: np.ndarray, looked_up: np.ndarray) -> None:
    """Draw the strip of all spawns of a class.

    Args:
        feed: The resources feed.
        chosen: The class of the filters, if any.
        found: Positions that match the filters.
        looked_up: Positions of the resource looked up.
    """
    code = strip_class(feed, chosen, looked_up)
    everyone, best = pool(feed, code, found, looked_up)
    panel(
        strip_title(feed, code, everyone, best),
        feed,
        frame=strip(feed, everyone, best),
        whole=Whole(len(everyone), partial(strip, feed, everyone, best, most=len(everyone))),
        key="resources_strip",
        applied={"class_code": code},
        chart=partial(spawns.strip, marks=pictures.STATUS_MARKS),
        caption="Every spawn of the class ever seen, by the share of its caps it reaches.",
        empty="" if code else "Choose a class above, or look up one resource.",
    )


def strip_class(feed: Snapshot, chosen: str | None, looked_up: np.ndarray) -> str | None:
    """The class to compare within: the chosen one, else that of the resource looked up."""
    if chosen or not len(looked_up):
        return chosen
    code = feed.frame["class_code"].iloc[looked_up[0]]
    return None if pd.isna(code) else str(code)


def pool(
    feed: Snapshot, code: str | None, found: np.ndarray, looked_up: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """All rated spawns of a class, and those of them that stand out.

    Args:
        feed: The resources feed.
        code: The class; None for nothing.
        found: Positions that match the filters.
        looked_up: Positions of the resources looked up; they stand out before all others.

    Returns:
        Positions of all, and of the selected: what was looked up, else the best found.
    """
    if code is None:
        return np.array([], dtype=int), np.array([], dtype=int)
    quality = rated(feed)[0].to_numpy()
    inside = of_class(feed.frame["class_code"], code) & ~np.isnan(quality)
    chosen = looked_up[inside[looked_up]]
    if not len(chosen):
        others = found[inside[found]]
        chosen = others[np.argsort(-quality[others], kind="stable")]
    return np.flatnonzero(inside), chosen[:LABELLED]


def strip(
    feed: Snapshot, everyone: np.ndarray, chosen: np.ndarray, *, most: int = pictures.MOST_MARKS
) -> pd.DataFrame:
    """Rows of the strip plot, the selected first; evenly thinned where there are too many."""
    export = feed.frame
    others = everyone[~np.isin(everyone, chosen)]
    crowd = pictures.thinned(others, export["in_spawn"].to_numpy(), max(most - len(chosen), 0))
    taken = np.concatenate([chosen, crowd])
    rows = export[["id", "name", "class_name", "first_seen"]].iloc[taken].reset_index(drop=True)
    alive = export["in_spawn"].to_numpy()[taken]
    return rows.assign(
        quality=rated(feed)[0].to_numpy()[taken],
        status=pd.Series(np.where(alive, pictures.IN_SPAWN, pictures.GONE), dtype="str"),
        selected=np.arange(len(taken)) < len(chosen),
    )


def strip_title(feed: Snapshot, code: str | None, everyone: np.ndarray, chosen: np.ndarray) -> str:
    """Title of the strip: how the best of the selected compares with all ever seen."""
    if code is None or not len(everyone):
        return "Where it stands"
    of = f"{count(len(everyone), 'resource')} of {classes.name(code)} ever seen"
    if not len(chosen):
        return f"{of}; none of them matches"
    quality = rated(feed)[0].to_numpy()
    best = quality[chosen].max()
    higher = int((quality[everyone] > best + 1e-9).sum())
    name = feed.frame["name"].iloc[chosen[int(np.argmax(quality[chosen]))]]
    if not higher:
        return f"{resources.called(name)} is the best of {of}"
    return f"{resources.called(name)} ranks {higher + 1} of {of}"
