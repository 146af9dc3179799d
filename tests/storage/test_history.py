"""Points written on change: what is read equals what a plain dictionary would have remembered."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swgdata.storage.history import FeedRun, History, Observation, Samples
from swgdata.storage.history.encoding import LONGEST
from swgdata.storage.history.schema import OBSERVATIONS, POINTS, SERIES
from tests.support.databases import empty, rows

T0: Final = datetime(2026, 8, 20, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
MANY: Final = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
Figures = Mapping[str, float | None]


def cities(hours: float, figures: Figures, *, complete: bool = True) -> Observation:
    """A reading of the citizens of cities, so many hours after the beginning."""
    keys = pd.Series(list(figures), dtype="object")  # not "str", which takes no half characters
    citizens = pd.array(list(figures.values()), dtype="Float64")
    frame = pd.DataFrame({"key": keys, "citizens": citizens})
    return Observation.of("city", T0 + hours * HOUR, frame, complete=complete)


def keep(history: History, *readings: Observation | Samples) -> None:
    """Record and write at once."""
    for reading in readings:
        history.record(reading)
        assert history.flush(), history.trouble


def at(history: History, hours: float) -> dict[str, float]:
    """The citizens that held then."""
    found = history.values_at("city", "citizens", T0 + hours * HOUR)
    assert [str(found.dtype), found.index.name] == ["float64", "key"]
    return {str(key): float(value) for key, value in found.items()}


def known(figures: Figures) -> dict[str, float]:
    """What is known of them."""
    return {key: value for key, value in figures.items() if value is not None}


# Few keys and figures, so that unchanged, gone and back again all happen.
FIGURES: Final = st.dictionaries(
    st.sampled_from(["Mos", "Bela", "Ünï 'x'; --", ""]),
    st.none() | st.sampled_from([0.0, 1.0, 2.5, 1e9]),
)


@MANY
@given(readings=st.lists(FIGURES, max_size=8), order=st.randoms(use_true_random=False))
def test_replay(history: History, readings: list[Figures], order: object) -> None:
    """Readings in any order, each twice: every observation gives back exactly what it saw."""
    empty(history)
    numbered = list(enumerate(readings)) * 2
    order.shuffle(numbered)  # type: ignore[attr-defined]
    for hour, figures in numbered:
        history.record(cities(hour, figures))
    assert history.flush(), history.trouble
    for hour, figures in enumerate(readings):
        assert at(history, hour) == at(history, hour + 0.9) == known(figures)
    assert at(history, -1) == {}
    assert history.observed("city") == [T0 + hour * HOUR for hour in range(len(readings))]


@MANY
@given(readings=st.lists(st.tuples(FIGURES, st.booleans()), max_size=8))
def test_replay_in_order(history: History, readings: list[tuple[Figures, bool]]) -> None:
    """A reading that is not complete leaves what it lacks as it was; no point repeats another."""
    empty(history)
    naive: dict[str, float] = {}
    for hour, (figures, complete) in enumerate(readings):
        keep(history, cities(hour, figures, complete=complete))
        naive = {} if complete else {key: naive[key] for key in naive if key not in figures}
        naive |= known(figures)
        assert at(history, hour) == naive
    points = history.points("city", "citizens")
    assert not (points["value"].eq(points.groupby("key")["value"].shift())).any()


def test_written_on_change_only(history: History) -> None:
    """Unchanged costs one observation and no point; gone is a point without a value."""
    keep(history, *(cities(hour, {"Mos": 5, "Bela": 2}) for hour in range(3)))
    keep(history, cities(3, {"Mos": 6}), cities(4, {"Mos": 6, "Bela": 2}))
    points = history.points("city", "citizens")
    assert points.dtypes.astype(str).to_dict() == {
        "key": "str",
        "timestamp": "datetime64[s, UTC]",
        "value": "float64",
    }
    told = [(key, int((when - T0) / HOUR), value) for key, when, value in points.to_numpy()]
    bela = [("Bela", 0, 2.0), ("Bela", 3, math.nan), ("Bela", 4, 2.0)]
    assert str(told) == str([*bela, ("Mos", 0, 5.0), ("Mos", 3, 6.0)])
    assert len(history.observed("city")) == 5
    assert history.observed("guild") == []


def test_part_of_the_points(history: History) -> None:
    """By key and time, both ends included; another kind or measure is another series."""
    keep(history, *(cities(hour, {"Mos": hour, "Bela": hour}) for hour in range(5)))
    mos = history.points("city", "citizens", keys=["Mos"], since=T0 + HOUR, until=T0 + 3 * HOUR)
    assert mos["value"].tolist() == [1, 2, 3]
    assert history.points("city", "citizens", keys=[]).empty
    assert history.points("guild", "citizens").empty
    assert history.points("city", "level").empty
    assert history.values_at("guild", "citizens", T0).empty
    assert history.observed("city", T0 + HOUR, T0 + 3 * HOUR) == [T0 + n * HOUR for n in (1, 2, 3)]


def test_a_measure_that_was_not_read_stays(history: History) -> None:
    """Only what a reading measures can change by it."""
    both = pd.DataFrame({"key": ["Mos"], "citizens": [5], "level": [3]})
    keep(history, Observation.of("city", T0, both), cities(1, {}))
    assert at(history, 1) == {}
    assert history.values_at("city", "level", T0 + HOUR).to_dict() == {"Mos": 3.0}


@pytest.mark.parametrize("key", ["a\0b", "half \ud800", "x" * 5000, "🜨" * 300, "'; DROP TABLE x"])
def test_hostile_keys(history: History, key: str) -> None:
    """Any text can name an entity; what no database takes is replaced, and found by its name."""
    keep(history, cities(0, {key: 1}), cities(1, {key: 1}))
    assert len(rows(history, POINTS)) == 1
    assert len(history.points("city", "citizens", keys=[key])) == 1
    assert history.points("city", "citizens")["key"].str.len().max() <= LONGEST


def test_a_time_needs_a_zone(history: History) -> None:
    """A naive time is a fault of the caller, and told as one."""
    with pytest.raises(ValueError, match="zone"):
        history.values_at("city", "citizens", datetime(2026, 8, 20))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("ages", "back", "tolerance", "expected"),
    [
        ([30], 24, 6, 30),
        ([30.1], 24, 6, None),
        ([18], 24, 6, 18),
        ([17.9], 24, 6, None),
        ([30, 25, 22, 18], 24, 6, 25),
        ([30, 25, 23, 18], 24, 6, 23),
        ([0, 1, 400], 24, 6, None),
        ([144, 168, 192], 168, 24, 168),
        ([192.1, 143.9], 168, 24, None),
        ([], 24, 6, None),
    ],
)
def test_nearest(
    history: History, ages: list[float], back: float, tolerance: float, expected: float | None
) -> None:
    """The closest look in the window, both ends included, the later of two; none outside it."""
    keep(history, *(cities(-age, {}) for age in ages))
    found = history.nearest("city", T0, back * HOUR, tolerance * HOUR)
    assert found == (None if expected is None else T0 - expected * HOUR)


def pulse(*figures: tuple[float, float | None], kind: str = "server") -> Samples:
    """Samples of the players online, by hours after the beginning."""
    when = pd.DatetimeIndex([T0 + hours * HOUR for hours, _ in figures]).tz_convert("UTC")
    online = pd.array([value for _, value in figures], dtype="Int32")
    frame = pd.DataFrame({"timestamp": when.astype("datetime64[s, UTC]"), "online": online})
    return Samples.of(kind, T0, frame)


def test_samples(history: History) -> None:
    """Each is a point, equal or not; the first stands; unknown is none; zero is one."""
    keep(history, pulse((0, 5), (1, 5), (2, None), (3, 0)), pulse((1, 9), (4, 2)))
    found = history.samples("online")
    assert found.dtypes.astype(str).to_dict() == {
        "timestamp": "datetime64[s, UTC]",
        "samples": "int64",
        "total": "float64",
        "low": "float64",
        "high": "float64",
    }
    assert found["timestamp"].tolist() == [T0 + n * HOUR for n in (0, 1, 3, 4)]
    for name in ("total", "low", "high"):
        assert found[name].tolist() == [5, 5, 0, 2]
    assert found["samples"].tolist() == [1, 1, 1, 1]
    assert len(history.samples("online", T0 + HOUR, T0 + 3 * HOUR)) == 2
    assert history.samples("online", kind="gcw").dtypes.equals(found.dtypes)


def test_samples_without_a_time(history: History) -> None:
    """They are left out."""
    when = pd.Series([None, T0], dtype="datetime64[s, UTC]")
    frame = pd.DataFrame({"timestamp": when, "online": [1, 2]})
    keep(history, Samples.of("server", T0, frame))
    assert history.samples("online")["total"].tolist() == [2]


def test_runs(history: History) -> None:
    """The newest first, a long reason cut, all there after a restart."""
    run = FeedRun(T0, "gcw", False, False, None, 0, 0.25, "x" * 400)
    history.add_runs([run] * 3)
    history.add_runs([])
    history.add_runs([FeedRun(T0, "pulse", True, True, 3, 90, 0.1, None)])
    history.close()
    found = history.runs(2)
    assert [one.feed for one in found] == ["pulse", "gcw"]
    assert found[1].started == T0
    assert len(found[1].reason or "") == 300
    assert len(history.runs()) == 4


def test_one_reading_is_one_transaction(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails half way leaves nothing, and is written whole afterwards."""
    with monkeypatch.context() as fault:
        fault.setattr("swgdata.storage.history.recording._edge", lambda *_, **__: 1 / 0)
        history.record(cities(0, {"Mos": 1}))
        assert not history.flush()
        assert "ZeroDivisionError" in (history.trouble or "")
    assert [rows(history, table) for table in (OBSERVATIONS, POINTS, SERIES)] == [[], [], []]
    assert history.flush()
    assert history.trouble is None
    assert at(history, 0) == {"Mos": 1}
