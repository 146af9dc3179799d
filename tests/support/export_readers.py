"""Readers of our own exports, written apart from the writers: bytes -> plain Python columns."""

import csv
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any, Final
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
from openpyxl.utils.escape import unescape

from swgdata.export.formula_escape import restore

Columns = dict[str, list[Any]]
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FIELD: Final = re.compile(r'("(?:[^"]|"")*"|[^",\n]*)([,\n])')


def reopen(body: bytes, extension: str, frame: pd.DataFrame) -> Columns:
    """Read ``body``; ``frame`` tells the kinds of the columns, never their values."""
    kinds = {name: kind_of(frame[name]) for name in frame.columns}
    return _READERS[extension](body, kinds)


def expected(frame: pd.DataFrame, extension: str) -> Columns:
    """What ``frame`` should open to, given what the format cannot tell apart."""
    changes: list[Callable[[Any], Any]] = []
    if extension in ("csv", "xlsx"):
        changes.append(_joined)
    if extension in ("xlsx", "xml"):
        changes.append(_without_controls)
    if extension == "xlsx":
        changes.append(lambda value: value or None if isinstance(value, str) else value)
    columns = {}
    for name in frame.columns:
        values = [_plain(value, kind_of(frame[name])) for value in frame[name]]
        for change in changes:
            values = [change(value) for value in values]
        columns[name] = values
    return columns


def kind_of(column: "pd.Series[Any]") -> str:
    """Name the kind of a column: text, list, flag, time, whole, float32 or float64."""
    name = str(column.dtype)
    kinds = {"bool": "flag", "boolean": "flag", "object": "list", "str": "text", "category": "text"}
    if name.startswith("datetime64"):
        return "time"
    return kinds.get(name, "whole" if "int" in name.lower() else name.lower())


def refuse(word: str) -> None:
    """Fail on NaN, Infinity and -Infinity in JSON."""
    raise AssertionError(f"{word} is not JSON")


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item, kind) for item in value]
    if pd.isna(value):
        return None
    return value.to_pydatetime() if kind == "time" else getattr(value, "item", lambda: value)()


def _joined(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return value
    return "|".join("" if item is None else str(item) for item in value)


def _without_controls(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_without_controls(item) for item in value]
    return _ILLEGAL.sub("", value) if isinstance(value, str) else value


def _value(text: str, kind: str) -> Any:
    readers: dict[str, Callable[[str], Any]] = {
        "flag": {"true": True, "false": False}.__getitem__,
        "whole": int,
        "float64": float,
        "float32": lambda number: float(np.float32(number)),
        "time": datetime.fromisoformat,
    }
    return readers[kind](text) if kind in readers else text


def _csv(body: bytes, kinds: Mapping[str, str]) -> Columns:
    text = body.decode()
    fields, rows = [], []
    for field, end in _FIELD.findall(text):
        fields.append(field)
        if end == "\n":
            rows.append(fields)
            fields = []
    plain = [
        [field[1:-1].replace('""', '"') if field[:1] == '"' else field for field in row]
        for row in rows
    ]
    assert plain == [row or [""] for row in csv.reader(StringIO(text, newline=""))]

    def value(field: str, read: str, kind: str) -> Any:
        quoted = field.startswith('"')
        assert quoted == (kind in ("text", "list")) or not read
        if not field or (not read and kind not in ("text", "list")):
            return None
        return _value(restore(read) if quoted else read, kind)

    values = [
        [value(*cell) for cell in zip(row, read, kinds.values(), strict=True)]
        for row, read in zip(rows[1:], plain[1:], strict=True)
        if kinds
    ]
    return _columns([restore(name) for name in plain[0] if kinds], values)


def _json(body: bytes, kinds: Mapping[str, str]) -> Columns:
    rows = json.loads(body, parse_constant=refuse)["data"]
    for row in rows:
        assert list(row) == list(kinds)

    def value(read: Any, kind: str) -> Any:
        return _value(str(read), kind) if read is not None and kind in ("time", "float32") else read

    return _columns(
        list(kinds), [[value(row[name], kinds[name]) for name in kinds] for row in rows]
    )


def _parquet(body: bytes, kinds: Mapping[str, str]) -> Columns:
    columns: Columns = pq.read_table(BytesIO(body)).to_pydict()
    assert list(columns) == list(kinds)
    return columns


def _xlsx(body: bytes, kinds: Mapping[str, str]) -> Columns:
    header, *rows = list(openpyxl.load_workbook(BytesIO(body))["data"].iter_rows()) or [()]

    def value(cell: Any, kind: str) -> Any:
        assert cell.data_type != "f"
        assert cell.hyperlink is None
        if isinstance(cell.value, str):
            return _value(unescape(cell.value), kind) or None
        if kind == "float32" and cell.value is not None:
            return float(np.float32(cell.value))
        return cell.value.replace(tzinfo=UTC) if kind == "time" and cell.value else cell.value

    values = [[value(*cell) for cell in zip(row, kinds.values(), strict=True)] for row in rows]
    return _columns([cell.value for cell in header], values)


def _xml(body: bytes, kinds: Mapping[str, str]) -> Columns:
    root = ET.fromstring(body)  # noqa: S314 - our own bytes
    names = (root.get("columns") or "").split()

    def value(element: ET.Element, kind: str) -> Any:
        if element.get(_NIL) == "true":
            return None
        if kind == "list":
            return [
                value(item, "float64" if element.tag == "spark" else "text") for item in element
            ]
        return _value(element.text or "", kind)

    for row in root:
        assert [element.tag for element in row] == names
    return _columns(names, [[value(cell, kinds[cell.tag]) for cell in row] for row in root])


def _columns(names: list[str], rows: list[list[Any]]) -> Columns:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


_READERS: Final[Mapping[str, Callable[[bytes, Mapping[str, str]], Columns]]] = {
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "xml": _xml,
}
