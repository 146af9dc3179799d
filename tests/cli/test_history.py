"""``sync --every`` and ``history thin``: what they do, say and refuse, and how they end."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Final

import pandas as pd
import pytest

from swgdata import sources
from swgdata.storage.history import History, Observation
from tests.support.fake_site import Site
from tests.support.services import ROOT

DAY: Final = timedelta(days=1)
OLD: Final = datetime(2026, 3, 1, tzinfo=UTC)
KEEPING: Final = """
import sys, threading
from datetime import UTC, datetime
import pandas as pd
from swgdata.sources import live_source, scheduler
from swgdata.storage.history import Observation
from swgdata.cli import main

# a reading that waits to be written when the end comes
figures = pd.DataFrame({"key": ["Waiting|Lok"], "citizens": [7]})
stop = scheduler.Scheduler.stop

def stop_with_a_reading(self):
    live_source().history.record(Observation.of("city", datetime.now(UTC), figures, complete=False))
    stop(self)

scheduler.Scheduler.stop = stop_with_a_reading
sys.exit(main())
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m swgdata`` with the settings of the test."""
    command = [sys.executable, "-m", "swgdata", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def lines(program: "subprocess.Popen[str]") -> Iterator[str]:
    """What it says, line by line."""
    assert program.stdout is not None
    yield from program.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_every_goes_on_until_it_is_told_to_end(number: signal.Signals, site: Site) -> None:
    """Each outcome is a line as it comes; told to end, it writes what waits and ends well."""
    command = [sys.executable, "-c", KEEPING, "sync", "--every", "10m"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as program:
        wanted = {feed.name for feed in sources.live_source().feeds.values() if not feed.parameters}
        said = []
        for line in lines(program):
            said.append(line.split())
            if {words[2] for words in said} == wanted:
                break
        assert {words[3] for words in said} == {"ok"}
        assert all(datetime.fromisoformat(f"{day}T{time}") for day, time, *_ in said)
        program.send_signal(number)
        _, notes = program.communicate(timeout=60)
        assert program.returncode == 0, notes
    assert "synchronising every 0:10:00: live data" in notes
    assert "ending as soon as no run is under way" in notes
    assert "Traceback" not in notes
    history = sources.live_source().history
    assert {run.feed for run in history.runs()} == wanted
    assert history.values_at("city", "citizens", datetime.now(UTC))["Waiting|Lok"] == 7
    assert site.asked["/api/gcw.php"] == 1


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--every", "10s"], ["'10s'", "1m to 24h"]),
        (["--every", "2d"], ["'2d'", "1m to 24h"]),
        (["--every", "25h"], ["'25h'", "1m to 24h"]),
        (["--every", "-5m"], ["'-5m'", "1m to 24h"]),
        (["--every", "often"], ["'often'", "1m to 24h"]),
        (["--every", "10m", "--feed", "gcw"], ["--every stands alone"]),
        (["--every", "10m", "--force"], ["--every stands alone"]),
        (["--every", "10m", "--json"], ["--every stands alone"]),
    ],
)
def test_wrong_intervals(words: list[str], named: list[str], site: Site) -> None:
    """One sentence with value and expectation, exit 2, and nothing is asked."""
    done = run("sync", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert all(word in done.stderr for word in named)
    assert not site.asked


@pytest.fixture
def aged(site: Site) -> Iterator[History]:
    """A history with 30 old days of one city that changed four times a day."""
    with closing(
        History(f"sqlite:///{sources.live_source().folder / 'history.sqlite'}")
    ) as history:
        for step in range(120):
            figures = pd.DataFrame({"key": ["mos|lok"], "citizens": [step]})
            history.record(Observation.of("city", OLD + step * DAY / 4, figures))
            if not step % 50:
                history.flush()
        assert history.flush()
        yield history


def test_thin_says_first_and_does_it_when_told(aged: History) -> None:
    """Without --apply nothing goes; with it exactly what was announced, and what days say stays."""
    before = aged.points("city", "citizens")
    last = before.groupby(before["timestamp"].dt.floor("D"))["value"].last()
    dry = run("history", "thin")
    assert dry.returncode == 0, dry.stderr
    assert "points would go" in dry.stdout
    assert len(aged.points("city", "citizens")) == len(before) == 120
    done = run("history", "thin", "--apply")
    assert done.returncode == 0
    assert done.stdout.replace(" gone", " would go") == dry.stdout
    after = aged.points("city", "citizens")
    gone = int(next(line for line in done.stdout.splitlines() if "points" in line).split()[1])
    assert len(after) == 120 - gone == 30
    assert after.groupby(after["timestamp"].dt.floor("D"))["value"].last().equals(last)
    again = run("history", "thin", "--apply")
    assert (again.returncode, again.stdout) == (0, "")
    assert "nothing is older than 90 days and can be thinned" in again.stderr


def test_thin_keeps_what_it_is_told_to(aged: History) -> None:
    """With more days to keep than there are, nothing is announced."""
    done = run("history", "thin", "--keep-days", "36500")
    assert (done.returncode, done.stdout) == (0, "")
    assert "36500 days" in done.stderr
    assert len(aged.points("city", "citizens")) == 120


@pytest.mark.parametrize("words", [["--keep-days", "1"], ["--keep-days", "x"], ["--what"]])
def test_wrong_words_of_thin(words: list[str], site: Site) -> None:
    """One sentence, exit 2."""
    done = run("history", "thin", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert words[0] in done.stderr


def test_health_tells_the_last_full_synchronisation(site: Site) -> None:
    """None before the first; then its time, on standard error and in the document."""
    assert "none so far" in run("health").stderr
    assert json.loads(run("health", "--json").stdout)["last_full_sync"] is None
    begun = datetime.now(UTC)
    assert run("sync").returncode == 0
    document = json.loads(run("health", "--json").stdout)
    assert document["status"] == "ok"
    assert begun <= datetime.fromisoformat(document["last_full_sync"]) <= datetime.now(UTC)
