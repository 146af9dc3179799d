"""A disk that is really full: the app goes on from memory, says so once, and heals."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from swgdata import sources
from swgdata.client import Client
from swgdata.sources import sync
from tests.support.app_visitors import opened, said
from tests.support.client_fixtures import Clock
from tests.support.fake_site import Site

pytestmark = pytest.mark.slow
PAGES = ("guilds", "cities", "health")


class Disk:
    """A file system of its own that is as small as a test wants it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._run("mount", "-t", "tmpfs", "-o", "size=200k", "swgdata-test")

    def fill(self) -> None:
        """Leave no room at all."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            while True:
                try:
                    ballast.write(bytes(1024))
                except OSError:
                    return

    def resize(self, size: str) -> None:
        """Make it larger or smaller."""
        self._run("mount", "-o", f"remount,size={size}")

    def end(self) -> None:
        """Take it away."""
        self._run("umount", "--lazy")

    def _run(self, *command: str) -> None:
        subprocess.run([*command, str(self.folder)], check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A disk of 200 KB, on which the app keeps everything."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    try:
        made = Disk(tmp_path / "disk")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no disk can be mounted here: {error.stderr.decode().strip()}")
    monkeypatch.setenv("SWG_DATA_DIR", str(made.folder / "data"))
    monkeypatch.setattr("swgdata.client.cache.REST", 0.0)
    yield made
    sources.reset()
    made.end()


def visited(page: str) -> tuple[list[str], float]:
    """What a page warns of, and how long it took; it shows no failure."""
    begun = time.monotonic()
    app = opened(page)
    spent = time.monotonic() - begun
    assert not app.exception
    assert "failed. The log" not in said(app)
    assert "nothing of it is stored" not in said(app)
    return [one.value for one in app.warning], spent


def healed(disk: Disk, site: Site) -> None:
    """With room again everything is kept, and found by the next process without the site."""
    (disk.folder / "ballast").unlink()
    disk.resize("50m")
    assert [run.reason for run in sync.run(sources.live_source(), force=True) if not run.ok] == []
    assert visited("health")[0] == []
    sources.reset()
    site.asked.clear()
    assert visited("guilds")[0] == []
    assert not site.asked


def test_full_before_the_start(disk: Disk, site: Site) -> None:
    """All data are shown, each file that is not kept is told of once, and no page waits."""
    disk.fill()
    assert [run.reason for run in sync.run(sources.live_source()) if not run.ok] == []
    for page in PAGES:
        told, full = visited(page)
        assert len(told) == len(set(told))
    assert told
    assert all("kept" in one for one in told)
    sources.reset()
    healed(disk, site)
    assert full < visited("health")[1] + 5.0


def test_filled_while_in_use(disk: Disk, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes later is shown from memory; what was kept before stays on the disk."""
    clock = Clock()
    monkeypatch.setattr("swgdata.sources.source.Client", partial(Client, clock=clock))
    disk.resize("50m")
    assert [run.reason for run in sync.run(sources.live_source()) if not run.ok] == []
    assert visited("health")[0] == []
    _shrink(disk)
    disk.fill()
    clock.now += 7 * 3600
    assert [run.reason for run in sync.run(sources.live_source()) if not run.ok] == []
    for page in PAGES:
        told, _ = visited(page)
        assert len(told) == len(set(told))
    assert told
    site.asked.clear()
    visited("guilds")
    assert not site.asked, "memory answers"

    sources.reset()
    site.says |= dict.fromkeys(("/api/guilds.php", "/api/cities.php"), 503)
    assert "STALE" in said(opened("guilds"))
    site.says.clear()
    sources.reset()
    healed(disk, site)


def _shrink(disk: Disk) -> None:
    state = os.statvfs(disk.folder)
    used = (state.f_blocks - state.f_bfree) * state.f_frsize
    disk.resize(str(used + 4096))
