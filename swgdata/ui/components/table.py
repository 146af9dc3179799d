"""Draw a table: safe text, typed columns, the first rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.memoize import IdentityKey
from swgdata.export.formula_escape import RISKY, neutralise
from swgdata.ui.text import CONTROLS, cut, label, plain

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS: Final = 500
"""Rows that travel to the browser; the downloads have all."""
CELL_LENGTH: Final = 200
_SHARED: Final = 2_000  # rows of a table that may be the same for many visitors
_ODD: Final = f"{RISKY}|{CONTROLS}"
_TIME: Final = "YYYY-MM-DD HH:mm"
_TALL: Final = 35 * 11  # header and ten rows, in pixels
ColumnOverrides = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PreparedTable:
    """Rows made ready once, of which each visitor is shown some.

    Attributes:
        rows: Safe to read, as ``readable`` leaves them.
        columns: Column -> its type, as ``configured`` chooses it.
    """

    rows: "pa.Table"
    columns: Mapping[str, Any]

    def __len__(self) -> int:
        """How many rows."""
        return int(self.rows.num_rows)


def data_table(
    frame: pd.DataFrame | PreparedTable,
    *,
    alt: str,
    columns: ColumnOverrides | None = None,
    notes: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
    height: int | None = None,
    total: int | None = None,
    select: Mapping[str, Any] | None = None,
) -> None:
    """Draw the first ``MOST_ROWS`` rows of ``frame``."""
    if isinstance(frame, PreparedTable):
        shown, types = frame.rows, frame.columns
    else:
        shown = (
            readable(frame.head(MOST_ROWS))
            if len(frame) > _SHARED
            else _readable(IdentityKey(frame))
        )
        types = configured(shown, columns=columns or {}, notes=notes or {}, zone=zone)
    rows = 35 * (len(shown) + 1) + 3
    st.dataframe(
        shown,
        hide_index=True,
        column_config=types,
        placeholder="—",
        height=height or min(rows, _TALL),
        alt=alt,
        **(select or {}),
    )
    of = len(frame) if total is None else total
    if of > len(shown):
        st.caption(f"Showing {len(shown)} of {of:,} rows; the downloads have all of them.")


def picking(key: str, on_pick: Callable[[int], None]) -> dict[str, Any]:
    """Let one row be selected; the whole page follows, not only the card."""

    def picked() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            on_pick(int(rows[0]))
            st.rerun()

    return {"key": key, "on_select": picked, "selection_mode": "single-row"}


@lru_cache(maxsize=16)  # what all visitors begin with; it holds on to the frames
def _readable(same: IdentityKey[pd.DataFrame]) -> pd.DataFrame:
    return readable(same.value.head(MOST_ROWS))


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Cut overlong text, drop control characters, and neutralise what a spreadsheet would run.

    The grid's own toolbar can save and copy what is shown, so it needs the care of an export.
    """
    fixed = {}
    texts = {column: _words(values) for column, values in frame.items() if _is_text(values)}
    for column in texts if _has_odd(texts.values()) else ():
        if _has_odd([texts[column]]):
            text = frame[column].astype("str")
            odd = text.str.contains(_ODD, regex=True, na=False) | (text.str.len() > CELL_LENGTH)
            fixed[column] = text.mask(odd, text[odd].map(_cell))
    for column, values in frame.items():
        if pd.api.types.is_object_dtype(values.dtype) and _has_odd_items(values):
            fixed[column] = values.map(_loose, na_action="ignore")
    return frame.assign(**{str(column): values for column, values in fixed.items()})


def _is_text(values: "pd.Series[Any]") -> bool:
    return isinstance(values.dtype, (pd.StringDtype, pd.CategoricalDtype))


def _words(values: "pd.Series[Any]") -> "pa.Array":
    """The texts of a column as Arrow has them; of a category each word once."""
    import pyarrow as pa

    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return pa.array(dtype.categories.astype("str").array).cast(pa.large_string())
    return pa.array(values.array).cast(pa.large_string())


def _has_odd(columns: "Iterable[pa.Array]") -> bool:
    """Whether any text needs care: asked of Arrow at once, since hardly any ever does."""
    import pyarrow as pa
    from pyarrow import compute

    text = pa.chunked_array(list(columns), type=pa.large_string())
    if compute.any(compute.match_substring_regex(text, _ODD)).as_py():
        return True
    return bool((compute.max(compute.utf8_length(text)).as_py() or 0) > CELL_LENGTH)


def _has_odd_items(values: "pd.Series[Any]") -> bool:
    distinct = {id(value): value for value in values}.values()  # lists repeat, and are shared
    cells = (value if isinstance(value, (list, tuple)) else (value,) for value in distinct)
    texts = {item for cell in cells for item in cell if isinstance(item, str)}
    return any(_cell(text) != text for text in texts)


@lru_cache(maxsize=4096)  # chips and planets repeat, and so do pages
def _cell(value: str) -> str:
    return neutralise(cut(value, CELL_LENGTH))


def _loose(value: Any) -> Any:
    if isinstance(value, str):
        return _cell(value)
    if isinstance(value, (list, tuple)):
        return [_cell(item) if isinstance(item, str) else item for item in value]
    return value


def configured(
    frame: pd.DataFrame,
    *,
    columns: ColumnOverrides,
    notes: Mapping[str, str],
    zone: tzinfo | None = None,
) -> dict[str, Any]:
    """Choose a column type for each column, by its values; ``columns`` wins."""
    chosen: dict[str, Any] = {}
    for column in frame.columns:
        if column in columns and not isinstance(columns[column], str):
            chosen[column] = columns[column]
            continue
        title = columns.get(column) or label(column)
        why = plain(notes[column], length=300) if column in notes else None
        chosen[column] = _typed(frame[column], title, why, zone)
    return chosen


def _typed(values: "pd.Series[Any]", title: str, why: str | None, zone: tzinfo | None) -> Any:
    config, dtype, name = st.column_config, values.dtype, str(values.name)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return config.DatetimeColumn(title, help=why, format=_TIME, timezone=str(zone or "UTC"))
    if pd.api.types.is_bool_dtype(dtype):
        return config.CheckboxColumn(title, help=why)
    if pd.api.types.is_numeric_dtype(dtype):
        if name.endswith("_pct"):
            return config.ProgressColumn(
                title, help=why, min_value=0, max_value=100, format="%.0f %%"
            )
        return config.NumberColumn(title, help=why, format="localized")
    if pd.api.types.is_object_dtype(dtype):
        return _listed(values, title, why)
    return config.TextColumn(title, help=why, pinned=name == "name")


def _listed(values: "pd.Series[Any]", title: str, why: str | None) -> Any:
    """Lists of numbers are drawn as a line, other lists as chips."""
    first = next((value for value in values if isinstance(value, (list, tuple)) and value), None)
    if first is None:
        return st.column_config.Column(title, help=why)
    if isinstance(first[0], str):
        return st.column_config.ListColumn(title, help=why)
    return st.column_config.LineChartColumn(title, help=why)
