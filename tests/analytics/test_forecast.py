"""Forecasts: intervals hold what they claim on weeks not seen, and the baseline is beaten."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.forecast import SERIES, activity, held_out, pulse
from swgdata.analytics.forecast import (
    DAILY,
    HOURLY,
    BackTest,
    Season,
    back_test,
    forecast,
    intervals,
    score,
    seasonal_naive,
    seasonal_profile,
)
from swgdata.analytics.online_patterns import hourly
from tests.support.history_series import readings

SMALL = Season(pd.Timedelta(days=1), 3, 3, 3, 1.0, 1, 3, 2)


@pytest.mark.parametrize("name", SERIES)
def test_held_out_weeks(name: str) -> None:
    """Eight horizons of each series: 80 and 95 % within 6 and 4 points, errors below naive's.

    What the back-tests said beforehand of their coverage lies as near.
    """
    make, rhythm = SERIES[name]
    seeds = range(101, 103 if rhythm is HOURLY else 105)
    runs = pd.DataFrame([held_out(make(seed), rhythm) for seed in seeds]).mean()
    assert runs["cover80"] == pytest.approx(0.80, abs=0.06)
    assert runs["cover95"] == pytest.approx(0.95, abs=0.04)
    assert runs["told80"] == pytest.approx(runs["cover80"], abs=0.08)
    assert runs["told95"] == pytest.approx(runs["cover95"], abs=0.05)
    assert runs["mae"] <= runs["baseline_mae"]
    assert runs["mape"] <= runs["baseline_mape"]


def test_what_a_forecast_tells() -> None:
    """A week from where the series ends, bands in each other, scores of both models."""
    told = forecast(pulse(1, weeks=8), rhythm=HOURLY)
    assert told.reason is None
    assert told.rows is not None
    assert told.scores is not None
    rows = told.rows
    assert len(rows) == 168
    assert rows["timestamp"][0] == pd.Timestamp("2026-06-01", tz="UTC") + pd.Timedelta(weeks=8)
    ordered = rows[["low95", "low80", "expected", "high80", "high95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered >= 0).all()
    assert told.scores["model"].tolist() == ["usual course", "seasonal naive"]
    assert told.scores["mae"].is_monotonic_increasing
    assert (told.scores["n"] > 1000).all()


def test_calendar_days_go_on_as_days() -> None:
    """Fourteen of them."""
    told = forecast(activity(1, weeks=10), rhythm=DAILY)
    assert told.rows is not None
    assert told.rows["timestamp"].dt.tz is None
    assert (len(told.rows), str(told.rows["timestamp"][0].date())) == (14, "2026-03-16")


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        (0, "a forecast takes 3 weeks of history, there are 0.0"),
        (3 * 168 - 1, "a forecast takes 3 weeks of history, there are 3.0"),
        (3 * 168, None),
    ],
)
def test_under_three_weeks_it_is_refused(hours: int, reason: str | None) -> None:
    """With the reason."""
    told = forecast(pulse(1).ffill()[:hours], rhythm=HOURLY)
    assert told.reason == reason
    assert (told.rows is None) == (told.scores is None) == (reason is not None)


def test_a_mostly_unknown_past_is_refused() -> None:
    """Weeks ago is not enough."""
    series = pulse(1).ffill()
    holes = series.mask(
        (np.arange(len(series)) >= len(series) - 504) & (np.arange(len(series)) % 5 > 1)
    )
    told = forecast(holes, rhythm=HOURLY)
    assert told.reason == "only 40% of the last 3 weeks is known"


def test_a_young_history_has_no_far_intervals() -> None:
    """Three weeks: a forecast, but few past ones to judge it by."""
    rows = forecast(pulse(1, weeks=3).ffill(), rhythm=HOURLY).rows
    assert rows is not None
    assert rows["expected"].notna().all()
    assert rows["low80"].notna()[:24].all()
    assert rows["low80"].isna()[-24:].all()


def test_the_course_by_hand() -> None:
    """Seasons 1 2 3 / 2 4 6 / 4 8 12: the shape twice as high each time, now at 4 8 12."""
    past = np.array([1, 2, 3, 2, 4, 6, 4, 8, 12], dtype="float64")
    np.testing.assert_allclose(seasonal_profile(past, SMALL), [4, 8, 12])
    holes = np.array([1, 2, 3, 2, np.nan, 6, 4, 8, np.nan])
    np.testing.assert_allclose(seasonal_naive(holes, SMALL), [4, 8, 6])
    risen = Season(pd.Timedelta(days=1), 3, 3, 1, 0.25, 1, 3, 2)
    jump = np.array([1, 2, 3, 1, 2, 3, 1, 2, 9], dtype="float64")
    np.testing.assert_allclose(seasonal_profile(jump, risen), [3, 3, 3.375])  # level 3 fades to 1


def test_scores_by_hand() -> None:
    """Off by 1, 2, 0: mean 1; a value of 0 has no per cent; the unknown counts nowhere."""
    said = np.array([[4.0, 4, 2, 5]])
    came = np.array([[5.0, 2, 0, np.nan]])
    rhythm = Season(pd.Timedelta(days=1), 4, 4, 1, 1.0, 1, 4, 1)
    told = score(BackTest(np.array([8]), said, came), rhythm)
    assert told.mae == pytest.approx((1 + 2 + 2) / 3)
    assert told.mape == pytest.approx((1 / 5 + 2 / 2) / 2)
    assert (told.origins, told.n) == (1, 3)
    assert all(math.isnan(share) for share in told.cover)


def test_no_forecast_knows_what_comes_after_it() -> None:
    """Changing the future changes neither what was said before nor the intervals then."""
    series = pulse(3, weeks=6).to_numpy()
    cut = 5 * 168
    other = np.concatenate([series[:cut], series[cut:] * 9])
    one, two = (back_test(values, seasonal_profile, HOURLY) for values in (series, other))
    before = one.origins <= cut
    np.testing.assert_array_equal(one.predicted[before], two.predicted[before])
    for trial in (one, two):
        np.testing.assert_array_equal(
            intervals(trial, HOURLY, known=cut), intervals(one, HOURLY, known=cut)
        )


def test_from_readings_to_a_forecast() -> None:
    """Ten-minute readings of a constant server with an outage and a gap: still the constant."""
    times = pd.date_range("2026-07-01", periods=5 * 168 * 6, freq="10min", tz="UTC")
    rows = readings(times, np.where(np.arange(len(times)) // 60 == 33, 0, 50.0))
    rows = rows.drop(index=range(1000, 1100))
    told = forecast(hourly(rows), rhythm=HOURLY).rows
    assert told is not None
    np.testing.assert_allclose(told[["expected", "baseline"]], 50)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.none() | st.integers(0, 9), min_size=21, max_size=60))
def test_whatever_the_past_it_is_told_or_refused(values: list[int | None]) -> None:
    """Zeros, gaps, constant or wild: no error, no number below 0."""
    series = pd.Series(
        [np.nan if value is None else float(value) for value in values],
        pd.date_range("2026-07-01", periods=len(values), freq="D"),
    )
    told = forecast(series, rhythm=DAILY)
    if told.rows is None:
        assert told.reason
    else:
        numbers = told.rows.drop(columns="timestamp").to_numpy(dtype="float64")
        assert (numbers[~np.isnan(numbers)] >= 0).all()
