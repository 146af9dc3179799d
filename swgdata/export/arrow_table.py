"""Turn a frame into an Arrow table; missing values are the same in every format."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Set
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_HALVES: Final = re.compile("[\ud800-\udfff]")


def table(frame: pd.DataFrame) -> pa.Table:
    """Turn ``frame`` into an Arrow table with its columns, types and row order, without the index.

    NaN and infinities become null. A column of Python objects keeps its scalars or lists if they
    are of one type; else each value that is not text becomes JSON text.
    """
    objects = [name for name in frame.columns if frame[name].dtype == object]
    arrow = pa.Table.from_pandas(
        frame.assign(**{name: _settled(frame[name]) for name in objects}), preserve_index=False
    )
    for index, column in enumerate(arrow.columns):
        if pa.types.is_floating(column.type):
            finite = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
            arrow = arrow.set_column(index, arrow.field(index), finite)
    return arrow


def plain(value: object) -> object:
    """Say ``value`` in the words of JSON: None, bool, int, float, str, list and dict.

    What has no value (NaN, an infinity, ``pd.NA``, ``pd.NaT``) is None; half a surrogate pair,
    which UTF-8 cannot hold, is U+FFFD; an aware time is ISO-8601 UTC; the unknown is its ``str``.
    """
    match value:
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case Set():
            return sorted(map(plain, value), key=str)
        case list() | tuple() | np.ndarray():
            return [plain(item) for item in value]
        case np.generic():
            return _scalar(value.item())
        case _:
            return _scalar(value)


def _scalar(value: object) -> bool | int | float | str | None:
    match value:
        case None | bool() | int():
            return value
        case float():
            return float(value) if math.isfinite(value) else None
        case _ if value is pd.NA or value is pd.NaT:
            return None
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            return _HALVES.sub("\ufffd", str(value))


def as_json(value: object) -> str:
    """Spell ``value`` as strict JSON on one line."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)


def _settled(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Bring an object column to values of one type that Arrow can hold."""
    values = [plain(value) for value in column]
    if not _is_uniform(values):
        values = [_as_text(value) for value in values]
    return pd.Series(values, index=column.index, dtype=object)


def _is_uniform(values: Iterable[object]) -> bool:
    """Tell whether Arrow takes ``values`` as scalars, or as lists of scalars, of one type."""
    try:
        kind = pa.array(values).type
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return False
    return not pa.types.is_nested(kind.value_type if pa.types.is_list(kind) else kind)


def _as_text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else as_json(value)
