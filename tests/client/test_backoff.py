"""A failing site gets a rest from all of us, and is then tried with care."""

import pytest

from swgdata.client import Client
from swgdata.client.backoff import FAILURES, REST, CircuitBreaker
from swgdata.errors import FeedUnavailable
from tests.support import fault_callers
from tests.support.client_fixtures import LIFETIME, THINGS, Clock, attempt, feeds, kinds, together
from tests.support.fault_server import FaultServer

site, clock, caller = fault_callers.site, fault_callers.clock, fault_callers.brisk


def test_breaker_opens_for_all_feeds(site: FaultServer, caller: Client, clock: Clock) -> None:
    """After five failures in a row no feed is asked for a minute; then one careful probe goes out.

    Two good probes close it again.
    """
    site.fault = "500"
    failing = feeds(20)
    for asked in failing[:FAILURES]:
        assert attempt(caller, asked) is not None
    assert caller.status(THINGS).breaker == "open"
    error = attempt(caller, failing[5])
    assert isinstance(error, FeedUnavailable)
    assert error.until is not None
    assert error.until.timestamp() == clock.now + REST
    assert site.count.total() == FAILURES

    clock.now += REST
    assert caller.status(THINGS).breaker == "half-open"
    site.fault = "delay/0.3"
    waiting = iter(failing[6:16])
    answers = together(10, lambda: caller.fetch(next(waiting)))
    assert kinds(answers) == {"fresh": 1, "FeedUnavailable": 9}
    assert site.count.total() == FAILURES + 1
    site.fault = ""
    assert caller.status(THINGS).breaker == "half-open"
    assert attempt(caller, failing[16]) is None
    assert caller.status(THINGS).breaker == "closed"
    assert attempt(caller, failing[6]) is None  # being turned away was no failure of its own


def test_failed_probe_reopens(site: FaultServer, caller: Client, clock: Clock) -> None:
    """The site gets another full rest."""
    site.fault = "500"
    failing = feeds(8)
    for asked in failing[:FAILURES]:
        attempt(caller, asked)
    clock.now += REST
    attempt(caller, failing[5])
    clock.now += REST - 1
    attempt(caller, failing[6])
    assert site.count.total() == FAILURES + 1


def test_a_living_site_never_opens_the_breaker(site: FaultServer, caller: Client) -> None:
    """Twenty refusals, limits and maintenance pages are no failures of the site."""
    for asked, chain in zip(feeds(20), ["404", "403", "429/1", "html200"] * 5, strict=True):
        site.faults[asked.path] = chain
        attempt(caller, asked)
    assert caller.status(THINGS).breaker == "closed"


def test_ten_minutes_of_failing(site: FaultServer, caller: Client, clock: Clock) -> None:
    """With a load a second, a dead feed is asked five times, then once a minute."""
    site.fault = "500"
    for _ in range(600):
        attempt(caller, THINGS)
        clock.now += 1
    assert site.count.total() <= FAILURES + 10


@pytest.mark.parametrize("late", [True, False])
def test_requests_from_before_the_break_teach_nothing(late: bool) -> None:
    """An answer to a request sent before the breaker opened neither closes nor probes it."""
    clock = Clock()
    breaker = CircuitBreaker(clock)
    early = breaker.acquire()
    for _ in range(FAILURES):
        breaker.release(breaker.acquire() or "probe", failed=True)
    assert early is not None
    breaker.release(early, failed=late)
    assert breaker.state == "open"
    clock.now += REST
    assert breaker.acquire() == "probe"
    assert breaker.acquire() is None


def test_recovery(site: FaultServer, caller: Client, clock: Clock) -> None:
    """After an outage every feed is fresh again within the rest and one refresh."""
    shown = feeds(4)
    for asked in shown:
        caller.fetch(asked)
    clock.now += LIFETIME + 1
    site.fault = "503"
    for _ in range(3):
        for asked in shown:
            assert caller.fetch(asked).stale
        clock.now += 31
    site.fault = ""
    clock.now += REST
    assert not any(caller.fetch(asked).stale for asked in shown)
    assert caller.fetch(shown[0]).received_at.timestamp() == clock.now
