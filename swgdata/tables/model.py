"""Table, Builder, TableInputs, TableRows, Result."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import pandas as pd

from swgdata._version import __version__
from swgdata.tables.parameters import Parameter


class Snapshot(Protocol):
    """What tables need of ``sources.snapshot.Snapshot``."""

    def __hash__(self) -> int:
        """By identity: what is worked out from a snapshot is kept with it."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Table name -> frame."""

    @property
    def source(self) -> str:
        """``live`` or ``sample``."""

    @property
    def as_of(self) -> datetime:
        """When the source made the data."""

    @property
    def fetched_at(self) -> datetime:
        """When we last had them from the source."""

    @property
    def stale(self) -> bool:
        """Whether they are older than they should be."""

    @property
    def reason(self) -> str | None:
        """Why they are stale."""

    @property
    def refused_count(self) -> int:
        """How many records were set aside."""

    @property
    def warnings(self) -> Sequence[str]:
        """What makes all of it doubtful, in sentences."""

    @property
    def version(self) -> str:
        """Differs whenever the data do."""


Stored = Sequence[tuple[Mapping[str, str], Snapshot]]


class Version(Protocol):
    """One stored version of an export, as ``swgdata.sources.datasets`` has them."""

    def __hash__(self) -> int:
        """What is worked out from a version is kept with it."""

    @property
    def sha256(self) -> str:
        """Digest of the document, lower-case hex."""

    @property
    def as_of(self) -> datetime:
        """When the source made it."""

    @property
    def frame(self) -> pd.DataFrame:
        """Its main table, read when it is asked for."""


class Memory(Protocol):
    """What was seen when, as ``storage.history.History`` tells it."""

    def points(
        self,
        kind: str,
        measure: str,
        *,
        keys: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> pd.DataFrame:
        """key, timestamp, value: written when it changed."""

    def values_at(self, kind: str, measure: str, at: datetime) -> "pd.Series[float]":
        """The value of each entity at a time, by key."""

    def observed(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[datetime]:
        """When a kind was read, oldest first."""

    def nearest(
        self, kind: str, now: datetime, back: timedelta, tolerance: timedelta
    ) -> datetime | None:
        """The observation closest to ``now - back``, at most ``tolerance`` from it."""

    def samples(
        self, measure: str, since: datetime | None = None, until: datetime | None = None
    ) -> pd.DataFrame:
        """timestamp, samples, total, low, high: of the server."""

    def intervals(
        self,
        *,
        ids: Collection[int] | None = None,
        since: datetime | None = None,
        is_open: bool | None = None,
    ) -> pd.DataFrame:
        """When resources were up: resource_id, name, class_code and four times."""


class State(Protocol):
    """What only the running service knows."""

    source: str

    def summary(self) -> pd.DataFrame:
        """One row per feed: feed, rows, as_of, stale, source."""

    def sync_history(self, limit: int) -> pd.DataFrame:
        """Newest first: started, feed, ok, changed, rows, bytes, seconds, reason."""


@dataclass(frozen=True, slots=True)
class StoredData:
    """What is kept beside the newest answer of each feed; nothing is fetched for it.

    Attributes:
        histories: Feed with parameters -> its stored answers.
        versions: Export -> its stored versions, newest first.
        memory: What was seen when, if anything is remembered.
        state: The service's own records, if any.
    """

    histories: Callable[[str], Stored] = lambda _: ()
    versions: Callable[[str], Sequence[Version]] = lambda _: ()
    memory: Memory | None = None
    state: State | None = None


NOTHING: Final = StoredData()


@dataclass(frozen=True, slots=True)
class TableInputs:
    """Everything a table may be built from.

    Attributes:
        snapshots: Feed -> snapshot; an optional feed may be absent.
        parameters: Parameter -> value, complete.
        now: The time that ages count to.
        archive: What is kept beside the feeds.
    """

    snapshots: Mapping[str, Snapshot]
    parameters: Mapping[str, Any]
    now: datetime
    archive: StoredData = NOTHING

    def frame(self, feed: str, table: str = "") -> pd.DataFrame:
        """A table of a feed the answer cannot do without."""
        return self.snapshots[feed].tables[table or feed]

    def optional(self, feed: str, table: str = "") -> pd.DataFrame | None:
        """A table of a feed the answer can do without, or None."""
        return self.frame(feed, table) if feed in self.snapshots else None


@dataclass(frozen=True, slots=True)
class TableRows:
    """What a recipe gives.

    Attributes:
        frame: The rows.
        notes: Column that is null for a reason of the moment -> that reason.
        as_of: When the rows were true, where that is not the time of the feeds.
    """

    frame: pd.DataFrame
    notes: Mapping[str, str] = field(default_factory=dict)
    as_of: datetime | None = None


def stamped(frame: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    """Add where the rows come from and when they were made."""
    told = pd.Timestamp(snapshot.as_of).floor("s").as_unit("s")
    return frame.assign(source=snapshot.source, timestamp=told)


ANY_PROVIDER: Final = "*"
Schema = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Builder:
    """How one provider's feeds become a table.

    Attributes:
        build: Does it; may leave columns out, which then are null.
        feeds: Feeds it cannot do without, the main one first.
        optional: Feeds it can do without.
        dtypes: Columns whose type differs from the table's, for values passed through.
    """

    build: Callable[[TableInputs], TableRows]
    feeds: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    dtypes: Schema = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A named question with its columns and parameters.

    Attributes:
        name: As on the command line and in addresses.
        question: What it answers, in words.
        schema: Column -> dtype, in order.
        recipes: Provider -> recipe; ``ANY_PROVIDER`` serves all.
        parameters: What it can be asked for.
        nulls: Column -> why a value may be null.
    """

    name: str
    question: str
    schema: Schema
    recipes: Mapping[str, Builder]
    parameters: tuple[Parameter, ...] = ()
    nulls: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.schema)

    def recipe(self, provider: str) -> Builder | None:
        """The recipe for a provider; None where the provider cannot answer."""
        return self.recipes.get(provider) or self.recipes.get(ANY_PROVIDER)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Rows with their provenance: what is shown is what is downloaded.

    Attributes:
        table: Name of the table.
        frame: The rows; shared, never assign into it.
        parameters: Those that were given and differ from the default.
        source: ``live`` or ``sample``.
        provider: Whose feeds they come from.
        as_of: Time of the oldest feed it cannot do without.
        stale: Some feed it used is older than it should be; ``reason`` says why.
        reason: Why it is stale.
        notes: Column -> why it holds nulls.
        refused: Records set aside in the feeds.
        snapshots: The feeds it was built from.
        missing: Optional feed -> why it is absent.
    """

    table: str
    frame: pd.DataFrame
    parameters: Mapping[str, object]
    source: str
    provider: str
    as_of: datetime | None
    stale: bool
    reason: str | None
    notes: Mapping[str, str]
    refused: int
    snapshots: tuple[Snapshot, ...]
    missing: Mapping[str, str]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes a feed it was built from doubtful as a whole, in sentences."""
        return tuple(text for snapshot in self.snapshots for text in snapshot.warnings)

    def meta(self) -> dict[str, object]:
        """The ``meta`` block of the JSON document (design.md 4), ready for JSON."""
        told = self.as_of and self.as_of.astimezone(UTC).isoformat(timespec="seconds")
        return {
            "table": self.table,
            "source": self.source,
            "provider": self.provider,
            "as_of": told and told.replace("+00:00", "Z"),
            "stale": self.stale,
            "parameters": dict(self.parameters),
            "rows": len(self.frame),
            "version": __version__,
        }


NOT_OFFERED: Final = "not offered by this source"
UTC_TIME: Final = "datetime64[s, UTC]"
