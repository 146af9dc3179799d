"""200 kills at seeded random moments: nothing that was kept is lost, nothing is torn."""

import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import Final

import pytest

from tests.support.client_fixtures import THINGS
from tests.support.fault_server import FaultServer
from tests.support.services import ROOT

KILLS: Final = 200

# Children write until they are killed, or look.
NURSERY: Final = """
import random, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
import pyarrow as pa
from swgdata.client import Client, cache_backends
from swgdata.storage.datasets import DatasetStore
from tests.support.client_fixtures import THINGS
from tests.support.forking import done, killed

url, place, kills = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
chance = random.Random(4)

def client():
    return Client(url, store=place / "http", per_minute=600_000)

def save(version):
    when = datetime(2026, 8, 20, tzinfo=UTC) + timedelta(seconds=version)
    tables = {name: pa.table({"n": [version] * 20_000}) for name in ("things", "parts")}
    digest = f"{version:08}" * 8
    store = DatasetStore(place)
    store.save("things", tables, sha256=digest, as_of=when, received_at=when)

def write(version):
    caller = client()
    while True:
        caller.fetch(THINGS, force=True)
        version += 1
        save(version)

def look():
    cache_backends.LOCK_WAIT = 0.0  # whatever a dead writer left must not have to be waited for
    caller = client()
    kept = caller.stored(THINGS)
    assert kept is not None, "lost"
    assert len(set(THINGS.parse(kept.body).tables["things"][0])) == 1, "torn"
    caller.fetch(THINGS, force=True)
    assert caller.store_notice is None, caller.store_notice
    assert caller.stats()["damaged_files_replaced"] == 0
    stored = DatasetStore(place).open("things")
    assert stored is not None, "lost"
    numbers = {n for held in stored.tables.values() for n in held["n"].unique().to_pylist()}
    assert len(numbers) == 1, "mixed"

save(0)
assert done(lambda: client().fetch(THINGS))
for turn in range(kills):
    killed(write, turn * 1000, chance=chance)
    assert done(look), turn
assert not list(place.rglob("*.damaged-*"))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork, nor kill -9")
def test_killed_while_writing(tmp_path: Path) -> None:
    """After each kill the next process finds the old or the new, whole, and can write at once."""
    bodies = cycle(b'{"rows": [%s]}' % b",".join([b"%d" % turn] * 50_000) for turn in range(7))
    with FaultServer() as site:
        site.bodies[THINGS.path] = next(bodies)
        command = [sys.executable, "-c", NURSERY, site.url, str(tmp_path), str(KILLS)]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as nursery:
            while nursery.poll() is None:
                site.bodies[THINGS.path] = next(bodies)
                time.sleep(0.01)
            assert nursery.stderr is not None
            assert nursery.returncode == 0, nursery.stderr.read().decode()
        assert site.count.total() > KILLS
