"""Changes over a window, movers, and entities set to 100: gaps stay unknown."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.entity_changes import (
    DAY,
    WEEK,
    change,
    indexed,
    movers,
    observation_pair,
    values_at,
)
from tests.support.history_series import TIME, points, utc
from tests.support.history_series import looks as at

NOW = utc("2026-08-20 12:00")


@pytest.mark.parametrize(
    ("earlier", "accepted"),
    [
        ("2026-08-19 06:00", True),  # 30 h
        ("2026-08-19 05:59:59", False),
        ("2026-08-19 18:00", True),  # 18 h
        ("2026-08-19 18:00:01", False),
    ],
)
def test_a_day_is_18_to_30_hours(earlier: str, accepted: bool) -> None:
    """Both ends belong to it (docs/formulas.md#changes)."""
    last, found = observation_pair(at(earlier, "2026-08-20 12:00"), now=NOW, window=DAY)
    assert last == NOW
    assert found == (utc(earlier) if accepted else None)


def test_a_week_is_6_to_8_days() -> None:
    """The closest look counts, of two as close the later."""
    seen = at("2026-08-12 11:59:59", "2026-08-14 12:00:01", "2026-08-20 12:00")
    assert observation_pair(seen, now=NOW, window=WEEK) == (NOW, None)
    seen = at("2026-08-13 06:00", "2026-08-13 18:00", "2026-08-14", "2026-08-20 12:00")
    assert observation_pair(seen, now=NOW, window=WEEK) == (NOW, utc("2026-08-13 18:00"))


def test_an_old_look_is_not_compared_with_itself() -> None:
    """After a restart the last look may be a day old: the window counts from it."""
    assert observation_pair(at("2026-08-19 12:00"), now=NOW, window=DAY) == (
        utc("2026-08-19 12:00"),
        None,
    )
    seen = at("2026-08-18 12:00", "2026-08-19 12:00", "2026-08-21")
    assert observation_pair(seen, now=NOW, window=DAY) == (
        utc("2026-08-19 12:00"),
        utc("2026-08-18 12:00"),
    )
    assert observation_pair([], now=NOW, window=DAY) == (None, None)


def test_changes_by_hand() -> None:
    """A value holds until the next point; vanished, new and lost ones have no change."""
    told = change(
        points(
            ("steady", "2026-08-01", 40), ("risen", "2026-08-10", 10), ("risen", "2026-08-20", 17),
            ("vanished", "2026-08-01", 9), ("vanished", "2026-08-20", None),
            ("new", "2026-08-20", 5), ("gone", "2026-08-01", 1), ("gone", "2026-08-02", None),
            ("back", "2026-08-01", 8), ("back", "2026-08-19", None), ("back", "2026-08-20", 8),
            ("tomorrow", "2026-08-21", 3),
        ),
        at("2026-08-19 10:00", "2026-08-20 11:00"),
        now=NOW,
        window=DAY,
    )  # fmt: skip
    assert told["key"].tolist() == ["back", "new", "risen", "steady", "vanished"]
    np.testing.assert_array_equal(told["value"], [8, 5, 17, 40, np.nan])
    np.testing.assert_array_equal(told["before"], [np.nan, np.nan, 10, 40, 9])
    np.testing.assert_array_equal(told["change"], [np.nan, np.nan, 7, 0, np.nan])
    assert set(told["at"]) == {pd.Timestamp("2026-08-20 11:00Z")}
    assert set(told["before_at"]) == {pd.Timestamp("2026-08-19 10:00Z")}
    assert told["at"].dtype == told["before_at"].dtype == TIME


def test_without_an_earlier_look_all_is_unknown() -> None:
    """At the first run, and in a gap longer than the window allows."""
    told = change(points(("a", "2026-08-20", 4)), at("2026-08-20 10:00"), now=NOW, window=WEEK)
    assert told[["value", "before", "change"]].isna().to_numpy().tolist() == [[False, True, True]]
    assert told["before_at"].isna().all()
    assert change(points(), [], now=NOW, window=DAY).empty


steps = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from("abc"), st.none() | st.integers(0, 9)),
    max_size=40,
)


@settings(deadline=None, max_examples=40)
@given(steps, st.lists(st.integers(0, 400), max_size=30), st.integers(0, 400))
def test_changes_are_those_of_a_slow_reading(
    rows: list[tuple[int, str, int | None]], hours: list[int], now: int
) -> None:
    """Against values looked up one by one."""
    start = pd.Timestamp("2026-08-01", tz="UTC")
    told = points(*((key, str(start + pd.Timedelta(hours=h)), value) for h, key, value in rows))
    end = (start + pd.Timedelta(hours=now)).to_pydatetime()
    seen = [(start + pd.Timedelta(hours=hour)).to_pydatetime() for hour in hours]
    found = change(told, seen, now=end, window=DAY).set_index("key")["change"].dropna().to_dict()
    past = [hour for hour in hours if hour <= now]
    last = max(past, default=None)
    fits = [hour for hour in past if last is not None and 18 <= last - hour <= 30]
    earlier = min(fits, key=lambda hour: (abs((last or 0) - hour - 24), -hour), default=None)
    expected = {}
    for key in "abc":
        ends = [_slow(rows, key, hour) for hour in (last, earlier)]
        if ends[0] is not None and ends[1] is not None:
            expected[key] = ends[0] - ends[1]
    assert found == expected


def _slow(rows: list[tuple[int, str, int | None]], key: str, hour: int | None) -> int | None:
    held = [(h, place, v) for place, (h, k, v) in enumerate(rows) if k == key and h <= (hour or 0)]
    return max(held, key=lambda row: row[:2])[2] if held and hour is not None else None


def test_movers() -> None:
    """Largest either way, of equals the larger; nothing that stood still or is unknown."""
    rows = pd.DataFrame(
        {
            "kind": ["city", "guild", "city", "guild", "city"],
            "key": ["a", "b", "c", "d", "e"],
            "value": [5.0, 90.0, 3.0, 8.0, np.nan],
            "before": [12.0, 83.0, 2.0, 8.0, 50.0],
        }
    )
    told = movers(rows.assign(change=rows["value"] - rows["before"]), most=3)
    assert told["key"].tolist() == ["b", "a", "c"]
    assert told["change"].tolist() == [7, -7, 1]
    assert list(told) == ["kind", "key", "value", "before", "change"]


def test_each_is_100_at_the_start() -> None:
    """The value that held then; of a later one its first; 0 has no hundredths."""
    told = indexed(
        points(
            ("old", "2026-07-01", 50), ("old", "2026-08-05", 75), ("old", "2026-08-06", None),
            ("late", "2026-08-03", 20), ("late", "2026-08-04", 10), ("none", "2026-07-01", 0),
            ("none", "2026-08-02", 4), ("other", "2026-07-01", 1),
        ),
        keys=["late", "old", "none", "absent", "late"],
        start=utc("2026-08-01"),
    )  # fmt: skip
    assert told["key"].tolist() == ["late", "late", "old", "old", "old", "none", "none"]
    wanted = [100, 50, 100, 150, np.nan, np.nan, np.nan]
    np.testing.assert_allclose(told["index"].to_numpy(), wanted)
    assert told["timestamp"][2] == pd.Timestamp("2026-08-01", tz="UTC")
    with pytest.raises(ValueError, match="at most 8"):
        indexed(points(), keys=list("abcdefghi"), start=NOW)
    assert indexed(points(), keys=["a"], start=NOW).empty


def test_of_two_points_at_once_the_last_row_holds() -> None:
    """And a null is an answer, not an absence."""
    told = values_at(
        points(("a", "2026-08-01", 1), ("a", "2026-08-01", 2), ("b", "2026-08-01", None)), NOW
    )
    assert told["a"] == 2
    assert math.isnan(told["b"])
