"""The resource class tree and caps (classes.csv).

The table ``classes.csv`` holds the class tree of the game (names and parents) with the caps of
swgtracker's own table, one row per class in tree order; empty caps are unknown ones. Names that
start with "Generic", and the parents of those rows and of ``cwd`` and ``dwd``, are derived from
code and caps, since the site publishes only these two.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from swgdata.game.planets import PLANETS


@dataclass(frozen=True, slots=True)
class ResourceClass:
    """One class of resources.

    Attributes:
        code: The site's code, e.g. ``dustl``.
        name: Its name, e.g. Duranium Steel.
        parent: Code of the class it belongs to; None at a root.
        depth: Steps from the root, 0 at a root.
        caps: Highest value of each stat in the order of ``STATS``, 0 where the class lacks
            the stat; None where the caps of this class are unknown.
    """

    code: str
    name: str
    parent: str | None
    depth: int
    caps: tuple[int, ...] | None


def _read(path: Path) -> dict[str, ResourceClass]:
    """Read the table; a parent stands above its children, so depths follow in one pass."""
    classes: dict[str, ResourceClass] = {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for code, parent, title, *figures in rows:
            depth = classes[parent].depth + 1 if parent else 0
            limits = tuple(map(int, figures)) if figures[0] else None
            classes[code] = ResourceClass(code, title, parent or None, depth, limits)
    return classes


def _families(classes: Mapping[str, ResourceClass]) -> dict[str, tuple[str, ...]]:
    children: dict[str, list[str]] = {}
    for item in classes.values():
        if item.parent:
            children.setdefault(item.parent, []).append(item.code)
    return {parent: tuple(codes) for parent, codes in children.items()}


def _subtrees(
    classes: Mapping[str, ResourceClass], families: Mapping[str, tuple[str, ...]]
) -> dict[str, frozenset[str]]:
    """Collect each class with everything below it, children before parents."""
    subtrees: dict[str, frozenset[str]] = {}
    for code in reversed(tuple(classes)):
        subtrees[code] = frozenset({code}).union(
            *(subtrees[child] for child in families.get(code, ()))
        )
    return subtrees


_READ: Final = _read(Path(__file__).with_name("classes.csv"))
_CHILDREN: Final = _families(_READ)
_BELOW: Final = _subtrees(_READ, _CHILDREN)
_WORLDS: Final[Mapping[str, str]] = {planet: planet for planet in PLANETS} | {
    "Corellian": "Corellia",
    "Dathomirian": "Dathomir",
    "Endorian": "Endor",
    "Kashyyykian": "Kashyyyk",
    "Lokian": "Lok",
    "Mustafarian": "Mustafar",
    "Nabooian": "Naboo",
    "Talusian": "Talus",
    "Tatooinian": "Tatooine",
    "Yavinian": "Yavin IV",
}
CLASSES: Final[Mapping[str, ResourceClass]] = MappingProxyType(_READ)
"""Code -> class, in tree order: a class stands right before everything below it."""


def name(code: str) -> str:
    """Name a class; an unknown code is returned as it is."""
    known = CLASSES.get(code)
    return known.name if known else code


def caps(code: str) -> tuple[int, ...] | None:
    """Give the caps of a class in the order of ``STATS``; None where they are unknown."""
    known = CLASSES.get(code)
    return known.caps if known else None


def is_leaf(code: str) -> bool:
    """Tell whether nothing lies below a class; an unknown code is taken for a leaf."""
    return code not in _CHILDREN


def ancestors(code: str) -> tuple[str, ...]:
    """List the classes a class belongs to, nearest first, without itself."""
    result: list[str] = []
    known = CLASSES.get(code)
    while known and known.parent:
        result.append(known.parent)
        known = CLASSES[known.parent]
    return tuple(result)


def descendants(code: str) -> frozenset[str]:
    """Collect a class and everything below it; an unknown code stands for itself alone."""
    return _BELOW.get(code) or frozenset({code})


def planet_of_class(code: str) -> str | None:
    """Name the one planet a class is bound to, e.g. Lok for Lokian Fiberplast.

    Returns:
        The display name, read off the class's own name; None where no planet is part of it
        and for an unknown code.
    """
    known = CLASSES.get(code)
    return _WORLDS.get(known.name.partition(" ")[0]) if known else None
