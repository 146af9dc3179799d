"""Loading feeds: one request for everybody, the digest gate, the last good copy."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from swgdata import sources
from swgdata.client.model import RECEIVED, FeedRequest
from swgdata.errors import FeedError
from swgdata.feeds import Parsed, feeds_of
from swgdata.sources import sync
from swgdata.sources.snapshot import load, remembered, stored
from tests.support.fake_site import Site

GCW = "/api/gcw.php"
MANIFEST = "/exports/manifest.json"
DUMP = "/exports/resources.json.gz"


@pytest.fixture
def expire(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make what is stored of a feed too old."""

    def expired(feed: str) -> None:
        monkeypatch.setenv(f"SWG_FRESH_FOR__{feed.upper()}", "0.000001")
        sources.reset()

    return expired


@pytest.mark.parametrize("feed", feeds_of("swgtracker"))
def test_every_feed_keeps_its_contract(site: Site, feed: str) -> None:
    """Every feed of the sample site has the declared tables, columns, order and types."""
    names: dict[str, Any] = {"name": "", "planet": "", "abbrev": ""}
    if feed.endswith("_history") and feed.startswith(("city", "guild")):
        cities, guilds = load("cities").frame, load("guilds").frame
        names = {"name": cities["name"][0], "planet": cities["planet"][0]}
        names["abbrev"] = guilds["tag"].dropna().iloc[0]
    parameters = sources.live_source().feed(feed).parameters
    snapshot = load(feed, **{key: names[key] for key in parameters})
    for table, columns in snapshot.feed.tables.items():
        types = {str(name): str(dtype) for name, dtype in snapshot.tables[table].dtypes.items()}
        assert types == dict(columns), table
        assert list(types) == list(columns)
    assert snapshot.issues.rejected == ()
    assert feed == "new_spawns" or not snapshot.frame.empty  # none for an hour is usual


def test_fifty_callers_one_request(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many wait for one expired feed, the site is asked once."""
    monkeypatch.setenv("SWG_FRESH_FOR__GCW", "2")
    load("gcw")
    time.sleep(2.1)
    site.asked.clear()
    barrier = Barrier(50)

    def ask(_: int) -> int:
        barrier.wait()
        return len(load("gcw", wait=10).frame)

    with ThreadPoolExecutor(50) as pool:
        rows = set(pool.map(ask, range(50)))
    assert len(rows) == 1
    assert site.asked[GCW] == 1


def test_a_page_in_place_of_data_leaves_the_copy(site: Site, expire: Callable[[str], None]) -> None:
    """HTML with status 200 is refused; the copy before stands, marked stale with the cause."""
    good = load("gcw")
    expire("gcw")
    site.says[GCW] = b"<html><h1>Back soon</h1></html>"
    again = load("gcw")
    assert again.stale
    assert again.reason
    assert again.frame.equals(good.frame)
    assert stored("gcw") is not None


def test_nothing_stored_and_nothing_to_be_had(site: Site) -> None:
    """Then it is an error with a reason for a visitor."""
    site.says[GCW] = b"null"
    with pytest.raises(FeedError) as caught:
        load("gcw")
    assert caught.value.feed == "gcw"
    assert "127.0.0.1" not in caught.value.reason


def test_digest_gate(site: Site, expire: Callable[[str], None]) -> None:
    """An export is downloaded again only when the manifest's digest has changed."""
    first = load("resources")
    expire("manifest")
    second = load("resources")
    assert (site.asked[MANIFEST], site.asked[DUMP]) == (2, 1)
    assert second.frame is not None
    assert second.frame.equals(first.frame)
    site.renew(days=1)
    expire("manifest")
    third = load("resources", wait=20)
    assert site.asked[DUMP] == 2
    assert not third.frame.equals(first.frame)
    assert not third.stale


def test_a_spoilt_export_leaves_the_version_before(
    site: Site, expire: Callable[[str], None]
) -> None:
    """A file that is not the manifest's is refused whole."""
    good = load("resources")
    site.renew(days=1)
    site.says[DUMP] = b"\x1f\x8b not gzip after all"
    expire("manifest")
    again = load("resources", wait=20)
    assert again.stale
    assert again.reason
    assert again.frame.equals(good.frame)


def test_an_export_renewed_before_its_manifest(site: Site, expire: Callable[[str], None]) -> None:
    """The stored manifest is older than the file: it is read anew and the file accepted."""
    load("gcw")
    load("manifest")
    site.renew(days=1)
    snapshot = load("resources", wait=20)
    assert not snapshot.stale
    assert (site.asked[MANIFEST], site.asked[DUMP]) == (2, 2)


def test_exports_outlive_the_manifest(site: Site, expire: Callable[[str], None]) -> None:
    """With the manifest gone and forgotten the stored export is still shown, marked stale."""
    good = load("resources")
    sources.live_source().client(good.feed).clear()
    site.says[MANIFEST] = 500
    expire("manifest")
    again = load("resources")
    assert again.stale
    assert again.frame.equals(good.frame)


def test_only_opened_histories_are_remembered(site: Site) -> None:
    """Answers of feeds with parameters can be listed without asking for them again."""
    city = load("cities").frame.iloc[0]
    assert remembered("city_history") == []
    load("city_history", name=city["name"], planet=city["planet"])
    site.asked.clear()
    ((parameters, snapshot),) = remembered("city_history")
    assert parameters == {"name": city["name"], "planet": city["planet"]}
    assert len(snapshot.frame) > 1
    assert not site.asked


def test_a_body_is_parsed_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first fetch to the tables of every page."""
    source = sources.live_source()
    feed, parsed = source.feed("gcw"), []

    def counting(body: bytes) -> Parsed:
        parsed.append(body)
        return feed.parse(body)

    counted = {**source.feeds, "gcw": replace(feed, parse=counting)}
    monkeypatch.setitem(source.__dict__, "feeds", counted)
    for _ in range(3):
        load("gcw", source=source)
    sync.run(source, ["gcw"], force=True)
    assert len(parsed) == 1
    site.renew(days=1)
    sync.run(source, ["gcw"], force=True)
    load("gcw", source=source)
    assert len(parsed) == 2


def test_the_setting_is_what_the_stored_response_says(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``SWG_FRESH_FOR__CITIES``: half an hour after it came the copy expires, and no other feed."""
    monkeypatch.setenv("SWG_FRESH_FOR__CITIES", "1800")
    sources.reset()
    source = sources.live_source()
    for name, seconds in {"cities": 1800, "guilds": 7200}.items():
        load(name, source=source)
        feed = source.feed(name)
        assert feed.fresh_for == timedelta(seconds=seconds)
        response = source.client(feed)._store.get_response(
            FeedRequest.of(feed, {}, source.settings.base_url).key
        )
        assert response is not None
        assert response.expires is not None
        received = float(response.headers[RECEIVED])
        assert response.expires.timestamp() == pytest.approx(received + seconds, abs=1.0)
