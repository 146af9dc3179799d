"""The three dataset files and their manifest."""

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from threading import Lock
from typing import Final

from swgdata.sources.sample import generators, resources
from swgdata.sources.sample.reply import JSON, Reply
from swgdata.sources.sample.schematics import Schematics
from swgdata.sources.sample.spawns import Timetable

NAMES: Final = ("resources", "schematics", "schematic_details")
_GZIP: Final = 31  # zlib's window bits for a gzip file


@dataclass(frozen=True, slots=True)
class Export:
    """One file, kept as its gzip only.

    Attributes:
        packed: Gzip of the JSON.
        size: Bytes of the JSON.
        sha256: Digest of the JSON, lower-case hex.
        count: Rows in it.
    """

    packed: bytes
    size: int
    sha256: str
    count: int

    def reply(self, *, packed: bool) -> Reply:
        """Send the file: the ``.gz`` as the static file it is, or the JSON unpacked on the way."""
        kind, size = ("application/gzip", len(self.packed)) if packed else (JSON, self.size)
        tag = f'"{self.sha256[:32]}{"-gz" if packed else ""}"'
        headers = {"Content-Type": kind, "Content-Length": str(size), "ETag": tag}
        return Reply(HTTPStatus.OK, headers, self.packed, packed=not packed)


def packed(pieces: Iterable[bytes], *, count: int) -> Export:
    """Digest and compress in one pass, so that the JSON never stands whole in memory."""
    digest, press, size = hashlib.sha256(), zlib.compressobj(6, wbits=_GZIP), 0
    found: list[bytes] = []
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        found.append(press.compress(piece))
    found.append(press.flush())
    return Export(b"".join(found), size, digest.hexdigest(), count)


class Exports:
    """The exports of a galaxy, made anew once per UTC day and kept until the next."""

    def __init__(self, seed: int, timetable: Timetable) -> None:
        self._timetable = timetable
        self._seed = seed
        self._kept: dict[str, tuple[int, Export]] = {}
        self._lock = Lock()

    def file(self, name: str, moment: datetime) -> Export:
        """Give one of ``NAMES`` as of the day of ``moment``; many may ask, one makes it."""
        day = generators.floor(moment, generators.DAY)
        with self._lock:
            made, kept = self._kept.get(name, (-1, None))
            if kept is None or made != day:
                kept = self._made(name, day)
                self._kept[name] = (day, kept)
            return kept

    def _made(self, name: str, day: int) -> Export:
        if name == "resources":
            return packed(resources.export(self._timetable, day), count=self._timetable.rows)
        schematics = Schematics(self._seed)
        if name == "schematics":
            return packed([schematics.lists()], count=len(schematics.rows))
        return packed([schematics.recipes()], count=len(schematics.details))

    def manifest(self, moment: datetime) -> dict[str, object]:
        """Answer ``/exports/manifest.json``."""
        datasets = {}
        for name in NAMES:
            export = self.file(name, moment)
            datasets[name] = {
                "url": f"/exports/{name}.json",
                "url_gz": f"/exports/{name}.json.gz",
                "bytes": export.size,
                "bytes_gz": len(export.packed),
                "sha256": export.sha256,
                "count": export.count,
            }
        return {"generated_at": generators.floor(moment, generators.DAY), "datasets": datasets}
