"""Write-behind: many readings are one write, none is lost, and nobody waits for the clock."""

import atexit
import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from swgdata.storage.history import History, Observation, Samples
from swgdata.storage.history.recording import Reading
from swgdata.storage.history.write_buffer import LATEST, MOST, QUIET, WriteBuffer
from tests.support.services import ROOT

T0: Final = datetime(2026, 8, 20, tzinfo=UTC)


class Time:
    """A clock and its alarms; time passes only when told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.alarms: dict[object, tuple[float, Callable[[], object]]] = {}

    def __call__(self) -> float:
        """The time."""
        return self.now

    def set(self, wait: float, call: Callable[[], object]) -> "Alarm":
        """Set an alarm."""
        alarm = Alarm(self)
        self.alarms[alarm] = (self.now + wait, call)
        return alarm

    def pass_(self, seconds: float) -> None:
        """Let time pass, and ring what is due on the way."""
        end = self.now + seconds
        while due := [(when, alarm) for alarm, (when, _) in self.alarms.items() if when <= end]:
            self.now, alarm = min(due, key=lambda one: one[0])
            self.alarms.pop(alarm)[1]()
        self.now = end


class Alarm:
    """One alarm of a ``Time``."""

    def __init__(self, time: Time) -> None:
        self.time = time

    def cancel(self) -> None:
        """Call it off."""
        self.time.alarms.pop(self, None)


class Desk:
    """Something that is written to, and refuses when told to."""

    def __init__(self) -> None:
        self.time = Time()
        self.writes: list[list[Reading]] = []
        self.trouble: BaseException | None = None
        self.pending = WriteBuffer(self.write, clock=self.time, alarm=self.time.set)

    def write(self, readings: Sequence[Reading]) -> None:
        """Take readings, or refuse them."""
        if self.trouble is not None:
            raise self.trouble
        self.writes.append(list(readings))

    def sizes(self) -> list[int]:
        """How many readings each write had."""
        return [len(one) for one in self.writes]


@pytest.fixture
def desk() -> Desk:
    """A desk with nothing on it."""
    return Desk()


def reading(number: int = 0, kind: str = "city") -> Observation:
    """A reading of nothing."""
    return Observation(kind, T0 + timedelta(seconds=number), (), {})


def test_a_hundred_are_one_write(desk: Desk) -> None:
    """Written once after the quiet time, in the order they came."""
    for number in range(100):
        desk.pending.add(reading(number))
        desk.time.pass_(0.04)
    desk.time.pass_(QUIET - 0.05)
    assert desk.writes == []
    desk.time.pass_(0.05)
    assert desk.writes == [[reading(number) for number in range(100)]]
    desk.time.pass_(1000)
    assert desk.sizes() == [100]
    assert not desk.time.alarms


def test_a_steady_stream(desk: Desk) -> None:
    """It is written at the latest 30 s after the first."""
    for number in range(100):
        desk.pending.add(reading(number))
        desk.time.pass_(1)
    assert len(desk.writes) == 100 // LATEST
    assert max(desk.sizes()) <= LATEST
    desk.time.pass_(QUIET)
    assert sum(desk.sizes()) == 100


def test_flush(desk: Desk) -> None:
    """After it nothing waits, and a second one writes nothing."""
    desk.pending.add(reading())
    assert desk.pending.flush()
    assert [len(desk.pending), desk.sizes(), len(desk.time.alarms)] == [0, [1], 0]
    assert desk.pending.flush()
    assert desk.sizes() == [1]


def test_a_failed_write_is_retried(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is dropped or reordered; it is told, and tried again with what came meanwhile."""
    desk.trouble = OSError("full")
    desk.pending.add(reading(1))
    desk.time.pass_(QUIET)
    assert "1 readings wait" in caplog.text
    desk.pending.add(reading(2))
    desk.time.pass_(QUIET)
    assert [len(desk.pending), desk.writes] == [2, []]
    desk.trouble = None
    desk.time.pass_(LATEST)
    assert desk.writes == [[reading(1), reading(2)]]


def test_an_interrupt_loses_nothing(desk: Desk) -> None:
    """It goes on to whoever it is for, and what was being written waits again."""
    desk.trouble = KeyboardInterrupt()
    desk.pending.add(reading())
    with pytest.raises(KeyboardInterrupt):
        desk.pending.flush()
    desk.trouble = None
    desk.pending.close()
    assert desk.sizes() == [1]


def test_it_does_not_grow_for_ever(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """The oldest of the same kind goes, which is told; samples lose their reading, not a point."""
    caplog.set_level(logging.WARNING)
    desk.trouble = OSError("full")
    for number in range(MOST + 10):
        desk.pending.add(reading(number))
        samples = {"online": {number: float(number), -1: float(number)}}
        desk.pending.add(Samples("server", T0, samples))
    assert len(desk.pending) == 2 * MOST
    assert caplog.text.count("dropped") == 10
    desk.trouble = None
    assert desk.pending.flush()
    (written,) = desk.writes
    assert next(one for one in written if one.kind == "city") == reading(10)
    points: dict[int, float] = {}
    for one in written:
        if isinstance(one, Samples):
            points = {**one.samples["online"], **points}
    assert points == {-1: 0.0, **{n: float(n) for n in range(MOST + 10)}}


def test_added_while_written(desk: Desk) -> None:
    """A reading that comes during a write waits for the next one."""
    write = desk.write

    def slow(readings: Sequence[Reading]) -> None:
        write(readings)
        if len(desk.writes) == 1:
            desk.pending.add(reading(2))

    desk.pending = WriteBuffer(slow, clock=desk.time, alarm=desk.time.set)
    desk.pending.add(reading(1))
    desk.time.pass_(QUIET)
    assert [desk.sizes(), len(desk.pending)] == [[1], 1]
    desk.time.pass_(QUIET)
    assert desk.writes == [[reading(1)], [reading(2)]]


ENDING: Final = """
import os, signal, sys, time
from datetime import UTC, datetime
import pandas as pd
from swgdata.storage.history import History, Observation

history = History(sys.argv[1])
figures = pd.DataFrame({"key": ["Mos"], "citizens": [7]})
history.record(Observation.of("city", datetime(2026, 8, 20, tzinfo=UTC), figures))
match sys.argv[2]:
    case "exception":
        raise RuntimeError
    case "interrupt":
        signal.signal(signal.SIGINT, signal.default_int_handler)  # the parent may ignore it
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)
    case "event loop":
        import asyncio
        async def main():
            history.record(Observation.of("guild", datetime(2026, 8, 20, tzinfo=UTC), figures))
        asyncio.run(main())
"""


@pytest.mark.parametrize("how", ["exit", "exception", "interrupt", "event loop"])
def test_written_when_the_process_ends(how: str, tmp_path: Path) -> None:
    """However it ends, unless it is killed."""
    url = f"sqlite:///{tmp_path / 'history.sqlite'}"
    command = [sys.executable, "-c", ENDING, url, how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    expected = {"exception": 1, "interrupt": -signal.SIGINT}
    assert done.returncode == expected.get(how, 0), done.stderr.decode()
    history = History(url)
    try:
        assert history.values_at("city", "citizens", T0).to_dict() == {"Mos": 7.0}
        assert len(history.observed("guild")) == (how == "event loop")
    finally:
        history.close()


def test_written_when_closed(tmp_path: Path) -> None:
    """With the real timer: what waits is written by closing, and the timer is gone."""
    history = History(f"sqlite:///{tmp_path / 'history.sqlite'}")
    history.record(reading(0))
    assert len(history.pending) == 1
    history.close()
    assert len(history.pending) == 0
    assert history.observed("city") == [T0]
    history.close()
    assert (tmp_path / "history.sqlite").exists()


def test_the_end_of_the_process_is_awaited_once(desk: Desk) -> None:
    """A process that lives for months does not pile up calls for its end."""
    before = atexit._ncallbacks()
    for number in range(5):
        desk.pending.add(reading(number))
        desk.pending.flush()
    assert atexit._ncallbacks() == before + 1
