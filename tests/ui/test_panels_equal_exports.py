"""What a panel shows, its files and ``export TABLE`` with the file's own meta: the same rows."""

import ast
import json
import math
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from swgdata.export.formula_escape import neutralise
from swgdata.ui.components.table import MOST_ROWS
from tests.support.services import ROOT

Panel = Mapping[str, Any]
Rows = list[dict[str, Any]]
_TIMEOUT: Final = 900
pytestmark = pytest.mark.timeout(_TIMEOUT)

# Panels whose rows no table gives yet. It only ever gets shorter.
NOT_YET: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("cities_finder", "cities_margin", "population_levels", "shifts_families"),
        "filtered or grouped, and no step is named",
    ),
    **dict.fromkeys(("resources_grid", "resources_scatter"), "rows dropped, and no step is named"),
    **dict.fromkeys(
        ("cities_directory", "cities_map", "guilds_directory", "guilds_scatter"),
        "active_change and recent are no columns of the table",
    ),
    **dict.fromkeys(("glance_spawns", "resources_spawns"), "tiers are no column of the table"),
    "resources_strip": "selected and status are no columns of the table",
    "resources_detail": "found by a parameter that the table does not have",
    **dict.fromkeys(
        ("cities_course", "guilds_course", "population_course"), "a series that is no table"
    ),
    **dict.fromkeys(("cities_record", "guilds_detail"), "a record of the site that is no table"),
    **dict.fromkeys(("health_aside", "health_feeds"), "rows that are no table"),
    **dict.fromkeys(("health_history", "health_summary"), "one feed: no parameter of the table"),
}

# Panels that are empty in the invented galaxy: nothing of it is refused, no growth is known.
EMPTY: Final = frozenset(("health_aside", "population_growing"))


@pytest.fixture(scope="module")
def panels(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every panel of every visit, collected by a process whose clock stands still."""
    target = tmp_path_factory.mktemp("panels") / "panels.jsonl"
    words = [sys.executable, "-m", "tests.support.panel_files", str(target)]
    paths = {"PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        words,
        check=False,
        cwd=ROOT,
        env=os.environ | paths,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
    )
    assert not told.returncode, told.stderr[-3000:]
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def test_every_panel_is_what_its_files_and_the_export_are(panels: list[dict[str, Any]]) -> None:
    """The same rows in the same order, whatever the filters; in each column that is shown.

    What has become equal leaves ``NOT_YET``: the list can only get shorter.
    """
    wrong = {one["key"]: f"{one['visit']}: {why}" for one in panels if (why := trouble(one))}
    assert {key: why for key, why in wrong.items() if key not in NOT_YET} == {}
    assert set(NOT_YET) - set(wrong) == set()


def test_no_panel_is_left_out(panels: list[dict[str, Any]]) -> None:
    """Each place in the code that draws a panel was visited, and each panel had rows somewhere."""
    assert set(_places()) == {one["by"] for one in panels}
    most: dict[str, int] = defaultdict(int)
    for one in panels:
        most[one["key"]] = max(most[one["key"]], len(one["rows"]))
    assert {key for key, number in most.items() if not number} == EMPTY


def _places() -> Iterator[str]:
    """File and function of each call of ``panel``."""
    for path in sorted((ROOT / "swgdata" / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(map(_draws_panel, ast.walk(node))):
                yield f"{path.parent.name}/{path.name}:{node.name}"


def _draws_panel(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "panel"


def trouble(panel: Panel) -> str:
    """What differs between the four, in words; "" where nothing does."""
    if "failed" in panel:
        return f"export refuses: {panel['failed']}"
    rows, shown, exported = panel["rows"], panel["shown"], panel["exported"]
    if not rows:
        return f"no row here, {len(exported)} exported" if exported or shown else ""
    if shown is None:
        return "nothing is shown"
    return next(
        (
            f"{way}: {told}"
            for way, mine, others in (
                ("shown", rows[:MOST_ROWS], shown),
                ("CSV", rows, panel["csv"]),
                ("exported", rows, exported),
            )
            if (told := _difference(mine, others, _is_text if way != "exported" else _is_same))
        ),
        "",
    )


def _difference(rows: Rows, others: Rows, is_same: Any) -> str:
    if len(rows) != len(others):
        return f"{len(others)} rows, not {len(rows)}"
    missing = set(rows[0]) - set(others[0])
    if missing:
        return f"no column {', '.join(sorted(missing))}"
    return next(
        (
            f"row {number}, {column}: {other[column]!r}, not {value!r}"
            for number, (row, other) in enumerate(zip(rows, others, strict=True))
            for column, value in row.items()
            if not is_same(value, other[column])
        ),
        "",
    )


def _is_same(value: Any, other: Any) -> bool:
    """Equal, numbers as far as a file carries them."""
    if isinstance(value, float) and isinstance(other, (int, float)):
        return math.isclose(value, other, rel_tol=1e-12)
    return bool(value == other)


def _is_text(value: Any, other: Any) -> bool:
    """The same where one of them is the text of the other, made safe for a spreadsheet."""
    if _is_same(value, other):
        return True
    if isinstance(other, list):
        return [neutralise(item) for item in value or ()] == other
    return _spelled(value) == other or (
        isinstance(value, float) and bool(other) and _is_same(value, float(other))
    )


def _spelled(value: Any) -> str:
    """A value of JSON as CSV has it."""
    if isinstance(value, list):
        return neutralise("|".join(map(_spelled, value)))
    if isinstance(value, str):
        return neutralise(value)
    return "" if value is None else json.dumps(value)
