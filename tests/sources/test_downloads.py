"""The first download of an export: nobody waits for it, all see how far it is, none nags."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import streamlit

from swgdata import sources
from swgdata.errors import FeedArriving, FeedError
from swgdata.sources import datasets
from swgdata.sources.downloads import DownloadProgress
from swgdata.sources.snapshot import load
from swgdata.storage.datasets import ingest as store
from swgdata.ui import frame
from tests.support.app_visitors import figures, opened, said, table
from tests.support.fake_site import Site

DUMP = "/exports/resources.json.gz"


@pytest.fixture
def brake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Downloads stop after 5,000 bytes and 120 rows until it is released."""
    begun, released, ingest = Event(), Event(), store.ingest

    def slow(*args: Any, progress: Callable[[int, int], None], **settings: Any) -> Any:
        progress(5000, 120)
        begun.set()
        assert released.wait(60)
        return ingest(*args, progress=progress, **settings)

    monkeypatch.setattr(datasets, "ingest", slow)
    yield released
    released.set()
    for export in ("resources", "schematics"):
        for _ in range(600):  # what is under way must not outlive the test's folder
            place = sources.live_source()
            if datasets.download_progress(place, place.feed(export)) is None:
                break
            Event().wait(0.05)
    streamlit.cache_resource.clear()


def progress(app: Any) -> list[str]:
    """What the progress bars say."""
    return [bar.proto.text for bar in app.get("progress")]


def test_the_page_lives_while_its_export_arrives(
    site: Site, brake: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card with bytes and rows instead of a wait; then the rows."""
    monkeypatch.setattr(datasets, "PAGE_WAIT", 1.0)
    app = opened("resources")
    assert not app.exception
    (told,) = progress(app)
    assert "5KB of" in told
    assert "120 of 400 rows so far" in told
    assert "On its way" in said(app)
    assert "Feed down" not in said(app)
    assert app.selectbox(key="resources_class").value is None
    assert not figures(app)

    assert opened("guilds").metric, "other pages do not care"
    monkeypatch.setattr(datasets, "PAGE_WAIT", 60.0)
    brake.set()
    app.run()
    assert progress(app) == []
    assert figures(app)["In spawn"] == str(len(table(app, "tiers")))
    assert site.asked[DUMP] == 1


def test_who_comes_later_waits_no_longer(site: Site, brake: Event) -> None:
    """The wait counts from the begin of the download, whoever began it."""
    with pytest.raises(FeedArriving):
        load("resources", first_wait=0.5)
    place = sources.live_source()
    arrival = datasets.download_progress(place, place.feed("resources"))
    assert arrival is not None
    assert (arrival.received, arrival.rows, arrival.count) == (5000, 120, 400)
    assert arrival.share == pytest.approx(0.3)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(load, "resources")
        brake.set()
        assert len(waiting.result(timeout=60).frame) == 400
    assert datasets.download_progress(place, place.feed("resources")) is None
    assert site.asked[DUMP] == 1


def test_a_synchronisation_and_a_visitor_download_once(site: Site, brake: Event) -> None:
    """Whoever comes second finds what the first brought."""
    place = sources.live_source()
    with ThreadPoolExecutor(2) as pool:
        update = pool.submit(datasets.download, place, place.feed("resources"))
        visit = pool.submit(load, "resources")
        Event().wait(0.3)
        brake.set()
        assert visit.result(60).version.startswith(update.result(60).version.sha256[:12])
    assert site.asked[DUMP] == 1


def test_a_failed_download_is_not_tried_again_at_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that is drawn again every second must not ask the site every second."""
    site.says[DUMP] = b"\x1f\x8b not gzip after all"
    with pytest.raises(FeedError) as first:
        load("resources")
    asked = site.asked[DUMP]
    with pytest.raises(type(first.value)) as second:
        load("resources")
    assert second.value.reason == first.value.reason
    assert second.value.until is not None
    assert site.asked[DUMP] == asked
    del site.says[DUMP]
    monkeypatch.setattr("swgdata.sources.downloads.time.monotonic", lambda: 1e12)
    assert len(load("resources").frame) == 400


@pytest.mark.parametrize(
    ("arrival", "share", "words"),
    [
        (DownloadProgress(), None, "are on their way** for the first time."),
        (DownloadProgress(1_500_000, 12_345), None, "1.5MB, 12,345 rows so far"),
        (DownloadProgress(5, 90, size=10), 0.5, "5B of 10B, 90 rows"),
        (DownloadProgress(5, 90, size=10, count=60), 1.0, "5B of 10B, 90 of 60 rows"),
    ],
)
def test_how_far_it_is_in_words(arrival: DownloadProgress, share: float | None, words: str) -> None:
    """Only what is known; more than announced is not more than all."""
    assert arrival.share == share
    assert words in frame.words("resources", arrival)
