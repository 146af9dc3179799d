"""Imports run one way (``pyproject.toml``), and what must never be in the tree is not."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from tests.architecture.rules import (
    RULES,
    Rule,
    analytics_is_pure,
    home_of,
    no_text_is_run,
    nothing_is_unpickled,
    only_the_ui_draws,
)

ROOT: Final = Path(__file__).resolve().parents[2]
OURS: Final = ("app.py", "pages", "swgdata", "benchmarks", "tests")


def _sources() -> list[PurePosixPath]:
    found = [
        path
        for name in OURS
        for path in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))
    ]
    return sorted(PurePosixPath(path.relative_to(ROOT).as_posix()) for path in found)


SOURCES: Final = _sources()


@pytest.mark.parametrize("rule", RULES)
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    """No file of ours offends."""
    offences = [
        f"{path}: {offence}"
        for path in SOURCES
        for offence in rule(path, ast.parse((ROOT / path).read_text(encoding="utf-8")))
    ]
    assert offences == []


def test_the_rules_have_something_to_look_at() -> None:
    """The rooms named here exist, so that a renamed room does not escape its rule."""
    homes = {home_of(path) for path in SOURCES}
    assert {"app.py", "pages", "ui", "analytics", "tables", "tests"} <= homes


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (only_the_ui_draws, "swgdata/sources/sync.py", "import streamlit as st"),
        (only_the_ui_draws, "swgdata/export/x.py", "from altair import Chart"),
        (analytics_is_pure, "swgdata/analytics/x.py", "import os.path"),
        (analytics_is_pure, "swgdata/analytics/x.py", "from time import time"),
        (analytics_is_pure, "swgdata/analytics/x.py", "datetime.now(UTC)"),
        (analytics_is_pure, "swgdata/analytics/x.py", "f = pd.Timestamp.utcnow"),
        (analytics_is_pure, "swgdata/analytics/x.py", "pd.Timestamp('now')"),
        (analytics_is_pure, "swgdata/analytics/x.py", "open('x')"),
        (nothing_is_unpickled, "swgdata/store/x.py", "import pickle"),
        (nothing_is_unpickled, "swgdata/store/x.py", "frame.to_pickle('x')"),
        (no_text_is_run, "swgdata/store/x.py", "eval('1')"),
        (no_text_is_run, "tests/x.py", "exec('1')"),
        (no_text_is_run, "pages/x.py", "st.markdown(x, unsafe_allow_html=True)"),
        (no_text_is_run, "pages/x.py", "st.components.v1.html(x)"),
        (no_text_is_run, "pages/x.py", "components.html(x)"),
        (no_text_is_run, "pages/x.py", "import streamlit.components.v1 as raw"),
        (nothing_is_unpickled, "swgdata/ui/x.py", "@st.cache_data(persist='disk')\ndef f(): ..."),
    ],
)
def test_a_rule_catches_an_offence(rule: Rule, path: str, source: str) -> None:
    """One offending line is enough."""
    assert list(rule(PurePosixPath(path), ast.parse(source)))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("pages/x.py", "import streamlit as st\nfrom swgdata.ui import panel"),
        ("swgdata/ui/x.py", "import altair as alt\nfrom swgdata.tables.registry import TABLES"),
        ("swgdata/tables/x.py", "from swgdata.analytics import rarity\nfrom swgdata import errors"),
        ("swgdata/analytics/x.py", "import numpy as np\nfrom swgdata.game import STATS"),
        ("swgdata/analytics/x.py", "from datetime import datetime\ndef f(now: datetime): ..."),
        (
            "swgdata/sources/snapshot.py",
            "from swgdata.client.client import Client\nfrom swgdata import store",
        ),
        ("swgdata/client/x.py", "from swgdata import __version__\npage.evaluate('1')"),
    ],
)
def test_the_rules_let_the_arrows_pass(path: str, source: str) -> None:
    """What the design allows offends no rule."""
    tree = ast.parse(source)
    assert [list(rule(PurePosixPath(path), tree)) for rule in RULES] == [[]] * len(RULES)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(name: str) -> None:
    """Each line is one exact version, with the digests of its files if it has any."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
    pin = re.compile(
        r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==[\w.!+]+( ; [^;]+?)?(\s+--hash=sha256:\w{64})*"
    )
    assert lines
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_imports_run_one_way() -> None:
    """The contracts of ``pyproject.toml`` hold: layers of rooms, layers of pages, no circles."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def _third_party(*folders: str) -> set[str]:
    """Top-level names that our files import from elsewhere, as packages spell them."""
    names = set()
    for path in SOURCES:
        if path.parts[0] in folders:
            for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names.add((node.module or "").split(".")[0])
    ours = {"swgdata", "tests", "benchmarks", "pages"}
    return {name.replace("_", "-") for name in names - ours - set(sys.stdlib_module_names)}


def test_what_is_imported_is_declared() -> None:
    """No package is there only because another one needs it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
    ]
    declared = {re.split(r"[\[=<>]", line)[0] for lines in lists for line in lines}
    assert _third_party("app.py", "pages", "swgdata") <= declared
    tools = {re.split(r"[\[=<>]", line)[0] for line in project["dependency-groups"]["dev"]}
    of_pydantic = {"pydantic-core"}
    assert _third_party("tests", "benchmarks") <= declared | tools | of_pydantic
