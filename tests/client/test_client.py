"""What the client promises when nothing is wrong: one question, once, for everybody."""

import stat
import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from swgdata.client import Client
from swgdata.client.cache_backends import FILE
from swgdata.errors import FeedMalformed, FeedUnreachable
from swgdata.feeds import Parsed
from swgdata.feeds.model import parse_feed
from tests.support import fault_callers
from tests.support.client_fixtures import (
    LIFETIME,
    THINGS,
    Clock,
    client,
    feed,
    kinds,
    parse,
    together,
)
from tests.support.fault_server import FaultServer
from tests.support.http_exchange import GOOD

site, clock, caller = fault_callers.site, fault_callers.clock, fault_callers.caller
CITY = feed("/api/city.php", name="city", parameters=("name", "planet"))
HERE = {"name": "O'Brien & Söhne?", "planet": "lok"}


@pytest.mark.parametrize("delay", ["", "delay/0.2"])
def test_fifty_callers_one_request(
    delay: str, site: FaultServer, caller: Client, clock: Clock
) -> None:
    """However many ask for an expired feed, and however slow it is, it is asked for once."""
    for expected in (1, 2):  # cold, then expired
        site.fault = delay
        answers = together(50, lambda: caller.fetch(THINGS))
        assert kinds(answers) == {"fresh": 50}
        assert site.count.total() == expected
        assert site.peak.most_common(1)[0][1] == 1
        clock.now += LIFETIME + 1


def test_what_we_say_on_the_wire(site: FaultServer, caller: Client, clock: Clock) -> None:
    """Our own name, what we want, and nothing else: no cookie, key or cache directive."""
    site.fault = "headers/Set-Cookie/sid=1"
    caller.fetch(CITY, HERE)
    clock.now += LIFETIME + 1
    caller.fetch(CITY, HERE)
    for target, asked in site.requests:
        assert target == "/api/city.php?name=O%27Brien+%26+S%C3%B6hne%3F&planet=lok"
        assert asked.pop("User-Agent").startswith("swgdata/")
        assert asked == {
            "Host": site.url.removeprefix("http://"),
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
        }


def test_copies_are_kept_apart_and_listed(
    site: FaultServer, caller: Client, clock: Clock, tmp_path: Path
) -> None:
    """Each feed and each set of parameters has a copy; a new client of the same folder has all."""
    assert not caller.ever_stored()
    assert caller.stored(CITY, HERE) is None
    caller.fetch(THINGS)
    caller.fetch(CITY, HERE)
    caller.fetch(CITY, {"name": "", "planet": "%"})
    again = client(site.url, tmp_path / "http", clock)
    assert again.ever_stored()
    assert not again.fetch(CITY, HERE).fetched
    assert [given for given, _ in again.stored_all(CITY)] == [{"name": "", "planet": "%"}, HERE]
    assert again.stats()["entries"] == 3
    other = client("http://127.0.0.1:1", tmp_path / "http", clock)
    assert not other.ever_stored()
    assert again.clear(CITY) == 2
    assert again.clear() == 1
    assert not caller.ever_stored()
    other.close()
    again.close()


@pytest.mark.parametrize("given", [{}, {"name": "x"}, {**HERE, "key": "CANARY"}])
def test_questions_no_feed_could_mean(given: dict[str, str], caller: Client) -> None:
    """Missing and foreign parameters never reach the site; nor do keyed feeds without a key."""
    with pytest.raises(ValueError, match="city takes"):
        caller.fetch(CITY, given)
    with pytest.raises(ValueError, match="needs a key"):
        caller.fetch(feed(needs_key=True))


@pytest.mark.parametrize(
    "error",
    [RecursionError(), OverflowError(), UnicodeError(), KeyError("x"), TypeError(), MemoryError()],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_parser_trips_over_is_the_body(
    error: Exception, site: FaultServer, caller: Client
) -> None:
    """Any exception of a parser means that the answer is not the feed."""

    def stumble(_: bytes) -> Parsed:
        raise error

    with pytest.raises(FeedMalformed, match="not this feed"):
        caller.fetch(feed(parse=stumble))


def test_nobody_there(clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No listener, no host: unreachable, told apart from a site that fails."""
    monkeypatch.setattr("swgdata.client.transport.BACKOFF", 0.0)
    for address in ("http://127.0.0.1:9", "http://nowhere.invalid"):
        caller = client(address, tmp_path, clock)
        with pytest.raises(FeedUnreachable, match="no connection") as caught:
            caller.fetch(THINGS)
        assert caught.value.until is not None
        with pytest.raises(FeedUnreachable, match="paused until"):
            caller.fetch(THINGS)
        caller.close()


def test_a_body_is_parsed_once(site: FaultServer, caller: Client, clock: Clock) -> None:
    """By the check and all who read it; the tables of a visitor's own are not kept."""
    parsed: list[bytes] = []

    def counting(body: bytes) -> Parsed:
        parsed.append(body)
        return parse(body)

    counted, mine = feed(parse=counting), feed("/mine", name="mine", parse=counting, needs_key=True)
    for body in (GOOD, GOOD, b'{"rows": [5, 6, 7]}'):
        site.bodies[counted.path] = body
        parse_feed(counted, caller.fetch(counted, force=True).body)
    assert parsed == [GOOD, b'{"rows": [5, 6, 7]}']
    remembered = parse_feed.cache_info().currsize
    caller.fetch_private(mine, key="x")
    assert (len(parsed), parse_feed.cache_info().currsize) == (3, remembered)


class Galaxy(BaseAdapter):
    """A transport that answers by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.body = GOOD

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer with the body."""
        self.asked.append(str(request.path_url))
        response = requests.Response()
        response.status_code, response.url, response.request = 200, str(request.url), request
        response.raw = HTTPResponse(BytesIO(self.body), {}, 200, preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is open."""


def test_transport_in_place_of_the_network(clock: Clock, tmp_path: Path) -> None:
    """The sample galaxy is cached, checked and shared like a site, but never limited."""
    galaxy = Galaxy()
    caller = client("http://sample.invalid", tmp_path, clock, transport=galaxy, per_minute=1)
    for _ in range(5):
        answers = together(10, lambda: caller.fetch(THINGS))
        assert kinds(answers) == {"fresh": 10}
        clock.now += LIFETIME + 1
    assert galaxy.asked == [THINGS.path] * 5
    galaxy.body = b"<html>"
    assert caller.fetch(THINGS).stale
    clock.now += 61
    galaxy.body = GOOD
    with caller.download(THINGS, "/exports/things.json") as pieces:
        assert b"".join(pieces) == GOOD
    caller.close()


def test_nothing_is_left_running(site: FaultServer, caller: Client, clock: Clock) -> None:
    """After a round of questions and the end, no thread of ours remains."""
    before = set(threading.enumerate())
    for fault in ("", "500", "hang/0.3"):
        site.fault = fault
        clock.now += LIFETIME + 1
        together(5, lambda: caller.fetch(THINGS))
    caller.close()
    new = set(threading.enumerate()) - before
    ours = [thread for thread in new if "process_request" not in thread.name]
    for thread in ours:
        thread.join(10)
    assert not any(thread.is_alive() for thread in ours)


def test_files_are_private(site: FaultServer, caller: Client, clock: Clock, tmp_path: Path) -> None:
    """The folder is its owner's alone, and so is every file in it, older ones included."""
    folder = tmp_path / "http"
    caller.fetch(THINGS)
    folder.chmod(0o755)
    (folder / FILE).chmod(0o644)
    again = client(site.url, folder, clock)
    again.fetch(THINGS, force=True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert set(modes.values()) == {0o600}, modes
    again.close()
