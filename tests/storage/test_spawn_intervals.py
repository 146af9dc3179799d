"""Spawn intervals equal what a naive observer would have written down."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swgdata.storage.history import History, SpawnObservation
from swgdata.storage.history.recording import SPAWNS
from tests.support.databases import empty

T0: Final = datetime(2026, 8, 20, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
MANY: Final = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def spawns(hour: int, ids: Iterable[int], *, complete: bool = True) -> SpawnObservation:
    """The resources of these ids are up; the site knows since when of the even ones."""
    up = sorted(ids)
    seen = [None if n % 2 else T0 - n * HOUR for n in up]
    rows = {
        "id": pd.array(up, dtype="int32"),
        "name": pd.array([f"R{n}" for n in up], dtype="str"),
        "class_code": pd.array(["mtl"] * len(up), dtype="str"),
        "first_seen": pd.Series(seen, dtype="datetime64[s, UTC]"),
    }
    return SpawnObservation.of(T0 + hour * HOUR, pd.DataFrame(rows), complete=complete)


def keep(history: History, *readings: SpawnObservation) -> None:
    """Record and write at once."""
    for reading in readings:
        history.record(reading)
        assert history.flush(), history.trouble


def told(history: History, **chosen: Any) -> list[tuple[int, int, int, int | None]]:
    """Id, entered, last seen, first missing, in hours after the beginning."""
    found = history.intervals(**chosen)
    times = [
        [None if pd.isna(when) else round((when - T0) / HOUR) for when in found[name]]
        for name in ("entered", "last_seen", "first_missing")
    ]
    return sorted(zip(found["resource_id"], *times, strict=True))


class Naive:
    """What somebody with paper and pencil would keep."""

    def __init__(self) -> None:
        self.open: dict[int, int] = {}
        self.over: list[tuple[int, int, int, int | None]] = []
        self.looked = -1

    def look(self, hour: int, ids: set[int], *, complete: bool) -> None:
        """One reading."""
        if complete:
            for gone in set(self.open) - ids:
                entered = self.open.pop(gone)
                self.over.append((gone, entered, max(entered, self.looked), hour))
            self.looked = hour
        self.open |= dict.fromkeys(ids - set(self.open), hour)

    def all(self) -> list[tuple[int, int, int, int | None]]:
        """Everything."""
        still = [(one, since, max(since, self.looked), None) for one, since in self.open.items()]
        return sorted([*self.over, *still])


@MANY
@given(readings=st.lists(st.tuples(st.sets(st.integers(1, 6)), st.integers(0, 4)), max_size=12))
def test_naive_model(history: History, readings: list[tuple[set[int], int]]) -> None:
    """Any course of readings, some of them not complete, each written twice."""
    empty(history)
    naive = Naive()
    for hour, (ids, luck) in enumerate(readings):
        reading = spawns(hour, ids, complete=luck > 0)
        history.record(reading)
        history.record(reading)
        naive.look(hour, ids, complete=luck > 0)
    assert history.flush(), history.trouble
    assert told(history) == naive.all()
    assert told(history, is_open=True) == [row for row in naive.all() if row[3] is None]
    assert told(history, is_open=False) == [row for row in naive.all() if row[3] is not None]
    assert told(history, ids=[1, 2]) == [row for row in naive.all() if row[0] < 3]


def test_columns(history: History) -> None:
    """Names, classes and the site's dates as they were; unknown is missing."""
    assert history.intervals().empty
    keep(history, spawns(0, [1, 2]))
    found = history.intervals()
    assert found.dtypes.astype(str).to_dict() == {
        "resource_id": "int64",
        "name": "str",
        "class_code": "str",
        **dict.fromkeys(
            ("entered", "first_seen", "last_seen", "first_missing"), "datetime64[s, UTC]"
        ),
    }
    assert found.dtypes.equals(history.intervals(ids=[]).dtypes)
    assert found["name"].tolist() == ["R1", "R2"]
    assert found["first_seen"].isna().tolist() == [True, False]
    assert found["first_seen"].iloc[1] == T0 - 2 * HOUR


def test_coming_back_begins_another(history: History) -> None:
    """The first interval stays as it was."""
    keep(history, spawns(0, [1, 2]), spawns(5, [2]), spawns(6, [1, 2]), spawns(7, [1, 2]))
    assert told(history, ids=[1]) == [(1, 0, 0, 5), (1, 6, 7, None)]
    assert told(history, since=T0 + 6 * HOUR) == [(1, 6, 7, None), (2, 0, 7, None)]
    assert told(history, since=T0 + 5 * HOUR)[0] == (1, 0, 0, 5)


def test_nothing_seen_is_nothing_ended(history: History) -> None:
    """An incomplete reading ends nothing, and one that comes late changes nothing."""
    keep(history, spawns(0, [1, 2]), spawns(3, [1, 2]), spawns(4, [], complete=False))
    keep(history, spawns(2, [1]), spawns(3, []))
    assert told(history) == [(1, 0, 3, None), (2, 0, 3, None)]
    assert history.observed(SPAWNS) == [T0, T0 + 3 * HOUR]


def test_still_up_costs_no_write(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same resources again: one observation, nothing else."""
    keep(history, spawns(0, range(100)))
    sent: list[str] = []

    def noted(_: object, table: sa.Table, rows: Sequence[object]) -> int:
        sent.extend([table.name] * len(rows))
        return len(rows)

    monkeypatch.setattr("swgdata.storage.history.recording.insert_new", noted)
    monkeypatch.setattr("swgdata.storage.history.recording.insert_new", noted)
    keep(history, spawns(1, range(100)))
    assert sent == ["observations"]


def test_only_what_is_in_spawn() -> None:
    """Of a whole export, those that are up."""
    frame = pd.DataFrame(
        {
            "id": [1, 2],
            "in_spawn": [True, False],
            "name": ["a\0", None],
            "class_code": pd.Categorical(["x", None]),
            "first_seen": pd.Series([None, T0], dtype="datetime64[s, UTC]"),
        }
    )
    assert [tuple(one) for one in SpawnObservation.of(T0, frame).up] == [(1, "a�", "x", None)]
