"""Synchronisation: all feeds side by side, one failing leaves the others, outcomes remembered."""

from datetime import UTC, datetime

import pytest

from swgdata import sources
from swgdata.errors import NotOffered
from swgdata.query import table
from swgdata.sources import health, sync
from swgdata.storage.history import FeedRun
from tests.support.fake_site import Site

EXPORTS = {
    "/exports/resources.json.gz",
    "/exports/schematics.json.gz",
    "/exports/schematic_details.json.gz",
}


def test_every_feed_is_brought_up_to_date(site: Site) -> None:
    """All feeds but those about one city or guild; afterwards health is well."""
    place = sources.live_source()
    heard: list[FeedRun] = []
    runs = sync.run(place, report=heard.append)
    assert [run.feed for run in runs if not run.ok] == []
    wanted = {f.name for f in place.feeds.values() if not f.parameters}
    assert {run.feed for run in runs} == wanted == {run.feed for run in heard}
    assert all(run.changed and run.rows is not None and run.bytes for run in runs)
    assert health.is_well(health.report(place, datetime.now(UTC)))


def test_a_second_run_downloads_no_export(site: Site) -> None:
    """Digests agree, so nothing is downloaded; forced, answers are asked for again."""
    place = sources.live_source()
    sync.run(place)
    site.asked.clear()
    runs = {run.feed: run for run in sync.run(place)}
    assert not site.asked
    assert runs["resources"].reason == "digest unchanged"
    assert not any(run.changed for run in runs.values())
    sync.run(place, ["gcw"], force=True)
    assert site.asked == {"/api/gcw.php": 1}


def test_one_failing_leaves_the_others(site: Site) -> None:
    """The failed feed is named with its reason; the rest is there."""
    site.says["/api/cities.php"] = b"<html>"
    runs = {run.feed: run for run in sync.run(sources.live_source())}
    assert not runs["cities"].ok
    assert runs["cities"].reason
    assert all(run.ok for name, run in runs.items() if name != "cities")
    feeds = {feed.feed: feed for feed in health.report(sources.live_source(), datetime.now(UTC))}
    assert feeds["cities"].state == "missing"
    assert feeds["cities"].last_error
    assert feeds["guilds"].state == "fresh"
    assert not health.is_well(list(feeds.values()))


def test_a_feed_the_site_may_lack_is_no_fault(site: Site) -> None:
    """``server_status`` gone: reported, but the whole is well."""
    site.says["/api/server_status.php"] = 404
    runs = {run.feed: run for run in sync.run(sources.live_source())}
    assert not runs["server_status"].ok
    assert health.is_well(health.report(sources.live_source(), datetime.now(UTC)))


def test_outcomes_survive_a_restart(site: Site) -> None:
    """The history is on disk, newest first."""
    sync.run(sources.live_source(), ["gcw"])
    sync.run(sources.live_source(), ["pulse"])
    sources.reset()
    frame = table("sync_history").frame
    assert frame["feed"].tolist() == ["pulse", "gcw"]
    assert frame["ok"].all()
    assert (frame["bytes"] > 0).all()


def test_health_fetches_nothing(site: Site) -> None:
    """Asking how things are asks nobody; what is missing is named so, not 0."""
    feeds = health.report(sources.live_source(), datetime.now(UTC))
    assert not site.asked
    assert {feed.state for feed in feeds} == {"missing"}
    assert {feed.rows for feed in feeds} == {None}


def test_plain_documents(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain provider's documents are synchronised like any feed, and health knows them."""
    site.says["/both.json"] = b'{"guilds": [{"name": "Riders"}], "cities": [{"name": "Mos"}]}'
    monkeypatch.setenv("SWG_PROVIDER", "plain")
    monkeypatch.setenv("SWG_PLAIN_GUILDS_CITIES", f"{site.url}/both.json")
    (run,) = sync.run(sources.live_source())
    assert (run.feed, run.ok, run.rows) == ("guilds_cities", True, 1)
    assert health.is_well(health.report(sources.live_source(), datetime.now(UTC)))


def test_unknown_feed(site: Site) -> None:
    """A name that is no feed is refused before anything is asked."""
    with pytest.raises(NotOffered):
        sync.run(sources.live_source(), ["nonsense"])
    assert not site.asked
