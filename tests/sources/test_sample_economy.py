"""The sample's pulse, war, wealth and professions: each figure agrees with the others."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import pytest

from swgdata.sources.sample import Galaxy

NOON: Final = datetime(2026, 8, 15, 12, 34, 56, tzinfo=UTC)


@pytest.fixture(scope="module")
def galaxy() -> Galaxy:
    """The default galaxy, at one fixed time."""
    return Galaxy(now=NOON)


def read(galaxy: Galaxy, path: str, **query: str) -> Any:
    """Decode what a galaxy answers."""
    return json.loads(galaxy.answer(path, query).body)


def test_the_pulse_peaks_in_the_evening_and_stands_still_for_maintenance() -> None:
    """Two evenings make the day; on Tuesday morning the server is down, and says 0."""
    sunday, tuesday = (datetime(2026, 8, day, 23, 59, tzinfo=UTC) for day in (16, 18))
    online = read(Galaxy(now=sunday), "/api/pulse.php")["online"]
    figures = [sample["online"] for sample in online["history"]]
    assert len(figures) == 144
    assert online["peak_today"] == max(figures)
    assert online["current"] == figures[-1]
    night, evening = min(figures[48:84]), max(figures[108:132])
    assert evening > 2 * night > 200
    down = read(Galaxy(now=tuesday), "/api/pulse.php")["online"]["history"]
    zeros = [sample["timestamp"] % 86_400 / 3_600 for sample in down if sample["online"] == 0]
    assert zeros[0] == 10.0
    assert len(zeros) == 3


def test_the_first_ten_minutes_have_one_sample() -> None:
    """The series starts anew at midnight UTC."""
    midnight = Galaxy(now=datetime(2026, 8, 15, 0, 4, tzinfo=UTC))
    assert len(read(midnight, "/api/pulse.php")["online"]["history"]) == 1


def test_the_economy_is_consistent(galaxy: Galaxy) -> None:
    """Ranks follow the purses, changes follow the series, and gaps are null."""
    wealth = read(galaxy, "/api/wealth.php")
    richest = wealth["snapshot"]["richest"]
    assert [row["rank"] for row in richest] == list(range(1, 21))
    assert all(one["credits"] >= other["credits"] for one, other in pairwise(richest))
    assert [row["id"] for row in richest].count(None) == 1
    assert wealth["snapshot"]["avg"] == wealth["history"][-1]["avg"]
    series = {one["id"]: one for one in wealth["series"]}
    assert {len(one["credits"]) for one in wealth["series"]} == {len(wealth["labels"])}
    assert any(None in one["credits"] for one in wealth["series"])
    for row in richest[:-1]:
        newest, before = (series[row["id"]]["credits"][at] for at in (-1, -2))
        assert newest == row["credits"]
        assert row["change"] == (None if before is None else newest - before)
        assert row["is_new"] == (before is None)


def test_the_richest_overtake_each_other() -> None:
    """A move is the rank of the day before less today's; a newcomer has neither move nor change."""
    before: dict[str, int] = {}
    newcomers = 0
    for day in range(40):
        wealth = read(Galaxy(now=NOON + timedelta(days=day)), "/api/wealth.php")
        richest = [row for row in wealth["snapshot"]["richest"] if row["id"]]
        for row in richest:
            if row["is_new"]:
                newcomers += 1
                assert (row["change"], row["rank_move"]) == (None, None)
            elif row["id"] in before:
                assert row["rank_move"] == before[row["id"]] - row["rank"]
        before = {row["id"]: row["rank"] for row in richest}
    assert newcomers > 0


def test_gcw_and_professions_reach_back_four_months(galaxy: Galaxy) -> None:
    """One record a day; histories stand beside their labels, with a null here and there."""
    gcw = read(galaxy, "/api/gcw.php")["results"]
    assert len(gcw) == 120
    assert {b["timestamp"] - a["timestamp"] for a, b in pairwise(gcw)} == {86_400}
    document = read(galaxy, "/api/professions.php")
    assert len(document["professions"]) == 35
    assert {len(one) for one in document["history"].values()} == {len(document["labels"])} == {120}
    assert any(None in one for one in document["history"].values())
    counts = sum(one["count"] for one in document["professions"])
    assert document["total"] == counts
    assert 50 <= len(read(galaxy, "/api/titles.php")["results"]) <= 70
