"""What every test shares: no settings from outside, a data folder of its own, no network."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import hypothesis
import pytest

from swgdata import settings
from swgdata.sources.sample import start
from tests.support import services
from tests.support.databases import history, history_url, postgres
from tests.support.fake_site import Site
from tests.support.redis_server import redis

__all__ = ["history", "history_url", "postgres", "redis"]  # fixtures that several files share

# The machines that run this are busy; how long an example takes says nothing.
hypothesis.settings.register_profile("swgdata", deadline=None)
hypothesis.settings.load_profile("swgdata")

LOOPBACK: Final = ("127.", "::1", "localhost")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow tests to CI, and to whoever asks for them with ``-m slow``."""
    if services.REQUIRED or "slow" in config.getoption("markexpr"):
        return
    left_out = pytest.mark.skip(reason="slow: runs in CI, or with -m slow")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(left_out)


@pytest.fixture(autouse=True)
def _own_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting from outside reaches a test, and nothing it keeps outlives it."""
    for name in [name for name in os.environ if name.upper().startswith("SWG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SWG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SWG_SYNC_EVERY", "0")
    monkeypatch.setenv("SWG_SAMPLE_DAYS", "0")
    monkeypatch.setattr("swgdata.settings.SECRETS_FILES", ())
    # A visit in a test does not come back to see what has arrived meanwhile.
    monkeypatch.setattr("swgdata.sources.datasets.PAGE_WAIT", 60.0)
    settings.current.cache_clear()
    yield
    if "swgdata.sources" in sys.modules:
        sys.modules["swgdata.sources"].reset()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site on this machine that the settings point to."""
    galaxy = Site()
    server, galaxy.url = start(galaxy)
    monkeypatch.setenv("SWG_BASE_URL", galaxy.url)
    monkeypatch.setenv("SWG_SOURCE", "live")
    monkeypatch.setenv("SWG_REQUESTS_PER_MINUTE", "600")
    yield galaxy
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine can be connected to."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if not str(host).startswith(LOOPBACK):
            raise OSError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
