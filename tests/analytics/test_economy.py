"""War, wealth, professions and schematics."""

from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.economy import (
    faction_balance,
    last_change,
    profession_shares,
    top_total,
    wealth_ranks,
)
from swgdata.tables.schematics import describe, shown_lines
from tests.support import sample_frames

GCW = {"timestamp": sample_frames.TIME, "imperial": "Int32", "rebel": "Int32"}


def test_imperial_share() -> None:
    """Per cent; nobody on either side is null, not 0 / 100."""
    counts = sample_frames.frame(
        GCW,
        {"imperial": 530, "rebel": 470},
        {"imperial": 0, "rebel": 0},
        {"imperial": 0, "rebel": 5},
        {"imperial": None, "rebel": 5},
    )
    share = faction_balance(counts)["imperial_share"]
    assert share.isna().tolist() == [False, True, False, True]
    assert share.dropna().tolist() == [53.0, 0.0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], None), ([5], None), ([5, 7.5], 2.5), ([1, 9, 4], -5.0), ([5, None], None)],
)
def test_last_change(values: list[float | None], expected: float | None) -> None:
    """Last minus previous."""
    assert last_change(pd.Series(values, dtype="Float64")) == expected


def test_top_total_knows_what_it_does_not_know() -> None:
    """A newcomer has no change, and does not count as 0."""
    richest = sample_frames.frame(
        sample_frames.RICHEST,
        {"credits": 2_147_000_000, "change": 1_200_000},
        {"credits": 2_000_000_000, "change": None},
    )
    assert top_total(richest) == (4_147_000_000, 1_200_000)
    assert top_total(richest.iloc[1:]) == (2_000_000_000, None)


def test_ranks_at_each_scan() -> None:
    """1 + the number with strictly more; a gap has no rank and takes none."""
    when = [datetime(2026, 8, day, tzinfo=UTC) for day in (1, 2)]
    points = [(0, "a", 10), (0, "b", 30), (0, "c", 10), (1, "a", 50), (1, "b", None), (1, "c", 5)]
    series = sample_frames.frame(
        sample_frames.WEALTH_SERIES,
        *({"timestamp": when[t], "character": who, "credits": sum_} for t, who, sum_ in points),
    )
    told = wealth_ranks(series)
    assert told["rank"].tolist() == [2, 1, 2, 1, 2]


@settings(deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30))
def test_shares_add_up(counts: list[int]) -> None:
    """100 +- 0.1 of the total; null without one."""
    rows = sample_frames.frame(
        sample_frames.PROFESSIONS, *({"key": "chef", "count": number} for number in counts)
    )
    shares = profession_shares(rows, total=sum(counts))["share"]
    if sum(counts):
        assert abs(float(shares.sum()) - 100) <= 0.1
    else:
        assert shares.isna().all()
    assert profession_shares(rows, total=None)["share"].isna().all()


def test_families() -> None:
    """An unknown profession is "other", a missing key has no family."""
    rows = sample_frames.frame(
        sample_frames.PROFESSIONS, {"key": "chef"}, {"key": "politician"}, {"key": None}
    )
    families = profession_shares(rows, total=1)["family"]
    assert families.tolist()[:2] == ["crafter", "other"]
    assert families.isna().tolist()[2]


def test_schematics_with_and_without_a_description() -> None:
    """Slots are counted, 0 where described without any, null where not described."""
    rows = sample_frames.frame(
        sample_frames.SCHEMATICS,
        {"id": 1, "crate_size": 25},
        {"id": 2},
        {"id": 3, "crate_size": None},
    )
    details = sample_frames.frame(
        sample_frames.DETAILS,
        {"schematic_id": 1, "crate_size": 50},
        {"schematic_id": 2, "crate_size": 10},
    )
    slots = sample_frames.frame(sample_frames.SLOTS, {"schematic_id": 1}, {"schematic_id": 1})
    told = describe(rows, details, slots)
    assert told["slots"].tolist()[:2] == [2, 0]
    assert told["slots"].isna().tolist()[2]
    assert told["crate_size"].tolist()[:2] == [25, 10]
    assert told["crate_size"].isna().tolist()[2]
    assert "slots" not in describe(rows, None, None).columns


def test_switched_off_lines_are_left_out() -> None:
    """Only those that count are shown."""
    rows = sample_frames.frame(
        sample_frames.LINES, {"line": "A", "active": True}, {"line": "B", "active": False}
    )
    assert shown_lines(rows)["line"].tolist() == ["A"]
