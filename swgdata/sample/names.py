"""Invented names: people, cities, guilds and resources. None is meant to be anybody's."""

import random
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Final

from swgdata.sample.chance import Whole, uniform

_SHAPES: Final = (
    "{0}", "{0}", "{0}", "{0}", "New {0}", "Port {0}", "Fort {0}", "Old {0}", "{0} Landing",
    "{0} Crossing", "{0} Outpost", "{1}'s Rest", "{1}'s Hope", "{0} & Sons",
)  # fmt: skip
_GUILD_SHAPES: Final = ("{0} {1}", "{0} {1}", "{0} {1}", "The {0} {1}", "{2} & {1}", "{2}'s {1}")


@cache
def _words() -> dict[str, list[str]]:
    """The lists of ``words.txt``: a heading in brackets, then words."""
    text = Path(__file__).with_name("words.txt").read_text(encoding="utf-8")
    parts = (part.partition("]") for part in text.split("[")[1:])
    return {heading: words.split() for heading, _, words in parts}


def person(chance: random.Random) -> str:
    """Invent somebody."""
    return f"{chance.choice(_words()['first'])} {chance.choice(_words()['last'])}"


def towns(chance: random.Random, count: int) -> list[str]:
    """Invent ``count`` different names of cities."""
    found: dict[str, None] = {"Λambda Point": None, "Café Corral": None}
    while len(found) < count:
        place, founder = chance.choice(_words()["place"]), chance.choice(_words()["first"])
        found[chance.choice(_SHAPES).format(place, founder)] = None
    chance.shuffle(names := list(found)[:count])
    return names


def guild(chance: random.Random) -> str:
    """Invent the name of a guild."""
    mood, kind, other = (chance.choice(_words()[k]) for k in ("guild_first", "guild_last", "last"))
    shape = chance.choice(_GUILD_SHAPES)
    return shape.format(mood, kind, other)


def tag(name: str, taken: Collection[str]) -> str:
    """Shorten the name of a guild to a tag of three to five capitals that is not ``taken``."""
    words = [word for word in name.replace("'", "").split() if word not in {"The", "&"}]
    shapes = ((5, 0), (2, 2), (4, 0), (0, 5), (3, 2), (1, 3), (2, 3), (1, 4), (4, 1), (0, 4))
    turn = len(name) % 4
    first, last = words[0].upper(), words[-1].upper()
    found = (first[:begin] + last[:end] for begin, end in shapes[turn:] + shapes[:turn])
    return next(one for one in found if one not in taken)


def resources(seed: int, ids: Whole) -> list[str]:
    """Name each resource by its id, the way the game does: Duroomevris, Wuiyan."""
    tables = [_words()[part] for part in ("onsets", "middles", "middles", "ends")]
    columns = []
    for place, table in enumerate(tables):
        drawn = (uniform(seed, "name", place, ids) * len(table)).astype(int).tolist()
        columns.append([table[one] for one in drawn])
    short = (uniform(seed, "short", ids) < 0.2).tolist()
    return [
        (a + b + d if brief else a + b + c + d).capitalize()
        for a, b, c, d, brief in zip(*columns, short, strict=True)
    ]
