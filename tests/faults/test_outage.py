"""An outage while the app is in use: what was there stays, with its age; then it is fresh again."""

from functools import partial
from typing import Final

import pytest
from streamlit.testing.v1 import AppTest

from swgdata.client import Client
from tests.support.app_visitors import opened, said, table
from tests.support.client_fixtures import Clock
from tests.support.fake_site import Site

FEEDS: Final = ("/api/guilds.php", "/api/cities.php")
PAUSE: Final = 60.0  # seconds of the breaker's rest, the longest after faults of the site's own
BUDGET: Final = 3  # requests of one refresh that fails


def rerun(app: AppTest) -> str:
    """The same visitor's page once more, and what it says."""
    app.run()
    assert not app.exception
    assert "failed. The log has the details" not in said(app)
    return said(app)


def test_outage_and_recovery(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stale with its age within one refresh; few requests meanwhile; fresh without a restart."""
    time = Clock()
    monkeypatch.setattr("swgdata.sources.source.Client", partial(Client, clock=time))
    app = opened("guilds")
    before = table(app, "tag", "members")
    assert "STALE" not in said(app)
    time.now += 3 * 3600  # past the lifetime of guilds and cities
    site.says |= dict.fromkeys(FEEDS, 503)
    site.asked.clear()
    for _ in range(10):
        text = rerun(app)
        assert text.count("STALE") >= 1
        assert table(app, "tag", "members").equals(before)
    assert "a fault of its own (503); paused until" in text.replace("\\", "")
    asked = site.asked.total()
    assert max(site.asked.values()) <= BUDGET

    assert "STALE" in said(opened("guilds"))  # a second visitor costs the site nothing
    assert site.asked.total() == asked

    time.now += 600
    for _ in range(5):
        rerun(app)
    assert max(site.asked.values()) <= 2 * BUDGET

    for path in FEEDS:
        del site.says[path]
    time.now += PAUSE + 1
    site.asked.clear()
    assert "STALE" not in rerun(app)
    assert max(site.asked.values()) == 1
    asked = site.asked.total()
    rerun(app)
    assert site.asked.total() == asked
