"""Stored exports: memory-mapped Arrow files, of which a reader always sees one whole version.

One file per table and version, ``<name>.<table>-<sha12>.arrow``. Each names all tables of its
version, so that a version cut short by a crash is recognised and passed over.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from swgdata.feeds.arrow import frame
from swgdata.store import arrow_files, housekeeping
from swgdata.store.arrow_files import Damaged
from swgdata.store.labels import FORMAT, Label, Noticed, Stored
from swgdata.store.retention import Version, came, staying

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Datasets", "Noticed", "Stored", "Version", "frame"]

log = logging.getLogger(__name__)


class Datasets:
    """The stored versions of all exports in one folder. Any thread may use it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing = threading.Lock()
        self._opened: dict[tuple[str, str], tuple[object, Stored]] = {}
        self._unwritten: dict[str, Stored] = {}

    def open(self, name: str, *, sha256: str | None = None) -> Stored | None:
        """The newest whole version, or the one with this digest; None if there is none.

        A damaged file is set aside, and the version before it takes its place. The same version
        is the same object every time, and its files are checked once.
        """
        held = self._unwritten.get(name)
        if held is not None and sha256 == held.sha256:
            return held
        for version in self.versions(name):
            if held is not None and sha256 is None and came(held) > came(version.label):
                return held
            if sha256 in (None, version.label.sha256):
                stored = self._checked(version)
                if stored is not None:
                    return stored
        return held if sha256 is None else None

    def versions(self, name: str) -> list[Version]:
        """Every whole version on disk, newest first; files that cannot be read are set aside."""
        found: dict[str, list[tuple[Label, Path]]] = defaultdict(list)
        for path in self._folder.glob(f"{name}.*.arrow"):
            try:
                label = _label(path, _state(path))
            except Damaged as error:
                _set_aside(error)
            except OSError:  # pruned meanwhile, or not to be opened now
                continue
            else:
                if label.format == FORMAT:
                    found[label.sha256].append((label, path))
        whole = [
            Version(files[0][0], {label.table: path for label, path in files})
            for files in found.values()
            if {label.table for label, _ in files} >= set(files[0][0].tables)
        ]
        return sorted(whole, key=lambda version: came(version.label), reverse=True)

    def save(
        self,
        name: str,
        tables: Mapping[str, "pa.Table"],
        *,
        sha256: str,
        as_of: datetime,
        received_at: datetime,
        rows: int | None = None,
        noticed: Noticed | None = None,
    ) -> Stored:
        """Write a version beside those there are, put it in place, and remove the oldest.

        The arguments are the attributes of `Stored`; ``rows`` are by default those of the first
        table. What cannot be written is kept in memory, so that it need not be fetched again.
        """
        label = Label(
            name=name,
            table="",
            tables=tuple(tables),
            sha256=sha256.lower(),
            as_of=as_of,
            received_at=received_at,
            rows=next(iter(tables.values())).num_rows if rows is None else rows,
            noticed=noticed or Noticed(),
        )
        with self._writing:
            try:
                version = self._write(label, tables)
                stored = self._mapped(version, check=False)
            except OSError as error:
                log.warning("%s: kept in memory only, the store failed: %s", name, error)
                self._unwritten[name] = Stored.labelled(label, tables, on_disk=False)
                return self._unwritten[name]
            self._unwritten.pop(name, None)
            self._prune(name)
        return stored

    def clear(self, name: str) -> int:
        """Remove every version of an export; returns how many there were."""
        with self._writing:
            digests = {version.label.sha256 for version in self.versions(name)}
            for path in self._folder.glob(f"{name}.*.arrow"):
                housekeeping.remove(path)
            for key in [key for key in self._opened if key[0] == name]:
                del self._opened[key]
            in_memory = self._unwritten.pop(name, None)
        return len(digests | ({in_memory.sha256} if in_memory else set()))

    def _write(self, label: Label, tables: Mapping[str, "pa.Table"]) -> Version:
        housekeeping.private_folder(self._folder)
        turn, files = uuid4().hex[:8], {}
        for table in tables:
            path = self._folder / f"{label.name}.{table}-{label.sha256[:12]}.arrow"
            files[table] = (path.with_name(f"{path.name}.{turn}.tmp"), path)
        try:
            for table, values in tables.items():
                arrow_files.write(files[table][0], values, label.of(table))
            for beside, path in files.values():
                beside.replace(path)
        finally:
            for beside, _ in files.values():
                housekeeping.remove(beside)
        housekeeping.settle(self._folder)
        return Version(label, {table: path for table, (_, path) in files.items()})

    def _checked(self, version: Version) -> Stored | None:
        """The version, if every file is what was once written."""
        try:
            return self._mapped(version)
        except Damaged as error:
            _set_aside(error)
        except OSError:  # pruned meanwhile, or not to be opened now
            pass
        return None

    def _mapped(self, version: Version, *, check: bool = True) -> Stored:
        key = (version.label.name, version.label.sha256)
        seen = list(map(_state, version.files.values()))
        known = self._opened.get(key)
        if known is not None and known[0] == seen:
            return known[1]
        tables = {
            table: arrow_files.read(version.files[table], check=check)
            for table in version.label.tables
        }
        stored = Stored.labelled(version.label, tables)
        self._opened[key] = (seen, stored)
        return stored

    def _prune(self, name: str) -> None:
        """Remove versions beyond the last few, remains of writers that died, and our memory."""
        versions = self.versions(name)
        kept = staying(name, versions)
        needed = {path for version in kept for path in version.files.values()}
        older = {path for version in versions for path in version.files.values()} - needed
        for path in [*self._folder.glob(f"{name}.*.arrow"), *self._folder.glob("*.tmp")]:
            if path in older or (path not in needed and housekeeping.is_abandoned(path)):
                housekeeping.remove(path)
        digests = {version.label.sha256 for version in kept}
        for key in [key for key in self._opened if key[0] == name and key[1] not in digests]:
            del self._opened[key]


def _state(path: Path) -> tuple[int, int, int]:
    """What changes whenever a file does."""
    state = path.stat()
    return state.st_ino, state.st_size, state.st_mtime_ns


@lru_cache(maxsize=64)  # asked on every run of a page that shows an export
def _label(path: Path, state: tuple[int, int, int]) -> Label:
    del state
    return arrow_files.read_label(path)


def _set_aside(error: Damaged) -> None:
    log.warning("a damaged dataset is set aside: %s", error)
    housekeeping.set_aside(error.path)
