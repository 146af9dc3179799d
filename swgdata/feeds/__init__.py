"""What a feed is: where it lives, how long it stays fresh, the tables its bytes become."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Final

import pandas as pd

from swgdata.errors import FeedMalformed, NotOffered


@dataclass(frozen=True, slots=True)
class Refusal:
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
    refused: tuple[Refusal, ...] = ()
    as_of: datetime | None = None
    flagged: tuple[Refusal, ...] = ()


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


PROVIDERS: Final[Mapping[str, str]] = {
    "swgtracker": "swgdata.feeds.swgtracker",
    "plain": "swgdata.feeds.plain",
}
"""Provider -> the module whose ``FEEDS`` it offers; ``feeds_of`` imports it when asked."""


def feeds_of(provider: str) -> Mapping[str, Feed]:
    """The feeds of one provider, by name.

    Raises:
        NotOffered: There is no such provider.
    """
    if provider not in PROVIDERS:
        raise NotOffered(provider, f"no such provider, expected one of {', '.join(PROVIDERS)}")
    feeds: Mapping[str, Feed] = import_module(PROVIDERS[provider]).FEEDS
    return feeds


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
