"""The store among others: two processes, a kill, a foreign lock, a Redis server that goes away."""

import json
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final

import pytest

from swgdata.client.cache_backends import FILE
from tests.support import fault_callers
from tests.support.client_fixtures import LIFETIME, THINGS, Clock, client, feed, kinds, together
from tests.support.fault_server import FaultServer
from tests.support.http_exchange import GOOD, Exchange
from tests.support.services import ROOT

site, clock, filled = fault_callers.site, fault_callers.clock, fault_callers.filled


def test_foreign_lock(
    site: FaultServer, clock: Clock, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program holds the file, copies are read as ever and new ones kept in memory."""
    monkeypatch.setattr("swgdata.client.cache_backends.LOCK_WAIT", 0.2)
    with (
        closing(client(site.url, filled, clock)) as caller,
        closing(sqlite3.connect(filled / FILE, isolation_level=None)) as other,
    ):
        other.execute("BEGIN EXCLUSIVE")
        assert kinds(together(50, lambda: caller.fetch(THINGS))) == {"fresh": 50}
        assert site.count.total() == 0
        clock.now += LIFETIME + 1
        assert caller.fetch(THINGS).fetched
        assert "locked" in (caller.store_notice or "")
        assert not caller.fetch(THINGS).fetched
        other.execute("ROLLBACK")
        assert site.count.total() == 1


def test_lock_held_at_the_start(
    site: FaultServer, clock: Clock, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app starts all the same, and finds its copies."""
    monkeypatch.setattr("swgdata.client.cache_backends.LOCK_WAIT", 0.2)
    with closing(sqlite3.connect(filled / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with closing(client(site.url, filled, clock)) as caller:
            assert caller.fetch(THINGS).body == GOOD
            assert site.count.total() == 0


TWO: Final = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from swgdata.client.client import Client
from tests.support.client_fixtures import THINGS

url, place = sys.argv[1:]
store = place if "://" in place else Path(place)
later = 0.0
caller = Client(url, store=store, per_minute=6000, clock=lambda: time.time() + later)
with ThreadPoolExecutor(10) as pool:
    for line in sys.stdin:
        later += 4000  # an expiry
        answers = list(pool.map(lambda _: caller.fetch(THINGS), range(200)))
        assert len({answer.body for answer in answers}) == 1
        assert not any(answer.stale for answer in answers)
        print("done", flush=True)
caller.close()
"""
EXPIRIES: Final = 3


class Pair:
    """Two processes of ten threads each that read one feed through one store."""

    def __init__(self, url: str, store: str) -> None:
        command = [sys.executable, "-c", TWO, url, store]
        pipe = subprocess.PIPE
        self.both = [
            subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0)
            for _ in range(2)
        ]

    def expire(self) -> None:
        """Let the feed expire, and both ask for it 200 times at once."""
        for one in self.both:
            assert one.stdin is not None
            one.stdin.write(b"go\n")
        for one in self.both:
            assert one.stdout is not None
            assert one.stdout.readline() == b"done\n", one.communicate()

    def end(self) -> None:
        """Both end well."""
        for one in self.both:
            trouble = one.communicate(timeout=60)
            assert one.returncode == 0, trouble


def test_two_processes_share_one_store(site: FaultServer, tmp_path: Path) -> None:
    """They ask at most twice between them at each expiry: a file knows no locks."""
    site.fault = "delay/0.2"
    pair = Pair(site.url, str(tmp_path / "http"))
    for turn in range(1, EXPIRIES + 1):
        pair.expire()
        assert turn <= site.count.total() <= 2 * turn
    pair.end()


@pytest.mark.service
def test_two_processes_share_redis(
    redis: tuple[str, "subprocess.Popen[bytes]"], site: FaultServer
) -> None:
    """They ask once between them; when the server is killed, each goes on from its own memory."""
    url, server = redis
    site.fault = "delay/0.2"
    pair = Pair(site.url, url)
    for turn in range(1, EXPIRIES + 1):
        pair.expire()
        assert site.count.total() == turn
    server.kill()
    server.wait()
    site.forget()
    pair.expire()
    assert site.count.total() == 2
    pair.end()


THREADS: Final = 5
GETS: Final = 200
EXPIRY: Final = 1.0  # seconds
READER: Final = f"""
import json, sys, time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from swgdata.client import Client
from tests.support.client_fixtures import feed

url, place = sys.argv[1:]
store = place if "://" in place else Path(place)
caller = Client(url, store=store, per_minute=60_000)
THINGS = feed(fresh_for=timedelta(seconds={EXPIRY}))

def read(_):
    told = Counter()
    for _ in range({GETS}):
        answer = caller.fetch(THINGS)
        rows = set(json.loads(answer.body)["rows"])
        told["whole" if len(rows) == 1 and not answer.stale else "spoilt"] += 1
        time.sleep(0.015)
    return told

print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor({THREADS}) as pool:
    told = sum(pool.map(read, range({THREADS})), Counter())
assert caller.store_notice is None, caller.store_notice
caller.close()
print(json.dumps(told))
"""


class Renewed(FaultServer):
    """Has another body for every request, and remembers when each came."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def exchange(self, target: str, asked: Mapping[str, str]) -> Exchange:
        """The next body."""
        with self.lock:
            self.times.append(time.monotonic())
            rows = [len(self.times)] * 500
        self.bodies[THINGS.path] = json.dumps({"rows": rows}).encode()
        return super().exchange(target, asked)

    def most_in_an_expiry(self) -> int:
        """The most requests that came within one expiry of each other."""
        return max(sum(begin <= at < begin + EXPIRY for at in self.times) for begin in self.times)


def _readers(site: Renewed, store: str, processes: int) -> Counter[str]:
    """What so many processes were told in all."""
    command, pipe = [sys.executable, "-c", READER, site.url, store], subprocess.PIPE
    with ExitStack() as stack:
        readers = [
            stack.enter_context(
                subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
            )
            for _ in range(processes)
        ]
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        told: Counter[str] = Counter()
        for reader in readers:
            assert reader.stdin is not None
            reader.stdin.write("go\n")
            reader.stdin.flush()
        for reader in readers:
            told.update(json.loads(reader.communicate()[0]))
        return told


@pytest.mark.slow
@pytest.mark.parametrize("processes", [2, 4])
def test_many_threads_of_many_processes(processes: int, tmp_path: Path) -> None:
    """Every answer is whole and in time; each process asks at most once in an expiry."""
    with Renewed() as site:
        told = _readers(site, str(tmp_path / "http"), processes)
        assert told == {"whole": processes * THREADS * GETS}
        assert len(site.times) > 3
        assert site.most_in_an_expiry() <= processes
        print(f"{processes} processes: at most {site.most_in_an_expiry()} requests an expiry")


@pytest.mark.slow
@pytest.mark.service
def test_many_threads_of_many_processes_on_redis(
    redis: tuple[str, "subprocess.Popen[bytes]"],
) -> None:
    """Through one Redis server all of them together ask once in an expiry."""
    with Renewed() as site:
        assert _readers(site, redis[0], 4) == {"whole": 4 * THREADS * GETS}
        assert site.most_in_an_expiry() == 1
        print(f"4 processes: at most {site.most_in_an_expiry()} requests an expiry")


@pytest.mark.service
def test_redis(
    redis: tuple[str, "subprocess.Popen[bytes]"],
    site: FaultServer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two clients share one server and one request; when it is gone, both go on."""
    monkeypatch.setattr("swgdata.client.cache.REST", 0.0)
    url, server = redis
    with (
        closing(client(site.url, url, clock)) as one,
        closing(client(site.url, url, clock)) as two,
    ):
        assert one.store_notice is None
        assert one.fetch(THINGS).fetched
        assert not two.fetch(THINGS).fetched
        assert [given for given, _ in two.stored_all(THINGS)] == [{}]
        server.kill()
        server.wait()
        assert one.fetch(THINGS).body == GOOD
        assert one.store_notice == (
            "Answers are kept in memory only: the cache server does not answer."
        )
        assert not one.fetch(THINGS).fetched
        assert two.fetch(THINGS).body == GOOD  # it had just looked it up
        assert site.count.total() == 2


def test_redis_that_never_was(site: FaultServer, clock: Clock) -> None:
    """A wrong address is a notice, not an error."""
    pytest.importorskip("redis")
    with closing(client(site.url, "redis://127.0.0.1:9/0", clock)) as caller:
        assert "does not answer" in (caller.store_notice or "")
        assert caller.fetch(THINGS).body == GOOD
        assert not caller.fetch(THINGS).fetched


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What cannot be written does not fill the memory either."""
    monkeypatch.setattr("swgdata.client.cache.MEMORY_BYTES", 10 * len(GOOD))
    (tmp_path / "file").touch()
    with (
        FaultServer() as site,
        closing(client(site.url, tmp_path / "file" / "x", Clock())) as caller,
    ):
        for i in range(30):
            caller.fetch(feed(f"/api/{i}.php"))
        assert caller.stats()["entries"] == 10


class Moving(dict[str, Any]):
    """A dictionary that another thread changes whenever it is walked through."""

    def __iter__(self) -> Iterator[str]:
        """Fail as dictionaries then do."""
        raise RuntimeError("dictionary changed size during iteration")


def test_two_that_tidy_up_what_is_at_hand(
    site: FaultServer, clock: Clock, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither visitor notices."""
    monkeypatch.setattr("swgdata.client.cache._MOST", 0)
    with closing(client(site.url, filled, clock)) as caller:
        monkeypatch.setattr(caller._cache, "_recent", Moving())
        assert caller.fetch(THINGS).body == GOOD
