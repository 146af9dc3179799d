"""The stored versions of datasets: written whole or not at all, checked when read, pruned.

One file per table and version, ``<name>.<table>-<sha12>.arrow``. Each names all tables of its
version, so that a version cut short by a crash is recognised and passed over.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import msgspec
import pandas as pd

from swgdata.errors import FeedUnavailable
from swgdata.feeds.arrow import frame
from swgdata.feeds.model import NO_ISSUES, Feed, ImportIssues
from swgdata.storage import files as storage_files
from swgdata.storage.datasets import arrow_file
from swgdata.storage.datasets.arrow_file import FORMAT, Damaged, FileLabel

if TYPE_CHECKING:
    import pyarrow as pa

KEPT_VERSIONS: Final = 2
# Export -> so many days keep their last version too: eight of them show a week of changes.
KEPT_DAYS: Final[Mapping[str, int]] = {"resources": 8}

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class DatasetVersion:
    """One whole version of an export; the same one is the same object every time.

    Attributes:
        label: What its files say of it.
        files: Table name -> file; none while it could not be written.
        in_memory: Its tables while it could not be written.
    """

    label: FileLabel
    files: Mapping[str, Path] = field(default_factory=dict)
    in_memory: "Mapping[str, pa.Table] | None" = None

    @property
    def sha256(self) -> str:
        """Digest of the uncompressed document, lower-case hex."""
        return self.label.sha256

    @property
    def as_of(self) -> datetime:
        """When the source made it."""
        return self.label.as_of

    @property
    def received_at(self) -> datetime:
        """When we had it."""
        return self.label.received_at

    @property
    def issues(self) -> ImportIssues:
        """What was noticed when it arrived."""
        return self.label.issues

    @cached_property
    def tables(self) -> "Mapping[str, pa.Table]":
        """Table name -> Arrow table, mapped from its file and checked at the first use.

        Raises:
            Damaged: A file is not what was once written; it is set aside.
            OSError: A file is gone, or cannot be opened now.
        """
        return self.in_memory or self.mapped(check=True)

    def mapped(self, *, check: bool) -> "Mapping[str, pa.Table]":
        """Its files in memory; the same errors as ``tables``."""
        try:
            return {
                table: arrow_file.read(self.files[table], check=check)
                for table in self.label.tables
            }
        except Damaged as error:
            _set_aside(error)
            raise

    def frame(self, feed: Feed) -> pd.DataFrame:
        """The main table of its feed, read-only, on the memory of its file.

        Raises:
            FeedUnavailable: It was removed meanwhile, or is damaged.
        """
        try:
            return frame(self.tables[feed.name], feed.tables[feed.name])
        except (Damaged, OSError) as error:
            reason = f"the version of {self.as_of:%Y-%m-%d} is no longer stored"
            raise FeedUnavailable(feed.name, reason) from error


def _came(version: DatasetVersion) -> datetime:
    """When a version came. One from the future came while a clock was wrong: it is the oldest."""
    return _LONG_AGO if version.received_at > datetime.now(UTC) else version.received_at


def _staying(name: str, versions: Sequence[DatasetVersion]) -> list[DatasetVersion]:
    """Of all versions, newest first: the first few, and the last one of the newest days (UTC)."""
    last: dict[date, DatasetVersion] = {}
    for version in versions:
        last.setdefault(version.as_of.astimezone(UTC).date(), version)
    daily = list(last.values())[: KEPT_DAYS.get(name, 0)]
    return [
        version
        for index, version in enumerate(versions)
        if index < KEPT_VERSIONS or version in daily
    ]


log = logging.getLogger(__name__)


class DatasetStore:
    """The stored versions of all exports in one folder. Any thread may use it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing = threading.Lock()
        self._known: dict[tuple[str, str], tuple[object, DatasetVersion]] = {}
        self._unwritten: dict[str, DatasetVersion] = {}

    def open(self, name: str, *, sha256: str | None = None) -> DatasetVersion | None:
        """The newest whole version, or the one with this digest; None if there is none.

        A damaged file is set aside, and the version before it takes its place.
        """
        for version in self.versions(name):
            if sha256 not in (None, version.sha256):
                continue
            with suppress(Damaged, OSError):  # pruned meanwhile, or not to be opened now
                if version.tables:
                    return version
        return None

    def versions(self, name: str) -> list[DatasetVersion]:
        """Every whole version, newest first; files that cannot be read are set aside."""
        unwritten = [self._unwritten[name]] if name in self._unwritten else []
        return sorted([*self._on_disk(name), *unwritten], key=_came, reverse=True)

    def _on_disk(self, name: str) -> list[DatasetVersion]:
        files: dict[str, dict[str, Path]] = defaultdict(dict)
        labels: dict[str, FileLabel] = {}
        states: dict[str, list[object]] = defaultdict(list)
        for path in sorted(self._folder.glob(f"{name}.*.arrow")):
            try:
                state = _state(path)
                label = _label(path, state)
            except Damaged as error:
                _set_aside(error)
                continue
            except OSError:  # pruned meanwhile, or not to be opened now
                continue
            if label.format == FORMAT:
                labels[label.sha256] = label
                files[label.sha256][label.table] = path
                states[label.sha256].append(state)
        return [
            self._version(label, files[digest], states[digest])
            for digest, label in labels.items()
            if set(files[digest]) >= set(label.tables)
        ]

    def _version(
        self, label: FileLabel, files: Mapping[str, Path], state: object
    ) -> DatasetVersion:
        """The version of these files: the one that is known, while they are as they were."""
        key = (label.name, label.sha256)
        known = self._known.get(key)
        if known is None or known[0] != state:
            known = self._known[key] = (state, DatasetVersion(label, files))
        return known[1]

    def save(
        self,
        name: str,
        tables: Mapping[str, "pa.Table"],
        *,
        sha256: str,
        as_of: datetime,
        received_at: datetime,
        rows: int | None = None,
        issues: ImportIssues = NO_ISSUES,
    ) -> DatasetVersion:
        """Write a version beside those there are, put it in place, and remove the oldest.

        The arguments are the fields of ``FileLabel``; ``rows`` are by default those of the first
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
            issues=issues,
        )
        with self._writing:
            try:
                version = self._write(label, tables)
            except OSError as error:
                log.warning("%s: kept in memory only, the store failed: %s", name, error)
                self._unwritten[name] = DatasetVersion(label, in_memory=tables)
                return self._unwritten[name]
            self._unwritten.pop(name, None)
            self._prune(name)
        return version

    def clear(self, name: str) -> int:
        """Remove every version of an export; returns how many there were."""
        with self._writing:
            digests = {version.sha256 for version in self.versions(name)}
            for path in self._folder.glob(f"{name}.*.arrow"):
                storage_files.remove(path)
            self._forget(name)
            self._unwritten.pop(name, None)
        return len(digests)

    def _write(self, label: FileLabel, tables: Mapping[str, "pa.Table"]) -> DatasetVersion:
        storage_files.private_folder(self._folder)
        turn, files = uuid4().hex[:8], {}
        for table in tables:
            path = self._folder / f"{label.name}.{table}-{label.sha256[:12]}.arrow"
            files[table] = (path.with_name(f"{path.name}.{turn}.tmp"), path)
        try:
            for table, values in tables.items():
                arrow_file.write(
                    files[table][0], values, msgspec.structs.replace(label, table=table)
                )
            for beside, path in files.values():
                beside.replace(path)
        finally:
            for beside, _ in files.values():
                storage_files.remove(beside)
        storage_files.settle(self._folder)
        placed = {table: path for table, (_, path) in files.items()}
        version = self._version(label, placed, [_state(path) for path in sorted(placed.values())])
        version.__dict__["tables"] = version.mapped(check=False)  # as they were just written
        return version

    def _prune(self, name: str) -> None:
        """Remove versions beyond the last few, remains of writers that died, and our memory."""
        versions = self.versions(name)
        kept = _staying(name, versions)
        needed = {path for version in kept for path in version.files.values()}
        older = {path for version in versions for path in version.files.values()} - needed
        for path in [*self._folder.glob(f"{name}.*.arrow"), *self._folder.glob("*.tmp")]:
            if path in older or (path not in needed and storage_files.is_abandoned(path)):
                storage_files.remove(path)
        self._forget(name, keep={version.sha256 for version in kept})

    def _forget(self, name: str, *, keep: Collection[str] = ()) -> None:
        for key in [key for key in self._known if key[0] == name and key[1] not in keep]:
            del self._known[key]


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
