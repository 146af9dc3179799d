"""An ingest killed at any moment leaves the old version or the new one, never a mix."""

import gzip
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
import pytest

from swgdata.feeds.swgtracker import FEEDS
from swgdata.sources.sample import Galaxy
from swgdata.storage.datasets import DatasetStore, DatasetVersion
from swgdata.storage.datasets.ingest import ingest
from tests.support.services import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here"),
]
BIG_ROWS: Final = 90_000
BIG_MOMENTS: Final = 20
BIG_COMPLETE: Final = 3  # the moment that waits for a whole version
BIG_LONGEST: Final = 1.2  # seconds until a child is killed that is not seen writing
WRITING: Final = 0.3  # seconds that writing a big export may take
START: Final = 3.0  # seconds in which a new process has its data
MOMENTS: Final = 25  # of each export
LONGEST: Final = 0.6  # seconds until a child is killed: several versions
PATIENCE: Final = 20.0  # seconds to wait for a file being written


def _versions(export: str, folder: Path) -> dict[str, dict[str, pa.Table]]:
    """Three versions as files for the child; digest -> tables as they must be read."""
    expected = {}
    (folder / "bodies").mkdir()
    for seed in range(3):
        # Small ones: most of the time then goes into writing, where a kill could hurt.
        body = Galaxy(rows=100 + seed, seed=seed).answer(f"/exports/{export}.json").body
        digest = hashlib.sha256(body).hexdigest()
        (folder / "bodies" / digest).write_bytes(body)
        once = DatasetStore(folder / f"alone{seed}")
        expected[digest] = dict(ingest([body], FEEDS[export], {"sha256": digest}, once).tables)
    return expected


@contextmanager
def _nursery(export: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(ROOT / "tests" / "support" / "ingest_loop.py"), export]
    places = [str(folder / "bodies"), str(folder / "store")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, *places], stdin=pipe, stdout=pipe, text=True, env=environment
    ) as process:
        yield process
        _pipe(process.stdin).close()


def _pipe(stream: "IO[str] | None") -> "IO[str]":
    assert stream is not None
    return stream


def _killed(
    process: "subprocess.Popen[str]",
    seconds: float,
    *,
    writing_in: Path | None,
    later: float = 0.0,
    sign: str = "*.tmp",
) -> None:
    """Kill a child after so long; if a store is given, ``later`` than a new file is seen there."""
    requests, answers = _pipe(process.stdin), _pipe(process.stdout)
    requests.write("\n")
    requests.flush()
    child = int(answers.readline())
    time.sleep(seconds)
    if writing_in is not None:
        before, patience = set(writing_in.glob(sign)), time.monotonic() + PATIENCE
        while not set(writing_in.glob(sign)) - before and time.monotonic() < patience:
            pass
        time.sleep(later)
    os.kill(child, signal.SIGKILL)
    assert answers.readline() == "dead\n"


def _is_whole(stored: DatasetVersion, expected: dict[str, dict[str, pa.Table]]) -> bool:
    tables = expected[stored.sha256]
    return set(stored.tables) == set(tables) and all(
        stored.tables[name].to_pandas().equals(table.to_pandas()) for name, table in tables.items()
    )


@pytest.mark.parametrize("export", ["resources", "schematic_details"])
def test_old_or_new_never_a_mix(export: str, tmp_path: Path) -> None:
    """After every kill the store opens, holds whole versions only, and goes on."""
    expected, chance = _versions(export, tmp_path), random.Random(20)
    store = tmp_path / "store"
    seen, newest = set(), datetime.min.replace(tzinfo=UTC)
    with _nursery(export, tmp_path) as process:
        for moment in range(MOMENTS):
            watched = store if moment % 2 else None
            _killed(process, chance.uniform(0.0, LONGEST), writing_in=watched)
            stored = DatasetStore(store).open(export)
            if stored is not None:
                assert _is_whole(stored, expected)
                assert stored.received_at >= newest, "what was there is not lost"
                newest = stored.received_at
                seen.add(stored.sha256)
            assert stored is not None or newest.year == 1
            names = {path.name for path in store.glob("*")}
            assert not [name for name in names if not name.endswith((".arrow", ".tmp"))]
    assert len(seen) > 1, "the kills came too early to mean anything"
    assert list(store.glob("*.tmp")), "no kill came while something was written"
    _cleaned(store, export, tmp_path)


def test_a_big_export(tmp_path: Path) -> None:
    """The same with exports of the real size; the next process has its data at once."""
    expected, chance = _big_versions(tmp_path), random.Random(15)
    first = max(expected)  # a child begins with the other one
    store, seen, starts = tmp_path / "store", {first}, []
    body = (tmp_path / "bodies" / first).read_bytes()
    ingest([body], FEEDS["resources"], {"sha256": first}, DatasetStore(store))
    with _nursery("resources", tmp_path) as process:
        for moment in range(BIG_MOMENTS):
            watched = store if moment % 3 == 0 else None
            seconds = 0.0 if watched else chance.uniform(0.0, BIG_LONGEST)
            sign = "*.arrow" if moment == BIG_COMPLETE else "*.tmp"
            later = chance.uniform(0.0, WRITING) if moment % 2 else 0.0
            _killed(process, seconds, writing_in=watched, later=later, sign=sign)
            begun = time.monotonic()
            stored = DatasetStore(store).open("resources")
            starts.append(time.monotonic() - begun)
            assert stored is not None, "what was there is not lost"
            assert _is_whole(stored, expected)
            seen.add(stored.sha256)
    assert len(seen) > 1, "the kills came too early to mean anything"
    assert list(store.glob("*.tmp")), "no kill came while something was written"
    assert not list(store.glob("*.damaged-*"))
    assert max(starts) < START


def _big_versions(folder: Path) -> dict[str, dict[str, pa.Table]]:
    """Two packed versions that differ in every row, and the tables they must be read as."""
    expected = {}
    (folder / "bodies").mkdir()
    body = Galaxy(rows=BIG_ROWS, seed=1).answer("/exports/resources.json").body
    for version in (body, body.replace(b'"name":"', b'"name":"Z')):
        digest, packed = hashlib.sha256(version).hexdigest(), gzip.compress(version, 1)
        assert len(packed) > 10_000_000
        (folder / "bodies" / digest).write_bytes(packed)
        once = DatasetStore(folder / digest)
        stored = ingest([packed], FEEDS["resources"], {"sha256": digest}, once)
        expected[digest] = dict(stored.tables)
    assert len(expected) == 2
    return expected


def _cleaned(store: Path, export: str, folder: Path) -> None:
    """The next write removes what the killed have left, once nobody can be writing it."""
    long_ago = time.time() - 7200
    for path in store.glob("*.tmp"):
        os.utime(path, (long_ago, long_ago))
    body = Galaxy(rows=100, seed=9).answer(f"/exports/{export}.json").body
    digest = hashlib.sha256(body).hexdigest()
    ingest([body], FEEDS[export], {"sha256": digest}, DatasetStore(store))
    stored = DatasetStore(store).open(export)
    assert stored is not None
    assert stored.sha256 == digest
    assert not list(store.glob("*.tmp"))
    assert not list((folder / "store").glob("*.damaged-*"))
