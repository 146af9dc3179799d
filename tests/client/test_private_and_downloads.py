"""The two ways past the cache: with a visitor's key, and big files."""

import gzip
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from swgdata.client import Client
from swgdata.client.transport import KEY_HEADER
from swgdata.errors import FeedDeclined, FeedError, FeedMalformed, FeedUnavailable
from tests.support import fault_callers
from tests.support.client_fixtures import THINGS, Clock, client, feed
from tests.support.fault_server import FaultServer
from tests.support.http_exchange import GOOD

clock, caller = fault_callers.clock, fault_callers.brisk
MINE = feed("/api/mine.php", name="mine", needs_key=True)
KEY = "CANARY-A7f3"
FILE = "/exports/things.json.gz"


@pytest.fixture
def site() -> Iterator[FaultServer]:
    """A well-behaved server, until told otherwise."""
    with FaultServer({FILE: gzip.compress(GOOD)}) as server:
        yield server


def test_key_goes_with_keyed_questions_only(site: FaultServer, caller: Client) -> None:
    """The site gets the key, without blanks around it; public questions never carry it."""
    assert caller.fetch_private(MINE, key=f"  {KEY}\n") == GOOD
    caller.fetch(THINGS)
    assert [asked.get(KEY_HEADER) for _, asked in site.requests] == [KEY, None]
    with pytest.raises(ValueError, match="takes no key"):
        caller.fetch_private(THINGS, key=KEY)


@pytest.mark.parametrize(
    "chain", ["", "401", "403", "500", "404", "html200", "close", "hang/1", "redirectloop"]
)
def test_key_is_nowhere_but_on_the_wire(
    chain: str,
    site: FaultServer,
    clock: Clock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not in a file, log, error or header, whatever happens; nothing of the answer is stored."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("swgdata.client.transport.BACKOFF", 0.0)
    site.fault = f"headers/X-Echo/{KEY}/{chain}"
    with_key = client(site.url, tmp_path / "http", clock, deadline=0.3)
    text = ""
    try:
        with_key.fetch_private(MINE, key=KEY)
    except FeedError as error:
        text = f"{error!r} {error} {error.__cause__!r} {error.__context__!r}"
    with_key.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert KEY.encode() not in kept
    assert GOOD not in kept
    assert KEY not in caplog.text + text
    assert site.count.total() <= 3


def test_every_key_gets_its_own_answer(site: FaultServer, caller: Client) -> None:
    """Answers are never shared, and a refusal of one key is not one of another."""
    site.bodies[MINE.path] = b'{"rows": ["a"]}'
    assert caller.fetch_private(MINE, key="a") == b'{"rows": ["a"]}'
    site.bodies[MINE.path] = b'{"rows": ["b"]}'
    assert caller.fetch_private(MINE, key="b") == b'{"rows": ["b"]}'
    site.fault = "401"
    with pytest.raises(FeedDeclined, match="refused this key"):
        caller.fetch_private(MINE, key="a")
    site.fault = ""
    with pytest.raises(FeedDeclined, match="paused until"):
        caller.fetch_private(MINE, key="a")
    assert caller.fetch_private(MINE, key="b") == b'{"rows": ["b"]}'
    assert site.count.total() == 4


def test_no_redirect_is_followed_with_a_key(site: FaultServer, caller: Client) -> None:
    """Not even to the same site."""
    site.fault = "redirectloop"
    with pytest.raises(FeedUnavailable, match="elsewhere"):
        caller.fetch_private(MINE, key=KEY)
    assert site.count.total() == 1


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "schlüssel", "кл", "a\0", "k" * 513])
def test_unusable_key_is_named_without_it(key: str, site: FaultServer, caller: Client) -> None:
    """What no key can be never reaches requests, which would quote it."""
    with pytest.raises(FeedDeclined) as caught:
        caller.fetch_private(MINE, key=key)
    assert caught.value.reason == "the key has characters that no key can have"
    assert site.count.total() == 0


def test_key_needs_https(clock: Clock, tmp_path: Path) -> None:
    """Except on this machine."""
    plain = client("http://site.invalid", tmp_path, clock)
    with pytest.raises(FeedDeclined, match="only sent over https"):
        plain.fetch_private(MINE, key=KEY)
    plain.close()


@pytest.mark.parametrize("path", [FILE, FILE.removeprefix("/"), "{url}" + FILE])
def test_download(path: str, site: FaultServer, caller: Client) -> None:
    """The bytes come as the site keeps them, and are not stored."""
    with caller.download(THINGS, path.format(url=site.url)) as pieces:
        body = b"".join(pieces)
    assert len(body) == len(gzip.compress(GOOD))
    assert gzip.decompress(body) == GOOD
    assert not caller.ever_stored()


@pytest.mark.parametrize("whole", [True, False], ids=["to its end", "in part"])
def test_download_leaves_nothing_behind(site: FaultServer, caller: Client, whole: bool) -> None:
    """Its deadline ends with it: it must not cut what the connection is used for next."""
    before = set(threading.enumerate())
    site.bodies[FILE] = bytes(1 << 20)
    with caller.download(THINGS, FILE) as pieces:
        assert next(pieces)
        assert not whole or b"".join(pieces)
    timers = {
        one for one in set(threading.enumerate()) - before if isinstance(one, threading.Timer)
    }
    for timer in timers:
        timer.join(5)
    assert not any(timer.is_alive() for timer in timers)


def test_download_stays_on_the_site(site: FaultServer, caller: Client) -> None:
    """A manifest cannot send us elsewhere."""
    with caller.download(THINGS, "http://127.0.0.2:9/x") as pieces:
        assert b"".join(pieces) == GOOD
    with caller.download(THINGS, "@127.0.0.2:9/x") as pieces:
        assert b"".join(pieces) == GOOD
    assert site.count.total() == 2


def test_transfer_packing_is_undone(site: FaultServer, caller: Client) -> None:
    """What the transfer packed is unpacked."""
    site.fault = "gzip"
    with caller.download(THINGS, "/exports/things.json") as pieces:
        assert b"".join(pieces) == GOOD


@pytest.mark.parametrize(
    ("chain", "error"),
    [
        ("404", FeedUnavailable),
        ("403", FeedDeclined),
        ("500", FeedUnavailable),
        ("304", FeedUnavailable),
        ("truncate/50p", FeedUnavailable),
        ("truncatechunk/50p", FeedUnavailable),
        ("gziptrunc/9", FeedMalformed),
        ("hang/2", FeedUnavailable),
        ("foreverslow/0.05", FeedUnavailable),
        ("redirectto/http:~~127.0.0.2:9~x", FeedUnavailable),
    ],
)
def test_broken_download(
    chain: str,
    error: type[FeedError],
    site: FaultServer,
    caller: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether at once or half-way, trouble is a typed error, and remembered."""
    monkeypatch.setattr("swgdata.client.fetcher.DOWNLOAD_DEADLINE", 0.5)
    site.fault = chain.replace("304", "liar304")
    for _ in range(2):
        with pytest.raises(error), caller.download(THINGS, FILE) as pieces:
            b"".join(pieces)
    assert site.count.total() == 1


def test_trouble_of_the_reader_is_the_reader_s(site: FaultServer, caller: Client) -> None:
    """A digest that does not fit, or a reader who has had enough, is no fault of the site."""
    with pytest.raises(FeedMalformed, match="digest"), caller.download(THINGS, FILE):
        raise FeedMalformed("things", "digest")
    with caller.download(THINGS, FILE) as pieces:
        next(pieces)
    with caller.download(THINGS, FILE) as pieces:
        assert b"".join(pieces)
    assert caller.status(THINGS).breaker == "closed"


def test_big_file_is_never_whole_in_memory(site: FaultServer, caller: Client) -> None:
    """Pieces stay small however well they were packed; the 16 MiB of an answer do not apply."""
    site.fault = "bomb/64"
    with caller.download(THINGS, FILE) as pieces:
        sizes = [len(piece) for piece in pieces]
    assert sum(sizes) == 64 << 20
    assert max(sizes) <= 65_536
