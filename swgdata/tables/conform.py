"""Hold a built frame to its table's columns, types and order, and say why values are null."""

from collections.abc import Mapping
from typing import Any, Final

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
    rows = frame.reset_index(drop=True)
    columns = {name: _typed(rows, name, dtype) for name, dtype in schema.items()}
    return pd.DataFrame(columns, index=rows.index)


def _typed(rows: pd.DataFrame, name: str, dtype: Any) -> "pd.Series[Any]":
    values: Any = rows.get(name)
    if values is None:
        values = pd.Series(None, index=rows.index, dtype=dtype)
    # Most are right already, and a cast that changes nothing costs as much as one that does.
    typed: pd.Series[Any] = values if values.dtype == dtype else values.astype(dtype)
    return typed


def notes(table: Table, built: Built, frame: pd.DataFrame) -> dict[str, str]:
    """Column -> why it holds nulls, for the columns that do or, as a whole, are unknown."""
    told = dict(built.notes)
    for name in table.columns:
        if name not in built.frame.columns:
            told.setdefault(name, NOT_OFFERED)
        elif frame[name].isna().any():
            told.setdefault(name, table.nulls.get(name, _NOT_TOLD))
    return {name: told[name] for name in table.columns if name in told}
