"""Hour of the week, hour of the clock, day by day: what is missing is not zero, days add up."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.online_patterns import daily, hour_of_day, hour_of_week, hourly, peak_hours
from swgdata.analytics.timeseries import day_starts, spread
from tests.support.history_series import (
    BERLIN,
    LORD_HOWE,
    NEW_YORK,
    SWITCHES,
    readings,
    rolled_up,
    samples,
    utc,
)

UTC = ZoneInfo("UTC")
LATE = utc("2027-01-01")


def local_day(zone: str, day: str) -> pd.DatetimeIndex:
    """Every ten minutes from one local midnight to the next."""
    first, after = (pd.Timestamp(day) + pd.Timedelta(days=n) for n in (0, 1))
    start, end = (time.tz_localize(zone).tz_convert("UTC") for time in (first, after))
    return pd.date_range(start, end, freq="10min", inclusive="left")


def test_means_and_counts_by_hand() -> None:
    """Berlin is two hours ahead: Wednesday 22:30 UTC is Thursday there."""
    rows = samples(
        ("2026-08-19 22:30", 10), ("2026-08-19 22:40", 20), ("2026-08-26 22:00", 6, 300, 40, 60),
        ("2026-08-20 08:00", 0),
    )  # fmt: skip
    told = hour_of_week(rows, zone=ZoneInfo(BERLIN), now=LATE)
    assert len(told) == 168
    seen = told.loc[told["n"] > 0].to_numpy().tolist()
    assert seen == [[3, 0, 330 / 8, 8, 2], [3, 10, 0, 1, 1]]  # zero is a reading
    others = told.loc[told["n"] == 0]
    assert others["mean"].isna().all()
    assert (others[["n", "days"]] == 0).all(axis=None)


def test_weeks_back_end_at_now() -> None:
    """The window's start is exclusive, its end inclusive; later readings count nowhere."""
    rows = samples(
        ("2026-08-13 12:00", 1), ("2026-08-13 12:10", 2), ("2026-08-20 12:00", 4),
        ("2026-08-20 12:10", 8),
    )  # fmt: skip
    told = hour_of_week(rows, zone=UTC, now=utc("2026-08-20 12:00"), weeks=1)
    assert told["n"].sum() == 2
    assert (told["mean"] * told["n"]).sum() == 6


@pytest.mark.parametrize(("zone", "day", "hours"), SWITCHES)
def test_a_day_the_clock_is_changed_adds_up(zone: str, day: str, hours: float) -> None:
    """23, 25, 23.5, 24.5 hours: every reading in one cell, none in the hour that is skipped."""
    times = local_day(zone, day)
    assert len(times) == hours * 6
    rows = readings(times, range(len(times)))
    told = hour_of_week(rows, zone=ZoneInfo(zone), now=LATE)
    assert told["n"].sum() == len(times)
    assert (told["mean"] * told["n"]).sum() == pytest.approx(sum(range(len(times))))
    weekday = pd.Timestamp(day).weekday()
    assert set(told.loc[told["n"] > 0, "weekday"]) == {weekday}
    by_hour = told[told["weekday"] == weekday].set_index("hour")["n"]
    odd = by_hour[by_hour != 6]
    expected = {23.0: {2: 0}, 25.0: {2: 12}, 23.5: {2: 3}, 24.5: {1: 9}}[hours]
    if zone == NEW_YORK and hours == 25:
        expected = {1: 12}
    assert odd.to_dict() == expected
    row = daily(rows, zone=ZoneInfo(zone)).iloc[0]
    assert (row["hours"], row["n"], row["total"]) == (hours, len(times), rows["total"].sum())
    assert str(row["day"].date()) == day


def test_a_repeated_midnight_is_the_first_and_a_skipped_one_the_switch() -> None:
    """Havana turns back at one, to a second midnight; Santiago leaps from midnight to one."""
    days = pd.Series(pd.to_datetime(["2026-11-01"]).astype("datetime64[s]"))
    assert day_starts(days, zone=ZoneInfo("America/Havana"))[0] == pd.Timestamp("2026-11-01 04:00Z")
    days = pd.Series(pd.to_datetime(["2026-09-06"]).astype("datetime64[s]"))
    told = day_starts(days, zone=ZoneInfo("America/Santiago"))[0]
    assert told == pd.Timestamp("2026-09-06 04:00Z")


def test_a_day_without_readings_stays_a_gap() -> None:
    """Between days, and up to the day asked for."""
    rows = samples(("2026-08-18 12:00", 4), ("2026-08-18 13:00", 6, 36, 2, 9), ("2026-08-20", 0))
    told = daily(rows, zone=UTC, until=utc("2026-08-21 01:00"))
    assert told["day"].dt.day.tolist() == [18, 19, 20, 21]
    assert told["n"].tolist() == [7, 0, 1, 0]
    wanted = np.array([[40 / 7, 9, 2, 40], [np.nan] * 4, [0.0] * 4, [np.nan] * 4])
    np.testing.assert_allclose(told[["mean", "peak", "low", "total"]].to_numpy(), wanted)
    assert told["start"].tolist() == list(pd.date_range("2026-08-18", periods=4, tz="UTC"))


def test_nothing_kept() -> None:
    """Empty answers of the same shape, not errors."""
    none = samples()
    assert len(hour_of_week(none, zone=UTC, now=LATE)) == 168
    assert peak_hours(none, zone=UTC).empty
    assert hourly(none).empty
    assert daily(none, zone=UTC).empty
    assert list(daily(none, zone=UTC)) == list(daily(samples(("2026-08-18", 1)), zone=UTC))


values = st.lists(st.integers(0, 500), min_size=1, max_size=200)
starts = st.sampled_from(["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-31"])


@settings(deadline=None, max_examples=60)
@given(values, starts, st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE]), st.integers(10, 90))
def test_every_reading_counts_once(online: list[int], start: str, zone: str, minutes: int) -> None:
    """By week and by day alike; each mean lies between the least and the greatest."""
    times = pd.date_range(start, periods=len(online), freq=f"{minutes}min", tz="UTC")
    rows = readings(times, online)
    week = hour_of_week(rows, zone=ZoneInfo(zone), now=LATE)
    days = daily(rows, zone=ZoneInfo(zone))
    for told in (week, days, hour_of_day(rows, zone=ZoneInfo(zone))):
        assert told["n"].sum() == len(online)
        assert (told["mean"] * told["n"]).sum() == pytest.approx(sum(online))
    seen = days.dropna()
    assert (seen["mean"].between(seen["low"] - 1e-9, seen["peak"] + 1e-9)).all()
    assert np.allclose(days["start"].diff().dt.total_seconds()[1:], 3600 * days["hours"][:-1])


@settings(deadline=None, max_examples=40)
@given(values, st.sampled_from([BERLIN, NEW_YORK]), st.integers(0, 200))
def test_thinning_changes_no_day_and_no_hour(online: list[int], zone: str, cut: int) -> None:
    """Old readings rolled up to hours tell the same, where the zone is whole hours away."""
    times = pd.date_range("2026-10-24", periods=len(online), freq="10min", tz="UTC")
    raw = readings(times, online)
    whole = len(raw[: cut // 6 * 6])
    thinned = pd.concat([rolled_up(raw[:whole]), raw[whole:]], ignore_index=True)
    for tell in (daily, hour_of_day):
        before, after = (tell(rows, zone=ZoneInfo(zone)) for rows in (raw, thinned))
        pd.testing.assert_frame_equal(before, after)
    assert spread(thinned)["total"].sum() == pytest.approx(raw["total"].sum())


def test_peak_hours_take_days_and_readings() -> None:
    """Three different days and four readings in the hour; the earlier of equals first."""
    rows = [(f"2026-08-{day} {hour}:{minute}", online)
            for day in (17, 18, 19) for hour, online in (("10", 5), ("18", 9), ("19", 9), ("20", 2))
            for minute in ("00", "30")]  # fmt: skip
    busy = [(f"2026-08-{day} 23:{minute}", 99) for day in (17, 18) for minute in ("00", "20")]
    seldom = [(f"2026-08-{day} 03:00", 99) for day in (17, 18, 19)]
    told = peak_hours(samples(*rows, *busy, *seldom), zone=UTC)
    assert told["label"].tolist() == ["18:00", "19:00", "10:00"]
    assert told["n"].tolist() == [6, 6, 6]
    berlin = peak_hours(samples(*rows), zone=ZoneInfo(BERLIN))
    assert berlin["label"].tolist() == ["20:00", "21:00", "12:00"]


def test_hourly_leaves_gaps_open() -> None:
    """One value for every hour, NaN where nothing was read."""
    told = hourly(
        samples(("2026-08-18 12:10", 4), ("2026-08-18 12:50", 8), ("2026-08-18 14:00", 0))
    )
    np.testing.assert_allclose(told.to_numpy(), [6, np.nan, 0])
    assert told.index[0] == pd.Timestamp("2026-08-18 12:00Z")
