"""The three digest-gated exports of swgtracker.com, named in its manifest (``feeds.md`` 1.1)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Final

from swgdata.feeds import Parsed
from swgdata.feeds.reading import Export, Reader
from swgdata.feeds.swgtracker import resources, schematic_details, schematics

_LARGE: Final = 512 << 20
_SMALL: Final = 64 << 20
_BLOCK: Final = 1 << 17


def _parse(body: bytes, *, read: Reader, tables: Mapping[str, Mapping[str, str]]) -> Parsed:
    """A whole document at once, for bytes that are at hand; the store reads streams."""
    from swgdata.feeds.arrow import frame

    reading = read(_blocks(body))
    frames = {name: frame(reading.tables[name], columns) for name, columns in tables.items()}
    return Parsed(frames, reading.refused, flagged=reading.flagged)


def _blocks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _BLOCK):
        yield body[start : start + _BLOCK]


def _export(
    name: str, read: Reader, tables: Mapping[str, Mapping[str, str]], *, limit: int
) -> Export:
    return Export(
        name=name,
        path=f"/exports/{name}.json",
        fresh_for=timedelta(hours=1),
        parse=partial(_parse, read=read, tables=tables),
        tables=tables,
        export=name,
        read=read,
        limit=limit,
    )


RESOURCES: Final = _export(
    "resources", resources.read, {"resources": resources.DTYPES}, limit=_LARGE
)
SCHEMATICS: Final = _export("schematics", schematics.read, schematics.TABLES, limit=_SMALL)
SCHEMATIC_DETAILS: Final = _export(
    "schematic_details", schematic_details.read, schematic_details.TABLES, limit=_SMALL
)
