"""The sample galaxy behind requests and behind a socket: same bytes, same manners."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

import pytest
import requests

from swgdata.sources.sample import Galaxy, SampleTransport, serve, start

NOON: Final = datetime(2026, 8, 15, 12, tzinfo=UTC)
ROOT: Final = Path(__file__).resolve().parents[2]
PATHS: Final = (
    "/exports/manifest.json",
    "/exports/resources.json",
    "/exports/resources.json.gz",
    "/exports/schematic_details.json",
    "/api/cities.php",
    "/api/guild_history.php?abbrev=%3F%26",
    "/api/pulse.php",
    "/api/new_spawns.php?since=300",
    "/guilds.php",
    "/api/nowhere.php",
    "/",
)


@pytest.fixture(scope="module")
def galaxy() -> Galaxy:
    """A small galaxy at a fixed time."""
    return Galaxy(rows=300, now=NOON)


@pytest.fixture(scope="module")
def site(galaxy: Galaxy) -> Iterator[str]:
    """Base URL of a server with that galaxy."""
    server, base_url = start(galaxy)
    yield base_url
    server.shutdown()
    server.server_close()


@pytest.fixture
def session(galaxy: Galaxy) -> Iterator[requests.Session]:
    """A session whose site ``https://swgtracker.com`` is the galaxy's transport."""
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://swgtracker.com", SampleTransport(galaxy))
        yield session


@pytest.mark.parametrize("path", PATHS)
def test_server_and_transport_give_equal_answers(
    session: requests.Session, site: str, path: str
) -> None:
    """Status, body and the headers that describe it."""
    near, far = session.get(f"https://swgtracker.com{path}"), session.get(f"{site}{path}")
    assert near.content == far.content
    assert near.status_code == far.status_code
    for header in ("Content-Type", "Content-Length", "ETag", "Content-Encoding"):
        assert near.headers.get(header) == far.headers.get(header), header


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/gcw.php", 200), ("/guilds.php", 418), ("/index.php?r=x", 418), ("/api/x.php", 404)],
)
def test_only_feeds_are_answered(session: requests.Session, path: str, status: int) -> None:
    """The gate in front of the root's pages says 418, what does not exist 404."""
    assert session.get(f"https://swgtracker.com{path}").status_code == status


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_reading_is_allowed(session: requests.Session, site: str, method: str) -> None:
    """405 with what is allowed; the server can be asked again afterwards."""
    for base in ("https://swgtracker.com", site):
        refused = session.request(method, f"{base}/api/gcw.php", data="x" * 5_000)
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
        assert session.get(f"{base}/api/gcw.php").ok


@pytest.mark.parametrize("path", ["/api/cities.php", "/exports/resources.json.gz"])
def test_an_unchanged_feed_is_not_sent_again(
    session: requests.Session, site: str, path: str
) -> None:
    """A known tag gives 304 without a body, a foreign one the whole feed."""
    for base in ("https://swgtracker.com", site):
        tag = session.get(base + path).headers["ETag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}'):
            again = session.get(base + path, headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["ETag"] == tag
        assert session.get(base + path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_head_has_no_body(session: requests.Session, site: str) -> None:
    """Only the size it would have."""
    for base in ("https://swgtracker.com", site):
        head = session.head(f"{base}/exports/resources.json")
        assert head.content == b""
        assert int(head.headers["Content-Length"]) > 100_000
    connection = HTTPConnection(site.removeprefix("http://"), timeout=10)
    for method in ("HEAD", "GET", "HEAD", "GET"):  # a body after HEAD would spoil what follows
        connection.request(method, "/api/gcw.php")
        answer = connection.getresponse()
        assert answer.status == 200
        assert bool(answer.read()) == (method == "GET")
    connection.close()


def test_the_body_can_be_read_in_every_way(session: requests.Session, galaxy: Galaxy) -> None:
    """Whole, in pieces of requests, in pieces of urllib3, and as much as there is."""
    url = "https://swgtracker.com/exports/resources.json"
    whole = galaxy.answer("/exports/resources.json").body
    assert session.get(url).content == whole
    assert b"".join(session.get(url, stream=True).iter_content(10_000)) == whole
    assert b"".join(session.get(url, stream=True).raw.stream(10_000)) == whole
    raw = session.get(url, stream=True).raw
    pieces = iter(lambda: raw.read1(10_000), b"")
    assert b"".join(pieces) == whole


def test_a_packed_export_stays_packed(session: requests.Session) -> None:
    """It is a static file: no Content-Encoding, so nobody unpacks it on the way."""
    packed = session.get("https://swgtracker.com/exports/resources.json.gz")
    assert packed.content[:2] == b"\x1f\x8b"
    assert packed.headers["Content-Type"] == "application/gzip"


def test_the_server_keeps_the_connection_and_quiet(
    site: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Ten questions over one connection, and not a line on the terminal."""
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(10):
            session.get(f"{site}/api/gcw.php").raise_for_status()
        adapter = session.get_adapter(site)
        pools = adapter.poolmanager.pools  # type: ignore[attr-defined]
        assert [pools[key].num_connections for key in pools.keys()] == [1]  # noqa: SIM118
    assert capfd.readouterr() == ("", "")


def test_serve_says_where_and_ends_at_an_interrupt() -> None:
    """The address is told once; Ctrl+C ends it without a traceback."""
    told: list[str] = []

    def interrupt(base_url: str) -> None:
        told.append(base_url)
        raise KeyboardInterrupt

    serve(0, 10, announce=interrupt)
    assert told[0].startswith("http://127.0.0.1:")
    with pytest.raises(requests.ConnectionError):
        requests.get(told[0], timeout=5)


def test_another_process_gives_the_same_bytes(galaxy: Galaxy) -> None:
    """Nothing hangs on the order of a set or on what was asked before."""
    script = (
        "import sys, hashlib; from datetime import datetime\n"
        "from swgdata.sources.sample import Galaxy\n"
        f"galaxy = Galaxy(rows=300, now=datetime.fromisoformat({NOON.isoformat()!r}))\n"
        "for path in reversed(sys.argv[1:]):\n"
        "    print(path, hashlib.sha256(galaxy.answer(path).body).hexdigest())\n"
    )
    paths = [path for path in PATHS if "?" not in path]
    done = subprocess.run(
        [sys.executable, "-c", script, *paths],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
    )
    digests = dict(line.split() for line in done.stdout.splitlines())
    assert digests == {path: hashlib.sha256(galaxy.answer(path).body).hexdigest() for path in paths}
