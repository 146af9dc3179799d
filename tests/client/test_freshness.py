"""How long a copy will do, by which clock, and how it becomes young again."""

from datetime import timedelta
from pathlib import Path

import pytest

from swgdata.client import Client
from swgdata.client.model import FeedRequest
from swgdata.errors import FeedUnavailable
from tests.support import fault_callers
from tests.support.client_fixtures import LIFETIME, THINGS, Clock, client, feed, kinds
from tests.support.fault_server import FaultServer
from tests.support.http_exchange import GOOD

site, clock, caller = fault_callers.site, fault_callers.clock, fault_callers.caller
CITY = feed("/api/city.php", name="city", parameters=("name", "planet"))
HERE = {"name": "O'Brien & Söhne?", "planet": "lok"}


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


def expires_in(caller: Client, seconds: float) -> None:
    """Let the stored answer expire so long from now, by the means of requests-cache."""
    key = FeedRequest.of(THINGS, {}, caller._base_url).key
    response = caller._store.get_response(key)
    assert response is not None
    response.reset_expiration(timedelta(seconds=seconds))
    caller._store.save_response(response, key, response.expires)


def test_the_stored_expiry_decides(site: FaultServer, caller: Client) -> None:
    """It alone: our clock stands still while a copy expires, is fresh again, and expires."""
    caller.fetch(THINGS)
    for seconds, requests in [(-1, 1), (60, 1), (-1, 2)]:
        expires_in(caller, seconds)
        stored = caller.stored(THINGS)
        assert stored is not None
        assert stored.stale == (seconds < 0)
        if seconds > 0 or requests > 1:
            assert caller.fetch(THINGS).fetched == (seconds < 0)
        assert site.count.total() == requests


def test_the_session_lets_a_fresh_copy_through(site: FaultServer, caller: Client) -> None:
    """An ordinary request is answered by requests-cache itself until the copy has expired."""
    session, request = caller._fetcher._session, FeedRequest.of(THINGS, {}, site.url)
    for force, requests in [(False, 1), (False, 1), (True, 2), (False, 2)]:
        session.fetch(request, force=force, confirm=False)
        assert site.count.total() == requests
    expires_in(caller, -1)
    assert not session.fetch(request, force=False, confirm=False).from_cache
    assert site.count.total() == 3


def test_a_changed_lifetime(site: FaultServer, caller: Client, clock: Clock) -> None:
    """A shorter one applies to copies that are stored already; a longer one to the next."""
    caller.fetch(THINGS)
    clock.now += 60
    assert not caller.fetch(feed(fresh_for=timedelta(seconds=60))).fetched
    assert caller.fetch(feed(fresh_for=timedelta(seconds=59))).fetched
    expires_in(caller, -1)
    longer = feed(fresh_for=timedelta(days=1))
    assert caller.fetch(longer, force=True).fetched
    clock.now += LIFETIME + 1
    assert not caller.fetch(longer).fetched
    assert site.count.total() == 3


def test_no_lifetime_at_all_keeps_the_copy(site: FaultServer, caller: Client, clock: Clock) -> None:
    """What is never fresh is stored all the same, and stands in."""
    never = feed(fresh_for=timedelta(0))
    for requests in (1, 2):
        assert caller.fetch(never).fetched
        assert site.count.total() == requests
        clock.now += 0.1
    site.fault = "500"
    assert caller.fetch(never).stale


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
    with pytest.raises(FeedUnavailable, match="still under way"):
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
