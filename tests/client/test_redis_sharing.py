"""What instances with one Redis have together: locks, the site's failures, the budget."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any, Final

import pytest

from swgdata.client import Client
from swgdata.client.failures import Failure
from swgdata.client.redis_sharing import RedisConnection, RedisLocks
from swgdata.errors import FeedDeclined, FeedMalformed, FeedUnreachable
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
from tests.support.services import ROOT

site = fault_callers.site
pytestmark = pytest.mark.service
Redis = tuple[str, "subprocess.Popen[bytes]"]
PATIENCE: Final = 60.0


@contextmanager
def instances(number: int, url: str, store: str, **options: Any) -> Iterator[list[Client]]:
    """So many clients with nothing in common but the site, the clock and a Redis server."""
    clock = Clock()
    with ExitStack() as stack:
        yield [
            stack.enter_context(closing(client(url, store, clock, **options)))
            for _ in range(number)
        ]


def test_all_ask_once_between_them(site: FaultServer, redis: Redis) -> None:
    """However many instances and threads want the same at the same moment."""
    site.fault = "delay/0.3"
    with instances(5, site.url, redis[0]) as callers:
        turns = iter(callers * 6)
        assert kinds(together(30, lambda: next(turns).fetch(THINGS))) == {"fresh": 30}
        assert site.count.total() == 1


def test_what_the_site_said_to_one_it_said_to_all(
    site: FaultServer, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal is heard once, not once an instance; each tells the same reason and time."""
    monkeypatch.setattr("swgdata.client.transport.BACKOFF", 0.0)
    site.fault = "418"
    with instances(4, site.url, redis[0]) as callers:
        errors = [attempt(caller, THINGS) for caller in callers]
        assert [type(error) for error in errors] == [FeedDeclined] * 4
        assert len({str(error).partition(";")[0] for error in errors}) == 1
        assert all(error and error.until for error in errors)
        assert site.count.total() == 1
        assert [caller.status(THINGS).breaker for caller in callers] == ["closed"] * 4


def test_who_cannot_reach_the_site_speaks_for_itself(site: FaultServer, redis: Redis) -> None:
    """One instance without a network does not silence the others."""
    locks = RedisLocks(RedisConnection(redis[0]))
    locks.share_failure("question", Failure("no connection", error=FeedUnreachable))
    assert locks.shared_failure("question") is None
    locks.share_failure("question", Failure("nonsense", error=FeedMalformed, pause=60))
    told = locks.shared_failure("question")
    assert told is not None
    assert (told.reason, told.error) == ("nonsense", FeedMalformed)
    assert 0 < told.pause <= 60


@pytest.mark.parametrize("junk", [b"", b"[]", b"{", b'["x", "Exception"]', b"\xff"])
def test_junk_under_the_key_of_a_pause(junk: bytes, redis: Redis) -> None:
    """Whatever is found there, nobody stumbles over it."""
    server = RedisConnection(redis[0])
    server.use(lambda one: one.set("swgdata-pause-1 question", junk, px=60_000))
    assert RedisLocks(server).shared_failure("question") is None


def test_one_budget(site: FaultServer, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three instances together send no more in a minute than one may."""
    # A busy machine may keep a server from answering within its second; then each counts alone.
    monkeypatch.setattr("swgdata.client.cache_backends.REDIS_WAIT", PATIENCE)
    most = 5
    with instances(3, site.url, redis[0], per_minute=most) as callers:
        wanted = iter(zip(callers * 3, feeds(9), strict=True))

        def ask() -> None:
            caller, one = next(wanted)
            caller.fetch(one, wait=0.0)

        together(9, ask)
        begun = time.monotonic()
        while site.count.total() < most and time.monotonic() < begun + PATIENCE:
            time.sleep(0.05)
        time.sleep(2.0)
        assert site.count.total() == most


def test_a_budget_without_its_server(site: FaultServer, redis: Redis) -> None:
    """While Redis is away each instance keeps to the budget by itself."""
    url, server = redis
    with instances(2, site.url, url, per_minute=4) as callers:
        for caller in callers:
            caller.fetch(feeds(1)[0], force=True)
        assert site.count.total() == 2
        server.kill()
        server.wait()
        asked = iter([(caller, one) for one in feeds(9)[1:] for caller in callers])

        def ask() -> None:
            caller, one = next(asked)
            caller.fetch(one, wait=0.0)

        together(16, ask)
        time.sleep(8.0)
        assert 2 + 2 <= site.count.total() <= 8


HOLDER: Final = """
import sys, time
from swgdata.client.redis_sharing import RedisConnection, RedisLocks

with RedisLocks(RedisConnection(sys.argv[1])).hold("question"):
    print("mine", flush=True)
    time.sleep(600)
"""


def test_a_turn_ends_with_its_holder(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held for longer than a lease by one that lives; free after a lease when it was killed."""
    monkeypatch.setattr("swgdata.client.redis_sharing.LEASE", 0.6)
    locks = RedisLocks(RedisConnection(redis[0]))
    command = [
        sys.executable,
        "-c",
        f"import swgdata.client.redis_sharing as t; t.LEASE = 0.6{HOLDER}",
    ]
    holder = subprocess.Popen([*command, redis[0]], cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    mine = threading.Event()

    def wait() -> None:
        with locks.hold("question", patience=PATIENCE):
            mine.set()

    waiting = threading.Thread(target=wait)
    with holder.stdout:
        try:
            assert holder.stdout.readline() == b"mine\n"
            waiting.start()
            assert not mine.wait(3.0)
        finally:
            holder.kill()
            holder.wait()
    assert mine.wait(PATIENCE)
    waiting.join()


def test_patience_ends(redis: Redis) -> None:
    """One that hangs does not keep the others for ever, and keeps its turn."""
    one, two = RedisLocks(RedisConnection(redis[0])), RedisLocks(RedisConnection(redis[0]))
    with one.hold("question"):
        with two.hold("question", patience=0.2):
            pass
        assert RedisConnection(redis[0]).use(lambda on: on.exists("swgdata-turn-1 question")) == 1
    assert RedisConnection(redis[0]).use(lambda on: on.exists("swgdata-turn-1 question")) == 0


def test_a_turn_that_was_lost(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes back too late leaves the turn to its new holder; the server is not to blame."""
    monkeypatch.setattr("swgdata.client.redis_sharing.LEASE", 0.3)
    name, server = "swgdata-turn-1 question", RedisConnection(redis[0])
    with RedisLocks(server).hold("question"):
        server.use(lambda one: one.set(name, "another"))
        time.sleep(0.5)  # for more than one renewal
    assert server.use(lambda one: (one.get(name), one.ttl(name))) == (b"another", -1)


def test_no_server_no_turns(redis: Redis) -> None:
    """Without one, or with one that is gone, everybody goes ahead."""
    url, server = redis
    server.kill()
    server.wait()
    for locks in (
        RedisLocks(None),
        RedisLocks(RedisConnection(url)),
        RedisLocks(RedisConnection("redis://127.0.0.1:9/0")),
    ):
        with locks.hold("question"), locks.hold("question"):
            locks.share_failure("question", Failure("x"))
            assert locks.shared_failure("question") is None


def test_expiry_is_the_clock_s(site: FaultServer, redis: Redis) -> None:
    """One question, two instances, three expiries: three requests."""
    clock = Clock()
    with (
        closing(client(site.url, redis[0], clock)) as one,
        closing(client(site.url, redis[0], clock)) as two,
    ):
        for turn in range(1, 4):
            clock.now += LIFETIME + 1
            assert kinds(together(10, lambda: one.fetch(THINGS))) == {"fresh": 10}
            assert kinds(together(10, lambda: two.fetch(THINGS))) == {"fresh": 10}
            assert site.count.total() == turn
        clock.now += 1
        both = iter([one, two] * 5)
        together(10, lambda: next(both).fetch(THINGS, force=True))
        assert site.count.total() == turn + 1
