"""Call number N to the disk fails, for N = 1, 2, ... until a run ends untouched."""

import errno
import io
import itertools
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest

from swgdata.storage.datasets import DatasetStore
from tests.support.client_fixtures import THINGS, Clock, client
from tests.support.fault_server import FaultServer
from tests.support.http_exchange import GOOD

pytestmark = pytest.mark.slow
NEVER: Final = 10**9
CHANGES: Final = ("open", "fsync", "rename", "replace", "unlink", "mkdir", "chmod")
NEWER: Final = GOOD.replace(b"one", b"new")


class Disk:
    """Stands in for the real one, and fails at one call, or at that one and all after it.

    Attributes:
        calls: How many calls there were that could have failed.
    """

    def __init__(self, fail_at: int, *, lasting: bool) -> None:
        self.calls = 0
        self._failing = range(fail_at, NEVER if lasting else fail_at + 1)

    def step(self, error: Exception) -> None:
        """Count a call, and fail it if it is its turn."""
        self.calls += 1
        if self.calls in self._failing:
            raise error

    def put_in(self, patch: pytest.MonkeyPatch) -> None:
        """Let files, what is written to them, and SQLite go through here."""
        for module, name in [*((os, name) for name in CHANGES), (pa.ipc, "new_file")]:
            patch.setattr(module, name, self._watched(getattr(module, name)))
        disk, connect = self, sqlite3.connect

        class Raw(io.FileIO):
            def write(self, data: Any, /) -> int:
                try:
                    disk.step(OSError(errno.ENOSPC, "no space left on device"))
                except OSError:
                    super().write(bytes(data)[: len(data) // 2])
                    raise
                return super().write(data)

        class Connection(sqlite3.Connection):
            def execute(self, *statement: Any) -> sqlite3.Cursor:
                disk.step(sqlite3.OperationalError("disk I/O error"))
                return super().execute(*statement)

            def commit(self) -> None:
                disk.step(sqlite3.OperationalError("database or disk is full"))
                super().commit()

        def connected(file: Any, **options: Any) -> sqlite3.Connection:
            disk.step(sqlite3.OperationalError("unable to open database file"))
            return connect(file, **options, factory=Connection)

        patch.setattr(os, "fdopen", lambda number, mode: io.BufferedWriter(Raw(number, mode)))
        patch.setattr(sqlite3, "connect", connected)

    def _watched(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            self.step(OSError(errno.EIO, "input/output error"))
            return real(*args, **options)

        return call


def answer_renewed(folder: Path, disk: Disk) -> None:
    """Callers get the new answer whatever fails; the next process finds the old or the new."""
    with FaultServer() as site:
        with closing(client(site.url, folder, Clock())) as caller:
            caller.fetch(THINGS)
        site.bodies[THINGS.path] = NEWER
        with pytest.MonkeyPatch.context() as patch:
            disk.put_in(patch)
            with closing(client(site.url, folder, Clock())) as caller:
                assert caller.fetch(THINGS, force=True).body == NEWER
                assert caller.fetch(THINGS).body == NEWER
                caller.stored_all(THINGS)
                caller.stats()
        with closing(client(site.url, folder, Clock())) as caller:
            kept = caller.stored(THINGS)
            assert kept is not None
            assert kept.body in (GOOD, NEWER)
            caller.fetch(THINGS, force=True)
            assert caller.store_notice is None
        with closing(client(site.url, folder, Clock())) as caller:
            kept = caller.stored(THINGS)
            assert kept is not None
            assert kept.body == NEWER
    assert not list(folder.glob("*.damaged-*"))


def dataset_renewed(folder: Path, disk: Disk) -> None:
    """This process shows the new version whatever fails; the next one the old or the new."""
    _save(DatasetStore(folder), 1)
    store = DatasetStore(folder)
    with pytest.MonkeyPatch.context() as patch:
        disk.put_in(patch)
        _save(store, 2)
        assert _version(store) == 2
    assert _version(store) == 2
    assert _version(DatasetStore(folder)) in (1, 2)
    _save(store, 3)
    assert _version(DatasetStore(folder)) == 3
    assert not list(folder.glob("*.damaged-*"))


def _save(store: DatasetStore, version: int) -> None:
    parts = {f"part{number}": pa.table({"n": [version] * 9}) for number in range(9)}
    tables = {"things": pa.table({"n": [version] * 50}), **parts}
    when = datetime(2026, 8, 20, version, tzinfo=UTC)
    digest = f"{version:02}" * 32
    store.save("things", tables, sha256=digest, as_of=when, received_at=when)


def _version(store: DatasetStore) -> int:
    """The version in the store: all tables are of the same one."""
    stored = store.open("things")
    assert stored is not None
    (version,) = {n for held in stored.tables.values() for n in held["n"].to_pylist()}
    return int(version)


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize(("renewed", "fewest"), [(answer_renewed, 15), (dataset_renewed, 50)])
def test_the_nth_fault_leaves_the_old_or_the_new(
    renewed: Callable[[Path, Disk], None],
    fewest: int,
    lasting: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whichever call fails, nothing is raised, and what is kept is whole."""
    monkeypatch.setattr("swgdata.client.cache_backends.LOCK_WAIT", 0.02)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # it may fail here, but need not take time
    for nth in itertools.count(1):
        disk = Disk(nth, lasting=lasting)
        renewed(tmp_path / str(nth), disk)
        if disk.calls < nth:
            break
    print(f"{renewed.__name__}: {nth - 1} calls failed in turn")
    assert fewest <= nth - 1
