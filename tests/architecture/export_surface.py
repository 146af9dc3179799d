"""Every named table in every format, and its rows for each of its parameters."""

import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

import openpyxl
import pyarrow.parquet as pq

import swgdata
from tests.architecture.invoke import invoke

MOST_LINES: Final = 21  # of CSV that are written down, its header among them
_LONG_NUMBER: Final = re.compile(r"-?\d+\.\d{7,}(?:e[+-]?\d+)?")
_DIGITS: Final = 12
_PACKED: Final = {"sync_history": 5}  # the column of sizes, which differ from one zlib to another


def files() -> Iterator[tuple[str, list[str]]]:
    """Name of a table -> what its exports hold."""
    for table in swgdata.TABLES:
        yield table, [*_whole(table), *_asked(table), *_first_rows(table)]


def _whole(table: str) -> Iterator[str]:
    """Rows, provenance, types, and a digest for each format."""
    document = json.loads(_export(table, "json"))
    document["meta"].pop("version")
    for key, value in document["meta"].items():
        yield f"meta {key}: {json.dumps(value, ensure_ascii=False)}"
    yield from (f"stderr: {line}" for line in invoke("export", table).stderr.splitlines())
    schema = pq.read_schema(BytesIO(_export(table, "parquet")))
    yield from (f"column {field.name}: {field.type}" for field in schema)
    for form, read in _READ.items():
        text = read(_export(table, form))
        yield f"{form}: {'opens' if table in _PACKED else _digest(text)}"


def _asked(table: str) -> Iterator[str]:
    """Rows and a digest for each value that a parameter is tried with."""
    for words in _questions(table):
        result = invoke("export", table, *words)
        told = f"{result.stdout.count(chr(10)) - 1} lines"
        if result.exception is not None:
            told = f"refused: {result.exception}"
        elif table not in _PACKED:
            told += f", {_digest(result.stdout)}"
        yield f"with {' '.join(words)}: {told}"


def _questions(table: str) -> Iterator[tuple[str, ...]]:
    for one in swgdata.TABLES[table].parameters:
        for value in _values(one):
            yield (f"--{one.name.replace('_', '-')}", value)
    known = {one.name for one in swgdata.TABLES[table].parameters}
    if {"city", "planet"} <= known:
        yield ("--city", _examples()["city"], "--planet", _examples()["home"])


def _values(parameter: Any) -> list[str]:
    """Values to try a parameter with."""
    if parameter.kind == "choice":
        signed = [f"-{parameter.choices[0]}"] if parameter.signed else []
        return [*parameter.choices, *signed]
    if parameter.kind == "flag":
        return ["true", "false"]
    if parameter.kind in ("whole", "number"):
        low, high = parameter.low or 0, parameter.high
        return [f"{(low + high) // 2:g}" if high and high <= 1000 else f"{low + 7:g}"]
    return [_examples()[parameter.name]]


@cache
def _examples() -> Mapping[str, str]:
    """Names that the galaxy knows, for parameters that are text."""
    city = swgdata.ask("cities").frame.iloc[0]
    guild = swgdata.ask("guilds").frame.iloc[0]
    recipe = swgdata.ask("schematics").frame.iloc[0]
    cities = swgdata.ask("cities").frame["name"].head(2)
    return {
        "planet": "Naboo",
        "location": "Naboo",
        "class_code": "mtl",
        "name": "an",
        "text": "an",
        "faction": "Imperial",
        "specialisation": "Clone Lab",
        "since": "2026-03-17",
        "until": "2026-03-18",
        "zone": "Europe/Berlin",
        "weights": "OQ=66 SR=34",
        "city": str(city["name"]),
        "home": str(city["planet"]),
        "guild": str(guild["tag"]),
        "names": ",".join(cities),
        "profession": str(swgdata.ask("professions").frame["profession"].iloc[0]),
        "schematic": str(recipe["id"]),
    }


def _first_rows(table: str) -> Iterator[str]:
    lines = _rounded(_export(table, "csv").decode()).splitlines()
    yield f"the first of {len(lines)} lines of CSV:"
    for line in lines[:MOST_LINES]:
        cells = line.split(",")
        if table in _PACKED:
            del cells[_PACKED[table]]
        yield ",".join(cells)


@cache
def _export(table: str, form: str) -> bytes:
    result = invoke("export", table, "--format", form)
    assert result.exception is None, (table, form, result.exception)
    return result.stdout_bytes


def _json(body: bytes) -> str:
    return json.dumps(json.loads(body)["data"], ensure_ascii=False)


def _parquet(body: bytes) -> str:
    return json.dumps(pq.read_table(BytesIO(body)).to_pydict(), ensure_ascii=False, default=str)


def _xlsx(body: bytes) -> str:
    with warnings.catch_warnings(action="ignore"):
        book = openpyxl.load_workbook(BytesIO(body))
    values = {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book
    }
    values["about"] = [row for row in values["about"] if row[0] != "version"]
    return json.dumps(values, ensure_ascii=False, default=str)


def _xml(body: bytes) -> str:
    return body.decode().replace(f'"{swgdata.__version__}"', '"VERSION"')


_READ: Final[Mapping[str, Callable[[bytes], str]]] = {
    "csv": bytes.decode,
    "json": _json,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "xml": _xml,
}


def _digest(text: str) -> str:
    return sha256(_rounded(text).encode()).hexdigest()[:24]


def _rounded(text: str) -> str:
    """A text without the digits of its numbers that differ from processor to processor."""
    return _LONG_NUMBER.sub(lambda found: f"{float(found[0]):.{_DIGITS}g}", text)
