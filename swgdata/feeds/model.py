"""What a feed is and what it gives: Feed, DatasetFeed, Parsed, Snapshot, ImportIssues."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

import msgspec
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


KEPT: Final = 100  # rejections of a dataset that are kept word for word; the rest is only counted


class ImportIssues(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"rejected": "refused", "rejected_count": "refused_count"},  # as stored files have it
):
    """What was noticed while a body was read. It is part of every dataset file's label.

    Attributes:
        rejected: Records set aside, in feed order; of a dataset the first ones. Every record of
            a body is shown or counted here.
        rejected_count: How many were.
        flagged: Values that are wrong in a record which is shown: null where they are no number
            of their column (negative counts, text), kept where they only contradict another.
            Of a dataset the first ones.
        flagged_count: How many such values there are.
        notes: What else, without harm, in sentences.
        warnings: What makes all of it doubtful, in sentences for a visitor.
    """

    rejected: tuple[Rejection, ...] = ()
    rejected_count: int = 0
    flagged: tuple[Rejection, ...] = ()
    flagged_count: int = 0
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        rejected: Sequence[Rejection] = (),
        flagged: Sequence[Rejection] = (),
        *,
        most: int | None = None,
    ) -> "ImportIssues":
        """All of them counted, and the first ``most`` of each kept."""
        return cls(
            rejected=tuple(rejected[:most]),
            rejected_count=len(rejected),
            flagged=tuple(flagged[:most]),
            flagged_count=len(flagged),
        )


NO_ISSUES: Final = ImportIssues()


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tables of one body, before they are held to the contract of the feed.

    ``as_of`` is when the source made the data, if it says so.
    """

    tables: Mapping[str, pd.DataFrame]
    issues: ImportIssues = NO_ISSUES
    as_of: datetime | None = None


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
        issues: What was set aside, and what is doubted.
        version: Differs whenever anything above does.
    """

    feed: Feed
    tables: Mapping[str, pd.DataFrame]
    source: str
    provider: str
    as_of: datetime
    fetched_at: datetime
    stale: bool
    reason: str | None
    issues: ImportIssues
    version: str

    @property
    def frame(self) -> pd.DataFrame:
        """The feed's main table, the first it declares."""
        return self.tables[next(iter(self.feed.tables))]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes all of it doubtful, in sentences for a visitor."""
        return self.issues.warnings


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


@lru_cache(maxsize=64)
def parse_feed(feed: Feed, body: bytes) -> Parsed:
    """The tables of a body as the feed declares them; the same body is parsed once.

    Raises:
        FeedMalformed: The body is not this feed.
    """
    return conform(feed, feed.parse(body))


def _conformed(
    feed: Feed, table: str, frame: pd.DataFrame | None, columns: Mapping[str, str]
) -> pd.DataFrame:
    if frame is None:
        raise FeedMalformed(feed.name, f"the table {table} is missing")
    for column in columns:
        if column not in frame.columns:
            raise FeedMalformed(feed.name, f"the column {column} of table {table} is missing")
    # A frame that is already right is handed on as it is: it may lie on memory-mapped data.
    result = frame if list(frame.columns) == list(columns) else frame[list(columns)]
    if not result.index.equals(pd.RangeIndex(len(result))):
        result = result.reset_index(drop=True)
    for column, dtype in columns.items():
        if result[column].dtype == dtype:
            continue
        try:
            result = result.astype({column: dtype})
        except (TypeError, ValueError, OverflowError) as error:
            reason = f"the column {column} of table {table} does not hold {dtype}"
            raise FeedMalformed(feed.name, reason) from error
    return result


OnRows = Callable[[int], None]  # told how many records were read so far


@dataclass(frozen=True, slots=True)
class Reading:
    """The tables of one export as Arrow, main one first; ``records`` counts the rejected too."""

    tables: Mapping[str, "pa.Table"]
    records: int
    issues: ImportIssues = NO_ISSUES


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

    ``read`` makes Arrow tables of bytes in blocks, of ``limit`` bytes uncompressed at most.
    """

    read: Reader = field(kw_only=True)
    limit: int = field(kw_only=True)
