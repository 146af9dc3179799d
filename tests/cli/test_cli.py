"""The command line, as a program: what it prints, where, and how it ends."""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from swgdata.tables import TABLES
from tests.support.fake_site import Site
from tests.support.services import ROOT


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m swgdata`` with the settings of the test."""
    return subprocess.run(
        [sys.executable, "-m", "swgdata", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def in_process(capsysbinary: pytest.CaptureFixture[bytes]) -> "Runner":
    """Run the same command line without starting a program."""
    return Runner(capsysbinary)


class Runner:
    """Calls ``main`` with words and hands back exit code, output and notes."""

    def __init__(self, capture: pytest.CaptureFixture[bytes]) -> None:
        self._capture = capture

    def __call__(self, *words: str) -> tuple[int, bytes, str]:
        """Run the words of one command line."""
        from swgdata.cli import cli, main

        def command(**how: object) -> None:
            cli.main(list(words), "swgdata", **how)  # type: ignore[call-overload]

        try:
            code = main(command)
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = self._capture.readouterr()
        return code, said.out, said.err.decode()


def test_as_a_program(site: Site) -> None:
    """Data on standard output, the rest on standard error, and 0 when all is well."""
    done = run("export", "gcw", "--days", "3")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "timestamp,imperial,rebel,imperial_share"
    wrong = run("export", "resources", "--min-oq", "lots")
    assert wrong.returncode == 2
    assert wrong.stdout == ""
    assert all(word in wrong.stderr for word in ("min_oq", "lots", "whole number"))
    assert len(wrong.stderr.splitlines()) == 1


def test_help_needs_no_heavy_import() -> None:
    """``--help`` loads neither pandas nor Streamlit."""
    watch = "import sys; from swgdata.cli import cli; cli(['--help'], standalone_mode=False)"
    tell = "print([m for m in ('pandas', 'streamlit', 'sqlalchemy') if m in sys.modules])"
    code = f"{watch}; {tell}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode().splitlines()[-1] == "[]"


def test_tables_are_described(in_process: Runner) -> None:
    """Each with its question, typed parameters and feeds."""
    code, out, _ = in_process("tables", "--json")
    described = {table["name"]: table for table in json.loads(out)}
    assert code == 0
    assert set(described) == set(TABLES)
    oq = next(p for p in described["resources"]["parameters"] if p["name"] == "min_oq")
    assert oq["kind"] == "whole"
    assert described["cities"]["feeds"][0] == "cities"
    code, out, _ = in_process("tables")
    assert b"--min-oq" in out


@pytest.mark.parametrize("table", [name for name in TABLES if name != "spawn_shifts"])
def test_every_table_has_its_columns(site: Site, in_process: Runner, table: str) -> None:
    """CSV and JSON give exactly the columns of the table, and the same rows."""
    code, out, _ = in_process("export", table)
    assert code == 0
    frame = pd.read_csv(io.BytesIO(out))
    assert tuple(frame.columns) == TABLES[table].columns
    code, out, _ = in_process("export", table, "--format", "json")
    document = json.loads(out)
    meta = document["meta"]
    assert (meta["table"], meta["source"], meta["rows"]) == (table, "live", len(document["data"]))
    if table not in {"summary", "sync_history"}:
        assert len(document["data"]) == len(frame)
    for row in document["data"]:
        assert tuple(row) == TABLES[table].columns


WRONG: Sequence[tuple[Sequence[str], Sequence[str]]] = [
    (["export", "resources", "--limit", "0"], ["limit", "'0'", "at least 1"]),
    (["export", "resources", "--in-spawn", "maybe"], ["in_spawn", "maybe", "true, false"]),
    (["export", "cities", "--min-level", "9"], ["min_level", "'9'", "1 to 5"]),
    (["export", "materials", "--min-rarity", "shiny"], ["min_rarity", "shiny", "legendary"]),
    (["export", "citys"], ["citys", "cities"]),
    (["export", "gcw", "--nonsense", "1"], ["--nonsense"]),
    (["export", "gcw", "--format", "pdf"], ["pdf", "csv"]),
    (["sync", "--feed", "nope"], ["--feed", "'nope'", "cities"]),
    (["sync", "--feed", "city_history"], ["--feed", "'city_history'", "cities"]),
    (["cache", "clear", "--feed", "nope"], ["--feed", "'nope'", "city_history"]),
]


@pytest.mark.parametrize(("words", "named"), WRONG)
def test_wrong_words(in_process: Runner, words: list[str], named: list[str]) -> None:
    """One sentence naming parameter, value and expectation; exit 2; nothing on the output."""
    code, out, err = in_process(*words)
    assert (code, out) == (2, b"")
    assert len(err.splitlines()) == 1
    for word in named:
        assert word in err


def test_sync_health_and_cache(site: Site, in_process: Runner) -> None:
    """The life of a store, from empty to full to emptied."""
    code, out, _ = in_process("health", "--json")
    assert code == 1
    assert json.loads(out)["status"] == "degraded"
    code, out, _ = in_process("sync")
    assert code == 0
    assert all(" ok " in line for line in out.decode().splitlines())
    code, out, _ = in_process("sync", "--json")
    assert {run["changed"] for run in json.loads(out)} == {False}
    code, out, _ = in_process("health")
    assert code == 0
    assert b"fresh" in out
    code, out, _ = in_process("cache", "stats")
    assert json.loads(out)[0]["entries"] > 5
    code, _, err = in_process("cache", "clear", "--feed", "gcw")
    assert "1 stored answers" in err
    assert in_process("health")[0] == 1


def test_clearing_an_export(site: Site, in_process: Runner) -> None:
    """An export is forgotten like any answer: it is missing, and downloaded when next needed."""
    in_process("sync")
    code, _, err = in_process("cache", "clear", "--feed", "resources")
    assert (code, err.strip()) == (0, "1 stored answers removed")
    document = json.loads(in_process("health", "--json")[1])
    assert [feed["feed"] for feed in document["feeds"] if feed["state"] == "missing"] == [
        "resources"
    ]
    site.asked.clear()
    assert in_process("export", "resources")[0] == 0
    assert site.asked == {"/exports/resources.json.gz": 1}


def test_unknown_feed_in_a_lifetime(in_process: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lifetime for a feed that does not exist stops like any wrong setting."""
    monkeypatch.setenv("SWG_FRESH_FOR__CITIEZ", "5")
    code, _, err = in_process("health")
    assert code == 2
    assert "SWG_FRESH_FOR__CITIEZ" in err
    assert "CITIES" in err


def test_sync_tells_what_failed(site: Site, in_process: Runner) -> None:
    """A failed feed is a line with its reason, and exit 1."""
    site.says["/api/wealth.php"] = 418
    code, out, _ = in_process("sync")
    failed = [line for line in out.decode().splitlines() if " failed " in line]
    assert code == 1
    assert len(failed) == 1
    assert "declined" in failed[0]


def test_out_writes_a_whole_file(site: Site, in_process: Runner, tmp_path: Path) -> None:
    """``--out`` leaves one file and no remains."""
    target = tmp_path / "war.xlsx"
    code, out, err = in_process("export", "gcw", "--format", "xlsx", "--out", str(target))
    assert (code, out) == (0, b"")
    assert str(target) in err
    assert [path.name for path in tmp_path.glob("*.xlsx*")] == ["war.xlsx"]
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_out_that_cannot_be_written(site: Site, in_process: Runner, tmp_path: Path) -> None:
    """A folder that is not there is one sentence, not a traceback."""
    target = tmp_path / "nowhere" / "war.csv"
    code, out, err = in_process("export", "gcw", "--days", "3", "--out", str(target))
    assert (code, out) == (2, b"")
    assert "--out" in err
    assert str(target) in err


def test_sample_is_labelled(in_process: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody mistakes the sample galaxy for the real one."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "200")
    _, out, err = in_process("export", "gcw", "--format", "json")
    assert json.loads(out)["meta"]["source"] == "sample"
    assert "sample" in err


def test_wrong_settings_stop_every_command(
    in_process: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All problems at once, exit 2."""
    monkeypatch.setenv("SWG_WORKERS", "many")
    monkeypatch.setenv("SWG_SOURCE", "dream")
    code, out, err = in_process("health")
    assert (code, out) == (2, b"")
    assert "SWG_WORKERS" in err
    assert "SWG_SOURCE" in err
