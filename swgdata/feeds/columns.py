"""Declared columns: dtype, key and coercion of each, once for contract, parser and test."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from swgdata.feeds.coerce import decimal, flag, flag_or_none, moment, text, whole

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

    def value(self, found: Iterable[object]) -> Any:  # the dtype decides
        """The first of the values found that can be read and fits, else None."""
        read = self.read or _READERS[self.dtype]
        return next((value for value in map(read, found) if self._fits(value)), None)

    def complaint(self, value: object, found: Iterable[object]) -> str:
        """What was expected, where something stands that cannot be used; else ""."""
        if value is not None:
            return ""
        if self.required:
            return f"expected {'text' if self.dtype == 'str' else 'a value'}"
        if self.dtype not in _LIMITS or all(raw is None or raw == "" for raw in found):
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
