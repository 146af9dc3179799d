"""Seeded random numbers, names, sizes over time, and times.

Every figure of the sample galaxy is a function of the seed, a thing and a time. So yesterday's
galaxy can be asked for today, and it agrees with what was shown yesterday.
"""

import random
import zlib
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Part = int | str | npt.NDArray[np.int64]
Record = dict[str, object]  # one JSON object
DAY: Final = 86_400
HOUR: Final = 3_600
TEN_MINUTES: Final = 600
_HISTORY_DAYS: Final = 120
_SPARK: Final = 14  # points, one every other day
_WEEKS: Final = 16


def _bits(part: Part) -> npt.NDArray[np.uint64]:
    whole = zlib.crc32(part.encode()) if isinstance(part, str) else part
    return np.asarray(whole, dtype=np.int64).astype(np.uint64)


def uniform(*parts: Part) -> Real:
    """Draw one number for each combination of ``parts``.

    Args:
        *parts: Whole numbers, texts, or arrays of whole numbers that broadcast together.

    Returns:
        Numbers from 0 up to, but without, 1, in the broadcast shape (splitmix64).
    """
    state: npt.NDArray[np.uint64] = np.asarray(0x9E3779B97F4A7C15, dtype=np.uint64)
    with np.errstate(over="ignore"):  # wrapping round is the point
        for part in parts:
            state = (state ^ _bits(part)) * np.uint64(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> np.uint64(30))) * np.uint64(0x94D049BB133111EB)
            state = state ^ (state >> np.uint64(31))
    return np.asarray((state >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def wave(days: Real, period: float, *parts: Part) -> Real:
    """Wander smoothly and for ever between -1 and 1.

    Args:
        days: Times in days, broadcast against ``parts``.
        period: Days between two independent values.
        *parts: What wanders; see ``uniform``.

    Returns:
        Hashed values at every ``period``, joined by a smooth step.
    """
    position = days / period
    before = np.floor(position)
    share = position - before
    share = share * share * (3.0 - 2.0 * share)
    knot = before.astype(np.int64)
    left, right = uniform(*parts, knot), uniform(*parts, knot + 1)
    return np.asarray(2.0 * (left + (right - left) * share) - 1.0)


def dice(*parts: object) -> random.Random:
    """Give a generator of its own to a fixed list of things, such as the cities of a seed."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311 - a sample, no secret


def heads(seed: int, what: str, *, sizes: Real, days: Real) -> Whole:
    """Registered members, one row per city or guild (``what``), one column per time (``days``).

    Slow tides of a year and of two months, and small ripples of a fortnight, around the usual
    sizes; a size of 0 stays 0.
    """
    who, when = np.arange(len(sizes))[:, None], days[None, :]
    tide = 0.30 * wave(when, 200.0, seed, what, "year", who)
    tide += 0.12 * wave(when, 40.0, seed, what, "season", who)
    tide += 0.04 * wave(when, 7.0, seed, what, "ripple", who)
    return np.asarray(np.rint(sizes[:, None] * (1.0 + tide)).astype(np.int64))


def active(seed: int, what: str, *, zeal: Real, members: Whole, days: Real) -> Whole:
    """How many of ``members`` (of ``heads``, at the same times) were recently active.

    ``zeal`` is the usual share of active members, one per place; 0 is a dormant place.
    """
    who, when = np.arange(len(zeal))[:, None], days[None, :]
    mood = 1.0 + 0.25 * wave(when, 30.0, seed, what, "mood", who)
    mood += 0.12 * wave(when, 4.0, seed, what, "week", who)
    share = np.clip(zeal[:, None] * mood, 0.0, 0.95)
    return np.asarray(np.rint(members * share).astype(np.int64))


def record_times(seed: int, what: str, *, who: int, hour: int) -> list[int]:
    """When the site wrote down one place: irregular, about one day in four, and this hour.

    The same day is always chosen or never, so a history grows and does not change.
    """
    today = hour // DAY
    candidates = np.arange(today - _HISTORY_DAYS, today)
    chosen = uniform(seed, what, "record", who, candidates) < 0.24
    return [*(int(day) * DAY for day in candidates[chosen]), hour]


_TOWN_SHAPES: Final = (
    "{0}", "{0}", "{0}", "{0}", "New {0}", "Port {0}", "Fort {0}", "Old {0}", "{0} Landing",
    "{0} Crossing", "{0} Outpost", "{1}'s Rest", "{1}'s Hope", "{0} & Sons",
)  # fmt: skip
_GUILD_SHAPES: Final = (
    "{0} {1}",
    "{0} {1}",
    "{0} {1}",
    "The {0} {1}",
    "{2} & {1}",
    "{2}'s {1}",
)


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
    names: dict[str, None] = {"Λambda Point": None, "Café Corral": None}
    while len(names) < count:
        place, founder = chance.choice(_words()["place"]), chance.choice(_words()["first"])
        names[chance.choice(_TOWN_SHAPES).format(place, founder)] = None
    chance.shuffle(shuffled := list(names)[:count])
    return shuffled


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
    tags = (first[:begin] + last[:end] for begin, end in shapes[turn:] + shapes[:turn])
    return next(tag for tag in tags if tag not in taken)


def resources(seed: int, ids: Whole) -> list[str]:
    """Name each resource by its id, the way the game does: Duroomevris, Wuiyan."""
    tables = [_words()[part] for part in ("onsets", "middles", "middles", "ends")]
    columns = []
    for position, table in enumerate(tables):
        drawn = (uniform(seed, "name", position, ids) * len(table)).astype(int).tolist()
        columns.append([table[index] for index in drawn])
    short = (uniform(seed, "short", ids) < 0.2).tolist()
    return [
        (a + b + d if brief else a + b + c + d).capitalize()
        for a, b, c, d, brief in zip(*columns, short, strict=True)
    ]


def floor(moment: datetime, seconds: int) -> int:
    """Unix seconds of the last whole ``seconds`` at or before ``moment``."""
    return int(moment.timestamp()) // seconds * seconds


def days(stamps: Iterable[int]) -> Real:
    """Unix seconds as days since 1970, one array."""
    return np.fromiter(stamps, dtype=np.int64).astype(np.float64) / DAY


def every(step: int, *, until: int, count: int) -> list[int]:
    """``count`` unix times ``step`` seconds apart, oldest first, the last being ``until``."""
    return [until - step * back for back in range(count - 1, -1, -1)]


def spark_times(hour: int) -> list[int]:
    """The times of the recent series that the feeds of cities and guilds send with each row."""
    return every(2 * DAY, until=hour, count=_SPARK)


def weeks(hour: int) -> list[int]:
    """The times of what the same feeds say of all rows together."""
    return every(7 * DAY, until=hour, count=_WEEKS)


def label(stamp: int) -> str:
    """The site's way to print a day: ``Aug 1``."""
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=stamp)
    return f"{day:%b} {day.day}"
