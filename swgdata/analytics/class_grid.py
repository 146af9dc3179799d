"""What each planet has to offer of each class of resources."""

import pandas as pd

from swgdata.vocabulary import PLANETS
from swgdata.vocabulary.classes import CLASSES, ancestors, name


def group_of(code: str, *, within: str | None, level: int) -> str:
    """The class that stands for a leaf in a table of so many levels below another.

    Args:
        code: A class; one that is not in the tree stands for itself.
        within: The class to look below; None for the roots' common parent.
        level: Steps below it, at least 1 for a root itself where ``within`` is None.
    """
    path = (code, *ancestors(code))[::-1]
    start = path.index(within) + level if within in path else level - 1
    return path[min(start, len(path) - 1)]


def class_planet(
    resources: pd.DataFrame, *, quality: pd.Series, within: str | None = None, level: int = 1
) -> pd.DataFrame:
    """Count resources by class and planet, with the best of each.

    Args:
        resources: Rows of the feed: ``name``, ``class_code``, ``planets`` (bit masks).
        quality: Class-relative quality of the same rows, 0 to 100.
        within: Class whose subclasses are the rows; None for the whole tree.
        level: How many steps below it.

    Returns:
        ``class_code``, ``class_name``, ``planet``, ``spawns``, ``best_quality`` (null = none is
        rateable), ``best`` (its name); classes in tree order, planets in theirs. A resource on
        several planets counts on each; one without a planet or a class counts nowhere.
    """
    codes = resources["class_code"].astype("str")
    groups = {code: group_of(code, within=within, level=level) for code in codes.dropna().unique()}
    rows = pd.DataFrame(
        {
            "class_code": codes.map(groups, na_action="ignore"),
            "best": resources["name"],
            "best_quality": quality.astype("Float64"),
            "mask": resources["planets"].astype("int64"),
        }
    ).dropna(subset=["class_code"])
    on = {place: rows.loc[rows["mask"] & (1 << bit) != 0] for bit, place in enumerate(PLANETS)}
    spread = pd.concat([part.assign(planet=place) for place, part in on.items()])
    ranked = spread.sort_values("best_quality", ascending=False, kind="stable", na_position="last")
    cells = ranked.groupby(["class_code", "planet"], sort=False, as_index=False)
    best = cells[["class_code", "planet", "best", "best_quality"]].head(1)
    grid = best.merge(cells.size().rename(columns={"size": "spawns"}), on=["class_code", "planet"])
    place = {code: row for row, code in enumerate(CLASSES)}
    order = pd.DataFrame(
        {
            "a": grid["class_code"].map(place).fillna(len(place)),
            "b": grid["planet"].map(PLANETS.index),
        }
    ).sort_values(["a", "b"], kind="stable")
    named = grid.assign(class_name=grid["class_code"].map(name))
    columns = ["class_code", "class_name", "planet", "spawns", "best_quality", "best"]
    return named.loc[order.index, columns].reset_index(drop=True)
