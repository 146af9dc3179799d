"""Two processes, as on two machines: one Redis, one PostgreSQL, one site that is asked once."""

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import IO, Final

import pytest

from swgdata.sources.sample import start
from swgdata.sources.sample.reply import Reply
from swgdata.storage.history import History
from tests.support.app_process import ours
from tests.support.databases import Postgres
from tests.support.fake_site import Site
from tests.support.services import ROOT

pytestmark = [pytest.mark.service, pytest.mark.slow]
INTERVAL: Final = timedelta(seconds=6)
EXPIRY: Final = 1.5  # seconds
HELD: Final = "/api/cities.php"
READ: Final = ("gcw", "cities", "guilds", "wealth", "professions", "pulse")
SCHEDULER: Final = """
import logging, sys
from datetime import timedelta
from swgdata.sources.scheduler import Scheduler

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
logging.getLogger("swgdata.client").setLevel(logging.ERROR)

def report(run):
    print("ended", run.feed, run.started.isoformat(), run.ok, flush=True)

Scheduler(timedelta(seconds=float(sys.argv[1])), report=report).run_forever()
"""
READER: Final = """
import json, sys, time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from swgdata import load

names, seconds = sys.argv[1].split(","), float(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
until = time.monotonic() + seconds

def read(number):
    told = Counter()
    while True:
        snapshot = load(names[number % len(names)])
        told["empty" if snapshot.frame.empty else "stale" if snapshot.stale else "good"] += 1
        number += 1
        if time.monotonic() >= until:
            return told
        time.sleep(0.01)

with ThreadPoolExecutor(12) as pool:
    print(json.dumps(sum(pool.map(read, range(12)), Counter())))
"""


class Timed(Site):
    """Remembers when it was asked what, and can keep one answer back."""

    def __init__(self) -> None:
        super().__init__()
        self.times: dict[str, list[float]] = defaultdict(list)
        self.go_on = threading.Event()
        self.go_on.set()

    def answer(self, path: str, query: Mapping[str, str] = {}) -> Reply:
        """The answer, in its time."""
        self.times[path].append(time.time())
        if path == HELD:
            self.go_on.wait(60)
        return super().answer(path, query)


class Fleet:
    """Processes that share what several instances share, and nothing else.

    Attributes:
        site: What they read.
        database: The address of the history they share.
    """

    def __init__(self, site: Timed, cache: str, database: str, folder: Path) -> None:
        self.site, self.database, self._folder = site, database, folder
        self._settings = {
            "SWG_SOURCE": "live",
            "SWG_BASE_URL": site.url,
            "SWG_CACHE_URL": cache,
            "SWG_DATABASE_URL": database,
            "SWG_REQUESTS_PER_MINUTE": "600",
        }
        self._started: list[subprocess.Popen[str]] = []

    def run(
        self, *words: str, place: str = "", script: str = "", **settings: str
    ) -> "subprocess.Popen[str]":
        """Start a program with its own data folder, or with that called ``place``."""
        folder = self._folder / (place or f"instance{len(self._started)}")
        folder.mkdir(exist_ok=True)
        command = [sys.executable, *(["-c", script] if script else ["-m", "swgdata"]), *words]
        one = subprocess.Popen(
            command,
            cwd=ROOT,
            env=ours(folder, **self._settings, **settings) | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._started.append(one)
        return one

    def read(self, names: str, seconds: float, places: list[str], **settings: str) -> Counter[str]:
        """What so many processes are told that all begin to read at the same moment."""
        readers = [
            self.run(names, str(seconds), script=READER, place=place, **settings)
            for place in places
        ]
        for one in readers:
            assert heard(one, "ready")
        told: Counter[str] = Counter()
        for one in readers:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        for one in readers:
            told.update(json.loads(one.communicate(timeout=120)[0].splitlines()[-1]))
        return told

    def end(self) -> None:
        """End what still runs."""
        self.site.go_on.set()
        for one in self._started:
            one.kill()
            one.communicate()


def heard(one: "subprocess.Popen[str]", wanted: str) -> re.Match[str]:
    """The next line of a process that matches."""
    before = []
    output: IO[str] | None = one.stdout
    assert output is not None
    for line in output:
        found = re.search(wanted, line)
        if found:
            return found
        before.append(line)
    raise AssertionError(f"{wanted!r} was never said: {''.join(before)}")


@pytest.fixture
def fleet(
    redis: tuple[str, "subprocess.Popen[bytes]"], postgres: Postgres, tmp_path: Path
) -> Iterator[Fleet]:
    """Nothing runs yet."""
    site = Timed()
    server, site.url = start(site)
    made = Fleet(site, redis[0], postgres.database(), tmp_path)
    yield made
    made.end()
    server.shutdown()
    server.server_close()


def test_one_request_an_expiry(fleet: Fleet) -> None:
    """Two processes, 24 threads, six feeds: between two requests lies an expiry, always."""
    short = {f"SWG_FRESH_FOR__{name.upper()}": str(EXPIRY) for name in READ}
    told = fleet.read(",".join(READ), 8.0, ["a", "b"], **short)
    assert told["empty"] == 0
    assert told["good"] > 100
    for name in READ:
        times = fleet.site.times[f"/api/{name}.php"]
        assert len(times) > 2, name
        gaps = [late - early for early, late in pairwise(times)]
        assert min(gaps) > EXPIRY, name
    print(told, {name: len(fleet.site.times[f"/api/{name}.php"]) for name in READ})


def test_requests_do_not_grow_with_instances(fleet: Fleet) -> None:
    """Four processes ask the source no more often than one would."""
    told = fleet.read(",".join(READ), 2.0, ["a", "b", "c", "d"])
    assert set(told) == {"good"}
    assert {name: len(fleet.site.times[f"/api/{name}.php"]) for name in READ} == dict.fromkeys(
        READ, 1
    )


def test_an_export_is_downloaded_once_a_folder(fleet: Fleet) -> None:
    """Processes with one data folder download an export once between them."""
    told = fleet.read("resources", 1.0, ["a", "a"])
    assert set(told) == {"good"}
    assert fleet.site.asked["/exports/resources.json.gz"] == 1
    assert fleet.site.asked["/exports/manifest.json"] == 1


def after(number: int, history: History) -> list[datetime]:
    """When each synchronisation began, oldest first, once so many of them have ended."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        times = [run.started for run in history.runs(1000) if run.feed == "manifest"]
        if len(times) >= number:
            return times[::-1]
        time.sleep(0.2)
    raise AssertionError(f"there were never {number} synchronisations")


def test_one_synchronisation_an_interval(fleet: Fleet) -> None:
    """Three keepers: never two runs in one interval, every feed asked once, no point twice."""
    keepers = [
        fleet.run(str(INTERVAL.total_seconds()), script=SCHEDULER, place="shared") for _ in range(3)
    ]
    with closing(History(fleet.database)) as history:
        times = after(4, history)
        for one in keepers:
            one.kill()
        gaps = [late - early for early, late in pairwise(times)]
        assert min(gaps) >= INTERVAL
        print("began after", [round(gap.total_seconds(), 1) for gap in gaps])
        assert {path: n for path, n in fleet.site.asked.items() if n > 1} == {}
        assert_no_point_twice(history)


def assert_no_point_twice(history: History) -> None:
    """No value is stored at the same time again, nor again while it has not changed."""
    stored = 0
    for kind, measure in [("city", "citizens"), ("city", "active"), ("guild", "members")]:
        points = history.points(kind, measure)
        stored += len(points)
        assert not points.duplicated(["key", "timestamp"]).any()
        before = points.groupby("key")["value"].shift()
        assert not (points["value"] == before).any()
    assert stored > 100
    assert not history.samples("online")["timestamp"].duplicated().any()
    assert not history.intervals(is_open=True)["resource_id"].duplicated().any()


def test_one_that_is_killed_is_replaced(fleet: Fleet) -> None:
    """A second start is told who and since when; after ``kill -9`` it takes over in an interval."""
    every = str(INTERVAL.total_seconds())
    fleet.site.go_on.clear()
    first = fleet.run(every, script=SCHEDULER, place="shared")
    assert heard(first, r"ended \w+")
    second = fleet.run(every, script=SCHEDULER, place="shared")
    found = heard(second, r"not started: .* is running since \d\d:\d\d UTC by \S+:(\d+)")
    assert int(found[1]) == first.pid
    command = fleet.run("sync")
    said, _ = command.communicate(timeout=120)
    assert command.returncode == 1
    assert re.fullmatch(
        rf"swgdata: a synchronisation is running since .* by \S+:{first.pid}\n", said
    )

    first.kill()
    first.wait()
    killed = time.time()
    fleet.site.go_on.set()
    taken = heard(second, r"ended manifest (\S+) True")
    assert datetime.fromisoformat(taken[1]).timestamp() - killed <= INTERVAL.total_seconds()
    with closing(History(fleet.database)) as history:
        assert len(after(1, history)) == 1
        assert [(run.feed, run.reason) for run in history.runs(100) if not run.ok] == []
        assert_no_point_twice(history)
    print("taken over after", round(datetime.fromisoformat(taken[1]).timestamp() - killed, 1), "s")
