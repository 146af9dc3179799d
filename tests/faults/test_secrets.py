"""Secrets of the deployer and of visitors: they are in no file, log, message, error or export."""

import asyncio
import base64
import json
import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus
from urllib.request import urlopen

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from swgdata import sources
from swgdata.errors import FeedError
from swgdata.export import FORMATS
from swgdata.query import table as ask
from swgdata.sources import sync
from swgdata.sources.sample import start
from swgdata.sources.sample.reply import Reply
from swgdata.tables import TABLES
from tests.support.app_process import ours, running
from tests.support.app_visitors import PATHS
from tests.support.client_fixtures import THINGS, Clock, client, feed
from tests.support.fake_site import Site
from tests.support.fault_server import FaultServer
from tests.support.services import ROOT
from tests.support.websocket_visitors import Run, Visitor

MINE: Final = feed("/api/mine.php", name="mine", needs_key=True)
CANARY: Final = "CANARY-7f3e~Q9"

# Nothing listens on these; whoever connects in vain tells why, and to whom.
PASSWORDS: Final = ("CANARY-redis-51", "CANARY-sql-52")
OWNERS: Final = {
    "SWG_CACHE_URL": f"redis://:{PASSWORDS[0]}@127.0.0.1:9/0",
    "SWG_DATABASE_URL": f"postgresql+psycopg://us:{PASSWORDS[1]}@127.0.0.1:9/x",
}

# In the address of a page, by the names a visitor might give them.
NAMES: Final = ("key", "apikey", "api_key", "X-API-Key", "Token", "KEY", "ApiKey", "api-key")
LINKS: Final = {name: f"CANARY-link-{place}" for place, name in enumerate(NAMES)}


def forms(secret: str) -> set[bytes]:
    """A secret as it may look when it was written down: as it is, or encoded in the usual ways."""
    raw = secret.encode()
    shifted = (base64.b64encode(bytes(place) + raw) for place in range(3))
    packed = {code[4 * (place > 0) : -4] for place, code in enumerate(shifted)}
    texts = {quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}
    texts |= {json.dumps(secret)[1:-1], raw.hex(), raw.hex().upper(), ascii(secret)[1:-1]}
    return {raw, *packed, *(code.replace(b"+", b"-") for code in packed), *map(str.encode, texts)}


def leaks(data: bytes, *secrets: str) -> list[bytes]:
    """The forms of secrets that are in some data."""
    return [form for secret in secrets for form in forms(secret) if form in data]


def written(folder: Path) -> bytes:
    """All that is in the files of a folder, and what they are called."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return b"\n".join(str(file).encode() + file.read_bytes() for file in files)


def test_forms_are_found() -> None:
    """The search finds what it is there to find."""
    secret = CANARY + " é\n+1"
    for dressed in (
        secret,
        quote(f"x={secret}"),
        repr({"key": secret}),
        json.dumps([secret]),
        secret.encode().hex(),
        *(base64.b64encode(f"{'x' * pad}{secret} y".encode()).decode() for pad in range(3)),
    ):
        assert leaks(b"something " + dressed.encode(), secret), dressed
    assert not leaks(b"CANARY", secret)


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> Callable[[], bytes]:
    """All that this test has logged, whatever the level, and written."""
    caplog.set_level(logging.DEBUG)

    def gather() -> bytes:
        records = (f"{one.getMessage()} {one.__dict__} {one.exc_text}" for one in caplog.records)
        return written(tmp_path) + caplog.text.encode() + "\n".join(records).encode()

    return gather


@pytest.fixture
def elsewhere() -> Iterator[FaultServer]:
    """Another site, which has no business here."""
    with FaultServer() as server:
        yield server


@pytest.mark.parametrize(
    "chain", ["", "401", "403", "500", "html200", "redirectto/{elsewhere}", "close"]
)
@pytest.mark.parametrize("odd", ["", " ", "\n", " and blank", "\r\nX-Evil: 1", "é", "ключ", "\0"])
def test_a_visitor_s_key_is_nowhere(
    chain: str,
    odd: str,
    elsewhere: FaultServer,
    tmp_path: Path,
    everything: Callable[[], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever the key looks like and whatever the site answers; no other site is asked."""
    monkeypatch.setattr("swgdata.client.transport.BACKOFF", 0.0)
    key, told = CANARY + odd, ""
    with FaultServer() as site:
        site.fault = chain.format(elsewhere=f"{elsewhere.url}/x".replace("/", "~"))
        caller = client(site.url, tmp_path / "http", Clock())
        for ask_it in (
            lambda: caller.fetch_private(MINE, key=key),
            lambda: caller.fetch(THINGS),
        ):
            try:
                ask_it()
            except FeedError as error:
                told += "".join(traceback.format_exception(error)) + repr(vars(error))
        told += repr(caller.stats())
        caller.close()
        public = [headers for target, headers in site.requests if target.startswith(THINGS.path)]
    assert leaks(everything() + told.encode(), CANARY, key) == []
    assert not leaks(repr(public).encode(), CANARY)
    assert public
    assert elsewhere.requests == []


class Listening(Site):
    """A site that remembers all it is asked.

    Attributes:
        heard: Paths and queries.
    """

    def __init__(self) -> None:
        super().__init__(rows=60)
        self.heard: list[str] = []

    def answer(self, path: str, query: Mapping[str, str] = {}) -> Reply:
        """The site's answer."""
        self.heard.append(f"{path} {query}")
        return super().answer(path, query)


@pytest.fixture
def listening() -> Iterator[Listening]:
    """One that runs."""
    galaxy = Listening()
    server, galaxy.url = start(galaxy)
    yield galaxy
    server.shutdown()
    server.server_close()


def test_the_owner_s_passwords_are_nowhere(
    listening: Listening, everything: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Not where the servers they are for do not answer, nor in any export."""
    for name, value in {**OWNERS, "SWG_BASE_URL": listening.url, "SWG_SOURCE": "live"}.items():
        monkeypatch.setenv(name, value)
    told = repr(sync.run(sources.active()))
    for table in TABLES.values():
        if table.builder("swgtracker"):
            try:
                result = ask(table.name)
            except FeedError as error:  # it needs two versions of an export
                told += repr(error)
                continue
            for extension, form in FORMATS.items():
                file = tmp_path / f"{table.name}.{extension}"
                file.write_bytes(form.write(result.frame, result.meta()))
    told += repr(sources.active().clients[0].stats())
    assert len(list(tmp_path.glob("*.csv"))) > 10
    assert leaks(everything() + told.encode() + repr(listening.heard).encode(), *PASSWORDS) == []


@pytest.mark.slow
def test_the_app_tells_no_secret(listening: Listening, tmp_path: Path) -> None:
    """Every page, opened with keys in its address, its logs at their loudest.

    The keys are neither used nor left in the address bar.
    """
    (tmp_path / "tmp").mkdir()
    settings = {**OWNERS, "SWG_BASE_URL": listening.url, "TMPDIR": str(tmp_path / "tmp")}
    heard: list[bytes] = []

    async def visit(url: str, page: str, name: str) -> Run:
        guest = Visitor(url, page, {name: LINKS[name], "zone": "UTC"}, heard)
        run = await guest.open()
        if page == "health":
            await guest.press("health_update")
        await guest.leave()
        return run

    with (
        (tmp_path / "app.log").open("wb") as log,
        running(
            ROOT / "app.py",
            folder=ROOT,
            environment=ours(tmp_path, **settings),
            options=["--logger.level=debug"],
            log=log,
        ) as app,
    ):
        link = "&".join(f"{name}={value}" for name, value in LINKS.items())
        with urlopen(f"{app.url.replace('ws', 'http')}/guilds?{link}") as answer:  # noqa: S310
            assert answer.status == 200
        for page, name in zip(PATHS, NAMES, strict=True):
            before = len(heard)
            assert asyncio.run(visit(app.url, page, name)).failed == 0
            assert addresses(heard[before:])[-1] == "zone=UTC"
    everything = written(tmp_path) + b"".join(heard) + repr(listening.heard).encode()
    assert leaks(everything, *PASSWORDS, *LINKS.values()) == []


def addresses(heard: list[bytes]) -> list[str]:
    """What stood in the address bar, in turn."""
    messages = map(ForwardMsg.FromString, heard)
    return [
        one.page_info_changed.query_string for one in messages if one.HasField("page_info_changed")
    ]
