"""How the client leaves a troubled site alone: pauses, promises kept, the breaker, the limit."""

import time
from email.utils import formatdate
from pathlib import Path

import pytest
import requests

from swgdata.client import Client
from swgdata.client.backoff import FAILURES
from swgdata.client.failures import asked_pause
from swgdata.errors import FeedError, FeedUnavailable
from tests.support import fault_callers
from tests.support.client_fixtures import (
    LIFETIME,
    THINGS,
    Clock,
    attempt,
    client,
    feeds,
    kinds,
    together,
)
from tests.support.fault_server import FaultServer

site, clock, caller = fault_callers.site, fault_callers.clock, fault_callers.brisk


@pytest.mark.parametrize(
    ("chain", "seconds"),
    [
        ("500", 30),
        ("truncate/50p", 30),
        ("html200", 60),
        ("400", 300),
        ("403", 900),
        ("418", 900),
        ("404", 3600),
        ("429none/9", 30),
        ("429s/9/7", 7),
        ("429date/9/7", 7),
        ("429s/9/0", 1),
        ("429s/9/999999999", 300),
        ("429bad/9/soon", 30),
        ("429bad/9/-5", 30),
        ("429bad/9/NaN", 30),
        ("503s/9/7", 7),
    ],
)
def test_a_failure_is_remembered_for_its_time(
    chain: str, seconds: float, site: FaultServer, caller: Client, clock: Clock
) -> None:
    """One request, then none until the pause is over, to the second; everybody is told when."""
    caller.fetch(THINGS)
    clock.now += LIFETIME + 1
    start = clock.now
    site.forget()
    site.fault = chain
    assert caller.fetch(THINGS).fetched
    clock.now = start + seconds - 1
    answers = together(20, lambda: caller.fetch(THINGS))
    assert kinds(answers) == {"stale": 20}
    for answer in answers:
        assert not isinstance(answer, FeedError)
        assert "paused until " in (answer.reason or "")
        assert answer.until is not None
        assert 0 <= answer.until.timestamp() - (start + seconds) <= 1
    paused = caller.status(THINGS).paused_until
    assert paused is not None
    assert not caller.fetch(THINGS, force=True).fetched
    assert site.count.total() == 1
    clock.now = start + seconds + 1
    site.fault = ""
    assert caller.fetch(THINGS).fetched
    assert caller.status(THINGS).paused_until is None
    assert caller.status(THINGS).last_error is None


def test_a_pause_is_the_question_s_own(site: FaultServer, caller: Client) -> None:
    """One feed that is missing does not keep the others away."""
    one, two = feeds(2)
    site.faults[one.path] = "404"
    assert attempt(caller, one) is not None
    assert attempt(caller, two) is None


def test_clock_set_back_ends_pauses_and_rests(
    site: FaultServer, caller: Client, clock: Clock
) -> None:
    """Nobody waits for a time that is a day away because a clock was wrong."""
    site.fault = "500"
    for failing in feeds(FAILURES):
        attempt(caller, failing)
    site.fault = ""
    clock.now -= 86400
    assert attempt(caller, feeds(1)[0]) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 1),
        ("301", 300),
        ("9" * 5000, 300),
        ("7.5", None),
        ("-5", None),
        ("soon", None),
        ("NaN", None),
        ("inf", None),
        ("", None),
        ("²", None),
        (formatdate(1_000_007, usegmt=True), 7),
        (formatdate(999_000, usegmt=True), 1),
        (formatdate(2_000_000, usegmt=True), 300),
        ("Thu, 99 Jan 1970 00:00:00 GMT", None),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    """Seconds and dates are honoured up to the cap, junk is ignored, nothing raises."""
    response = requests.Response()
    response.headers["Retry-After"] = text
    assert asked_pause(response, now=1_000_000) == seconds


def test_retry_after_date_is_by_the_site_s_clock() -> None:
    """A site whose clock is a day off still gets the pause it meant."""
    response = requests.Response()
    response.headers.update(
        {"Retry-After": formatdate(86_407, usegmt=True), "Date": formatdate(86_400, usegmt=True)}
    )
    assert asked_pause(response, now=time.time()) == 7


def test_limit_spreads_requests(site: FaultServer, tmp_path: Path) -> None:
    """Beyond the budget a request waits for its turn in the background, not its callers."""
    caller = client(site.url, tmp_path, Clock(), per_minute=20)  # and so two in a second
    first, second, third = feeds(3)
    caller.fetch(first)
    caller.fetch(second)
    with pytest.raises(FeedUnavailable, match="under way"):
        caller.fetch(third, wait=0.05)
    assert site.count.total() == 2
    assert caller.fetch(third).body
    assert site.count.total() == 3
    caller.close()


def test_a_turn_that_never_comes(
    site: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting for the limit in vain is neither a failure of the site nor a reason to pause."""
    monkeypatch.setattr("swgdata.client.transport.TURN_WAIT", 0.1)
    caller = client(site.url, tmp_path, Clock(), per_minute=1)
    caller.fetch(THINGS)
    for other in feeds(FAILURES + 1):
        with pytest.raises(FeedUnavailable, match="ours are waiting") as caught:
            caller.fetch(other)
        assert caught.value.until is None
        assert caller.status(other).last_error is None
    assert caller.status(THINGS).breaker == "closed"
    caller.close()


def test_too_many_requests_hold_up_one_feed_only(site: FaultServer, tmp_path: Path) -> None:
    """A 429 pauses its own question; the others keep their budget."""
    caller = client(site.url, tmp_path, Clock(), per_minute=50)
    one, two = feeds(2)
    site.faults[one.path] = "429/7"
    assert attempt(caller, one) is not None
    assert caller.fetch(two, wait=5).fetched
    caller.close()
