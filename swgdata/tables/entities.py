"""Cities and guilds by name: the history knows keys, the feeds how they are written."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from swgdata.analytics import keys
from swgdata.errors import ParameterError
from swgdata.tables.inputs import Inputs
from swgdata.tables.parameters import Parameter
from swgdata.vocabulary import planet_name

SEPARATOR: Final = " · "
"""Between a name and what tells it from its namesakes."""

_COLUMNS: Final = ["key", "name", "planet", "tag", "faction"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two kinds.

    Attributes:
        name: In the plural, as the feed is called.
        key: As ``analytics.keys`` names it.
        by: The column that tells namesakes apart.
        people: The measure of its size.
    """

    name: str
    key: str
    by: str
    people: str

    def measure(self, asked: str) -> str:
        """The measure that is meant: ``citizens`` of a guild are its members."""
        return "active" if asked == "active" else self.people


CITIES: Final = Kind("cities", keys.CITY, "planet", "citizens")
GUILDS: Final = Kind("guilds", keys.GUILD, "tag", "members")
KINDS: Final[Mapping[str, Kind]] = MappingProxyType({one.name: one for one in (CITIES, GUILDS)})

KIND: Final = Parameter(
    "kind", "choice", default="cities", choices=tuple(KINDS), help="cities or guilds"
)
MEASURE: Final = Parameter(
    "measure",
    "choice",
    default="active",
    choices=("active", "citizens", "members"),
    help="active people, or all: citizens of cities, members of guilds (either word)",
)


def days(default: int) -> Parameter:
    """How far back."""
    return Parameter("days", "whole", default=default, help="so many days back", low=1, high=3650)


def catalogue(inputs: Inputs, kind: Kind) -> pd.DataFrame:
    """Everyone the feed lists now: ``key``, ``name``, ``planet``, ``tag``, ``faction``.

    Of two rows with the same key the last, as in the history; empty where the feed is missing.
    """
    feed = inputs.optional(kind.name)
    if feed is None:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in _COLUMNS})
    rows = feed.reindex(columns=_COLUMNS[1:]).astype("str")
    names, seconds = rows["name"].fillna(""), rows[kind.by].fillna("")
    pairs = zip(names, seconds, strict=True)
    found = [keys.city(one, two) if kind is CITIES else keys.guild(two, one) for one, two in pairs]
    keyed = rows.assign(key=pd.Series(found, index=rows.index, dtype="str"))
    return keyed.drop_duplicates("key", keep="last")[_COLUMNS].reset_index(drop=True)


def with_names(rows: pd.DataFrame, known: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """Add ``name``, ``planet``, ``tag`` and ``faction`` to rows with a ``key``.

    What no feed lists any more is called by its key, which is in lower case.
    """
    told = rows.merge(known, on="key", how="left", validate="many_to_one")
    parts = told["key"].str.split("|", n=1, expand=True).reindex(columns=[0, 1])
    if kind is CITIES:
        parts = told["key"].str.rsplit("|", n=1, expand=True).reindex(columns=[0, 1])
        worlds = parts[1].map(planet_name, na_action="ignore")
        was = {"name": parts[0], "planet": worlds}
    else:
        was = {"name": parts[1], "tag": parts[0]}
    gone = ~told["key"].isin(known["key"])
    fixed = {
        column: told[column].mask(gone, text.where(text != "").astype("str"))
        for column, text in was.items()
    }
    return told.assign(kind=kind.name, **fixed)


def labels(rows: pd.DataFrame, kind: Kind) -> "pd.Series[str]":
    """A name for each row: with its planet or tag where others are called the same."""
    names = ["(unnamed)" if pd.isna(name) else str(name) for name in rows["name"]]
    others = Counter(name.casefold() for name in names)
    told = [
        name if pd.isna(by) or others[name.casefold()] == 1 else f"{name}{SEPARATOR}{by}"
        for name, by in zip(names, rows[kind.by], strict=True)
    ]
    return pd.Series(told, index=rows.index, dtype="str")


def split(text: str | None, *, most: int) -> list[str]:
    """Names separated by commas, each once; one with a comma of its own in double quotes.

    Raises:
        ParameterError: There are too many.
    """
    try:
        lines = list(csv.reader([(text or "").replace("\n", " ")], skipinitialspace=True))
    except csv.Error:
        lines = []
    found = list(dict.fromkeys(name.strip() for name in (lines or [[]])[0] if name.strip()))
    if len(found) > most:
        raise ParameterError(f"names must be at most {most} names, not {len(found)}.")
    return found


def keys_of(names: Sequence[str], known: pd.DataFrame, kind: Kind) -> list[str]:
    """The key that each name means: a label, a tag, a name, or the key itself."""
    ways = [labels(known, kind), known["tag"], known["name"]]
    meanings: dict[str, str] = {}
    for way in ways if len(known) else ():
        for text, key in zip(way.fillna("").str.strip().str.casefold(), known["key"], strict=True):
            meanings.setdefault(text, key)
    wanted = [name.strip().casefold() for name in names]
    return list(dict.fromkeys(meanings.get(name, name) for name in wanted))
