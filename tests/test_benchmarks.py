"""The benchmarks start as the README and their own first lines say."""

import subprocess
import sys

import pytest

from tests.support.services import ROOT

SCRIPTS = sorted(
    path.stem
    for path in (ROOT / "benchmarks").glob("*.py")
    if "argparse" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_benchmark_starts(name: str) -> None:
    """By the command in its docstring: as a file, or as a module."""
    path = ROOT / "benchmarks" / f"{name}.py"
    as_module = f"python -m benchmarks.{name}" in path.read_text(encoding="utf-8")
    command = ["-m", f"benchmarks.{name}"] if as_module else [str(path)]
    done = subprocess.run(
        [sys.executable, *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout


def test_the_ingest_is_measured_in_processes_of_their_own() -> None:
    """A small one runs through: every way starts, and each figure stands beside its bar."""
    command = [sys.executable, "benchmarks/ingest.py", "--rows", "300", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("(bar ") == 4
