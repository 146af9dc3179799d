"""What is told of synchronisations: the last of all feeds, the results, and who is in the way."""

import threading
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from swgdata import sources
from swgdata.query import table as ask
from swgdata.sources import health, sync
from swgdata.storage.history import FeedRun
from swgdata.ui.health import update
from tests.support.fake_site import Site
from tests.support.services import ROOT

PATIENCE = 60


def test_full_means_every_feed(site: Site) -> None:
    """One that failed, or a run of some feeds, is not full; the one before stands."""
    place = sources.live_source()
    assert health.last_full_sync(place) is None
    sync.run(place, ["gcw", "pulse"])
    assert health.last_full_sync(place) is None
    before = datetime.now(UTC)
    sync.run(place)
    full = health.last_full_sync(place)
    assert full is not None
    assert before <= full <= datetime.now(UTC)
    site.says["/api/gcw.php"] = 503
    failed = sync.run(place, force=True)
    assert not all(run.ok for run in failed)
    sync.run(place, ["pulse"])
    assert health.last_full_sync(place) == full
    sources.reset()
    assert health.last_full_sync(sources.live_source()) == full


def test_what_the_site_may_lack_does_not_count(site: Site) -> None:
    """``server_status`` gone: still every feed there is."""
    site.says["/api/server_status.php"] = 404
    sync.run(sources.live_source())
    assert health.last_full_sync(sources.live_source()) is not None


def test_a_hundred_results_each_with_its_own_time(site: Site) -> None:
    """The newest, after a restart as before it; each feed was begun at a time of its own."""
    for _ in range(8):
        sync.run(sources.live_source())
    sources.reset()
    runs = sources.live_source().history.runs()
    assert len(runs) == 100
    assert len({run.started for run in runs}) == 100
    table = ask("sync_history").frame
    assert len(table) == 100
    assert set(table["feed"]) == {run.feed for run in runs}


def test_pressed_while_another_process_synchronises(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says who is at it since when, in a sentence; nothing is asked twice."""
    place, begun, go_on = sources.live_source(), threading.Event(), threading.Event()
    monkeypatch.setattr(update, "_latest", None)

    def hold(_: FeedRun) -> None:
        begun.set()
        go_on.wait(PATIENCE)

    other = threading.Thread(target=sync.run, args=(place,), kwargs={"report": hold})
    other.start()
    try:
        assert begun.wait(PATIENCE)
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
        app.switch_page("pages/health.py").run()
        app.button(key="health_update").click().run()
        latest = update.latest_job()
        assert latest is not None
        assert latest.finished.wait(PATIENCE)
        app.run()
        assert not app.exception
        said = "\n".join(element.value for element in app.markdown)
        assert "A synchronisation is running since" in said
        assert "number" not in said
        assert "waiting" not in said
        assert app.status[0].label.startswith("Nothing was updated · started by you")
    finally:
        go_on.set()
        other.join(PATIENCE)
    captions = "\n".join(element.value for element in app.run().caption)
    assert "Every feed was last brought up to date 20" in captions


@pytest.mark.usefixtures("site")
def test_the_page_of_an_empty_place_knows_no_full_one() -> None:
    """Nothing was ever synchronised: it says so, and gives no time."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    app.switch_page("pages/health.py").run()
    assert "Not every feed has been up to date at once so far." in "\n".join(
        element.value for element in app.caption
    )
