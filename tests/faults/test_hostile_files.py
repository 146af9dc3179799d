"""Files that somebody else wrote, or may not read: nothing in them runs, nothing is shared."""

import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from swgdata import sources
from swgdata.sources import sync
from tests.support.app_visitors import opened, said
from tests.support.fake_site import Site
from tests.support.services import ROOT

LOGS: Final = ("-wal", "-shm")  # of SQLite, made anew with every file


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._marker,))


def test_the_trap_works(tmp_path: Path) -> None:
    """A careless reader would spring it."""
    pickle.loads(pickle.dumps(Trap(tmp_path / "sprung")))  # noqa: S301 - that is the point
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize("ending", ["", ".pickle", ".pkl"])
def test_a_pickle_in_the_place_of_every_file(site: Site, tmp_path: Path, ending: str) -> None:
    """None is run, and the app fetches anew what it had."""
    assert [run.reason for run in sync.run(sources.live_source()) if not run.ok] == []
    sources.reset()
    marker, data = tmp_path / "sprung", tmp_path / "data"
    files = [path for path in data.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert len({path.suffix for path in files}) >= 2
    for path in files:
        if path.name.endswith(LOGS):
            path.unlink()
        else:
            path.with_name(path.name + ending).write_bytes(pickle.dumps(Trap(marker)))
    assert [run.reason for run in sync.run(sources.live_source()) if not run.ok] == []
    for page in ("guilds", "resources", "health"):
        app = opened(page)
        assert not app.exception
        assert "failed. The log" not in said(app)
    assert not marker.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another matter there")
def test_everything_kept_is_its_owners_alone(site: Site, tmp_path: Path) -> None:
    """Whatever the umask: files 0600 in folders 0700, those of SQLite included."""
    before = os.umask(0o022)
    try:
        assert [run.reason for run in sync.run(sources.live_source()) if not run.ok] == []
        opened("resources")
    finally:
        os.umask(before)
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert files
    assert {path.name: mode(path) for path in files if mode(path) != 0o600} == {}
    folders = {path.parent for path in files}
    assert {path.name: mode(path) for path in folders if mode(path) != 0o700} == {}


def mode(path: Path) -> int:
    """The rights to a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


HOMELESS: Final = """
import pwd

def unknown(number):
    raise KeyError(number)

pwd.getpwuid = unknown  # as in a container that runs under a number without an account
from swgdata.sources import sample_source, sync
print([run.reason for run in sync.run(sample_source(), ["gcw"]) if not run.ok])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is always a home folder there")
def test_no_home_folder(tmp_path: Path) -> None:
    """The app starts all the same, and keeps its data among the temporary files."""
    homes = ("HOME", "XDG_DATA_HOME", "SWG_DATA_DIR")
    told = {name: value for name, value in os.environ.items() if name not in homes}
    done = subprocess.run(
        [sys.executable, "-c", HOMELESS],
        cwd=ROOT,
        env={**told, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
    assert list((tmp_path / "swgdata").rglob("*.sqlite"))
