"""Write Excel workbooks.

Text is text whatever it looks like, never a formula or a link; control characters that XML
cannot hold are removed. Dates are real dates in UTC. Lists are text joined with ``|``. An empty
text and a missing value are both an empty cell.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from swgdata.errors import SwgError
from swgdata.export.arrow_table import as_json, plain, table
from swgdata.export.arrow_text import is_list, is_text, spell
from swgdata.export.csv import joined
from swgdata.export.xml import ILLEGAL

MOST_ROWS: Final = 50_000
_EXACT: Final = 2**53  # Excel's numbers are doubles: a larger whole number would change
_DATES: Final = (61.0, 2_958_466.0)  # from 1900-03-01 to 9999-12-31, in days of Excel
_EPOCH: Final = 25_569  # 1970-01-01 in days of Excel
_MS_PER_DAY: Final = 86_400_000
_CREATED: Final = datetime(1980, 1, 1, tzinfo=UTC)  # no clock: same input, same bytes
_LONGEST: Final = 32_767  # UTF-16 units in a cell
_AT_A_TIME: Final = 2_048
_ILLEGAL: Final = re.compile(ILLEGAL)
_OPTIONS: Final = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


class _Exact(float):
    """A number xlsxwriter writes with all its digits: its own 16 change some at the last."""

    def __format__(self, spec: str) -> str:
        return float.__repr__(self)


def write(frame: pd.DataFrame, meta: Mapping[str, object]) -> bytes:
    """Write ``frame`` as an Excel workbook.

    A whole number beyond 2**53 and a time Excel has no date for are text, so that nothing
    changes; a text over 32,767 characters is cut there, which is all a cell holds.

    Raises:
        SwgError: More than 50,000 rows, or no room for Excel's temporary files.
    """
    if len(frame) > MOST_ROWS:
        raise SwgError(
            f"An Excel file holds at most {MOST_ROWS:,} rows here and this table has"
            f" {len(frame):,}: narrow the filters, or take CSV or Parquet."
        )
    arrow, buffer = table(frame), BytesIO()
    try:
        # A folder of our own: what a failed attempt leaves behind goes with it.
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            book = xlsxwriter.Workbook(buffer, {**_OPTIONS, "tmpdir": folder})
            book.set_properties({"created": _CREATED})
            _write_data(book, arrow)
            _write_about(book, meta)
            book.close()
    except (OSError, FileCreateError) as error:
        raise SwgError(
            "An Excel file needs room for temporary files and there is none: take CSV instead."
        ) from error
    return buffer.getvalue()


def _write_data(book: Any, arrow: pa.Table) -> None:
    sheet = book.add_worksheet("data")
    sheet.freeze_panes(1, 0)
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    general = book.add_format()
    styles = [moment if pa.types.is_timestamp(kind) else general for kind in arrow.schema.types]
    _write_row(sheet, 0, arrow.column_names, styles)
    line = 1
    for batch in arrow.to_batches(max_chunksize=_AT_A_TIME):
        for row in zip(*map(_values, batch.columns), strict=True):
            _write_row(sheet, line, row, styles)
            line += 1


def _write_about(book: Any, meta: Mapping[str, object]) -> None:
    sheet = book.add_worksheet("about")
    for line, (key, value) in enumerate(meta.items()):
        known = plain(value)
        text = known if known is None or isinstance(known, str) else as_json(known)
        _write_row(sheet, line, (key, text), (None, None))


def _write_row(sheet: Any, line: int, row: Iterable[object], styles: Iterable[Any]) -> None:
    for index, (value, style) in enumerate(zip(row, styles, strict=True)):
        match value:
            case None if index == 0:  # so that a row with nothing in it is still a row
                sheet.write_blank(line, index, None, style)
            case None:
                continue
            case str():
                _write_text(sheet, line, index, _ILLEGAL.sub("", value))
            case bool():
                sheet.write_boolean(line, index, value)
            case _:
                sheet.write_number(line, index, value, style)


def _write_text(sheet: Any, line: int, column: int, text: str) -> None:
    if len(text) > _LONGEST // 2:
        text = text.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    if text.startswith("<r>") and text.endswith("</r>"):
        # xlsxwriter takes such a text for finished XML and would write it unescaped: a cell, or
        # a formula, of the sender's choice. In pieces (it wants three) each is escaped.
        sheet.write_rich_string(line, column, text[:1], text[1:2], text[2:])
    else:
        sheet.write_string(line, column, text)


def _values(column: pa.Array) -> list[object]:
    """Bring one column to text, flags and numbers as Excel has them; None where missing."""
    kind = column.type
    if is_list(kind):
        return list(joined(column).to_pylist())
    if pa.types.is_timestamp(kind):
        return _dates(column)
    if pa.types.is_integer(kind):
        numbers = column.to_pylist()
        return [n if n is None or abs(n) <= _EXACT else str(n) for n in numbers]
    if pa.types.is_floating(kind):
        numbers = spell(column).cast(pa.float64()).to_pylist()  # 0.1 as float32 stays 0.1
        return [None if n is None else _Exact(n) for n in numbers]
    return list((spell(column) if is_text(kind) else column).to_pylist())


def _dates(column: pa.Array) -> list[object]:
    first, end = _DATES
    counts = column.cast(pa.timestamp("ms", "UTC"), safe=False).cast(pa.int64()).to_pylist()
    days = [None if count is None else count / _MS_PER_DAY + _EPOCH for count in counts]
    texts = spell(column).to_pylist()
    return [
        day if day is None or first <= day < end else text
        for day, text in zip(days, texts, strict=True)
    ]
