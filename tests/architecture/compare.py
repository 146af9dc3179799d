"""Hold what users rely on against what was written down of it."""

import difflib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.collect import COMMAND, STORED
from tests.support.services import ROOT

_MOST_LINES = 80


def stored(*parts: str) -> list[str]:
    """Names of the files that were written down of these parts, e.g. ``pages/cities.txt``."""
    return sorted(
        path.relative_to(STORED).as_posix() for part in parts for path in (STORED / part).iterdir()
    )


def collect(folder: Path, *parts: str) -> Path:
    """Collect these parts anew, in a process whose clock stands still; gives the folder."""
    words = [sys.executable, "-m", "tests.architecture.collect", str(folder), *parts]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


def hold(folder: Path, name: str) -> None:
    """Fail with what has changed in one file, and how to write it down anew."""
    before = (STORED / name).read_text(encoding="utf-8").splitlines()
    path = folder / name
    after = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    lines = list(difflib.unified_diff(before, after, "written down", "now", n=1, lineterm=""))
    if lines:
        more = [f"... and {len(lines) - _MOST_LINES} more lines"] * (len(lines) > _MOST_LINES)
        told = f"{name} has changed; if it was meant to, run: {COMMAND}"
        pytest.fail("\n".join([told, *lines[:_MOST_LINES], *more]), pytrace=False)
