"""An ingest killed at any moment leaves the old version or the new one, never a mix."""

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
from swgdata.sample import Galaxy
from swgdata.store.datasets import Datasets, Stored
from swgdata.store.ingest import ingest
from tests.services import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here"),
]
MOMENTS: Final = 25  # of each export
LONGEST: Final = 0.6  # seconds until a child is killed: several versions
PATIENCE: Final = 5.0  # seconds to wait for a file being written


def _versions(export: str, folder: Path) -> dict[str, dict[str, pa.Table]]:
    """Three versions as files for the child; digest -> tables as they must be read."""
    expected = {}
    (folder / "bodies").mkdir()
    for seed in range(3):
        # Small ones: most of the time then goes into writing, where a kill could hurt.
        body = Galaxy(rows=100 + seed, seed=seed).answer(f"/exports/{export}.json").body
        digest = hashlib.sha256(body).hexdigest()
        (folder / "bodies" / digest).write_bytes(body)
        once = Datasets(folder / f"alone{seed}")
        expected[digest] = dict(ingest([body], FEEDS[export], {"sha256": digest}, once).tables)
    return expected


@contextmanager
def _nursery(export: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(ROOT / "tests" / "ingest_loop.py"), export]
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


def _killed(process: "subprocess.Popen[str]", seconds: float, *, writing_in: Path | None) -> None:
    """Let a child work so long, then on until it is seen writing if a store is given; kill it."""
    requests, answers = _pipe(process.stdin), _pipe(process.stdout)
    requests.write("\n")
    requests.flush()
    child = int(answers.readline())
    time.sleep(seconds)
    if writing_in is not None:
        before, patience = set(writing_in.glob("*.tmp")), time.monotonic() + PATIENCE
        while not set(writing_in.glob("*.tmp")) - before and time.monotonic() < patience:
            pass
    os.kill(child, signal.SIGKILL)
    assert answers.readline() == "dead\n"


def _is_whole(stored: Stored, expected: dict[str, dict[str, pa.Table]]) -> bool:
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
            stored = Datasets(store).open(export)
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


def _cleaned(store: Path, export: str, folder: Path) -> None:
    """The next write removes what the killed have left, once nobody can be writing it."""
    long_ago = time.time() - 7200
    for path in store.glob("*.tmp"):
        os.utime(path, (long_ago, long_ago))
    body = Galaxy(rows=100, seed=9).answer(f"/exports/{export}.json").body
    digest = hashlib.sha256(body).hexdigest()
    ingest([body], FEEDS[export], {"sha256": digest}, Datasets(store))
    stored = Datasets(store).open(export)
    assert stored is not None
    assert stored.sha256 == digest
    assert not list(store.glob("*.tmp"))
    assert not list((folder / "store").glob("*.damaged-*"))
