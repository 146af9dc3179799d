"""What a page costs with the whole export loaded, against its own elements with nothing in them.

Both are real apps in processes of their own; visitors speak Streamlit's protocol and take turns
between them. Each new filter is one that nobody has asked for before. A change of a filter may
take so many times (``BARS``) what a page with as many elements of the same kinds takes that has
nothing to show; crowds are held against an empty page with the same imports.

    python -m benchmarks.pages [--rows 90000] [--page resources guilds ...] [--rounds 15]
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

from tests.support.app_process import App, running
from tests.support.websocket_visitors import Run, Value, Visitor

ROOT: Final = Path(__file__).resolve().parent.parent
PLANETS: Final = (
    "Corellia", "Dantooine", "Dathomir", "Endor", "Lok",
    "Naboo", "Rori", "Talus", "Tatooine", "Yavin IV",
)  # fmt: skip
LETTERS: Final = "aeiourstnl"  # of which a name of a few hundred resources on a planet has one
SYLLABLES: Final = tuple(first + last for first, last in product("aeiourstnl", "aeiouhrtns"))
SORTS: Final = ("Best quality", "Rarest", "Newest", "Name", "Cheapest", "Class")
Filters = Mapping[str, Value]
BARS: Final[Mapping[str, float]] = {"glance": 3}
"""A change of a filter, in times of the page's elements alone; 2 for the other pages."""
_PAUSE: Final = 0.2  # seconds; without it TCP's delayed acknowledgement adds 40 ms to a change


def _two_planets(n: int) -> Filters:
    return {"planets": (PLANETS[n % 10], PLANETS[(n + n // 10 + 1) % 10])}


# The n-th change of the filters of each page, different for every n below 100.
CHANGES: Final[Mapping[str, Callable[[int], Filters]]] = {
    "resources": lambda n: {
        "resources_planet": PLANETS[n % 10],
        "resources_name": LETTERS[n // 10],
        "resources_sort": SORTS[n % 6],
    },
    "glance": _two_planets,
    "population": _two_planets,
    "guilds": lambda n: {"guilds_size": 5.0 * (n % 20), "guilds_share": 5.0 * (n // 20)},
    "cities": lambda n: {"cities_planet": PLANETS[n % 10], "cities_tax": 100.0 * (n // 10) + 900},
    "economy": lambda n: {"economy_title": SYLLABLES[n]},
    "health": lambda n: {"health_table": SYLLABLES[n]},
    "shifts": _two_planets,
}

# The view that has the filter, where it is not the first one.
LINKS: Final[Mapping[str, Mapping[str, str]]] = {
    "economy": {"economy_show": "Titles"},
    "health": {"health_show": "Downloads"},
}


@dataclass(frozen=True, slots=True)
class Stage:
    """Where one page is measured.

    Attributes:
        tree: Folder of the app.
        environment: Of its process: the sample, stored whole.
        page: Which page.
        rounds: How many changes are measured.
    """

    tree: Path
    environment: Mapping[str, str]
    page: str
    rounds: int

    @contextmanager
    def app(self) -> Iterator[App]:
        """The app, fresh."""
        script = self.tree / "app.py"
        with running(script, folder=self.tree, environment=self.environment) as app:
            yield app

    @contextmanager
    def both(self) -> Iterator[tuple[App, App]]:
        """The app and the page of empty elements, fresh."""
        script = Path(__file__).with_name("empty_page.py")
        with (
            self.app() as ours,
            running(script, folder=self.tree, environment=self.environment) as floor,
        ):
            yield ours, floor

    def visitor(self, app: App) -> Visitor:
        """Somebody who comes to the page, in the view that has the filter."""
        return Visitor(app.url, self.page, address=dict(LINKS.get(self.page, {})))

    def change(self, n: int) -> Filters:
        """The n-th change of its filters."""
        return CHANGES[self.page](n % 100)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=90_000)
    asked.add_argument("--page", nargs="+", choices=CHANGES, default=list(CHANGES))
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--only-changes", action="store_true", help="neither guests nor crowds")
    asked.add_argument("--tree", type=Path, default=ROOT, help="another version of the app")
    options = asked.parse_args()
    with _stored(options.tree.resolve(), options.rows) as environment:
        for page in options.page:
            print(f"\n{page}, {options.rows:,} resources", flush=True)
            stage = Stage(options.tree.resolve(), environment, page, options.rounds)
            for measure in (_changes,) if options.only_changes else (_changes, _guests, _crowds):
                asyncio.run(measure(stage))


@contextmanager
def _stored(tree: Path, rows: int) -> Iterator[Mapping[str, str]]:
    """The environment of an app that has every feed, so that no measured process fetches."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "SWG_SOURCE": "sample",
            "SWG_SAMPLE_ROWS": str(rows),
            "SWG_DATA_DIR": folder,
            "SWG_DEADLINE": "120",  # the sample is made before its manifest can be told
            "PYTHONPATH": str(tree),
        }
        command = [sys.executable, "-m", "swgdata", "sync"]
        subprocess.run(command, check=True, cwd=tree, env=environment, capture_output=True)
        yield environment


async def _changes(stage: Stage) -> None:
    """A filter change of one visitor, turn by turn with the page's elements alone."""
    with stage.both() as (ours, floor):
        guest = stage.visitor(ours)
        await guest.open()
        drawn = (await guest.change(stage.change(0))).elements
        like = ",".join(f"{kind}:{number}" for kind, number in drawn.items())
        double = Visitor(floor.url, address={"like": like})
        await double.open()
        seen: dict[str, list[Run]] = {"new": [], "like": [], "again": []}
        for turn in range(stage.rounds + 2):
            for name, visitor, change in (
                ("new", guest, stage.change(turn)),
                ("like", double, {"name": SYLLABLES[turn]}),
                ("again", guest, stage.change(max(turn - 1, 0))),
            ):
                await asyncio.sleep(_PAUSE)
                seen[name].append(await visitor.change(change))
        cpu = await _cpu(ours, guest, lambda n: stage.change(50 + n))
        least_cpu = await _cpu(floor, double, lambda n: {"name": SYLLABLES[n]})
    new, least, again = map(_median, seen.values())
    failed = sum(run.failed for run in seen["new"] + seen["again"])
    print(f"  {new:.0f} ms a change, {cpu:.0f} of them at work; its elements alone {least:.0f}, "
          f"{least_cpu:.0f}; errors: {failed}")  # fmt: skip
    most = BARS.get(stage.page, 2)
    _bar("a new filter", new / least, most)
    _bar("the same in CPU time", cpu / least_cpu, most)
    _bar("a filter used before", again / least, most)
    _bar("kB to the browser", statistics.median(run.sent for run in seen["new"][2:]) / 1e3, 150)


async def _cpu(app: App, visitor: Visitor, change: Callable[[int], Filters]) -> float:
    """Milliseconds of processor time one change takes the app."""
    before = app.cpu()
    for turn in range(45):
        await visitor.change(change(turn))
    return (app.cpu() - before) / 45 * 1e3


async def _guests(stage: Stage) -> None:
    """Memory of 20 further visitors, who then all filter differently at once."""
    with stage.app() as app:
        guests = [stage.visitor(app) for _ in range(25)]
        alone = failed = 0.0
        for place, guest in enumerate(guests):
            await guest.open()
            await guest.change(stage.change(place))
            alone = alone if place > 4 else app.memory()
        each = (app.memory() - alone) / 20
        for turn in range(1, 4):
            changes = [guest.change(stage.change(turn * 25 + n)) for n, guest in enumerate(guests)]
            failed += sum(run.failed for run in await asyncio.gather(*changes))
        _bar("MB per further visitor", each, 3)
        _bar(f"MB at most, 20 filtering at once, {failed:.0f} errors", app.memory("VmHWM"), 350)


async def _crowds(stage: Stage) -> None:
    """20 and 50 visitors who come at once, to the page and to the empty one."""
    with stage.both() as (ours, floor):
        for app, page in ((ours, stage.page), (floor, "")):
            await Visitor(app.url, page).open()
        for crowd in (20, 50):
            ways = {"ours": (ours.url, stage.page), "empty": (floor.url, "")}
            slowest: dict[str, list[float]] = {name: [] for name in ways}
            failed = 0
            for _ in range(5):
                for name, (url, page) in ways.items():
                    guests = [Visitor(url, page) for _ in range(crowd)]
                    runs = await asyncio.gather(*(guest.open() for guest in guests))
                    slowest[name].append(max(run.seconds for run in runs))
                    failed += sum(run.failed for run in runs)
                    await asyncio.gather(*(guest.leave() for guest in guests))
            mine, empty = (statistics.median(slowest[name]) for name in ways)
            told = f"{crowd} at once, {crowd} finish, {failed} errors; slowest {mine:.2f} s"
            _bar(f"{told} against {empty:.2f} s", mine / empty, 4)


def _median(runs: Sequence[Run]) -> float:
    """Milliseconds; the first two runs are left out."""
    return statistics.median(run.seconds for run in runs[2:]) * 1e3


def _bar(what: str, figure: float, most: float) -> None:
    verdict = "ok" if figure <= most else "MISSED"
    print(f"  {what}: {figure:.2f} (bar {most:.0f}) {verdict}", flush=True)


if __name__ == "__main__":
    main()
