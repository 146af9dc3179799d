"""Hold a built frame to its table's columns, types and order, and say why values are null."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from swgdata.tables.inputs import Built
from swgdata.tables.model import Table

NOT_OFFERED: Final = "not offered by this source"
_NOT_TOLD: Final = "the feed does not tell"


def conform(frame: pd.DataFrame, schema: Mapping[str, Any]) -> pd.DataFrame:
    """Give exactly the columns of the schema; a column the frame lacks becomes all null.

    Returns:
        A new frame, rows in order, index from 0.
    """
    dtypes = dict(zip(frame.columns, frame.dtypes, strict=True))
    if frame.columns.is_unique and all(dtypes.get(name) == kind for name, kind in schema.items()):
        whole = frame if list(dtypes) == list(schema) else frame[list(schema)]
        return whole.reset_index(drop=True)  # shared with the feed until someone assigns into it
    given = dict(frame.items())
    index = pd.RangeIndex(len(frame))
    columns = {name: _typed(given.get(name), dtype, index) for name, dtype in schema.items()}
    return pd.DataFrame(columns, index=index, copy=False)


def _typed(values: "pd.Series[Any] | None", dtype: Any, index: pd.RangeIndex) -> Any:
    if values is None:
        return pd.Series(None, index=index, dtype=dtype)
    # Most are right already, and a cast that changes nothing costs as much as one that does.
    typed = values if values.dtype == dtype else values.astype(dtype)
    return typed.set_axis(index)  # shared with the feed until someone assigns into it


def notes(table: Table, built: Built, frame: pd.DataFrame) -> dict[str, str]:
    """Column -> why it holds nulls, for the columns that do or, as a whole, are unknown."""
    told = dict(built.notes)
    given = frozenset(built.frame.columns)
    for name, values in frame.items():
        if name not in given:
            told.setdefault(str(name), NOT_OFFERED)
        elif name not in told and _has_null(values):
            told[str(name)] = table.nulls.get(str(name), _NOT_TOLD)
    return {name: told[name] for name in table.columns if name in told}


def _has_null(values: "pd.Series[Any]") -> bool:
    is_whole = isinstance(values.dtype, np.dtype) and values.dtype.kind in "biu"
    return not is_whole and bool(values.array.isna().any())
