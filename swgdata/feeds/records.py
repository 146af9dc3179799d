"""Declare columns; read records into a frame and keep what was rejected."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, Final

import pandas as pd

from swgdata.feeds.coerce import decimal, flag, flag_or_none, moment, text, whole
from swgdata.feeds.json_body import kind
from swgdata.feeds.model import Feed, ImportIssues, Parsed, Rejection

TIME: Final = "datetime64[s, UTC]"
_READERS: Final[Mapping[str, Callable[[object], Any]]] = {
    "str": text,
    "Int8": whole,
    "Int16": whole,
    "Int32": whole,
    "Int64": whole,
    "Float64": decimal,
    "bool": flag,
    "boolean": flag_or_none,
    TIME: moment,
}
_LIMITS: Final[Mapping[str, float]] = {
    "Int8": 2**7 - 1,
    "Int16": 2**15 - 1,
    "Int32": 2**31 - 1,
    "Int64": 2**63 - 1,
    "Float64": math.inf,
}


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column's values come from and what they must be.

    Attributes:
        dtype: Of the finished column; it also chooses the coercion, unless ``read`` is given.
        keys: Keys of the record, the first readable one wins; by default the column's name.
        read: Coercion: any JSON value -> value or None.
        required: A record without it is set aside.
        signed: Negative numbers are possible; elsewhere they are null and flagged.
    """

    dtype: str
    keys: tuple[str, ...] = ()
    read: Callable[[object], Any] | None = None
    required: bool = False
    signed: bool = False

    def value(self, values: Iterable[object]) -> Any:  # the dtype decides
        """The first of the values that can be read and fits, else None."""
        read = self.read or _READERS[self.dtype]
        return next((value for value in map(read, values) if self._fits(value)), None)

    def complaint(self, value: object, values: Iterable[object]) -> str:
        """What was expected, where something stands that cannot be used; else ""."""
        if value is not None:
            return ""
        if self.required:
            return f"expected {'text' if self.dtype == 'str' else 'a value'}"
        if self.dtype not in _LIMITS or all(raw is None or raw == "" for raw in values):
            return ""
        return "expected a number that fits" if self.signed else "expected a number not below 0"

    def _fits(self, value: Any) -> bool:
        if value is None or self.dtype not in _LIMITS:
            return value is not None
        limit = _LIMITS[self.dtype]
        return bool((-limit if self.signed else 0) <= value <= limit)


Columns = Mapping[str, Column]


def declared(columns: Columns) -> dict[str, str]:
    """Column -> dtype, for ``Feed.tables``."""
    return {name: column.dtype for name, column in columns.items()}


def json_feed(
    name: str,
    fresh_for: timedelta,
    parse: Callable[[bytes], Parsed],
    tables: Mapping[str, Columns],
    *,
    path: str | None = None,
    parameters: tuple[str, ...] = (),
    optional: bool = False,
) -> Feed:
    """Declare a feed by the columns of its tables; its path is ``/api/<name>.php`` by default."""
    return Feed(
        name=name,
        path=f"/api/{name}.php" if path is None else path,
        fresh_for=fresh_for,
        parse=parse,
        tables={table: declared(columns) for table, columns in tables.items()},
        parameters=parameters,
        optional=optional,
    )


_SHOWN: Final = 80  # characters of a rejected value that are kept for the health page


@dataclass(frozen=True, slots=True)
class Rows:
    """A table under way; its index holds each record's position in the feed's list."""

    frame: pd.DataFrame
    rejected: tuple[Rejection, ...] = ()
    flagged: tuple[Rejection, ...] = ()


def read_rows(records: Sequence[object], columns: Columns, *, at: str = "") -> Rows:
    """One row per record that is an object and has its required values, in feed order.

    ``at`` names the list in rejections, "" for the main list of the feed.
    """
    rows: dict[int, dict[str, Any]] = {}
    rejected: list[Rejection] = []
    flagged: list[Rejection] = []
    for position, record in enumerate(records):
        if not isinstance(record, dict):
            rejected.append(Rejection(position, at, excerpt(record), "expected an object"))
            continue
        row, lacking, unusable = _read(record, columns, position=position, at=at)
        if lacking:
            rejected.append(lacking)
            continue
        rows[position] = row
        flagged.extend(unusable)
    return Rows(_frame(rows, columns), tuple(rejected), tuple(flagged))


def read_one(record: object, columns: Columns, *, at: str) -> Rows:
    """The table of a single object: one row, or none where it is absent or empty."""
    return read_rows([record] if isinstance(record, dict) and record else [], columns, at=at)


def _read(
    record: Mapping[str, object], columns: Columns, *, position: int, at: str
) -> tuple[dict[str, Any], Rejection | None, list[Rejection]]:
    """The row, the reason to set it aside if there is one, and its values that are unusable."""
    row: dict[str, Any] = {}
    lacking: Rejection | None = None
    unusable: list[Rejection] = []
    for name, column in columns.items():
        keys = column.keys or (name,)
        values = [record.get(key) for key in keys]
        row[name] = column.value(values)
        if reason := column.complaint(row[name], values):
            field = f"{at}.{keys[0]}" if at else keys[0]
            refusal = Rejection(position, field, excerpt(values[0]), reason)
            if column.required:
                lacking = lacking or refusal
            else:
                unusable.append(refusal)
    return row, lacking, unusable


def _frame(rows: Mapping[int, Mapping[str, Any]], columns: Columns) -> pd.DataFrame:
    index = pd.Index(list(rows), dtype="int64")
    return pd.DataFrame(
        {
            name: pd.Series([row[name] for row in rows.values()], index=index, dtype=column.dtype)
            for name, column in columns.items()
        },
        index=index,
    )


def excerpt(value: object) -> str:
    """A refused value in a readable length; objects and lists only by their kind."""
    shown = text(value)
    if shown is None:
        return "" if value is None or isinstance(value, str) else kind(value)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


def remarks(values: pd.Series, reason: str) -> list[Rejection]:
    """The same remark on each value of a column of ``Rows.frame``."""
    pairs = zip(values.index.tolist(), values.tolist(), strict=True)
    return [Rejection(row, str(values.name), excerpt(value), reason) for row, value in pairs]


def last_of(rows: Rows, by: list[str], *, what: str) -> Rows:
    """Keep the last row of each identity; the earlier ones are set aside with a reason.

    Missing values equal each other; ``what`` names the thing in the reason: "city".
    """
    earlier = rows.frame.duplicated(by, keep="last")
    if not earlier.any():
        return rows
    reason = f"the same {what} stands again further down"
    again = remarks(rows.frame.loc[earlier, by[0]], reason)
    together = sorted([*rows.rejected, *again], key=lambda rejection: rejection.row)
    return replace(rows, frame=rows.frame.loc[~earlier], rejected=tuple(together))


def oldest_first(rows: Rows) -> Rows:
    """Sort by ``timestamp`` where every time is known; otherwise the feed's order stands."""
    if rows.frame["timestamp"].isna().any():
        return rows
    return replace(rows, frame=rows.frame.sort_values("timestamp", kind="stable"))


def aligned(labels: Sequence[object], series: Mapping[str, Sequence[object]]) -> list[object]:
    """Records of parallel lists: one per label, None where a list is shorter than the labels."""
    columns: dict[str, Sequence[object]] = {"label": labels, **series}
    padded = zip_longest(*(values[: len(labels)] for values in columns.values()))
    return [dict(zip(columns, values, strict=True)) for values in padded]


def issues_of(tables: Mapping[str, Rows], *, most: int | None = None) -> ImportIssues:
    """The rejections of all tables in table order, the first ``most`` of them word for word."""
    rejected = [item for rows in tables.values() for item in rows.rejected]
    flagged = [item for rows in tables.values() for item in rows.flagged]
    return ImportIssues.of(rejected, flagged, most=most)


def parsed(tables: Mapping[str, Rows], *, as_of: datetime | None = None) -> Parsed:
    """The finished tables, with the rejections of all of them in table order."""
    return Parsed(
        tables={name: rows.frame.reset_index(drop=True) for name, rows in tables.items()},
        issues=issues_of(tables),
        as_of=as_of,
    )
