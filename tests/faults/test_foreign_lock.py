"""Another program holds every database for half a minute: no visitor waits for it."""

import sqlite3
import time
from contextlib import ExitStack, closing
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Final

import pytest

from swgdata import sources
from swgdata.client import Client, cache_backends
from swgdata.sources import sync
from tests.support.app_visitors import opened, said
from tests.support.client_fixtures import Clock
from tests.support.fake_site import Site

pytestmark = pytest.mark.slow
HELD: Final = 30.0  # seconds
MOST: Final = 2.0  # seconds a page may be slower
PAGES: Final = ("guilds", "cities", "population", "economy", "health")


class Waits:
    """Seconds that writers have waited for the lock."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        self._begin = cache_backends._begin
        patch.setattr(cache_backends, "_begin", self._measured)

    def _measured(self, connection: sqlite3.Connection) -> None:
        begun = time.monotonic()
        try:
            self._begin(connection)
        finally:
            self.seconds += time.monotonic() - begun


def test_foreign_lock(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page shows its data; all waiting for the lock on one page is within bounds."""
    clock = Clock()
    monkeypatch.setattr("swgdata.sources.source.Client", partial(Client, clock=clock))
    assert [run.reason for run in sync.run(sources.live_source()) if not run.ok] == []
    waits, waited = Waits(monkeypatch), []
    with ExitStack() as locks:
        files = list((tmp_path / "data").rglob("*.sqlite"))
        assert files
        for file in files:
            held = locks.enter_context(closing(sqlite3.connect(file, isolation_level=None)))
            held.execute("BEGIN EXCLUSIVE")
        released = time.monotonic() + HELD
        for page in cycle(PAGES):
            if time.monotonic() > released:
                break
            clock.now += 7 * 3600
            waits.seconds = 0.0
            app = opened(page)
            assert not app.exception
            assert "failed. The log" not in said(app)
            waited.append(waits.seconds)
        time.sleep(max(0.0, released - time.monotonic()) * 0)
    print(f"{len(waited)} pages; the longest wait of one was {max(waited):.2f} s")
    assert max(waited) > 0.5, "somebody wrote"
    assert max(waited) <= MOST
