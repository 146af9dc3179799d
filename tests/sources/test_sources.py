"""Which source is read: the live site, the sample, and never a mix of the two."""

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from swgdata import sources
from swgdata.errors import FeedUnreachable, NotOffered
from swgdata.sources.snapshot import load
from tests.support.fake_site import Site


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def _nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWG_BASE_URL", f"http://127.0.0.1:{_closed_port()}")


@pytest.mark.usefixtures("_nobody_there")
def test_auto_shows_the_sample_when_the_site_was_never_reached() -> None:
    """No network and nothing stored: the sample galaxy, labelled."""
    assert sources.active().name == "sample"
    assert load("gcw").source == "sample"


@pytest.mark.usefixtures("_nobody_there")
def test_live_never_shows_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for live data only, an unreachable site is an error."""
    monkeypatch.setenv("SWG_SOURCE", "live")
    with pytest.raises(FeedUnreachable):
        load("gcw")


def test_auto_stays_with_what_was_stored(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once anything was received, an unreachable site means stale data, not the sample."""
    monkeypatch.setenv("SWG_SOURCE", "auto")
    good = load("gcw")
    assert good.source == "live"
    monkeypatch.setenv("SWG_FRESH_FOR__GCW", "0.001")
    site.says["/api/gcw.php"] = 503
    sources.reset()
    again = load("gcw")
    assert (again.source, again.stale) == ("live", True)
    assert again.frame.equals(good.frame)


def test_a_site_that_declines_is_not_replaced_by_the_sample(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 403 is an answer: the site was reached."""
    monkeypatch.setenv("SWG_SOURCE", "auto")
    site.says["/exports/manifest.json"] = 403
    assert sources.active().name == "live"


def test_sites_and_sample_share_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    """Every site has a folder of its own, and the sample has another."""
    load("gcw")
    live = sources.live_source().folder
    monkeypatch.setenv("SWG_BASE_URL", "https://elsewhere.example")
    sources.reset()
    folders = {live, sources.live_source().folder, sources.sample_source().folder}
    assert len(folders) == 3
    assert all(folder.is_relative_to(tmp_path) for folder in folders)


def test_unknown_feed_is_named(site: Site) -> None:
    """A feed the provider does not have is a sentence."""
    with pytest.raises(NotOffered, match="not offered by this source"):
        load("moisture_farms")


def test_plain_provider_reads_a_local_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One's own spreadsheet, as JSON, stands in for a site; other feeds are not offered."""
    document = tmp_path / "materials.json"
    document.write_text('[{"name": "Ore", "rarity": "rare", "location": "Naboo", "price": "2.5"}]')
    monkeypatch.setenv("SWG_PROVIDER", "plain")
    monkeypatch.setenv("SWG_SOURCE", "live")
    monkeypatch.setenv("SWG_PLAIN_MATERIALS", str(document))
    frame = load("materials").frame
    assert frame["price"].tolist() == [2.5]
    with pytest.raises(NotOffered):
        load("population")


def test_plain_provider_reads_an_address(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """The documents may each live at an address of their own, query included."""
    site.says["/my/sheet.json"] = b'{"population": [{"planet": "Lok", "population": 7}]}'
    monkeypatch.setenv("SWG_PROVIDER", "plain")
    monkeypatch.setenv("SWG_PLAIN_POPULATION", f"{site.url}/my/sheet.json?tab=2")
    assert load("population").frame["population"].tolist() == [7]
    assert site.asked == {"/my/sheet.json": 1}


def test_one_source_however_many_start_at_once(site: Site) -> None:
    """Visitors who arrive together share one source, with one client and one rate budget."""
    barrier = Barrier(20)

    def arrive(_: int) -> tuple[int, int]:
        barrier.wait()
        place = sources.active()
        return id(place), id(place.client(place.feed("gcw")))

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(arrive, range(20)))) == 1
