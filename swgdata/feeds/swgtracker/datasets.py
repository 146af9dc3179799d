"""exports/manifest.json and the three datasets it names."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Final

from swgdata.errors import FeedMalformed
from swgdata.feeds.coerce import moment, trimmed
from swgdata.feeds.json_body import decode_object, kind
from swgdata.feeds.model import DatasetFeed, Parsed, Reader
from swgdata.feeds.records import Column, Columns, json_feed, parsed, read_rows
from swgdata.feeds.swgtracker import resources, schematics

_LARGE: Final = 512 << 20
_SMALL: Final = 64 << 20
_BLOCK: Final = 1 << 17


def _parse_dataset(body: bytes, *, read: Reader, tables: Mapping[str, Mapping[str, str]]) -> Parsed:
    """A whole document at once, for bytes that are at hand; the store reads streams."""
    from swgdata.feeds.arrow import frame

    reading = read(_blocks(body))
    frames = {name: frame(reading.tables[name], columns) for name, columns in tables.items()}
    return Parsed(frames, reading.issues)


def _blocks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _BLOCK):
        yield body[start : start + _BLOCK]


def _export(
    name: str, read: Reader, tables: Mapping[str, Mapping[str, str]], *, limit: int
) -> DatasetFeed:
    return DatasetFeed(
        name=name,
        path=f"/exports/{name}.json",
        fresh_for=timedelta(hours=1),
        parse=partial(_parse_dataset, read=read, tables=tables),
        tables=tables,
        export=name,
        read=read,
        limit=limit,
    )


RESOURCES: Final = _export(
    "resources", resources.read_resources, {"resources": resources.DTYPES}, limit=_LARGE
)
SCHEMATICS: Final = _export(
    "schematics", schematics.read_schematics, schematics.SCHEMATIC_TABLES, limit=_SMALL
)
SCHEMATIC_DETAILS: Final = _export(
    "schematic_details", schematics.read_details, schematics.DETAIL_TABLES, limit=_SMALL
)


def _digest(value: object) -> str | None:
    """Hexadecimal in lower case, so that two spellings of one digest are equal."""
    digest = trimmed(value)
    return digest.lower() if digest else None


_COLUMNS: Final[Columns] = {
    "dataset": Column("str", required=True),
    "url": Column("str", read=trimmed),
    "url_gz": Column("str", read=trimmed),
    "bytes": Column("Int64"),
    "bytes_gz": Column("Int64"),
    "sha256": Column("str", read=_digest),
    "count": Column("Int64"),
}


def _parse_manifest(body: bytes) -> Parsed:
    """One row per dataset; an empty entry means that there is none at present."""
    document = decode_object("manifest", body)
    datasets = document.get("datasets")
    if datasets == []:  # PHP's empty map
        datasets = {}
    if not isinstance(datasets, dict):
        raise FeedMalformed("manifest", f"expected an object under datasets, got {kind(datasets)}")
    records = [
        entry | {"dataset": name} if isinstance(entry, dict) else entry
        for name, entry in datasets.items()
        if entry
    ]
    rows = read_rows(records, _COLUMNS)
    return parsed({"manifest": rows}, as_of=moment(document.get("generated_at")))


MANIFEST: Final = json_feed(
    "manifest",
    timedelta(hours=1),
    _parse_manifest,
    {"manifest": _COLUMNS},
    path="/exports/manifest.json",
)
