"""Write down what users of the package rely on: ``python -m tests.architecture.collect``.

Commands, settings, tables, keys of widgets and addresses, and the exports of an invented galaxy
at one fixed moment. ``FOLDER`` and ``PARTS`` may follow; by default all of it, into ``surface``.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from unittest.mock import patch

from tests.architecture.clock import Clock, stop

PACKAGE: Final = "swgdata"
STORED: Final = Path(__file__).resolve().parent / "surface"
COMMAND: Final = "python -m tests.architecture.collect"
SETTINGS: Final[Mapping[str, str]] = {
    "SWG_SOURCE": "sample",
    "SWG_SAMPLE_ROWS": "400",
    "SWG_SAMPLE_DAYS": "60",
    "SWG_SYNC_EVERY": "0",
    "SWG_WORKERS": "1",  # so that feeds are fetched in their order
}
Files = Iterator[tuple[str, list[str]]]


def _commands() -> Files:
    from tests.architecture import command_surface

    return command_surface.files()


def _exports() -> Files:
    from tests.architecture import export_surface

    return export_surface.files()


def _pages() -> Files:
    from tests.architecture import page_surface

    return page_surface.files()


PARTS: Final[Mapping[str, Callable[[], Files]]] = {
    "commands": _commands,
    "exports": _exports,
    "pages": _pages,
}


def fill(clock: Clock) -> None:
    """Fetch every feed once, and what is asked for by name of a few cities and guilds."""
    import swgdata
    from tests.architecture.invoke import invoke

    clock.ticks = True
    with patch("time.monotonic", return_value=0.0):  # no fetch takes any time
        invoke("sync")
        cities, guilds = (swgdata.ask(table).frame for table in ("cities", "guilds"))
        for name, planet in cities[["name", "planet"]].head(4).itertuples(index=False):
            swgdata.load("city_history", name=name, planet=planet)
        for tag in guilds["tag"].head(4):
            swgdata.load("guild_history", abbrev=tag)
    clock.ticks = False


def write(folder: Path, parts: Iterable[str]) -> None:
    """Collect these parts anew.

    Args:
        folder: Where to; each part has a folder of its own in it.
        parts: Names in ``PARTS``.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        for name in [name for name in os.environ if name.upper().startswith("SWG_")]:
            del os.environ[name]
        os.environ.update(SETTINGS, HOME=home, SWG_DATA_DIR=str(Path(home) / "data"))
        os.chdir(home)  # no file of secrets of this machine is read
        fill(stop(PACKAGE))
        for part in parts:
            place = folder / part
            place.mkdir(parents=True, exist_ok=True)
            for old in place.glob("*.txt"):
                old.unlink()
            for name, lines in PARTS[part]():
                (place / f"{name}.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]).resolve() if sys.argv[1:] else STORED, sys.argv[2:] or PARTS)
