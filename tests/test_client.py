"""What the client promises when nothing is wrong: one question, once, for everybody."""

import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from swgdata.client import Client
from swgdata.errors import FeedMalformed, FeedUnavailable, FeedUnreachable
from swgdata.feeds import Parsed
from tests.clients import LIFETIME, THINGS, Clock, client, feed, kinds, together
from tests.faultserver import GOOD, FaultServer
from tests.services import ROOT

CITY = feed("/api/city.php", name="city", parameters=("name", "planet"))
HERE = {"name": "O'Brien & Söhne?", "planet": "lok"}


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
    made = client(site.url, tmp_path / "http", clock)
    yield made
    made.close()


def test_fresh_up_to_and_including_its_lifetime(
    site: FaultServer, caller: Client, clock: Clock
) -> None:
    """Exactly at the lifetime no request is made; a second later one is."""
    assert caller.fetch(THINGS).fetched
    clock.now += LIFETIME
    answer = caller.fetch(THINGS)
    assert (answer.fetched, answer.stale, answer.reason) == (False, False, None)
    assert site.count.total() == 1
    clock.now += 1
    assert caller.fetch(THINGS).fetched
    assert site.count.total() == 2


def test_lifetime_of_the_call_rules(site: FaultServer, caller: Client, clock: Clock) -> None:
    """``fresh_for`` shortens or lengthens the feed's own lifetime, down to nothing."""
    caller.fetch(THINGS)
    clock.now += 60
    assert not caller.fetch(THINGS, fresh_for=timedelta(seconds=60)).fetched
    assert caller.fetch(THINGS, fresh_for=timedelta(seconds=59)).fetched
    clock.now += LIFETIME + 1
    assert not caller.fetch(THINGS, fresh_for=timedelta(days=1)).fetched
    assert caller.fetch(feed(fresh_for=timedelta(0))).fetched
    assert caller.fetch(THINGS, force=True).fetched
    assert site.count.total() == 4


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


def test_slow_refresh_is_not_waited_for(site: FaultServer, caller: Client, clock: Clock) -> None:
    """With a copy in hand the caller gets it after a short wait, marked stale."""
    caller.fetch(THINGS)
    clock.now += LIFETIME + 1
    site.fault = "delay/0.4"
    answer = caller.fetch(THINGS, wait=0.01)
    assert (answer.stale, answer.reason, answer.body) == (True, "refresh under way", GOOD)
    assert not caller.fetch(THINGS).stale
    assert site.count.total() == 2


def test_slow_first_answer_is_an_error_in_time(site: FaultServer, caller: Client) -> None:
    """Without a copy the caller learns that the answer is still awaited."""
    site.fault = "delay/0.4"
    with pytest.raises(FeedUnavailable, match="refresh under way"):
        caller.fetch(THINGS, wait=0)
    assert caller.fetch(THINGS).body == GOOD
    assert site.count.total() == 1


def test_copies_from_the_future_are_expired(
    site: FaultServer, caller: Client, clock: Clock, tmp_path: Path
) -> None:
    """A copy stored while the clock was ten years ahead is not fresh for ten years."""
    clock.now += 10 * 365 * 86400
    caller.fetch(THINGS)
    clock.now -= 10 * 365 * 86400
    assert caller.fetch(THINGS).fetched


def test_clock_set_back_does_not_make_copies_younger(
    site: FaultServer, clock: Clock, tmp_path: Path
) -> None:
    """Within a process the age is at least what a clock says that never jumps."""
    running = [0.0]
    caller = client(site.url, tmp_path, clock, monotonic=lambda: running[0])
    caller.fetch(THINGS)
    clock.now += 1
    running[0] += LIFETIME + 1
    assert caller.fetch(THINGS).fetched
    caller.close()


@pytest.mark.parametrize(
    ("chain", "header"),
    [
        ("etag", "If-None-Match"),
        ("etagweak", "If-None-Match"),
        ("lm", "If-Modified-Since"),
        ("gzip/etag", "If-None-Match"),
    ],
)
def test_confirmation_renews_the_age(
    chain: str, header: str, site: FaultServer, caller: Client, clock: Clock
) -> None:
    """A 304 to our own mark makes the copy as young as a new one, and keeps its bytes."""
    site.fault = chain
    first = caller.fetch(THINGS)
    clock.now += LIFETIME + 1
    second = caller.fetch(THINGS)
    assert (second.fetched, second.stale, second.body) == (True, False, GOOD)
    assert second.received_at - first.received_at == timedelta(seconds=LIFETIME + 1)
    assert [header in asked for _, asked in site.requests] == [False, True]
    clock.now += LIFETIME
    assert not caller.fetch(THINGS).fetched


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


def test_stored_says_why_it_is_old(site: FaultServer, caller: Client, clock: Clock) -> None:
    """A look at the store asks nobody, and tells of the latest failure."""
    caller.fetch(THINGS)
    fresh = caller.stored(THINGS)
    assert fresh is not None
    assert not fresh.stale
    clock.now += LIFETIME + 1
    unasked = caller.stored(THINGS)
    assert unasked is not None
    assert (unasked.stale, unasked.reason) == (True, "not asked again since")
    site.fault = "500"
    caller.fetch(THINGS)
    failed = caller.stored(THINGS)
    assert failed is not None
    assert "500" in (failed.reason or "")
    assert site.count.total() == 2


def test_hits_cost_no_budget(site: FaultServer, clock: Clock, tmp_path: Path) -> None:
    """One request a minute is plenty for any number of callers of fresh copies."""
    caller = client(site.url, tmp_path, clock, per_minute=1)
    assert kinds([caller.fetch(THINGS) for _ in range(200)]) == {"fresh": 200}
    assert site.count.total() == 1
    with pytest.raises(FeedUnavailable):  # the next request waits for its turn, not its callers
        caller.fetch(CITY, HERE, wait=0.1)
    assert site.count.total() == 1
    assert caller.status(CITY, HERE).breaker == "closed"
    caller.close()


def test_statistics(site: FaultServer, caller: Client, clock: Clock) -> None:
    """Three misses and seven hits are 70 %, and nobody else's."""
    for _ in range(3):
        caller.fetch(THINGS)
        clock.now += LIFETIME + 1
    clock.now -= 1
    for _ in range(7):
        caller.fetch(THINGS)
    status = caller.status(THINGS)
    assert (status.hits, status.misses, status.last_error) == (7, 3, None)
    assert caller.stats()["feeds"] == {"things": {"hits": 7, "misses": 3, "rate": 0.7}}
    assert caller.status(CITY, HERE).hits == 0


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


def test_nobody_there(clock: Clock, tmp_path: Path) -> None:
    """No listener, no host: unreachable, told apart from a site that fails."""
    for address in ("http://127.0.0.1:9", "http://nowhere.invalid"):
        caller = client(address, tmp_path, clock)
        with pytest.raises(FeedUnreachable, match="no connection") as caught:
            caller.fetch(THINGS)
        assert caught.value.until is not None
        with pytest.raises(FeedUnreachable, match="paused until"):
            caller.fetch(THINGS)
        caller.close()


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


TWO = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from swgdata.client import Client
from tests.clients import THINGS

caller = Client(sys.argv[1], store=Path(sys.argv[2]), per_minute=6000)
sys.stdin.readline()
with ThreadPoolExecutor(10) as pool:
    bodies = set(pool.map(lambda _: caller.fetch(THINGS).body, range(200)))
assert len(bodies) == 1
caller.close()
"""


def test_two_processes_share_one_store(site: FaultServer, tmp_path: Path) -> None:
    """Two processes of ten threads each ask at most twice between them."""
    site.fault = "delay/0.2"
    command = [sys.executable, "-c", TWO, site.url, str(tmp_path / "http")]
    children = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    ends = [child.communicate(b"go\n", timeout=60) for child in children]
    assert [child.returncode for child in children] == [0, 0], ends
    assert 1 <= site.count.total() <= 2


def test_nothing_is_left_running(site: FaultServer, caller: Client, clock: Clock) -> None:
    """After a round of questions and the end, no thread of ours remains."""
    before = set(threading.enumerate())
    for fault in ("", "500", "hang/1"):
        site.fault = fault
        clock.now += LIFETIME + 1
        together(5, lambda: caller.fetch(THINGS))
    caller.close()
    new = set(threading.enumerate()) - before
    ours = [thread for thread in new if "process_request" not in thread.name]
    for thread in ours:
        thread.join(10)
    assert not any(thread.is_alive() for thread in ours)


def test_files_are_private(caller: Client, tmp_path: Path) -> None:
    """The folder is its owner's alone, and so is every file in it."""
    caller.fetch(THINGS)
    folder = tmp_path / "http"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert set(modes.values()) == {0o600}, modes
