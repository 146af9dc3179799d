"""The shapes of the named tables: Table, Builder, TableInputs, TableRows, Result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata._version import __version__
from swgdata.feeds.model import Snapshot
from swgdata.tables.parameters import Parameter

if TYPE_CHECKING:
    from swgdata.storage.datasets import DatasetVersion
    from swgdata.storage.history import History


Answers = Sequence[tuple[Mapping[str, str], Snapshot]]


def _empty_history() -> "History":
    from swgdata.storage.history import EmptyHistory  # late: SQLAlchemy takes its time

    return EmptyHistory()


@dataclass(frozen=True, slots=True)
class StoredData:
    """What is stored of a source beside the newest answer of each feed; nothing is fetched for it.

    Attributes:
        source: ``live`` or ``sample``; empty where no service runs.
        answers: Feed with parameters -> its stored answers.
        versions: Export -> its stored versions, newest first.
        history: What was seen when, and what each synchronisation did.
        summary: One row per feed: feed, rows, as_of, stale, source; None where no service runs.
        slot: Seconds in which answers may share what the history told; 1 for exact times.
    """

    source: str = ""
    answers: Callable[[str], Answers] = lambda _: ()
    versions: Callable[[str], Sequence["DatasetVersion"]] = lambda _: ()
    history: "History" = field(default_factory=_empty_history)
    summary: Callable[[], pd.DataFrame] | None = None
    slot: int = 1


@dataclass(frozen=True, slots=True)
class TableInputs:
    """Everything a table may be built from.

    Attributes:
        snapshots: Feed -> snapshot; an optional feed may be absent.
        parameters: Parameter -> value, complete.
        now: The time that ages count to.
        stored: What is stored beside the feeds.
    """

    snapshots: Mapping[str, Snapshot]
    parameters: Mapping[str, Any]
    now: datetime
    stored: StoredData = field(default_factory=StoredData)

    def frame(self, feed: str, table: str = "") -> pd.DataFrame:
        """A table of a feed the answer cannot do without."""
        return self.snapshots[feed].tables[table or feed]

    def optional(self, feed: str, table: str = "") -> pd.DataFrame | None:
        """A table of a feed the answer can do without, or None."""
        return self.frame(feed, table) if feed in self.snapshots else None


@dataclass(frozen=True, slots=True)
class TableRows:
    """What a builder gives.

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
    as_of = pd.Timestamp(snapshot.as_of).floor("s").as_unit("s")
    return frame.assign(source=snapshot.source, timestamp=as_of)


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
        builders: Provider -> how its feeds become the table; ``ANY_PROVIDER`` serves all.
        parameters: What it can be asked for.
        nulls: Column -> why a value may be null.
    """

    name: str
    question: str
    schema: Schema
    builders: Mapping[str, Builder]
    parameters: tuple[Parameter, ...] = ()
    nulls: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.schema)

    def builder(self, provider: str) -> Builder | None:
        """How a provider's feeds become the table; None where the provider cannot answer."""
        return self.builders.get(provider) or self.builders.get(ANY_PROVIDER)


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
        """The ``meta`` block of the JSON document , ready for JSON."""
        as_of = self.as_of and self.as_of.astimezone(UTC).isoformat(timespec="seconds")
        return {
            "table": self.table,
            "source": self.source,
            "provider": self.provider,
            "as_of": as_of and as_of.replace("+00:00", "Z"),
            "stale": self.stale,
            "parameters": dict(self.parameters),
            "rows": len(self.frame),
            "version": __version__,
        }


NOT_OFFERED: Final = "not offered by this source"
UTC_TIME: Final = "datetime64[s, UTC]"
