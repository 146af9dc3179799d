"""From nothing to something worth looking at: first panels, first paints, reruns, commands.

Everything is stored and warm: feeds and exports on disk, byte code compiled, the browser's cache
filled. Each figure stands against its floor, turn by turn; medians. Seconds come from fresh
processes; Chromium visits servers that have run every page once.

    python -m benchmarks.start [--rows 90000] [--rounds 5] [--only panels reruns commands paints]
"""

import argparse
import asyncio
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.first_panel import PANELS, Start, measured
from benchmarks.paint import FIELD, PANEL, SPAWNS, Look, painted
from swgdata.feeds import feeds_of
from swgdata.sources.sample import Galaxy, start
from tests.support.app_process import App, ours, running
from tests.support.websocket_visitors import Run, Value, Visitor

ROOT: Final = Path(__file__).resolve().parent.parent
EMPTY: Final = Path(__file__).with_name("empty_page.py")
USUAL: Final = Path(__file__).with_name("usual_page.py")
PLANETS: Final = ("Corellia", "Dantooine", "Lok", "Naboo", "Rori", "Talus", "Tatooine", "Yavin IV")

# Page -> its address; a sample this large has no yesterday, so nothing shifted in it.
ADDRESSES: Final = {
    "glance": "",
    "shifts": "shifts?shifts_show=Lifetimes",
    **{page: page for page in ("resources", "population", "guilds", "cities", "economy", "health")},
}
COMMANDS: Final = (
    (("-m", "swgdata", "--help"), ("-c", "import click"), 3.0),
    (("-c", "import swgdata"), ("-c", "import pandas"), 1.2),
)
_DAY: Final = "86400"  # seconds: nothing goes stale while this runs
_PAUSE: Final = 0.2  # seconds between changes, as a visitor makes


@dataclass(frozen=True, slots=True)
class Stage:
    """Where all is measured.

    Attributes:
        tree: Folder of the app.
        environment: Of every process: the sample, stored whole.
        rows: Resources in it.
        rounds: How often each figure is taken.
    """

    tree: Path
    environment: Mapping[str, str]
    rows: int
    rounds: int

    @property
    def script(self) -> Path:
        """The app."""
        return self.tree / "app.py"


def main() -> None:
    """Measure and print."""
    measures = {"panels": panels, "reruns": reruns, "commands": commands, "paints": paints}
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=90_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--only", nargs="+", choices=measures, default=list(measures))
    asked.add_argument("--tree", type=Path, default=ROOT, help="another version of the app")
    options = asked.parse_args()
    tree = options.tree.resolve()
    with _stored(tree, options.rows) as environment:
        for name in options.only:
            print(f"\n{name}, {options.rows:,} resources", flush=True)
            measures[name](Stage(tree, environment, options.rows, options.rounds))


@contextmanager
def _stored(tree: Path, rows: int) -> Iterator[Mapping[str, str]]:
    """The environment of an app that has every feed; byte code is kept apart from the tree's."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = {f"SWG_FRESH_FOR__{name.upper()}": _DAY for name in feeds_of("swgtracker")}
        environment = ours(
            Path(folder),
            SWG_SOURCE="sample",
            SWG_SAMPLE_ROWS=str(rows),
            PYTHONPATH=str(tree),
            PYTHONDONTWRITEBYTECODE="",
            PYTHONPYCACHEPREFIX=str(Path(folder) / "compiled"),
            **fresh,
        )
        command = [sys.executable, "-m", "swgdata", "sync"]
        subprocess.run(command, check=True, cwd=tree, env=environment, capture_output=True)
        yield environment


def panels(stage: Stage) -> None:
    """The first panel of a warm start, against the empty page and against the usual way."""
    ways = {
        "empty": Start(EMPTY, stage.tree),
        "resources": Start(stage.script, stage.tree, "resources", PANELS),
        "glance": Start(stage.script, stage.tree, "", PANELS),
        "usual": Start(USUAL, stage.tree, "", PANELS),
    }
    server, url = start(Galaxy(rows=stage.rows))
    address = {"EXPORT_URL": f"{url}/exports/resources.json"}
    found = measured(ways, {**stage.environment, **address}, stage.rounds)
    server.shutdown()
    server.server_close()
    for name, cost in found.items():
        print(f"  {name}: {cost.wall:.2f} s until it is sent, {cost.cpu:.2f} of them at work")
    for page in ("resources", "glance"):
        for floor, most in (("empty", 2.0), ("usual", 0.25)):
            mine, other = found[page], found[floor]
            _bar(f"CPU, {page} against {floor}", mine.cpu / other.cpu, most)
            _bar(f"clock, {page} against {floor}", mine.wall / other.wall, most)


def reruns(stage: Stage) -> None:
    """A change of a page of 500 rows, against the empty page with Streamlit's defaults."""
    with (
        tempfile.TemporaryDirectory() as nowhere,
        running(stage.script, folder=stage.tree, environment=stage.environment) as app,
        running(EMPTY, folder=Path(nowhere), environment=stage.environment) as defaults,
    ):
        asyncio.run(_changes(app, defaults, turns=4 * stage.rounds))


def _change(turn: int) -> Mapping[str, Value]:
    """All that ever spawned on a planet: far more than the 500 rows that travel."""
    return {"resources_status": "All", "resources_planet": PLANETS[turn % len(PLANETS)]}


async def _changes(app: App, defaults: App, turns: int) -> None:
    guest, idler = Visitor(app.url, "resources"), Visitor(defaults.url)
    await guest.open()
    await idler.open()
    seen: dict[str, list[Run]] = {"resources": [], "empty": []}
    spent = dict.fromkeys(seen, 0.0)
    ways: dict[str, tuple[App, Visitor, Callable[[int], Mapping[str, Value]]]] = {
        "resources": (app, guest, _change),
        "empty": (defaults, idler, lambda turn: {"name": f"n{turn}"}),
    }
    for turn in range(-2, turns):  # the first two warm up
        for name, (server, visitor, change) in ways.items():
            before = server.cpu()
            run = await visitor.change(change(turn))
            await asyncio.sleep(_PAUSE)  # what is done after the answer counts as work too
            if turn >= 0:
                seen[name].append(run)
                spent[name] += server.cpu() - before
    ms = {name: statistics.median(run.seconds for run in runs) * 1e3 for name, runs in seen.items()}
    work = {name: seconds / turns * 1e3 for name, seconds in spent.items()}
    print(f"  a change: {ms['resources']:.0f} ms, {work['resources']:.0f} at work; the empty page "
          f"with defaults {ms['empty']:.0f}, {work['empty']:.0f}; "
          f"{seen['resources'][-1].sent / 1e3:.0f} kB, "
          f"{sum(run.failed for run in seen['resources'])} errors")  # fmt: skip
    _bar("a change of 500 rows against an empty one", ms["resources"] / ms["empty"], 0.5)
    _bar("the same in CPU time", work["resources"] / work["empty"], 0.5)


def commands(stage: Stage) -> None:
    """What the command line and the package cost to load."""
    for ours_, floor, most in COMMANDS:
        seen: dict[tuple[str, ...], list[float]] = {ours_: [], floor: []}
        for _ in range(4 * stage.rounds + 1):  # the first compiles
            for command, costs in seen.items():
                costs.append(_cpu(stage, command))
        mine, other = (statistics.median(costs[1:]) for costs in seen.values())
        told = f"python {' '.join(ours_)}: {mine * 1e3:.0f} ms of CPU against {other * 1e3:.0f}"
        _bar(told, mine / other, most)


def _cpu(stage: Stage, command: tuple[str, ...]) -> float:
    """Seconds of processor time a Python process takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *command],
        check=True,
        cwd=stage.tree,
        env=dict(stage.environment),
        stdout=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def paints(stage: Stage) -> None:
    """The first useful paint of every page in Chromium, against the empty page's field."""
    with (
        running(stage.script, folder=stage.tree, environment=stage.environment) as app,
        running(EMPTY, folder=stage.tree, environment=stage.environment) as floor,
    ):
        here = app.url.replace("ws", "http", 1)
        looks = {page: Look(f"{here}/{address}", PANEL) for page, address in ADDRESSES.items()}
        looks["resources, until its table is drawn"] = Look(f"{here}/resources", SPAWNS)
        empty = Look(floor.url.replace("ws", "http", 1), FIELD)
        for page, (mine, other) in painted(looks, empty, stage.rounds).items():
            told = f"{page}: {mine.seconds * 1e3:.0f} ms against {other.seconds * 1e3:.0f}, "
            told += f"{mine.requests:.0f} requests against {other.requests:.0f}"
            _bar(told, mine.seconds / other.seconds, 2)


def _bar(what: str, figure: float, most: float) -> None:
    verdict = "ok" if figure <= most else "MISSED"
    print(f"  {what}: {figure:.2f} (bar {most:g}) {verdict}", flush=True)


if __name__ == "__main__":
    main()
