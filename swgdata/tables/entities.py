"""Cities and guilds by name and key; their observed history."""

import csv
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

import pandas as pd

from swgdata.analytics import entity_changes
from swgdata.analytics.entity_changes import DAY, WEEK, Window, values_at
from swgdata.analytics.memoize import IdentityKey
from swgdata.errors import ParameterError
from swgdata.game import planet_name
from swgdata.tables.model import UTC_TIME, TableInputs
from swgdata.tables.parameters import Parameter

if TYPE_CHECKING:
    from swgdata.storage.history import History

T = TypeVar("T")
SEPARATOR: Final = " · "
"""Between a name and what tells it from its namesakes."""
_COLUMNS: Final = ["key", "name", "planet", "tag", "faction"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two kinds.

    Attributes:
        name: In the plural, as the feed is called.
        key: As ``analytics.entity_changes`` names it.
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


CITIES: Final = Kind("cities", entity_changes.CITY_KIND, "planet", "citizens")
GUILDS: Final = Kind("guilds", entity_changes.GUILD_KIND, "tag", "members")
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


def catalogue(inputs: TableInputs, kind: Kind) -> pd.DataFrame:
    """Everyone the feed lists now: ``key``, ``name``, ``planet``, ``tag``, ``faction``.

    Of two rows with the same key the last, as in the history; empty where the feed is missing.
    """
    feed = inputs.optional(kind.name)
    if feed is None:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in _COLUMNS})
    rows = feed.reindex(columns=_COLUMNS[1:]).astype("str")
    keyed = rows.assign(key=pd.Series(keys(rows, kind), index=rows.index, dtype="str"))
    return keyed.drop_duplicates("key", keep="last")[_COLUMNS].reset_index(drop=True)


def keys(rows: pd.DataFrame, kind: Kind) -> list[str]:
    """The key of each row, by its name and its planet or tag."""
    pairs = zip(rows["name"].fillna(""), rows[kind.by].fillna(""), strict=True)
    if kind is CITIES:
        return [entity_changes.city_key(name, planet) for name, planet in pairs]
    return [entity_changes.guild_key(tag, name) for name, tag in pairs]


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


NO_READING: Final = "nothing of it was read yet; it fills with every synchronisation"


@dataclass(frozen=True, slots=True)
class Past:
    """The past of one kind, up to now; empty where nothing is remembered.

    Attributes:
        history: What was seen when.
        kind: As ``analytics.entity_changes`` names it.
        now: Nothing after it counts.
        looks: When we looked, oldest first.
    """

    history: "History"
    kind: str
    now: datetime
    looks: list[datetime] = field(default_factory=list)

    @classmethod
    def of(cls, inputs: TableInputs, kind: str) -> "Past":
        """The past of a kind."""
        history = inputs.stored.history
        return cls(history, kind, inputs.now, history.observed(kind, until=inputs.now))

    @property
    def last(self) -> datetime | None:
        """The last look."""
        return self.looks[-1] if self.looks else None

    def since(self, moment: datetime) -> list[datetime]:
        """The looks from a time on."""
        return [look for look in self.looks if look >= moment]

    def points(
        self, measure: str, *, keys: Collection[str] | None = None, since: datetime | None = None
    ) -> pd.DataFrame:
        """Points of a measure, and at ``since`` what held then.

        Args:
            measure: Such as ``active``.
            keys: Only these entities; all when None.
            since: No older ones; all when None.

        Returns:
            ``key`` (str), ``timestamp``, ``value`` (float64; NaN = gone or unknown from then on).
        """
        after = self.history.points(self.kind, measure, keys=keys, since=since, until=self.now)
        if since is None:
            return after
        held = self.history.values_at(self.kind, measure, since)
        if keys is not None:
            held = held.loc[held.index.isin(list(keys))]
        before = _frame(held, since)
        return pd.concat([before, after], ignore_index=True) if len(before) else after

    def at_last(self, measure: str) -> "pd.Series[float]":
        """The figures of the last look, by key; what was gone or unknown is not in it."""
        if self.last is None:
            return values_at(self.points(measure), self.now)
        return self.history.values_at(self.kind, measure, self.last)


def _frame(values: "pd.Series[float]", at: datetime) -> pd.DataFrame:
    """Points that all stand at one time."""
    keys = pd.Series(list(values.index), dtype="str")
    stamp = pd.Timestamp(at).tz_convert("UTC").floor("s")
    times = pd.Series(stamp, index=keys.index, dtype=UTC_TIME)
    return pd.DataFrame({"key": keys, "timestamp": times, "value": values.to_numpy("float64")})


@dataclass(frozen=True, slots=True)
class _Question:
    """Two are the same where their keys are; the inputs are those of the first."""

    key: tuple[object, ...]
    inputs: TableInputs = field(compare=False)


def shared(
    *names: str, kinds: Collection[str] = (CITIES.key, GUILDS.key)
) -> Callable[[Callable[[TableInputs], T]], Callable[[TableInputs], T]]:
    """Let answers that differ only in how they are filtered share what the history tells.

    Args:
        names: The parameters that the decorated function reads.
        kinds: What it reads of the history: a new reading of these makes it anew.

    Returns:
        A decorator; what the function gives is shared by all who ask within the same
        ``StoredData.slot``, never assign into it.
    """

    def decorate(make: Callable[[TableInputs], T]) -> Callable[[TableInputs], T]:
        @lru_cache(maxsize=4)
        def kept(question: _Question) -> T:
            return make(question.inputs)

        def ask(inputs: TableInputs) -> T:
            history, now = inputs.stored.history, inputs.now
            looks = (history.observed(kind, until=now) for kind in kinds)
            feeds = (feed.tables.values() for feed in inputs.snapshots.values())
            key = (
                int(now.timestamp()) // inputs.stored.slot,
                IdentityKey(history),
                *(inputs.parameters[name] for name in names),
                *((len(times), *times[-1:]) for times in looks),
                *(IdentityKey(table) for tables in feeds for table in tables),
            )
            result = kept(_Question(key, inputs))
            if history.trouble:  # what it could not tell now it may tell the next time
                kept.cache_clear()
            return result

        return ask

    return decorate


WINDOWS: Final = (DAY, WEEK)
NEEDS: Final = {
    DAY.name: "needs 24 h of own history",
    WEEK.name: "needs 7 days of own history",
}


def changes(
    history: "History",
    kind: str,
    measure: str,
    *,
    keys: Sequence[str],
    figures: pd.Series,
    as_of: datetime,
) -> pd.DataFrame:
    """Changes of figures within 24 hours and 7 days (docs/formulas.md#population).

    Args:
        history: What was seen when.
        kind: Such as ``city``.
        measure: Such as ``citizens``.
        keys: Key of each row.
        figures: The figure of each row now.
        as_of: The time of the figures.

    Returns:
        ``change_24h``, ``change_7d`` (Float64) by the index of ``figures``; null where nobody
        looked 18 to 30 hours, or 6 to 8 days, before ``as_of``, or the figure is not known.
    """
    columns = {}
    for window in WINDOWS:
        before = _before(history, kind, measure, as_of=as_of, window=window)
        known = before.reindex(pd.Series(keys, dtype="str")).to_numpy()
        then = pd.Series(known, index=figures.index, dtype="Float64")
        columns[window.name] = figures.astype("Float64") - then
    return pd.DataFrame(columns, index=figures.index)


def _before(
    history: "History", kind: str, measure: str, *, as_of: datetime, window: Window
) -> "pd.Series[float]":
    at = history.nearest(kind, as_of, window.back, window.most - window.back)
    if at is not None:
        return history.values_at(kind, measure, at)
    return pd.Series(index=pd.Index([], dtype="str"), dtype="float64")


def last_seen(history: "History", ids: pd.Series) -> pd.Series:
    """When we last saw resources that have left.

    Returns:
        datetime64[s, UTC] by the index of ``ids``; NaT = we never saw it leave.
    """
    unknown = pd.Series(pd.NaT, index=ids.index, dtype="datetime64[s, UTC]")
    if ids.empty:
        return unknown
    gone = history.intervals(is_open=False)
    latest = gone.groupby("resource_id")["last_seen"].max()
    return ids.map(latest).astype(unknown.dtype) if len(latest) else unknown
