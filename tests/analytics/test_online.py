"""Today against the same weekday of past weeks."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.online import compare_with_usual, usual_band
from tests.support.history_series import (
    BERLIN,
    LORD_HOWE,
    SWITCHES,
    readings,
    rolled_up,
    samples,
    utc,
)

UTC = ZoneInfo("UTC")
NOW = utc("2026-08-20 12:05")  # a Thursday
WEEKS = ("08-13", "08-06", "07-30", "07-23", "07-16")


def past(*online: int, minute: str = "12:00") -> list[tuple[str, int]]:
    """One reading at noon of each past Thursday, the last week first."""
    return [(f"2026-{day} {minute}", one) for day, one in zip(WEEKS, online, strict=False)]


def test_the_band_by_hand() -> None:
    """Of 10, 20, 30, 40, 50 a tenth lies below 14, half below 30, nine tenths below 46."""
    other_days = [("2026-08-19 12:00", 999), ("2026-08-14 12:00", 999)]
    rows = samples(("2026-08-20 12:00", 47), *past(10, 30, 50, 20, 40), *other_days)
    told = usual_band(rows, zone=UTC, now=NOW)
    assert told["minute"].tolist() == list(range(0, 1440, 10))
    noon = told.loc[told["minute"] == 720].to_numpy().tolist()
    assert noon == [pytest.approx([720, 47, 14, 30, 46, 5])]
    rest = told[told["minute"] != 720]
    assert rest[["today", "low", "middle", "high"]].isna().all(axis=None)
    assert (rest["n"] == 0).all()


@pytest.mark.parametrize(
    ("online", "state"), [(13, "below"), (14, "usual"), (46, "usual"), (47, "above"), (0, "below")]
)
def test_the_verdict(online: int, state: str) -> None:
    """The ends of the band are usual; zero is a reading."""
    told = compare_with_usual(
        samples(("2026-08-20 12:00", online), *past(10, 30, 50, 20, 40)), zone=UTC, now=NOW
    )
    assert (told.state, told.reason, told.n) == (state, None, 5)
    assert (told.low, told.middle, told.high) == pytest.approx((14, 30, 46))


def test_unknown_has_a_reason() -> None:
    """Too few weeks, no fresh reading; never a guess."""
    few = compare_with_usual(samples(("2026-08-20 12:00", 5), *past(1, 2, 3)), zone=UTC, now=NOW)
    assert (few.state, few.n, few.online, few.low) == (None, 3, 5.0, None)
    assert few.reason == "only 3 of the 4 past weeks it takes have a reading at this time"
    stale = compare_with_usual(
        samples(("2026-08-20 11:40", 5), *past(1, 2, 3, 4)), zone=UTC, now=NOW
    )
    assert (stale.state, stale.online) == (None, None)
    assert stale.reason == "no reading in the last 20 minutes"
    band = usual_band(samples(*past(1, 2, 3)), zone=UTC, now=NOW).set_index("minute").loc[720]
    assert band["n"] == 3
    assert band[["low", "middle", "high"]].isna().all()


def test_weeks_limit_the_past() -> None:
    """The fifth week back is left out."""
    rows = samples(*past(1, 2, 3, 4, 500))
    assert usual_band(rows, zone=UTC, now=NOW, weeks=4)["high"].max() < 5
    assert usual_band(rows, zone=UTC, now=NOW)["n"].max() == 5


def test_old_hours_have_slots_too() -> None:
    """A rolled-up hour gives its mean to each of its six slots."""
    rows = samples(*((f"2026-{day} 12:00", 6, 60, 5, 15) for day in WEEKS))
    told = usual_band(rows, zone=UTC, now=NOW).set_index("minute")
    assert told.loc[720:770, "middle"].tolist() == [10.0] * 6
    assert told["n"].sum() == 30


@pytest.mark.parametrize(("zone", "day", "hours"), SWITCHES)
def test_a_day_the_clock_is_changed(zone: str, day: str, hours: float) -> None:
    """Today has every slot that exists; a repeated one is the mean of both."""
    end = pd.Timestamp(day, tz=zone) + pd.Timedelta(hours=hours)
    times = pd.date_range(end=end, periods=37 * 24 * 6, freq="10min", inclusive="left")
    rows = readings(times.tz_convert("UTC"), np.full(len(times), 7.0))
    told = usual_band(rows, zone=ZoneInfo(zone), now=times[-1].to_pydatetime())
    skipped = told["today"].isna().sum()
    assert skipped == max(0, round((24 - hours) * 6))
    assert told["today"].dropna().eq(7).all()
    assert (told["n"] == 5).all()


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.integers(0, 300), min_size=30, max_size=400), st.sampled_from([BERLIN, LORD_HOWE])
)
def test_the_band_is_ordered(online: list[int], zone: str) -> None:
    """Low, middle, high, between the least and the greatest; rolled up or not, n is the same."""
    times = pd.date_range("2026-09-01", periods=len(online), freq="7h", tz="UTC")
    rows = readings(times, online)
    now = (times[-1] + pd.Timedelta(hours=1)).to_pydatetime()
    band = usual_band(rows, zone=ZoneInfo(zone), now=now).dropna(subset=["low"])
    assert (band["low"] <= band["middle"]).all()
    assert (band["middle"] <= band["high"]).all()
    assert band["low"].ge(min(online)).all()
    assert band["high"].le(max(online)).all()
    assert len(rolled_up(rows)) == len(rows)
