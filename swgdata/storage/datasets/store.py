"""DatasetStore: whole versions, atomic, pruned.

One file per table and version, ``<name>.<table>-<sha12>.arrow``. Each names all tables of its
version, so that a version cut short by a crash is recognised and passed over.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from swgdata.storage import files as storage_files
from swgdata.storage.datasets import arrow_file
from swgdata.storage.datasets.arrow_file import FORMAT, Damaged, DatasetVersion, FileLabel, Noticed

if TYPE_CHECKING:
    import pyarrow as pa

KEPT_VERSIONS: Final = 2
KEPT_DAYS: Final[Mapping[str, int]] = {"resources": 8}

"""Export -> so many days keep their last version too: eight of them show a week of changes."""

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """One whole version on disk: what its files say of it, and where they are."""

    label: FileLabel
    files: Mapping[str, Path]


def came(version: FileLabel | DatasetVersion) -> datetime:
    """When a version came. One from the future came while a clock was wrong: it is the oldest."""
    future = version.received_at > datetime.now(UTC)
    return _LONG_AGO if future else version.received_at


def staying(name: str, versions: list[Version]) -> list[Version]:
    """The newest few, and the last one of each of the newest days (UTC).

    Args:
        name: The export.
        versions: All of it, newest first.
    """
    last: dict[date, Version] = {}
    for version in versions:
        last.setdefault(version.label.as_of.astimezone(UTC).date(), version)
    daily = [id(version) for version in list(last.values())[: KEPT_DAYS.get(name, 0)]]
    return [
        version
        for place, version in enumerate(versions)
        if place < KEPT_VERSIONS or id(version) in daily
    ]


log = logging.getLogger(__name__)


class DatasetStore:
    """The stored versions of all exports in one folder. Any thread may use it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing = threading.Lock()
        self._opened: dict[tuple[str, str], tuple[object, DatasetVersion]] = {}
        self._unwritten: dict[str, DatasetVersion] = {}

    def open(self, name: str, *, sha256: str | None = None) -> DatasetVersion | None:
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
        found: dict[str, list[tuple[FileLabel, Path]]] = defaultdict(list)
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
    ) -> DatasetVersion:
        """Write a version beside those there are, put it in place, and remove the oldest.

        The arguments are the attributes of `Stored`; ``rows`` are by default those of the first
        table. What cannot be written is kept in memory, so that it need not be fetched again.
        """
        label = FileLabel(
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
                self._unwritten[name] = DatasetVersion.labelled(label, tables, on_disk=False)
                return self._unwritten[name]
            self._unwritten.pop(name, None)
            self._prune(name)
        return stored

    def clear(self, name: str) -> int:
        """Remove every version of an export; returns how many there were."""
        with self._writing:
            digests = {version.label.sha256 for version in self.versions(name)}
            for path in self._folder.glob(f"{name}.*.arrow"):
                storage_files.remove(path)
            for key in [key for key in self._opened if key[0] == name]:
                del self._opened[key]
            in_memory = self._unwritten.pop(name, None)
        return len(digests | ({in_memory.sha256} if in_memory else set()))

    def _write(self, label: FileLabel, tables: Mapping[str, "pa.Table"]) -> Version:
        storage_files.private_folder(self._folder)
        turn, files = uuid4().hex[:8], {}
        for table in tables:
            path = self._folder / f"{label.name}.{table}-{label.sha256[:12]}.arrow"
            files[table] = (path.with_name(f"{path.name}.{turn}.tmp"), path)
        try:
            for table, values in tables.items():
                arrow_file.write(files[table][0], values, label.of(table))
            for beside, path in files.values():
                beside.replace(path)
        finally:
            for beside, _ in files.values():
                storage_files.remove(beside)
        storage_files.settle(self._folder)
        return Version(label, {table: path for table, (_, path) in files.items()})

    def _checked(self, version: Version) -> DatasetVersion | None:
        """The version, if every file is what was once written."""
        try:
            return self._mapped(version)
        except Damaged as error:
            _set_aside(error)
        except OSError:  # pruned meanwhile, or not to be opened now
            pass
        return None

    def _mapped(self, version: Version, *, check: bool = True) -> DatasetVersion:
        key = (version.label.name, version.label.sha256)
        seen = list(map(_state, version.files.values()))
        known = self._opened.get(key)
        if known is not None and known[0] == seen:
            return known[1]
        tables = {
            table: arrow_file.read(version.files[table], check=check)
            for table in version.label.tables
        }
        stored = DatasetVersion.labelled(version.label, tables)
        self._opened[key] = (seen, stored)
        return stored

    def _prune(self, name: str) -> None:
        """Remove versions beyond the last few, remains of writers that died, and our memory."""
        versions = self.versions(name)
        kept = staying(name, versions)
        needed = {path for version in kept for path in version.files.values()}
        older = {path for version in versions for path in version.files.values()} - needed
        for path in [*self._folder.glob(f"{name}.*.arrow"), *self._folder.glob("*.tmp")]:
            if path in older or (path not in needed and storage_files.is_abandoned(path)):
                storage_files.remove(path)
        digests = {version.label.sha256 for version in kept}
        for key in [key for key in self._opened if key[0] == name and key[1] not in digests]:
            del self._opened[key]


def _state(path: Path) -> tuple[int, int, int]:
    """What changes whenever a file does."""
    state = path.stat()
    return state.st_ino, state.st_size, state.st_mtime_ns


@lru_cache(maxsize=64)  # asked on every run of a page that shows an export
def _label(path: Path, state: tuple[int, int, int]) -> FileLabel:
    del state
    return arrow_file.read_label(path)


def _set_aside(error: Damaged) -> None:
    log.warning("a damaged dataset is set aside: %s", error)
    storage_files.set_aside(error.path)
