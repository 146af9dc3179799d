"""Whatever the site sends: callers get the last good copy or one clear error, and soon."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from swgdata.client import Client
from swgdata.errors import FeedDeclined, FeedError, FeedMalformed, FeedUnavailable
from tests.support import fault_callers
from tests.support.client_fixtures import LIFETIME, THINGS, Clock, client, kinds, together
from tests.support.fault_server import FaultServer
from tests.support.http_exchange import GOOD

clock = fault_callers.clock
BRIEF: Final = 0.4
PATIENT: Final = 10.0
CALLERS: Final = 50
PATH: Final = THINGS.path


@dataclass(frozen=True)
class Fault:
    """One way to fail.

    Attributes:
        chain: What the server does.
        error: What callers get who have no copy.
        most: Most requests it may cost, whoever asks.
        says: What the reason must contain.
    """

    chain: str
    error: type[FeedError] = FeedUnavailable
    most: int = 1
    says: str = ""

    @property
    def deadline(self) -> float:
        """Short where the deadline itself is what happens."""
        return BRIEF if self.says == LATE else PATIENT


BROKEN: Final = "broke off"
LATE: Final = "in time"
FAULTS: Final = (
    Fault("500", says="500"),
    Fault("503", most=3, says="503"),
    Fault("404", says="404"),
    Fault("400", says="400"),
    Fault("401", FeedDeclined, says="wants a key"),
    Fault("403", FeedDeclined, says="declined automated access"),
    Fault("418", FeedDeclined, says="declined automated access"),
    Fault("429/0", says="slow down"),
    Fault("302", says="302"),
    Fault("204", says="204"),
    Fault("206", says="206"),
    Fault("close", most=3, says=BROKEN),
    Fault("reset/10", most=3, says=BROKEN),
    Fault("truncate/50p", says=BROKEN),
    Fault("truncatechunk/50p", says=BROKEN),
    Fault("truncateclose/50p", FeedMalformed),
    Fault("gziptrunc/20", FeedMalformed, says="incomplete"),
    Fault("gzipcrc", FeedMalformed, says="damaged"),
    Fault("gziplie", FeedMalformed, says="damaged"),
    Fault("gziptail", FeedMalformed, says="damaged"),
    Fault("brotli", FeedMalformed, says="packed"),
    Fault("html200", FeedMalformed, says="not this feed"),
    Fault("html200json", FeedMalformed, says="not this feed"),
    Fault("warnprefix", FeedMalformed),
    Fault("empty", FeedMalformed),
    Fault("literal/null", FeedMalformed),
    Fault("literal/[]", FeedMalformed),
    Fault("error200", FeedMalformed, says="answered with an error"),
    Fault("deep", FeedMalformed),
    Fault("bitflip/100", FeedMalformed),
    Fault("badutf8", FeedMalformed),
    Fault("hang/30", says=LATE),
    Fault("slow/60", says=LATE),
    Fault("headerdrip/1", says=LATE),
    Fault("foreverslow/0.05", says=LATE),
    Fault("forever", says=LATE),
    Fault("liar304", says="304"),
    Fault("badstatus", most=3, says=BROKEN),
    Fault("manyheaders/300", most=3, says=BROKEN),
    Fault("redirectloop", most=4, says="elsewhere"),
    Fault("redirectto/http:~~127.0.0.2:9~x", says="elsewhere"),
    Fault("redirectto/file:~~~etc~passwd", says="elsewhere"),
    Fault("redirectto/http:~~[", says="elsewhere"),
    Fault("bomb/64", FeedMalformed, says="larger than 16 MiB"),
    Fault("huge/64", FeedMalformed, says="larger than 16 MiB"),
    Fault("hugecl/64", says=BROKEN),
)

# Lists that shrank can only be told from good ones by those who know the list before.
SHRUNK: Final = (
    Fault("mutate/half", FeedMalformed, says="only 1 records came where there were 3"),
    Fault("mutate/emptied", FeedMalformed, says="only 0 records"),
)


@pytest.fixture(scope="module")
def site() -> Iterator[FaultServer]:
    """A server for all these tests."""
    with FaultServer() as server:
        yield server


@pytest.fixture
def connect(
    site: FaultServer, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[float], Client]]:
    """Clients with a deadline, that do not dawdle between tries."""
    monkeypatch.setattr("swgdata.client.transport.BACKOFF", 0.0)
    site.forget()
    with ExitStack() as opened:
        yield lambda deadline: opened.enter_context(
            closing(client(site.url, tmp_path / "http", clock, deadline=deadline))
        )


@pytest.fixture
def caller(connect: Callable[[float], Client]) -> Client:
    """A patient client."""
    return connect(PATIENT)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.chain)
def test_cold(fault: Fault, site: FaultServer, connect: Callable[[float], Client]) -> None:
    """With nothing stored, all callers get the same typed error, and nothing is stored."""
    caller = connect(fault.deadline)
    site.fault = fault.chain
    answers = together(CALLERS, lambda: caller.fetch(THINGS))
    assert kinds(answers) == {fault.error.__name__: CALLERS}
    assert all(fault.says in str(answer) for answer in answers)
    assert not any(site.url in str(answer) or PATH in str(answer) for answer in answers)
    assert 1 <= site.count.total() <= fault.most
    assert caller.stored(THINGS) is None
    assert not caller.ever_stored()


@pytest.mark.parametrize("fault", [*FAULTS, *SHRUNK], ids=lambda fault: fault.chain)
def test_warm(
    fault: Fault, site: FaultServer, connect: Callable[[float], Client], clock: Clock
) -> None:
    """The last good copy stays, byte for byte, is marked stale, and is renewed afterwards."""
    caller = connect(fault.deadline)
    first = caller.fetch(THINGS)
    clock.now += LIFETIME + 1
    site.forget()
    site.fault = fault.chain
    answers = together(CALLERS, lambda: caller.fetch(THINGS))
    assert kinds(answers) == {"stale": CALLERS}
    for answer in answers:
        assert not isinstance(answer, FeedError)
        assert (answer.body, answer.received_at) == (GOOD, first.received_at)
        assert fault.says in (answer.reason or "")
    assert 1 <= site.count.total() <= fault.most
    kept = caller.stored(THINGS)
    assert kept is not None
    assert (kept.body, kept.received_at) == (GOOD, first.received_at)

    site.forget()
    clock.now += LIFETIME + 1
    again = caller.fetch(THINGS)
    assert (again.stale, again.fetched, again.body) == (False, True, GOOD)


@pytest.mark.parametrize(
    "chain", ["gzip", "chunked", "gzip/chunked", "ctype/text~html", "truncateclose/100p", "503x/2"]
)
def test_harmless(chain: str, site: FaultServer, caller: Client) -> None:
    """Odd but whole answers are taken: they are judged by their content alone."""
    site.fault = chain
    assert caller.fetch(THINGS).body == GOOD


def test_failed_confirmation_is_a_failure(site: FaultServer, caller: Client, clock: Clock) -> None:
    """A copy that should have been confirmed is not taken for fresh when that fails."""
    site.fault = "etag"
    caller.fetch(THINGS)
    clock.now += LIFETIME + 1
    site.fault = "500"
    answer = caller.fetch(THINGS)
    assert answer.stale
    assert "500" in (answer.reason or "")


def test_shrunk_list_is_believed_when_it_comes_twice(
    site: FaultServer, caller: Client, clock: Clock
) -> None:
    """A sudden loss of rows is held back once, then taken for the truth."""
    caller.fetch(THINGS)
    site.fault = "mutate/half"
    clock.now += LIFETIME + 1
    assert caller.fetch(THINGS).stale
    clock.now += 61
    answer = caller.fetch(THINGS)
    assert not answer.stale
    assert answer.body != GOOD
