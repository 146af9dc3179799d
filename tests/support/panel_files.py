"""What each panel shows, its files, and what the command line exports for them.

``python -m tests.support.panel_files FILE`` visits every view of every page with an invented
galaxy at one fixed moment, and writes one JSON object a panel and visit into ``FILE``.
"""

import csv
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final
from unittest.mock import patch

from tests.architecture.clock import stop, stop_for_scripts
from tests.architecture.collect import PACKAGE, SETTINGS, fill
from tests.architecture.invoke import invoke

_PANEL: Final = ("panel", "panel.py")  # the function that draws a panel, and its file
_FILES: Final = ("csv", "json")
Bodies = dict[str, Callable[[], bytes]]
Link = Mapping[str, Any]

# What the sidebar and the page's own filters are set to, one visit of every view each.
EVERYWHERE: Final[Mapping[str, Link]] = {
    "all": {},
    "a planet": {"planets": ["Naboo"], "window": "7 d", "zone": "Europe/Berlin"},
    "two planets, none restricted": {"planets": ["Naboo", "Kashyyyk"], "hide": "true"},
    "none restricted": {"hide": "true", "window": "all", "zone": "Asia/Tokyo"},
}
OWN: Final[Mapping[str, Link]] = {
    "cities": {"cities_faction": "Imperial", "cities_rank": "Village", "cities_at": "100 200",
               "cities_here": "Naboo", "cities_watch": "All"},
    "guilds": {"guilds_faction": "Rebel", "guilds_size": "5", "guilds_share": "20"},
    "resources": {"resources_name": "a", "resources_status": "All",
                  "resources_weights": "OQ=60 SR=40"},
    "shifts": {"shifts_planet": "Naboo", "shifts_name": "a", "shifts_spawn": "a"},
    "economy": {"economy_family": "crafter", "economy_title": "a", "economy_over": "7 d"},
    "health": {"health_feed": "cities"},
    "population": {"population_level": "Moderate", "population_least": "60",
                   "population_usual": "4", "population_weeks": "4"},
    "glance": {"glance_window": "30 d", "glance_among": "guilds", "glance_since": "7 d"},
}  # fmt: skip


def panels() -> Iterator[dict[str, Any]]:
    """Every panel of every visit: page, visit, key, caller, shown, csv, rows, meta, exported."""
    import streamlit

    from swgdata.ui.components import filters

    bodies: Bodies = {}
    callers: dict[str, str] = {}
    button, one_of = streamlit.download_button, filters.one_of

    def noting(label: str, data: Any, *rest: Any, **more: Any) -> Any:
        key = str(more.get("key"))
        bodies[key], callers[key] = data, _caller()
        return button(label, data, *rest, **more)

    def tables_first(label: str, options: Sequence[str], *, key: str, **more: Any) -> str:
        return "Table" if key.endswith("_view") else one_of(label, options, key=key, **more)

    with (
        patch("streamlit.download_button", noting),
        patch("swgdata.ui.components.filters.one_of", tables_first),
    ):
        for page, visit, app in _visits():
            assert not app.exception, (page, visit, app.exception)
            for key, block in _blocks(app.main):
                files = {form: bodies[f"{key}_{form}"]() for form in _FILES}
                where = {"page": page, "visit": visit, "key": key, "by": callers[f"{key}_csv"]}
                yield where | _panel(block, files)
            bodies.clear()


def _caller() -> str:
    """File and function that draw the panel whose button this is."""
    frame: FrameType | None = sys._getframe(1)
    while frame and (frame.f_code.co_name, Path(frame.f_code.co_filename).name) != _PANEL:
        frame = frame.f_back
    if not frame or not frame.f_back:
        return ""
    code = frame.f_back.f_code
    return f"{Path(code.co_filename).parent.name}/{Path(code.co_filename).name}:{code.co_name}"


def _visits() -> Iterator[tuple[str, str, Any]]:
    from tests.support.app_visitors import PAGES, opened, seen, views

    for page in PAGES:
        first = opened(page)
        for view in views(first):
            for name, link in {**EVERYWHERE, "its own filters": OWN[page]}.items():
                yield page, f"{view}, {name}", seen(page, view, **link)
        for name, link in _looked_up(page, first):
            yield page, name, opened(page, **link)


def _looked_up(page: str, first: Any) -> Iterator[tuple[str, Link]]:
    """What has panels only where it is looked up by its name."""
    import swgdata

    if page == "cities":
        city = swgdata.ask("cities").frame.iloc[0]
        yield "one city", {"c": city["name"], "p": city["planet"]}
    if page == "guilds":
        yield "one guild", {"g": first.selectbox(key="g").options[0]}
    if page == "resources":
        name = swgdata.ask("resources", limit=1).frame["name"].iloc[0]
        yield "one resource", {"r": name}
        yield "no such resource", {"r": "nothing"}
        yield "a class", {"resources_class": _class(), "resources_show": "Where it stands"}


def _class() -> str:
    """The filter's name of the class with most resources."""
    import swgdata
    from swgdata.ui.components import filters

    return filters._class_label(str(swgdata.ask("resources").frame["class_code"].mode().iloc[0]))


def _blocks(block: Any) -> Iterator[tuple[str, Any]]:
    """Key and block of each panel."""
    for child in getattr(block, "children", {}).values():
        name = str(getattr(child.proto, "id", "")) if hasattr(child, "proto") else ""
        if name.endswith("_panel") and not name.endswith("health_tables_panel"):
            yield name.rpartition("-")[2].removesuffix("_panel"), child
        else:
            yield from _blocks(child)


def _panel(block: Any, files: Mapping[str, bytes]) -> dict[str, Any]:
    tables = [node.value for node in block if type(node).__name__ == "Dataframe"]
    document = json.loads(files["json"])
    return {
        "shown": _plain(tables[0]) if tables else None,
        "csv": list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")))),
        "rows": document["data"],
        "meta": document["meta"],
        **_exported(document["meta"]),
    }


def _exported(meta: Mapping[str, Any]) -> dict[str, Any]:
    """What the command line gives for a file's own table and parameters, after its steps."""
    from swgdata import query
    from swgdata.tables.steps import follow, step

    parameters = meta["parameters"]
    options = [
        word
        for name, value in parameters.items()
        for word in (f"--{name.replace('_', '-')}", _written(value))
    ]
    told = invoke("export", meta["table"], *options, "--format", "json")
    if told.exception is not None:
        return {"failed": f"{told.exception} {told.stderr.strip()[-300:]}"}
    rows = json.loads(told.stdout_bytes)["data"]
    if "steps" not in meta:
        return {"exported": rows}
    typed = query.table(meta["table"], **parameters).frame  # the same rows, with their types
    assert _plain(typed) == rows, meta
    steps = [step(taken.pop("step"), **taken) for taken in map(dict, meta["steps"])]
    return {"exported": _plain(follow(typed, steps))}


def _written(value: object) -> str:
    """A parameter as an option of the command line."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(frame: Any) -> list[dict[str, Any]]:
    from swgdata.export import FORMATS

    rows: list[dict[str, Any]] = json.loads(FORMATS["json"].write(frame, {}))["data"]
    return rows


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        target = Path(sys.argv[1]).resolve()
        for setting in [name for name in os.environ if name.upper().startswith("SWG_")]:
            del os.environ[setting]
        os.environ.update(SETTINGS, HOME=home, SWG_DATA_DIR=str(Path(home) / "data"))
        os.chdir(home)
        fill(stop(PACKAGE))
        stop_for_scripts()
        with target.open("w", encoding="utf-8") as stream:
            for found in panels():
                stream.write(json.dumps(found) + "\n")
