"""Count spawns and find the best quality per class and planet."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pandas as pd

from swgdata.game import PLANETS
from swgdata.game.classes import CLASSES, ancestors, name

_ORDER: Final = {code: row for row, code in enumerate(CLASSES)}
_SCHEMA: Final = {
    "class_code": "str",
    "class_name": "str",
    "planet": "str",
    "spawns": "int64",
    "best_quality": "Float64",
    "best": "str",
}


@lru_cache(maxsize=4096)
def group_of(code: str, *, within: str | None, level: int) -> str:
    """The class that stands for a leaf in a table of so many levels below another.

    A class that is not in the tree stands for itself. ``level`` counts the steps below ``within``,
    None for the common parent of the roots.
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
    codes, names = _texts(resources["class_code"]), _texts(resources["name"])
    rated = quality.fillna(-1.0).tolist()
    rows = zip(codes, names, rated, resources["planets"].tolist(), strict=True)
    cells: dict[tuple[int, str, int], _Cell] = {}
    for code, called, value, mask in rows:
        if code is None:
            continue
        group = group_of(code, within=within, level=level)
        for bit in (bit for bit in range(len(PLANETS)) if mask & 1 << bit):
            cell = cells.setdefault((_ORDER.get(group, len(_ORDER)), group, bit), _Cell())
            cell.spawns += 1
            if cell.spawns == 1 or value > cell.best_quality:
                cell.best, cell.best_quality = called, value
    grid = pd.DataFrame(
        [
            (group, name(group), PLANETS[bit], cell.spawns, cell.best_quality, cell.best)
            for (_, group, bit), cell in sorted(cells.items(), key=lambda item: item[0])
        ],
        columns=list(_SCHEMA),
    )
    known = grid["best_quality"].where(grid["best_quality"] >= 0)
    return grid.assign(best_quality=known).astype(_SCHEMA)


@dataclass(slots=True)
class _Cell:
    """What one planet has of one class; a quality of -1 is unknown."""

    spawns: int = 0
    best_quality: float = -1.0
    best: str | None = None


def _texts(values: pd.Series) -> list[str | None]:
    texts: list[str | None] = values.astype("object").where(values.notna(), None).tolist()
    return texts
