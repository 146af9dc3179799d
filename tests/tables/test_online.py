"""The tables of players online: remembered samples and today's feed, told once each."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from swgdata.analytics import online as analytics_online
from swgdata.analytics import online_patterns
from swgdata.analytics.forecast import HOURLY, forecast
from swgdata.analytics.online import same_hour
from swgdata.analytics.online_patterns import daily, outages
from swgdata.storage.history import EmptyHistory, History, Samples
from swgdata.tables import Result
from swgdata.tables.online import WEEKDAYS
from tests.support.history_series import BERLIN, readings, samples, utc
from tests.support.sample_frames import NOW, TIME, frame
from tests.support.table_inputs import ask, loader

HOUR: Final = timedelta(hours=1)
ZONE: Final = ZoneInfo(BERLIN)
NO_HISTORY: Final = EmptyHistory()
TABLES: Final = (
    *("online_now", "online_today", "hour_of_week", "peak_hours", "daily_online", "outages"),
    *("online_forecast", "online_forecast_errors"),
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """An empty history."""
    history = History(f"sqlite:///{tmp_path / 'history.sqlite'}")
    yield history
    history.close()


def remember(history: History, times: pd.DatetimeIndex, values: Any) -> pd.DataFrame:
    """We read the pulse at these times; as samples, which the analytics take."""
    rows = readings(times, values)
    told = rows[["timestamp", "total"]].rename(columns={"total": "online"})
    history.record(Samples.of("server", NOW, told))
    history.flush()
    return rows


def pulse(
    *rows: tuple[str, int | None], now: int | None = None, peak: int | None = None
) -> Mapping[str, Mapping[str, pd.DataFrame]]:
    """What the feed says: samples, how many are on at this moment, the peak of the day."""
    told = [{"timestamp": utc(time), "online": online} for time, online in rows]
    this = frame({"online": "Int32", "peak_today": "Int32"}, {"online": now, "peak_today": peak})
    return {
        "pulse": {
            "pulse": frame({"timestamp": TIME, "online": "Int32"}, *told),
            "pulse_now": this,
        }
    }


def online(
    name: str,
    raw: Mapping[str, object] | None = None,
    *,
    feed: Mapping[str, Mapping[str, pd.DataFrame]] | None = None,
    now: datetime = NOW,
    history: History = NO_HISTORY,
) -> Result:
    """Ask a table of what is remembered and of a feed that is silent unless told otherwise."""
    return ask(name, raw, load=loader(feed or pulse(), as_of=now), now=now, history=history)


def stamp(text: str) -> pd.Timestamp:
    """``2026-08-20 11:30``, to compare an index of times with."""
    return pd.Timestamp(utc(text))


def weeks(count: int, *, until: datetime = NOW, step: str = "10min") -> pd.DatetimeIndex:
    """Every ten minutes of some weeks."""
    start = pd.Timestamp(until) - timedelta(weeks=count)
    return pd.date_range(start, until, freq=step).as_unit("s")


def wave(times: pd.DatetimeIndex) -> np.ndarray:
    """Whole players: more in the evening, more at the weekend, a little chance."""
    hour = np.asarray(times.hour + times.minute / 60)
    is_weekend = np.asarray(times.day_of_week) >= 5
    chance = np.random.default_rng(5).normal(0, 4, len(times))
    daily_course = 60 * np.sin((hour - 14) / 24 * 2 * np.pi)
    players: np.ndarray = np.round(100 + daily_course + 20 * is_weekend + chance)
    return players


def test_history_and_feed_are_united_and_nothing_counts_twice(history: History) -> None:
    """What is remembered counts where both tell; the feed adds what is newer; null is nothing."""
    past = pd.DatetimeIndex([utc("2026-08-20 11:30"), utc("2026-08-20 11:40")]).as_unit("s")
    remember(history, past, [10, 20])
    feed = pulse(("2026-08-20 11:40", 999), ("2026-08-20 11:50", None), ("2026-08-20 12:00", 30))
    day = online("daily_online", feed=feed, history=history).frame.iloc[0]
    assert (day["n"], day["total"], day["peak"]) == (3, 60, 30)
    later = pulse(("2026-08-20 12:00", 30), ("2026-08-20 12:10", 500))  # not yet
    assert online("daily_online", feed=later, history=history).frame["total"].tolist() == [60]


def test_a_rolled_up_hour_takes_no_sample_of_the_feed(history: History) -> None:
    """Its readings are in it already."""
    long_ago = pd.date_range("2026-08-20 09:00", periods=6, freq="10min", tz="UTC").as_unit("s")
    remember(history, long_ago, [10] * 6)
    history.thin(NOW + timedelta(days=2), keep=timedelta(0), dry_run=False)
    assert history.samples("online")["samples"].tolist() == [6]
    feed = pulse(("2026-08-20 09:20", 10), ("2026-08-20 10:00", 40))
    day = online("daily_online", feed=feed, history=history).frame.iloc[0]
    assert (day["n"], day["total"]) == (7, 100)


@pytest.mark.parametrize("name", TABLES)
def test_without_a_history_the_feed_is_enough(name: str) -> None:
    """An empty history is no error; nothing unknown becomes 0."""
    result = online(name, feed=pulse(("2026-08-20 11:50", 0), ("2026-08-20 12:00", 7)))
    holes = {column for column in result.frame if result.frame[column].isna().any()}
    assert holes <= set(result.notes)
    nothing = online(name)
    figures = nothing.frame.select_dtypes("Float64")
    assert figures.isna().all(axis=None)


def test_today_beside_the_same_weekday_equals_the_analytics(history: History) -> None:
    """Eight weeks with a gap of a week, over a change of the clock, on Berlin's."""
    now = utc("2026-11-02 19:35")
    times = weeks(8, until=now)
    times = times[(times < stamp("2026-10-12 12:00")) | (times > stamp("2026-10-19 20:00"))]
    rows = remember(history, times, wave(times))
    told = online("online_today", {"zone": BERLIN}, history=history, now=now).frame
    same = analytics_online.usual_band(rows, zone=ZONE, now=now, weeks=12)
    assert told["time"].tolist()[:2] == ["00:00", "00:10"]
    for column in ("today", "low", "middle", "high", "n"):
        np.testing.assert_allclose(told[column].astype("float64"), same[column])
    assert set(told["n"]) == {5, 6, 7}
    assert told["today"].notna().sum() == 124  # until 20:30 in Berlin
    few = online("online_today", {"weeks": 3}, history=history, now=now)
    assert few.frame["low"].isna().all()
    assert "fewer than 4 past days" in few.notes["low"]


def test_now_judges_what_the_site_says_of_this_moment(history: History) -> None:
    """Against the band of its slot; the site's own figure is newer than its samples."""
    days = [NOW - timedelta(weeks=week) for week in range(1, 6)]
    remember(history, pd.DatetimeIndex(days[::-1]).as_unit("s"), [10, 20, 30, 40, 50])
    feed = pulse(("2026-08-20 11:50", 45), now=48, peak=60)
    result = online("online_now", feed=feed, history=history)
    row = result.frame.iloc[0]
    assert (row["online"], row["verdict"], row["n"], row["at"]) == (48, "above", 5, NOW)
    assert (row["low"], row["middle"], row["high"]) == pytest.approx((14, 30, 46))
    assert (row["last_week"], row["last_week_n"]) == (50, 1)
    assert (row["peak_today"], pd.isna(row["peak_at"])) == (60, True)
    assert set(result.notes) == {"peak_at"}
    usual_now = online("online_now", feed=pulse(now=46), history=history).frame.iloc[0]
    assert usual_now["verdict"] == "usual"


def test_now_is_unknown_with_a_reason_never_zero(history: History) -> None:
    """No fresh reading; too few weeks; nobody on, which is a reading."""
    stale = online("online_now", feed=pulse(("2026-08-20 11:39", 5)), history=history)
    assert stale.frame[["online", "verdict", "last_week"]].isna().all(axis=None)
    assert stale.notes["online"] == "no reading in the last 20 minutes"
    few = online("online_now", feed=pulse(now=0), history=history)
    assert few.frame["online"].tolist() == [0]
    assert few.notes["verdict"].startswith("only 0 of the 4 past weeks")
    assert few.notes["last_week"] == "nobody read the pulse in this hour a week ago"


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        ("2026-08-20 18:40", "2026-08-13 18:10"),
        ("2026-10-26 19:40", "2026-10-19 18:10"),  # 20:40 CET, 20:10 CEST
        ("2026-11-01 01:10", "2026-10-25 00:10"),  # 02:10: of the two the first
        ("2026-04-05 00:30", "2026-03-29 01:10"),  # 02:30 was skipped: 03:10
    ],
)
def test_same_hour_last_week_is_the_clocks(at: str, wanted: str) -> None:
    """Across a change of the clock 20:00 is compared with 20:00; beyond the hour nothing counts."""
    beside = [(pd.Timestamp(wanted) + shift * HOUR).isoformat(sep=" ") for shift in (-1, 1)]
    rows = samples((wanted, 12), *((time, 999) for time in beside))
    told = same_hour(rows, at=utc(at), zone=ZONE)
    assert (told.mean, told.n) == (12, 1)
    none = same_hour(rows.head(0), at=utc(at), zone=ZONE)
    assert (none.mean, none.n) == (None, 0)


def test_hour_of_week_equals_the_analytics(history: History) -> None:
    """Over the week in which Berlin's clock is set back; empty hours are null, not 0."""
    now = utc("2026-10-29 09:00")
    times = weeks(2, until=now)
    times = times[times.hour != 5]
    rows = remember(history, times, wave(times))
    told = online("hour_of_week", {"zone": BERLIN, "weeks": 1}, history=history, now=now)
    same = online_patterns.hour_of_week(rows, zone=ZONE, now=now, weeks=1)
    assert told.frame["weekday"].tolist() == [WEEKDAYS[day] for day in same["weekday"]]
    for column in ("hour", "mean", "n", "days"):
        np.testing.assert_allclose(told.frame[column].astype("float64"), same[column])
    assert told.frame["n"].sum() == (rows["timestamp"] > now - timedelta(weeks=1)).sum()
    sunday = told.frame[told.frame["weekday"] == "Sunday"].set_index("hour")
    assert sunday.loc[2, "n"] == 12  # the hour came twice
    assert sunday["mean"].isna()[6]
    assert told.notes["mean"] == "nobody read the pulse then"


def test_peak_hours_equal_the_analytics(history: History) -> None:
    """Three hours of the local clock over all that is kept, rated and so not provisional."""
    times = weeks(1)
    rows = remember(history, times, wave(times))
    told = online("peak_hours", {"zone": BERLIN}, history=history).frame
    same = online_patterns.peak_hours(rows, zone=ZONE)
    assert told["hour"].tolist() == same["label"].tolist()
    assert told["mean"].tolist() == pytest.approx(same["mean"].tolist())
    assert told["days"].min() >= 7
    assert told["provisional"].isna().all()


def test_what_is_yet_to_come_counts_nowhere(history: History) -> None:
    """A site whose clock is ahead of ours."""
    times = weeks(1)
    remember(history, times, [10] * len(times))
    ahead = pulse(*((f"2026-08-20 12:{minute}0", 999) for minute in range(1, 6)))
    assert set(online("peak_hours", feed=ahead, history=history).frame["mean"]) == {10}


def test_peak_hours_of_less_than_three_days_are_provisional(history: History) -> None:
    """Only today's busiest hour, which says so; nothing where even that is not known."""
    today = [(f"2026-08-20 {hour}:{minute}0", hour) for hour in (10, 11) for minute in range(6)]
    told = online("peak_hours", feed=pulse(*today), history=history).frame
    assert told[["hour", "mean", "n", "days"]].to_numpy().tolist() == [["11:00", 11.0, 6, 1]]
    assert told["provisional"].tolist() == [
        "no hour was seen on 3 days yet: today's busiest so far"
    ]
    assert online("peak_hours", feed=pulse(*today[:3]), history=history).frame.empty


def test_days_equal_the_analytics_with_a_gap_and_a_long_day(history: History) -> None:
    """The day of the switch has 25 hours; a day nobody read is there, without figures."""
    now = utc("2026-10-27 12:00")
    times = weeks(1, until=now)
    times = times[times.tz_convert(ZONE).day != 24]
    rows = remember(history, times, wave(times))
    told = online("daily_online", {"zone": BERLIN}, history=history, now=now).frame
    same = daily(rows, zone=ZONE, until=now)
    assert told["day"].tolist() == same["day"].dt.strftime("%Y-%m-%d").tolist()
    for column in ("mean", "peak", "low", "total", "n", "hours"):
        np.testing.assert_allclose(told[column].astype("float64"), same[column])
    days = told.set_index("day")
    assert (days["n"]["2026-10-25"], days["hours"]["2026-10-25"]) == (150, 25)
    assert days.loc["2026-10-24", "n"] == 0
    assert days.loc["2026-10-24", ["mean", "peak", "low", "total"]].isna().all()
    later = online("daily_online", history=history, now=now + timedelta(days=2)).frame
    assert later["n"].tolist()[-2:] == [0, 0]  # nobody has read today yet
    last = online("daily_online", {"zone": BERLIN, "days": 3}, history=history, now=now).frame
    assert last["day"].tolist() == ["2026-10-25", "2026-10-26", "2026-10-27"]


def test_outages_tell_zero_from_missing(history: History) -> None:
    """The server was down, our app was restarted; nothing is missing before the first reading."""
    times = pd.date_range(utc("2026-08-18 00:00"), NOW, freq="10min").as_unit("s")
    values = np.where(
        (times >= stamp("2026-08-19 03:00")) & (times < stamp("2026-08-19 03:30")), 0, 9
    )
    off = (times > stamp("2026-08-20 06:00")) & (times < stamp("2026-08-20 08:00"))
    rows = remember(history, times[~off], values[~off])
    told = online("outages", history=history).frame
    pd.testing.assert_frame_equal(
        told, outages(rows, until=NOW), check_dtype=False, check_index_type=False
    )
    assert told[["kind", "minutes"]].to_numpy().tolist() == [["zero", 30], ["missing", 110]]
    assert online("outages", {"days": 1}, history=history).frame["kind"].tolist() == ["missing"]
    assert online("outages", {"days": 60}, history=history).frame["kind"].tolist() == [
        *("zero", "missing"),
    ]


def test_an_outage_that_lasts_has_no_end(history: History) -> None:
    """Null with a reason; a window inside it begins with the window; nothing read says so."""
    remember(history, pd.DatetimeIndex([NOW - timedelta(days=3)]).as_unit("s"), [5])
    told = online("outages", {"days": 1}, history=history)
    assert told.frame["kind"].tolist() == ["missing"]
    assert told.frame["start"].tolist() == [NOW - timedelta(days=1)]
    assert told.frame["end"].isna().all()
    assert told.notes == {"end": "it still lasts"}
    nothing = online("outages")
    assert nothing.frame.empty
    assert nothing.notes["kind"] == "nothing was read so far"


def test_forecast_equals_the_analytics_and_begins_now(history: History) -> None:
    """Of whole hours only; both tables say the same thing."""
    now = NOW + timedelta(minutes=25)
    times = weeks(7, until=now)
    times = times[times.day != 3]
    rows = remember(history, times, wave(times))
    told = online("online_forecast", history=history, now=now).frame
    series = online_patterns.hourly(rows.loc[rows["timestamp"] < NOW])
    same = forecast(series, rhythm=HOURLY)
    assert same.rows is not None
    assert same.scores is not None
    assert told["timestamp"].iloc[0] == NOW
    for column in told.columns[1:]:
        np.testing.assert_allclose(told[column].astype("float64"), same.rows[column])
    errors = online("online_forecast_errors", history=history, now=now).frame
    assert errors["model"].tolist() == ["usual course", "seasonal naive"]
    for column in errors.columns[1:]:
        np.testing.assert_allclose(errors[column].astype("float64"), same.scores[column])


def test_forecast_begins_now_after_a_pause(history: History) -> None:
    """Hours nobody read are unknown: the forecast is of the time to come, not of the pause."""
    times = weeks(8)
    times = times[times < pd.Timestamp(NOW) - timedelta(days=2)]
    remember(history, times, wave(times))
    told = online("online_forecast", history=history).frame
    assert told["timestamp"].iloc[0] == NOW
    assert told["expected"].notna().all()


@pytest.mark.parametrize("name", ["online_forecast", "online_forecast_errors"])
def test_too_little_history_is_no_forecast(history: History, name: str) -> None:
    """No rows, and why."""
    times = weeks(2)
    remember(history, times, wave(times))
    told = online(name, history=history)
    assert told.frame.empty
    assert set(told.notes) == set(told.frame.columns)
    assert told.notes[told.frame.columns[1]].startswith("a forecast takes 3 weeks of history")


def test_a_restart_changes_nothing(history: History, tmp_path: Path) -> None:
    """What was told before the app ended is told after, read by another process's history."""
    times = weeks(5)
    remember(history, times, wave(times))
    before = [online(name, history=history).frame for name in TABLES]
    history.close()
    again = History(f"sqlite:///{tmp_path / 'history.sqlite'}")
    try:
        remember(again, times, wave(times) + 1)  # the feed told it all once more
        for name, rows in zip(TABLES, before, strict=True):
            pd.testing.assert_frame_equal(online(name, history=again).frame, rows)
    finally:
        again.close()
