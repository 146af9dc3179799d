"""What the tests of the client begin with: a site that fails when told to, and who calls there.

A file takes those it needs: ``site, clock = callers.site, callers.clock``.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from swgdata.client import Client
from tests.support.client_fixtures import THINGS, Clock, client, feed
from tests.support.fault_server import FaultServer


@pytest.fixture
def site() -> Iterator[FaultServer]:
    """A well-behaved server, until told otherwise."""
    with FaultServer() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def caller(site: FaultServer, clock: Clock, tmp_path: Path) -> Iterator[Client]:
    """A client of that server."""
    with closing(client(site.url, tmp_path / "http", clock)) as made:
        yield made


@pytest.fixture
def brisk(
    site: FaultServer, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    """A client that does not dawdle between tries."""
    monkeypatch.setattr("swgdata.client.transport.BACKOFF", 0.0)
    with closing(client(site.url, tmp_path / "http", clock)) as made:
        yield made


@pytest.fixture
def filled(site: FaultServer, clock: Clock, tmp_path: Path) -> Path:
    """A store with a few answers in it, closed."""
    with closing(client(site.url, tmp_path / "http", clock)) as made:
        for i in range(40):
            made.fetch(feed(f"/api/{i}.php", name=f"feed{i}"))
        made.fetch(THINGS)
    site.forget()
    return tmp_path / "http"
