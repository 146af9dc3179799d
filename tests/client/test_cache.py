"""The store may fail, the app may not."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from swgdata.client import Client
from swgdata.client.cache import FallbackCache, open_cache
from swgdata.client.cache_backends import FILE
from tests.support import fault_callers
from tests.support.client_fixtures import LIFETIME, THINGS, Clock, client, feed, kinds, together
from tests.support.damaged_files import emptied, folder, garbage, half, scribbled, zeroed
from tests.support.fault_server import FaultServer
from tests.support.http_exchange import GOOD

site, clock, filled = fault_callers.site, fault_callers.clock, fault_callers.filled


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
    monkeypatch.setattr("swgdata.client.cache.REST", 0.0)
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


def test_growth_is_bounded(
    site: FaultServer, clock: Clock, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the budget single look-ups go, oldest first; whole feeds stay."""
    monkeypatch.setattr("swgdata.client.cache_backends.MOST_BYTES", 400_000)
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


def test_any_fault_of_the_store_is_a_miss(tmp_path: Path) -> None:
    """Whatever the storage raises, reading finds nothing and writing keeps it in memory."""

    class Broken(dict[str, Any]):
        def get(self, *_: object) -> Any:
            raise RuntimeError("secret path")

    cache = FallbackCache(Broken)  # type: ignore[arg-type]
    assert cache.get_response("x") is None
    assert cache.notice == "Answers are kept in memory only: the cache server does not answer."
    assert isinstance(open_cache(tmp_path), FallbackCache)
