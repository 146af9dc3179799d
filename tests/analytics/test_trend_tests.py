"""Sustained change: noise is rarely called, drift is found."""

import math
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.trend_tests import daily_values, false_discovery, sustained, trend
from tests.support.history_series import BERLIN, looks, points, utc

DAYS = 60
MANY = 300


def frame(values: np.ndarray) -> pd.DataFrame:
    """Rows by entity, columns by day; NaN = not seen."""
    keys, days = values.shape
    calendar = pd.date_range("2026-06-01", periods=days, freq="D", unit="s")
    return pd.DataFrame(
        {
            "key": np.repeat([f"K{n:03}" for n in range(keys)], days),
            "day": np.tile(calendar, keys),
            "value": values.ravel(),
        }
    )


def noise(seed: int, *, keep: float = 0.0, days: int = DAYS, keys: int = MANY) -> np.ndarray:
    """Counts about 30 that remember so much of the day before."""
    chance = np.random.default_rng(seed)
    drift = chance.normal(size=(keys, days))
    for day in range(1, days):
        drift[:, day] = keep * drift[:, day - 1] + math.sqrt(1 - keep**2) * drift[:, day]
    return np.round(30 + 5 * drift)


def test_the_score_by_hand() -> None:
    """1 2 2 3 5: nine pairs rise, one ties; variance (5*4*15 - 2*1*9)/18 = 15.67; z 8/3.958."""
    told = trend(np.arange(0.0, 10, 2), np.array([1.0, 2, 2, 3, 5]))
    assert told.memory == 0  # no two days are neighbours
    assert told.p == pytest.approx(math.erfc(8 / math.sqrt(47 / 3) / math.sqrt(2)), abs=1e-12)
    slopes = [1, 0.5, 2 / 3, 1, 0, 0.5, 1, 1, 1.5, 2]
    assert told.slope == pytest.approx(np.median(slopes) / 2)
    with pytest.raises(ValueError, match="at least 5"):
        trend(np.arange(4.0), np.ones(4))


def test_false_discovery_by_hand() -> None:
    """Of four: .01*4/1, .02*4/2, .03*4/3, .5*4/4; what was not tested does not count."""
    told = false_discovery(np.array([0.5, 0.01, np.nan, 0.03, 0.02]))
    np.testing.assert_allclose(told, [0.5, 0.04, np.nan, 0.04, 0.04])


@pytest.mark.parametrize("keep", [0.0, 0.5])
def test_noise_is_rarely_called(keep: float) -> None:
    """Of 10 x 300 entities without a trend hardly one is called, days alike or not."""
    called = [
        int(sustained(frame(noise(seed, keep=keep)))["direction"].notna().sum())
        for seed in range(3)
    ]
    assert sum(called) <= 3  # of 900


@pytest.mark.parametrize(("keep", "most"), [(0.0, 0.06), (0.5, 0.07), (0.8, 0.10)])
def test_a_single_test_holds_its_level(keep: float, most: float) -> None:
    """Below 0.05 about as often as it says, without the correction for many."""
    days = np.arange(float(DAYS))
    p = np.array([trend(days, values).p for values in noise(7, keep=keep, keys=600)])
    assert (p < 0.05).mean() <= most


def test_drift_among_noise_is_found() -> None:
    """Forty of 300 lose or win 40 % of a day's spread in a week; nearly all and few others."""
    values = noise(11)
    slope = np.zeros(MANY)
    slope[:20], slope[20:40] = 0.3, -0.3
    told = sustained(frame(values + slope[:, None] * np.arange(DAYS))).set_index("key")
    real = [f"K{n:03}" for n in range(40)]
    assert (told.loc[real[:20], "direction"] == "rising").mean() >= 0.95
    assert (told.loc[real[20:], "direction"] == "falling").mean() >= 0.95
    assert told.drop(real)["direction"].notna().sum() <= 6
    assert told.loc[real[:20], "per_day"].mean() == pytest.approx(0.3, abs=0.03)
    np.testing.assert_allclose(told["change"], told["per_day"] * (DAYS - 1))


def test_a_short_series_is_not_tested() -> None:
    """It says so, and takes no part in the correction; a flat one is tested and not called."""
    values = np.full((3, 20), np.nan)
    values[0, :13] = np.arange(13)
    values[1] = np.arange(20)
    values[2] = 7
    told = sustained(frame(values)).set_index("key")
    assert told.loc["K000", "reason"] == "13 days known, a trend takes 14"
    assert told["p"].isna().to_dict() == {"K000": True, "K001": False, "K002": False}
    assert told.loc["K001", "direction"] == "rising"
    assert told.loc["K001", "per_day"] == 1
    assert (told.loc["K002", "p"], told.loc["K002", "per_day"]) == (1, 0)
    assert told["direction"].isna().tolist() == [False, True, True]
    assert told["reason"].notna().sum() == 1
    assert sustained(frame(values[:, :0])).empty


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(-50, 50), min_size=14, max_size=40), st.data())
def test_turned_round_it_falls_as_surely(values: list[int], data: st.DataObject) -> None:
    """And neither a shift nor a scale changes the p; gaps take days, not evidence."""
    gaps = data.draw(st.lists(st.integers(1, 4), min_size=len(values), max_size=len(values)))
    days = np.cumsum(gaps).astype("float64")
    series = np.array(values, dtype="float64")
    told, turned, grown = (trend(days, one) for one in (series, -series, 4 * series + 64))
    assert turned.p == pytest.approx(told.p)
    assert turned.slope == pytest.approx(-told.slope)
    assert grown.slope == pytest.approx(4 * told.slope)
    assert grown.p == pytest.approx(told.p)
    assert 0 <= told.p <= 1


def test_days_are_those_we_looked_on() -> None:
    """The value at the last look of each local day; a restart's lost days have no row."""
    told = daily_values(
        points(("a", "2026-08-01", 4), ("a", "2026-08-02 23:00", 6), ("b", "2026-08-04", 1),
               ("a", "2026-08-05 01:00", None)),
        looks("2026-08-05 10:00", "2026-08-01 08:00", "2026-08-02 21:00", "2026-08-02 23:30",
              "2026-08-04 09:00", "2026-08-09"),
        zone=ZoneInfo(BERLIN),
        now=utc("2026-08-06"),
    )  # fmt: skip
    rows = [(row.key, f"{row.day:%d}", row.value) for row in told.itertuples()]
    assert rows == [
        ("a", "01", 4), ("a", "02", 4), ("a", "03", 6), ("a", "04", 6), ("b", "04", 1),
        ("b", "05", 1),
    ]  # fmt: skip
    empty = daily_values(points(), [], zone=ZoneInfo(BERLIN), now=utc("2026-08-06"))
    assert sustained(empty).empty
