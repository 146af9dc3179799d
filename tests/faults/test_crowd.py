"""Fifty visitors at once, on a real app in a process of its own: all are served, few requests."""

import asyncio
import http.client
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Final

import pytest

from swgdata.sources.sample import start
from swgdata.sources.sample.reply import Reply
from swgdata.ui.health.update import EVERY
from tests.support.app_process import App, ours, running
from tests.support.app_visitors import PATHS
from tests.support.fake_site import Site
from tests.support.services import ROOT
from tests.support.websocket_visitors import Run, Visitor

pytestmark = pytest.mark.slow
CROWD: Final = 50
PATIENCE: Final = 30.0  # seconds for what must happen, but not at once
MEGABYTE: Final = 1 << 20


class SlowSite(Site):
    """A site that can be held up at one path.

    Attributes:
        held: The path, or "".
        let_go: Set when its answers may leave.
    """

    def __init__(self) -> None:
        super().__init__()
        self.held = ""
        self.let_go = Event()

    def answer(self, path: str, query: Mapping[str, str] = {}) -> Reply:
        """The site's answer, in time or not."""
        reply = super().answer(path, query)
        if path == self.held:
            self.let_go.wait(PATIENCE)
        return reply


@pytest.fixture(scope="module")
def site() -> Iterator[SlowSite]:
    """A small galaxy."""
    galaxy = SlowSite()
    server, galaxy.url = start(galaxy)
    yield galaxy
    galaxy.let_go.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, site: SlowSite) -> Mapping[str, str]:
    """Of the app."""
    folder = tmp_path_factory.mktemp("app")
    return ours(folder, SWG_BASE_URL=site.url, SWG_REQUESTS_PER_MINUTE="600")


@pytest.fixture(scope="module")
def app(environment: Mapping[str, str]) -> Iterator[App]:
    """The app that most of these tests crowd."""
    with running(ROOT / "app.py", folder=ROOT, environment=environment) as app:
        yield app


@pytest.fixture
def emptied(environment: Mapping[str, str], site: SlowSite) -> Callable[..., None]:
    """Empties the app's store, of one feed or of all, and begins to count anew."""

    def empty(*options: str) -> None:
        command = [sys.executable, "-m", "swgdata", "cache", "clear", *options]
        live = {**environment, "SWG_SOURCE": "live"}
        subprocess.run(command, check=True, cwd=ROOT, env=live, capture_output=True)
        time.sleep(2.1)  # so long the app may still have an answer at hand
        site.asked.clear()

    return empty


async def visit(app: App, page: str) -> Run:
    """Open a page and leave."""
    guest = Visitor(app.url, page)
    run = await guest.open()
    await guest.leave()
    return run


def come(app: App, *pages: str, number: int = CROWD) -> list[Run]:
    """So many visitors open these pages at once, each one of them."""

    async def all_of_them() -> list[Run]:
        return await asyncio.gather(*(visit(app, pages[n % len(pages)]) for n in range(number)))

    return asyncio.run(all_of_them())


def eventually(happens: Callable[[], bool]) -> bool:
    """Whether something happens before patience ends."""
    end = time.monotonic() + PATIENCE
    while not happens() and time.monotonic() < end:
        time.sleep(0.1)
    return happens()


@pytest.mark.parametrize("page", PATHS)
def test_all_are_served_and_the_site_hardly_notices(
    app: App, site: SlowSite, emptied: Callable[..., None], page: str
) -> None:
    """With nothing stored: one request per feed, and nobody sees an error."""
    emptied()
    runs = come(app, page)
    assert sum(run.failed for run in runs) == 0
    assert min(sum(run.elements.values()) for run in runs) > 10
    assert max(site.asked.values(), default=0) <= 1


def test_what_is_stored_serves_all(app: App, site: SlowSite) -> None:
    """A second crowd, on all pages at once, costs the site nothing."""
    come(app, *PATHS, number=len(PATHS))
    site.asked.clear()
    runs = come(app, *PATHS)
    assert sum(run.failed for run in runs) == 0
    assert not site.asked


def test_a_hanging_feed_holds_up_no_other_page(
    app: App, site: SlowSite, emptied: Callable[..., None]
) -> None:
    """While a visitor waits for the war, fifty get their guilds."""
    come(app, "guilds", number=1)
    come(app, "economy", number=1)
    emptied("--feed", "gcw")
    site.let_go.clear()
    site.held = "/api/gcw.php"

    async def meanwhile() -> tuple[bool, list[Run]]:
        held_up = asyncio.create_task(visit(app, "economy"))
        while not site.asked[site.held]:
            await asyncio.sleep(0.05)
        runs = await asyncio.gather(*(visit(app, "guilds") for _ in range(CROWD)))
        is_waiting = not held_up.done()
        site.let_go.set()
        return is_waiting, [*runs, await held_up]

    is_waiting, runs = asyncio.run(meanwhile())
    assert is_waiting
    assert sum(run.failed for run in runs) == 0
    assert site.asked[site.held] == 1


def put(app: App, session: str, *, declared: bool) -> int:
    """The status that 100 MB get which are uploaded to a session."""
    host = app.url.removeprefix("ws://")
    with closing(http.client.HTTPConnection(host, timeout=PATIENCE)) as door:
        door.request("GET", "/_stcore/health")
        cookie = (door.getresponse().getheader("Set-Cookie") or "").split(";")[0]
    with closing(http.client.HTTPConnection(host, timeout=PATIENCE)) as door:
        door.putrequest("PUT", f"/_stcore/upload_file/{session}/file")
        door.putheader("Cookie", cookie)
        door.putheader("X-Xsrftoken", cookie.partition("=")[2])
        door.putheader("Content-Type", "multipart/form-data; boundary=x")
        length = ("Content-Length", str(100 * MEGABYTE))
        door.putheader(*(length if declared else ("Transfer-Encoding", "chunked")))
        door.endheaders()
        part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        try:
            for _ in range(100):
                part = part.ljust(MEGABYTE, b"x")
                door.send(part if declared else b"%x\r\n%b\r\n" % (len(part), part))
                part = b""
        except ConnectionError:  # it has had enough; its answer is there
            pass
        return door.getresponse().status


def test_uploads_are_refused(app: App) -> None:
    """Even with a session and its token; whether the size is declared or not."""

    async def upload() -> list[int]:
        guest = Visitor(app.url)
        await guest.open()
        tries = [asyncio.to_thread(put, app, guest.session, declared=n % 2 == 0) for n in range(4)]
        statuses = await asyncio.gather(*tries)
        await guest.leave()
        return statuses

    come(app, "", number=1)
    before = app.memory()
    assert asyncio.run(upload()) == [413] * 4
    assert app.memory() - before < 40


def test_storms_of_reloads_leave_nothing_behind(app: App) -> None:
    """Fifty come and go mid-run, five times; the next is served, no thread is stuck."""
    chance = random.Random(7)
    come(app, "guilds", number=2)
    before = app.threads()

    async def come_and_go() -> None:
        guest = Visitor(app.url, chance.choice(PATHS))
        await guest.ask()
        await asyncio.sleep(chance.random() * 0.2)
        await guest.leave()

    async def storm() -> None:
        for _ in range(5):
            await asyncio.gather(*(come_and_go() for _ in range(CROWD)))

    asyncio.run(storm())
    [run] = come(app, "guilds", number=1)
    assert run.failed == 0
    assert run.seconds <= 3
    assert eventually(lambda: app.threads() <= before + 2)


def test_visits_do_not_pile_up(app: App) -> None:
    """Sixty visits leave hardly more in memory than twenty."""
    sizes = []
    for place in range(60):
        [run] = come(app, PATHS[place % len(PATHS)], number=1)
        assert run.failed == 0
        sizes.append(app.memory())
    assert sizes[-1] <= 1.1 * sizes[19]


def test_of_all_presses_one_is_heard(tmp_path: Path, site: SlowSite) -> None:
    """Fifty press the button ten times each: one request per feed and minimum interval.

    The feeds are fresh for two seconds here: nothing but the interval protects the site.
    """
    lifetimes = {
        f"SWG_FRESH_FOR__{name}": "2"
        for name in ("GCW", "PULSE", "GUILDS", "CITIES", "WEALTH", "TITLES", "PROFESSIONS")
    }
    settings = ours(tmp_path, SWG_BASE_URL=site.url, SWG_REQUESTS_PER_MINUTE="600", **lifetimes)

    async def press(guest: Visitor) -> int:
        await guest.open()
        runs = await guest.press("health_update", times=10)
        await guest.leave()
        return runs.failed

    async def all_press(url: str) -> int:
        guests = [press(Visitor(url, "health")) for _ in range(CROWD)]
        return sum(await asyncio.gather(*guests))

    with running(ROOT / "app.py", folder=ROOT, environment=settings) as app:
        come(app, "health", number=1)
        site.asked.clear()
        begun = time.monotonic()
        assert asyncio.run(all_press(app.url)) == 0
        assert eventually(lambda: site.asked["/api/titles.php"] > 0)
        passed = time.monotonic() - begun
        intervals = 1 + int(passed / EVERY.total_seconds())
        assert max(site.asked.values()) <= intervals
