"""Feed, DatasetFeed, Parsed, Snapshot, Rejection, conform."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

import pandas as pd

from swgdata.errors import FeedMalformed

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Rejection:
    """One record that was set aside, or one value of a record that could not be used.

    Attributes:
        row: Position of the record in its list, from 0.
        field: Key that was wrong, or "" when the record itself was; keys of a list that is not
            the feed's main one carry its name: ``history.active``.
        value: What stood there, cut to a readable length.
        reason: What was expected.
    """

    row: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tables of one body, before they are held to the feed's contract.

    Attributes:
        tables: Table name -> frame.
        refused: Records set aside, in feed order; every record of the body is shown or here.
        as_of: When the source made the data, if it says so.
        flagged: Values that are wrong in a record which is shown: null where they are no number
            of their column (negative counts, text), kept where they only contradict another.
    """

    tables: Mapping[str, pd.DataFrame]
    refused: tuple[Rejection, ...] = ()
    as_of: datetime | None = None
    flagged: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """One endpoint of one provider.

    Attributes:
        name: Its name everywhere: settings, command line, health page.
        path: Path below the base URL.
        fresh_for: Fresh up to and including this age.
        parse: Bytes -> tables; raises ``FeedMalformed`` when the body is not this feed.
        tables: Table name -> column -> dtype: contract, data dictionary and test in one.
            The main table bears the feed's own name and comes first.
        parameters: Query parameters that must be given, e.g. ``("name", "planet")``.
        export: Key in ``exports/manifest.json`` for a digest-gated export, else "".
        optional: True where the site may lack the endpoint; its absence is not a failure.
        needs_key: True where the site answers only to a visitor's own key.
    """

    name: str
    path: str
    fresh_for: timedelta
    parse: Callable[[bytes], Parsed]
    tables: Mapping[str, Mapping[str, str]]
    parameters: tuple[str, ...] = ()
    export: str = ""
    optional: bool = False
    needs_key: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The tables of one feed at one moment. Shared by all visitors: never assign into a frame.

    Attributes:
        feed: The feed they came from.
        tables: Table name -> frame, as ``feed.tables`` declares them.
        source: ``live`` or ``sample``.
        provider: Whose feed it is.
        as_of: When the source made the data; our time of receipt where it does not say.
        fetched_at: When we last had them from the source, or had them confirmed by it.
        stale: They are older than they should be; ``reason`` says why.
        reason: Why they are stale.
        refused: Records that were set aside; of a large export the first ones.
        refused_count: How many there are.
        flagged: Impossible values that are null, or kept and doubted, in records that are shown;
            of a large export the first ones.
        flagged_count: How many there are.
        version: Differs whenever anything above does.
        warnings: What makes all of it doubtful, in sentences for a visitor.
    """

    feed: Feed
    tables: Mapping[str, pd.DataFrame]
    source: str
    provider: str
    as_of: datetime
    fetched_at: datetime
    stale: bool
    reason: str | None
    refused: tuple[Rejection, ...]
    refused_count: int
    flagged: tuple[Rejection, ...]
    flagged_count: int
    version: str
    warnings: tuple[str, ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """The feed's main table, the first it declares."""
        return self.tables[next(iter(self.feed.tables))]


def conform(feed: Feed, parsed: Parsed) -> Parsed:
    """Hold every table to the feed's declared columns, their order and dtypes.

    Raises:
        FeedMalformed: A declared table or column is missing, or cannot take its dtype.
    """
    tables = {
        name: _conformed(feed, name, parsed.tables.get(name), columns)
        for name, columns in feed.tables.items()
    }
    return replace(parsed, tables=tables)


def _conformed(
    feed: Feed, table: str, frame: pd.DataFrame | None, columns: Mapping[str, str]
) -> pd.DataFrame:
    if frame is None:
        raise FeedMalformed(feed.name, f"the table {table} is missing")
    for column in columns:
        if column not in frame.columns:
            raise FeedMalformed(feed.name, f"the column {column} of table {table} is missing")
    # A frame that is already right is handed on as it is: it may lie on memory-mapped data.
    held = frame if list(frame.columns) == list(columns) else frame[list(columns)]
    if not held.index.equals(pd.RangeIndex(len(held))):
        held = held.reset_index(drop=True)
    for column, dtype in columns.items():
        if held[column].dtype == dtype:
            continue
        try:
            held = held.astype({column: dtype})
        except (TypeError, ValueError, OverflowError) as error:
            reason = f"the column {column} of table {table} does not hold {dtype}"
            raise FeedMalformed(feed.name, reason) from error
    return held


KEPT: Final = 100  # remarks that are kept; the rest is only counted
OnRows = Callable[[int], None]  # told how many records were read so far


@dataclass(slots=True)
class Remarks:
    """The first remarks word for word, and how many there were.

    Attributes:
        count: All of them.
        kept: The first ``KEPT``, in feed order.
    """

    count: int = 0
    kept: list[Rejection] = field(default_factory=list)

    def add(self, remark: Rejection) -> None:
        """Count one more."""
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(remark)


@dataclass(frozen=True, slots=True)
class Reading:
    """The tables of one export.

    Attributes:
        tables: Table name -> Arrow table; the main table comes first.
        records: Records the document held, those set aside included.
        refused: The first records that were set aside.
        refused_count: How many were set aside.
        flagged: The first values that could not be used, of records that are shown.
        flagged_count: How many such values there are.
    """

    tables: Mapping[str, "pa.Table"]
    records: int
    refused: tuple[Rejection, ...] = ()
    refused_count: int = 0
    flagged: tuple[Rejection, ...] = ()
    flagged_count: int = 0


class Reader(Protocol):
    """Reads the uncompressed bytes of an export, cut anywhere."""

    def __call__(
        self, blocks: Iterable[bytes], *, count: int | None = None, on_rows: OnRows | None = None
    ) -> Reading:
        """Read to the end.

        Raises:
            FeedMalformed: The document is not this export.
        """


@dataclass(frozen=True, slots=True, eq=False)
class DatasetFeed(Feed):
    """A feed that comes as a file named in the manifest.

    Attributes:
        read: Bytes in blocks -> Arrow tables, for the dataset store.
        limit: Most uncompressed bytes the file may have.
    """

    read: Reader = field(kw_only=True)
    limit: int = field(kw_only=True)
