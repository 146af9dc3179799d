"""Fifty visitors at once on every page, against a trivial page in the same run.

Each page is opened cold (an empty store in a process that has run nothing yet: its imports
count) and warm. Reload storms and memory follow.

    python -m benchmarks.crowd [--rows 90000] [--page guilds ...] [--cycles 200]
"""

import argparse
import asyncio
import random
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from swgdata.sources.sample import start
from tests.support.app_process import App, ours, running
from tests.support.fake_site import Site
from tests.support.services import ROOT
from tests.support.websocket_visitors import Run, Visitor

PAGES: Final = (
    *("glance", "population", "resources", "shifts"),
    *("guilds", "cities", "economy", "health"),
)
CROWD: Final = 50
COLD, WARM = 10.0, 3.0  # seconds


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=4000)
    asked.add_argument("--page", nargs="+", choices=PAGES, default=list(PAGES))
    asked.add_argument("--cycles", type=int, default=200, help="20 at least")
    options = asked.parse_args()
    floor = Path(__file__).with_name("empty_page.py")
    site = Site(rows=options.rows)
    server, site.url = start(site)
    print(f"{CROWD} at once, {options.rows:,} resources; p50 / p95 in seconds")
    for page in options.page:
        with _served(ROOT / "app.py", site) as app, _served(floor, site) as trivial:
            asyncio.run(_compare(page, app, trivial, site))
    with _served(ROOT / "app.py", site) as app:
        asyncio.run(_storms(app))
        asyncio.run(_cycles(app, max(options.cycles, 20)))
    server.shutdown()
    server.server_close()


@contextmanager
def _served(script: Path, site: Site) -> Iterator[App]:
    """A script in a process of its own, with an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        settings = ours(
            Path(folder),
            SWG_BASE_URL=site.url,
            SWG_REQUESTS_PER_MINUTE="600",
            PYTHONPATH=str(ROOT),
        )
        with running(script, folder=ROOT, environment=settings) as app:
            yield app


async def _visit(url: str, page: str) -> Run:
    guest = Visitor(url, "" if page == "glance" else page)
    run = await guest.open()
    await guest.leave()
    return run


async def _crowd(url: str, page: str) -> list[Run]:
    return await asyncio.gather(*(_visit(url, page) for _ in range(CROWD)))


async def _compare(page: str, app: App, trivial: App, site: Site) -> None:
    await _visit(trivial.url, "")
    least = _told(await _crowd(trivial.url, ""))
    for state, bar in (("cold", COLD), ("warm", WARM)):
        site.asked.clear()
        runs = await _crowd(app.url, page)
        most = max(site.asked.values(), default=0)
        slowest = _at(runs, 0.95)
        print(
            f"  {page} {state}: {_told(runs)} (trivial {least}); bar {bar:.0f} "
            f"{'ok' if slowest <= bar else 'MISSED'}; {len(runs)} of {CROWD} finish, "
            f"{sum(run.failed for run in runs)} errors, {most} requests per feed at most",
            flush=True,
        )


async def _storms(app: App) -> None:
    """Fifty disconnect mid-run, twenty times; then one more comes."""
    await _visit(app.url, "guilds")
    before, chance = app.threads(), random.Random(7)

    async def come_and_go() -> None:
        guest = Visitor(app.url, chance.choice(PAGES))
        await guest.ask()
        await asyncio.sleep(chance.random() * 0.2)
        await guest.leave()

    for _ in range(20):
        await asyncio.gather(*(come_and_go() for _ in range(CROWD)))
    run = await _visit(app.url, "guilds")
    await asyncio.sleep(5)
    print(
        f"  after 20 storms the next visitor waits {run.seconds:.2f} s, {run.failed} errors; "
        f"threads {before} before, {app.threads()} five seconds later"
    )


async def _cycles(app: App, cycles: int) -> None:
    """Visitors who come, look and leave."""
    sizes: list[float] = []
    for place in range(cycles):
        await _visit(app.url, PAGES[place % len(PAGES)])
        sizes.append(app.memory())
    print(
        f"  memory after 20 visits {sizes[19]:.0f} MB, after {cycles} {sizes[-1]:.0f} MB "
        f"({sizes[-1] / sizes[19]:.2f}, bar 1.10); at most {app.memory('VmHWM'):.0f} MB (bar 690)"
    )


def _at(runs: Sequence[Run], share: float) -> float:
    return sorted(run.seconds for run in runs)[int(len(runs) * share)]


def _told(runs: Sequence[Run]) -> str:
    return f"{statistics.median(run.seconds for run in runs):.2f} / {_at(runs, 0.95):.2f}"


if __name__ == "__main__":
    main()
