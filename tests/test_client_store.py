"""The store may fail, the app may not."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from swgdata.client import Client
from swgdata.client.opening import FILE
from swgdata.client.store import SafeCache, open_store
from tests.clients import LIFETIME, THINGS, Clock, client, feed, kinds, together
from tests.faultserver import GOOD, FaultServer
from tests.services import need

REDIS: Final = shutil.which("redis-server")


@pytest.fixture
def site() -> Iterator[FaultServer]:
    """A well-behaved server, until told otherwise."""
    with FaultServer() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def filled(site: FaultServer, clock: Clock, tmp_path: Path) -> Path:
    """A store with a few answers in it, closed."""
    with closing(client(site.url, tmp_path / "http", clock)) as caller:
        for i in range(40):
            caller.fetch(feed(f"/api/{i}.php", name=f"feed{i}"))
        caller.fetch(THINGS)
    site.forget()
    return tmp_path / "http"


def garbage(file: Path) -> None:
    """Not a database at all."""
    file.write_bytes(os.urandom(4096))


def half(file: Path) -> None:
    """A copy that broke off."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def zeroed(file: Path) -> None:
    """A page of zeros, as after a crash of the disk."""
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(bytes(4096))


def scribbled(file: Path) -> None:
    """Random bytes in the middle."""
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(os.urandom(9000))


def folder(file: Path) -> None:
    """A folder of that name."""
    file.unlink()
    (file / "inside").mkdir(parents=True)


def emptied(file: Path) -> None:
    """No bytes."""
    file.write_bytes(b"")


def foreign(file: Path) -> None:
    """A table of that name with other columns."""
    file.unlink()
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE responses (a, b)")


@pytest.mark.parametrize(
    ("damage", "aside"),
    [
        (garbage, 1),
        (half, 1),
        (zeroed, 1),
        (scribbled, 1),
        (folder, 1),
        (emptied, 0),
        (foreign, 0),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_damaged_file(
    damage: Callable[[Path], None],
    aside: int,
    site: FaultServer,
    clock: Clock,
    filled: Path,
) -> None:
    """A damaged file is set aside and rebuilt; each feed costs one request at most."""
    for log in filled.glob("*-wal"):
        log.unlink()
    damage(filled / FILE)
    with closing(client(site.url, filled, clock)) as caller:
        assert kinds(together(10, lambda: caller.fetch(THINGS))) == {"fresh": 10}
        assert not caller.fetch(THINGS).fetched
        assert site.count.total() <= 1
    assert len(list(filled.glob("*.damaged-*"))) == aside


def test_file_damaged_while_in_use(site: FaultServer, clock: Clock, filled: Path) -> None:
    """The running app replaces the file and goes on; only so many damaged ones are kept."""
    with closing(client(site.url, filled, clock)) as caller:
        for _ in range(5):
            assert not caller.fetch(THINGS).stale
            for file in filled.glob(f"{FILE}*"):
                if "damaged" not in file.name:
                    garbage(file)
            assert caller.fetch(THINGS).body == GOOD
            assert caller.fetch(THINGS).body == GOOD
        assert caller.stats()["damaged_files_replaced"] >= 1
        assert caller.store_notice is None
    assert 1 <= len(list(filled.glob("*.damaged-*"))) <= 3


def test_entries_that_cannot_be_read_are_missing(
    site: FaultServer, clock: Clock, filled: Path, tmp_path: Path
) -> None:
    """Garbage in one entry costs one request; a planted pickle is never loaded."""
    marker = tmp_path / "executed"
    pickled = f"cposix\nsystem\n(S'touch {marker}'\ntR.".encode()
    with closing(client(site.url, filled, clock)) as caller:
        for planted in (pickled, b"", b"{", b"x\x9c" + bytes(20), None, 7, "text"):
            with closing(sqlite3.connect(filled / FILE, isolation_level=None)) as opened:
                opened.execute("UPDATE responses SET value = ?", (planted,))
            answer = caller.fetch(THINGS)
            assert (answer.fetched, answer.body) == (True, GOOD)
    assert not marker.exists()


def test_no_folder_can_be_made(site: FaultServer, clock: Clock, tmp_path: Path) -> None:
    """Without a place to write, answers are kept in memory, and one sentence says so."""
    (tmp_path / "file").touch()
    with closing(client(site.url, tmp_path / "file" / "http", clock)) as caller:
        assert caller.store_notice == "Answers are kept in memory only: not a directory."
        caller.fetch(THINGS)
        assert not caller.fetch(THINGS).fetched
        assert caller.stats()["entries"] == 1
        assert site.count.total() == 1
        assert caller.clear() == 1


def test_full_disk(
    site: FaultServer, clock: Clock, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no longer fits is kept in memory; it is written again when space returns."""
    monkeypatch.setattr("swgdata.client.store.REST", 0.0)
    with closing(client(site.url, filled, clock)) as caller:
        pages = _limit_pages(caller, 1)
        big = b'{"rows": [' + b",".join(b'"%d"' % i for i in range(60_000)) + b"]}"
        site.bodies[THINGS.path] = big
        clock.now += LIFETIME + 1
        assert caller.fetch(THINGS).body == big
        assert "full" in (caller.store_notice or "")
        assert not caller.fetch(THINGS).fetched
        assert site.count.total() == 1
        _limit_pages(caller, pages * 100)
        clock.now += LIFETIME + 1
        caller.fetch(THINGS)
        assert caller.store_notice is None
    with closing(client(site.url, filled, clock)) as again:
        assert again.fetch(THINGS).body == big


def _limit_pages(caller: Client, most: int) -> int:
    """Let the file grow to so many pages; SQLite then behaves as on a full disk."""
    table: Any = caller._store._storage
    with table.connection() as opened:
        opened.execute(f"PRAGMA max_page_count = {most}")
        return int(opened.execute("PRAGMA page_count").fetchone()[0])


def test_foreign_lock(
    site: FaultServer, clock: Clock, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program holds the file, copies are read as ever and new ones kept in memory."""
    monkeypatch.setattr("swgdata.client.table.LOCK_WAIT", 0.2)
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
    monkeypatch.setattr("swgdata.client.table.LOCK_WAIT", 0.2)
    with closing(sqlite3.connect(filled / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with closing(client(site.url, filled, clock)) as caller:
            assert caller.fetch(THINGS).body == GOOD
            assert site.count.total() == 0


def test_growth_is_bounded(
    site: FaultServer, clock: Clock, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the budget single look-ups go, oldest first; whole feeds stay."""
    monkeypatch.setattr("swgdata.client.table.MOST_BYTES", 400_000)
    city = feed("/api/city.php", name="city", parameters=("name",))
    site.bodies[city.path] = b'{"rows": ["%s"]}' % os.urandom(10_000).hex().encode()
    with closing(client(site.url, filled, clock)) as caller:
        for i in range(100):
            clock.now += 1
            caller.fetch(city, {"name": str(i)})
        assert caller.stored(THINGS) is not None
        assert caller.stored(city, {"name": "99"}) is not None
        assert caller.stored(city, {"name": "0"}) is None
    assert (filled / FILE).stat().st_size < 800_000


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What cannot be written does not fill the memory either."""
    monkeypatch.setattr("swgdata.client.store.MEMORY_BYTES", 10 * len(GOOD))
    (tmp_path / "file").touch()
    with (
        FaultServer() as site,
        closing(client(site.url, tmp_path / "file" / "x", Clock())) as caller,
    ):
        for i in range(30):
            caller.fetch(feed(f"/api/{i}.php"))
        assert caller.stats()["entries"] == 10


KILLED: Final = """
import sys
from datetime import timedelta
from pathlib import Path
from swgdata.client import Client
from tests.clients import THINGS

caller = Client(sys.argv[1], store=Path(sys.argv[2]), per_minute=600_000)
print("ready", flush=True)
while True:
    caller.fetch(THINGS, fresh_for=timedelta(0))
"""


@pytest.mark.slow
def test_killed_while_writing(site: FaultServer, clock: Clock, filled: Path) -> None:
    """After every kill the last good copy is there, whole."""
    root = Path(__file__).resolve().parent.parent
    for round_ in range(4):
        command = [sys.executable, "-c", KILLED, site.url, str(filled)]
        child = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.03 * round_ + 0.01)
        child.kill()
        child.wait()
        child.stdout.close()
        with closing(client(site.url, filled, clock)) as caller:
            kept = caller.stored(THINGS)
            assert kept is not None
            assert kept.body == GOOD
            assert caller.store_notice is None
    assert not list(filled.glob("*.damaged-*"))


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A Redis server of the test's own, on a socket file."""
    need(REDIS, "redis-server")
    path = tmp_path / "redis.sock"
    command = [REDIS or "", "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", "."]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE)
    assert server.stdout is not None
    for line in server.stdout:
        if b"eady to accept connections" in line:
            break
    yield f"unix://{path}", server
    server.kill()
    server.wait()
    server.stdout.close()


@pytest.mark.service
def test_redis(
    redis: tuple[str, "subprocess.Popen[bytes]"],
    site: FaultServer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two clients share one server and one request; when it is gone, both go on."""
    monkeypatch.setattr("swgdata.client.store.REST", 0.0)
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
        assert two.fetch(THINGS).body == GOOD
        assert site.count.total() == 3


def test_redis_that_never_was(site: FaultServer, clock: Clock) -> None:
    """A wrong address is a notice, not an error."""
    pytest.importorskip("redis")
    with closing(client(site.url, "redis://127.0.0.1:9/0", clock)) as caller:
        assert "does not answer" in (caller.store_notice or "")
        assert caller.fetch(THINGS).body == GOOD
        assert not caller.fetch(THINGS).fetched


def test_any_fault_of_the_store_is_a_miss(tmp_path: Path) -> None:
    """Whatever the storage raises, reading finds nothing and writing keeps it in memory."""

    class Broken(dict[str, Any]):
        def get(self, *_: object) -> Any:
            raise RuntimeError("secret path")

    cache = SafeCache(Broken)  # type: ignore[arg-type]
    assert cache.get_response("x") is None
    assert cache.notice == "Answers are kept in memory only: the cache server does not answer."
    assert isinstance(open_store(tmp_path), SafeCache)
