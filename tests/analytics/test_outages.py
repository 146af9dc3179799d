"""Outages: zero and missing are two things."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.online_patterns import outages
from tests.support.history_series import readings, samples, utc

DAY = "2026-08-20"


def spans(frame: pd.DataFrame) -> list[tuple[str, str, str | None, float]]:
    """Kind, start, end as times of the clock, minutes."""
    starts = frame["start"].dt.strftime("%H:%M").tolist()
    ends = [None if pd.isna(end) else f"{end:%H:%M}" for end in frame["end"]]
    return list(zip(frame["kind"], starts, ends, frame["minutes"], strict=True))


def at(*rows: tuple[str, int]) -> pd.DataFrame:
    """Readings at times of one day."""
    return samples(*((f"{DAY} {time}", online) for time, online in rows))


@pytest.mark.parametrize(
    ("rows", "until", "expected"),
    [
        ((("12:00", 5), ("12:10", 5), ("12:30", 5)), "12:30", []),  # twice the spacing: not yet
        ((("12:00", 5), ("12:21", 5)), "12:21", [("missing", "12:10", "12:21", 11.0)]),
        ((("12:00", 5), ("12:31", 5)), "12:31", [("missing", "12:10", "12:31", 21.0)]),
        (
            (("12:00", 5), ("12:10", 0), ("12:20", 0), ("12:30", 5)),
            "12:30",
            [("zero", "12:10", "12:30", 20.0)],
        ),
        ((("12:00", 5), ("12:10", 0)), "12:20", [("zero", "12:10", None, 10.0)]),
        ((("12:00", 5),), "13:00", [("missing", "12:10", None, 50.0)]),
        (
            (("12:00", 0), ("13:00", 0), ("13:10", 7)),
            "13:10",
            [
                ("zero", "12:00", "12:10", 10.0),
                ("missing", "12:10", "13:00", 50.0),
                ("zero", "13:00", "13:10", 10.0),
            ],
        ),
        (
            (("12:00", 0),),
            "13:00",
            [("zero", "12:00", "12:10", 10.0), ("missing", "12:10", None, 50.0)],
        ),
    ],
)
def test_spans_by_hand(
    rows: tuple[tuple[str, int], ...],
    until: str,
    expected: list[tuple[str, str, str | None, float]],
) -> None:
    """A gap parts two spans of zero; a span that lasts has no end."""
    assert spans(outages(at(*rows), until=utc(f"{DAY} {until}"))) == expected


def test_a_roll_up_holds_for_its_hour() -> None:
    """Hour after hour nothing is missing; an hour left out is; zero only if all of it was."""
    rows = samples(
        (f"{DAY} 08:00", 6, 60, 0, 20), (f"{DAY} 09:00", 6, 0, 0, 0),
        (f"{DAY} 11:00", 6, 60, 9, 20), (f"{DAY} 12:00", 4),
    )  # fmt: skip
    told = outages(rows, until=utc(f"{DAY} 12:10"))
    assert spans(told) == [("zero", "09:00", "10:00", 60.0), ("missing", "10:00", "11:00", 60.0)]


def test_the_watch_has_a_beginning() -> None:
    """From when we should have had readings, even if we never had one."""
    since, until = utc(f"{DAY} 10:00"), utc(f"{DAY} 12:00")
    late = outages(at(("11:50", 3)), since=since, until=until)
    assert spans(late) == [("missing", "10:00", "11:50", 110.0)]
    assert spans(outages(samples(), since=since, until=until)) == [
        ("missing", "10:00", None, 120.0)
    ]
    assert outages(samples(), until=until).empty


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from([0, 0, 7])), min_size=1, max_size=40))
def test_the_kinds_never_mix(steps: list[tuple[int, int]]) -> None:
    """No two spans overlap; every zero reading lies in a zero span, none in a missing one."""
    minutes = pd.Series([10 * wait for wait, _ in steps]).cumsum()
    times = pd.DatetimeIndex(pd.Timestamp("2026-08-20", tz="UTC") + pd.to_timedelta(minutes, "min"))
    rows = readings(times, [online for _, online in steps])
    until = (times[-1] + pd.Timedelta(minutes=10)).to_pydatetime()
    told = outages(rows, until=until)
    ends = told["end"].fillna(until)
    assert (told["start"] < ends).all()
    assert (told["start"].to_numpy()[1:] >= ends.to_numpy()[:-1]).all()
    for kind, wanted in (("zero", True), ("missing", False)):
        of_kind = told["kind"] == kind
        for time, online in zip(times, rows["total"], strict=True):
            within = (told["start"] <= time) & (time < ends) & of_kind
            assert within.any() == (wanted and online == 0)
