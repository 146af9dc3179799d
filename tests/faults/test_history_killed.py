"""200 kills at seeded random moments of writing: no committed point is lost, none is twice."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.services import ROOT

KILLS: Final = 200

# Children write until they are killed, or look. What a child has written it says through a pipe,
# so that the next one knows what must be there.
NURSERY: Final = """
import os, random, sys, time
from datetime import UTC, datetime, timedelta
import pandas as pd
from swgdata.storage.history import History, Observation, Samples, SpawnObservation, schema
import sqlalchemy as sa
from tests.support.forking import done, killed

url, kills = sys.argv[1], int(sys.argv[2])
chance = random.Random(5)
T0 = datetime(2026, 8, 20, tzinfo=UTC)
CITIES = [f"city {n}" for n in range(50)]

def readings(version):
    at = T0 + timedelta(minutes=version)
    when = pd.Series([at], dtype="datetime64[s, UTC]")
    yield Observation.of("city", at, pd.DataFrame({"key": CITIES, "citizens": version}))
    yield Samples.of("server", at, pd.DataFrame({"timestamp": when, "online": [version]}))
    up = pd.DataFrame({"id": [version, version + 1], "name": "x", "class_code": "y"})
    yield SpawnObservation.of(at, up.assign(first_seen=when))

def write(version, told):
    history = History(url)
    while True:
        version += 1
        for reading in readings(version):
            history.record(reading)
        assert history.flush(), history.trouble
        os.write(told, b"%d " % version)

def look(version, told):
    begun = time.monotonic()
    history = History(url)
    with history.only_one("sync"):
        cities = history.values_at("city", "citizens", T0 + timedelta(days=999))
    assert time.monotonic() - begun < 3, "slow"
    assert history.trouble is None, history.trouble
    assert cities.nunique() <= 1, "torn"
    reached = int(cities.iloc[0]) if len(cities) else 0
    assert reached >= version, f"lost: {version} was told, {reached} is there"
    online = history.samples("online")
    assert online["total"].tolist() == list(range(1, reached + 1)), "samples"
    assert len(history.observed("city")) == len(history.observed("spawns")) == reached
    spawns = history.intervals()
    assert spawns["resource_id"].tolist() == list(range(1, reached + 2 if reached else 1))
    assert spawns["first_missing"].isna().sum() == (2 if reached else 0)
    with history.database.reading() as connection:
        points = connection.scalar(sa.select(sa.func.count()).select_from(schema.POINTS))
    assert points == reached * (len(CITIES) + 1)
    os.write(told, b"%d " % reached)
    history.close()

last = 0
for turn in range(kills):
    ear, mouth = os.pipe()
    killed(write, last, mouth, chance=chance)
    os.write(mouth, b" ")
    told = max([last, *map(int, os.read(ear, 1 << 20).split())])
    assert done(look, told, mouth), turn
    last = int(os.read(ear, 1 << 20).split()[-1])
    os.close(ear)
    os.close(mouth)
print(last)
"""


@pytest.mark.slow
@pytest.mark.timeout(520)
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork, nor kill -9")
def test_killed_while_writing(tmp_path: Path) -> None:
    """After each kill the next process finds all that was committed, once, and can write."""
    command = [sys.executable, "-c", NURSERY, f"sqlite:///{tmp_path / 'h.sqlite'}", str(KILLS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    assert int(done.stdout) > KILLS / 2
    assert not list(tmp_path.glob("*.damaged-*"))
