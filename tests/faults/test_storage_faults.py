"""What lasts may fail in any way; the app goes on, says so once, and heals."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from swgdata import sources
from swgdata.settings import Settings
from swgdata.sources import sync
from swgdata.sources.sample import backfill
from swgdata.storage.files import KEPT_DAMAGED
from swgdata.storage.history import FeedRun, History
from tests.support.damaged_files import emptied, folder, garbage, half, removed, zeroed
from tests.support.fake_site import Site
from tests.support.services import ROOT

RUN: Final = FeedRun(datetime(2026, 8, 20, tzinfo=UTC), "gcw", True, True, 3, 90, 0.1, None)


@pytest.mark.parametrize("damage", [garbage, half, zeroed, folder, emptied, removed])
def test_damaged_history(damage: Callable[[Path], None], tmp_path: Path) -> None:
    """It is set aside and begun anew; only so many damaged ones are kept."""
    file = tmp_path / "history.sqlite"
    for _ in range(KEPT_DAMAGED + 2):
        with closing(History(f"sqlite:///{file}")) as history:
            history.add_runs([RUN] * 60)
            assert [len(history.runs()), history.trouble] == [60, None]
        for log in tmp_path.glob("history.sqlite-*"):
            log.unlink()
        damage(file)
    aside = len(list(tmp_path.glob("*.damaged-*")))
    assert aside == (0 if damage in (emptied, removed) else KEPT_DAMAGED)


def test_history_on_a_full_disk(tmp_path: Path) -> None:
    """What does not fit is told, and remembered again when there is room."""
    with closing(History(f"sqlite:///{tmp_path / 'history.sqlite'}")) as history:
        _limit_pages(history, 1)
        for _ in range(30):
            history.add_runs([RUN] * 100)
        assert history.trouble == "the history cannot be kept (OperationalError)"
        _limit_pages(history, 100_000)
        history.add_runs([RUN])
        assert history.trouble is None


def _limit_pages(history: History, most: int) -> None:
    """Let the file grow to so many pages; SQLite then behaves as on a full disk."""
    with history.database.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")


def test_history_heals_when_its_folder_comes_back(tmp_path: Path) -> None:
    """What stands in the way of the folder stops nothing but the memory of runs."""
    (tmp_path / "place").touch()
    with closing(History(f"sqlite:///{tmp_path / 'place' / 'history.sqlite'}")) as history:
        history.add_runs([RUN])
        assert history.trouble
        assert history.runs() == []
        (tmp_path / "place").unlink()
        history.add_runs([RUN])
        assert [len(history.runs()), history.trouble] == [1, None]


UNWRITABLE: Final = """
import sys
from pathlib import Path
from swgdata.sources import live_source, sync
from tests.support.app_visitors import opened, said

place = live_source()
runs = {run.feed: run.reason for run in sync.run(place) if not run.ok}
assert runs == {}, runs
for page in ("guilds", "resources", "health"):
    app = opened(page)
    assert not app.exception
    assert "failed. The log" not in said(app), said(app)
    assert "nothing of it is stored" not in said(app), page
told = [one.value for one in app.warning]
assert len(told) == int(sys.argv[1]) and all("kept" in one for one in told), told
"""


@pytest.mark.parametrize("kept", [False, True], ids=["at first", "with everything stored"])
@pytest.mark.skipif(sys.platform == "win32", reason="rights are another matter there")
def test_folder_that_cannot_be_written(site: Site, tmp_path: Path, kept: bool) -> None:
    """A visitor sees all data, from memory or the store, and one notice of each file not kept."""
    data = tmp_path / "data"
    data.mkdir()
    places = {**os.environ, "SWG_DATA_DIR": str(data), "HOME": str(tmp_path)}
    if kept:
        sync.run(sources.live_source())
        sources.reset()
        places["SWG_FRESH_FOR__GCW"] = "0.001"
    command = [*_locked(data), sys.executable, "-c", UNWRITABLE, "2"]
    done = subprocess.run(
        command, cwd=ROOT, env=places, capture_output=True, timeout=120, check=False
    )
    for path in [data, *data.rglob("*")]:
        path.chmod(0o700)
    assert done.returncode == 0, done.stderr.decode()[-3000:]


def _locked(data: Path) -> list[str]:
    """Take the right to write away; root, who needs no rights, gives up that privilege."""
    files = [data, *data.rglob("*")]
    for path in files:
        path.chmod(0o555 if path.is_dir() else 0o444)
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root without setpriv cannot give up its privileges")
    for path in files:
        os.chown(path, 65534, 65534)
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown"]


def test_a_history_that_can_be_read_again_has_no_trouble(tmp_path: Path) -> None:
    """An app that only reads, since another one writes, does not complain for ever."""
    (tmp_path / "place").touch()
    with closing(History(f"sqlite:///{tmp_path / 'place' / 'history.sqlite'}")) as history:
        history.runs()
        assert history.trouble
        (tmp_path / "place").unlink()
        history._rests_until = 0.0
        history.runs()
        assert history.trouble is None


def test_reading_does_not_hide_that_nothing_can_be_written(tmp_path: Path) -> None:
    """The trouble of a writer ends with a write."""
    with closing(History(f"sqlite:///{tmp_path / 'history.sqlite'}")) as history:
        _limit_pages(history, 1)
        for _ in range(30):
            history.add_runs([RUN] * 100)
        history.runs()
        assert history.trouble == "the history cannot be kept (OperationalError)"


def test_the_past_of_the_sample_is_given_up_where_it_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every visitor waits for it meanwhile: the first refusal is enough."""
    tried: list[int] = []

    def refuse() -> bool:
        tried.append(len(history.pending))
        return False

    history = History(f"sqlite:///{tmp_path / 'history.sqlite'}")
    monkeypatch.setattr(history, "flush", refuse)
    backfill.backfill_history(history, Settings(sample_rows=400, sample_days=60), RUN.started)
    assert len(tried) == 1
    monkeypatch.undo()
    history.close()
