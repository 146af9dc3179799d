"""Thinning changes nothing that a day says, and says beforehand what would go."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swgdata.storage.history import FeedRun, History, Observation, Samples, SpawnObservation
from swgdata.storage.history.retention import KEPT_RUNS
from swgdata.storage.history.schema import HOURS, OBSERVATIONS, POINTS
from tests.support.databases import empty, rows

T0: Final = datetime(2026, 8, 20, tzinfo=UTC)
DAY: Final = timedelta(days=1)
DAYS: Final = 4
MANY: Final = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
MINUTES: Final = st.integers(0, DAYS * 24 * 60 - 1)
SAMPLES: Final = st.dictionaries(MINUTES, st.integers(0, 1000), max_size=60)
READINGS: Final = st.dictionaries(
    MINUTES,
    st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(0, 3)),
    max_size=20,
)
NOWS: Final = st.lists(st.integers(-1, DAYS * 24 + 30), min_size=1, max_size=3)


def minute(number: int) -> datetime:
    """So many minutes after the beginning."""
    return T0 + timedelta(minutes=number)


def pulse(samples: dict[int, int]) -> Samples:
    """Samples by minute."""
    when = pd.Series([minute(number) for number in samples], dtype="datetime64[s, UTC]")
    frame = pd.DataFrame({"timestamp": when, "online": list(samples.values())})
    return Samples.of("server", T0, frame)


def days(history: History) -> pd.DataFrame:
    """Count, sum, least and greatest of every UTC day."""
    found = history.samples("online")
    by_day = found.groupby(found["timestamp"].dt.floor("D"))
    of = {"samples": "sum", "total": "sum", "low": "min", "high": "max"}
    return by_day.agg(of)


def ends(history: History) -> list[object]:
    """The values at the last moment of every UTC day, and at the day's last observation."""
    told: list[object] = []
    for number in range(DAYS):
        last = T0 + (number + 1) * DAY - timedelta(seconds=1)
        told.append(history.values_at("city", "citizens", last).to_dict())
        looks = history.observed("city", T0 + number * DAY, last)
        told.append({"looked": looks[-1].timestamp()} if looks else {})
        told.append(history.values_at("city", "citizens", looks[-1]).to_dict() if looks else {})
    return told


@MANY
@given(samples=SAMPLES, readings=READINGS, nows=NOWS)
def test_days_stay_as_they_were(
    history: History,
    samples: dict[int, int],
    readings: dict[int, dict[str, int | None]],
    nows: list[int],
) -> None:
    """Whenever and however often it is thinned, and read again from the site in between."""
    empty(history)
    for number, figures in readings.items():
        frame = pd.DataFrame({"key": list(figures), "citizens": list(figures.values())})
        history.record(Observation.of("city", minute(number), frame))
    history.record(pulse(samples))
    assert history.flush(), history.trouble
    before, lasting = days(history), ends(history)
    for hours in nows:
        now = T0 + timedelta(hours=hours)
        planned = history.thin(now, keep=DAY)
        assert planned == history.thin(now, keep=DAY, dry_run=False)
        assert history.thin(now, keep=DAY) == ()
        assert history.trouble is None
        history.record(pulse(samples))
        assert history.flush(), history.trouble
        pd.testing.assert_frame_equal(days(history), before)
        assert ends(history) == lasting


def test_what_goes(history: History) -> None:
    """Said by kind; before the day of the limit only; nothing goes in a dry run."""
    history.record(pulse({0: 1, 10: 2, 70: 3, 24 * 60: 4}))
    for number in (0, 60, 120, 24 * 60, 25 * 60):
        frame = pd.DataFrame({"key": ["a"], "citizens": [number]})
        history.record(Observation.of("city", minute(number), frame))
    for number in (0, 60):
        nothing = pd.DataFrame(columns=["id", "name", "class_code", "first_seen"])
        history.record(SpawnObservation.of(minute(number), nothing))
    assert history.flush()
    now = T0 + 11 * DAY + timedelta(hours=20)
    planned = history.thin(now, keep=10 * DAY)
    assert [(one.kind, one.what, one.rows) for one in planned] == [
        ("server", "samples", 3),
        ("city", "points", 2),
        ("city", "observations", 2),
        ("spawns", "observations", 1),
    ]
    assert {one.before for one in planned} == {T0 + DAY}
    assert [len(rows(history, table)) for table in (POINTS, OBSERVATIONS, HOURS)] == [9, 8, 0]
    history.thin(now, keep=10 * DAY, dry_run=False)
    assert [len(rows(history, table)) for table in (POINTS, OBSERVATIONS, HOURS)] == [4, 5, 2]
    assert history.samples("online")["samples"].tolist() == [2, 1, 1]


def test_the_newest_runs_stay(history: History) -> None:
    """However old; of more than those, the old go."""
    runs = [
        FeedRun(T0 + n * DAY, "gcw", True, True, n, 0, 0.0, None) for n in range(KEPT_RUNS + 30)
    ]
    history.add_runs(runs)
    (gone,) = history.thin(T0 + 20 * DAY, keep=0 * DAY, dry_run=False)
    assert (gone.kind, gone.rows) == ("sync_runs", 20)
    history.thin(T0 + 900 * DAY, dry_run=False)
    assert [run.rows for run in history.runs(900)] == list(range(KEPT_RUNS + 29, 29, -1))


def test_thinning_that_fails_changes_nothing(history: History) -> None:
    """One transaction: an hour that is there already stops all of it."""
    history.record(pulse({0: 1}))
    assert history.flush()
    with history.database.writing() as connection:
        ((series, _, _),) = connection.execute(POINTS.select()).all()
        hour = {"series": series, "hour": int(T0.timestamp())}
        figures = dict.fromkeys(("samples", "total", "low", "high"), 1)
        connection.execute(HOURS.insert(), hour | figures)
    assert history.thin(T0 + 900 * DAY, dry_run=False) == ()
    assert history.trouble
    assert len(rows(history, POINTS)) == 1
