"""What came and went each day, and droughts."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.spawn_changes import turnover
from swgdata.analytics.spawn_lifetimes import family_of
from tests.support.history_series import BERLIN, SWITCHES, intervals, looks, utc

UTC = ZoneInfo("UTC")
DAILY = looks(*(f"2026-08-{day} 06:00" for day in (10, 11, 12, 15, 16)))


def test_a_watch_by_hand() -> None:
    """Up at the first look came before; the 13th and 14th nobody looked."""
    told = turnover(
        intervals(
            {"entered": "2026-08-10 06:00", "first_seen": "2026-08-01",
             "last_seen": "2026-08-11 06:00", "first_missing": "2026-08-12 06:00"},
            {"entered": "2026-08-10 06:00", "last_seen": "2026-08-16 06:00"},
            {"entered": "2026-08-12 06:00", "first_seen": "2026-08-11 20:00",
             "last_seen": "2026-08-12 06:00", "first_missing": "2026-08-15 06:00"},
            {"entered": "2026-08-12 06:00", "last_seen": "2026-08-16 06:00"},
            {"resource_id": 0, "entered": "2026-08-15 06:00", "first_seen": "2026-08-01",
             "last_seen": "2026-08-16 06:00"},
        ),
        DAILY,
        zone=UTC,
    )  # fmt: skip
    assert told["day"].dt.day.tolist() == [10, 11, 12, 13, 14, 15, 16]
    assert told["looks"].tolist() == [1, 1, 1, 0, 0, 1, 1]
    counts = {name: told[name].astype("object").where(told[name].notna(), None).tolist()
              for name in ("spawned", "despawned", "net", "vague")}  # fmt: skip
    assert counts == {
        "spawned": [0, 1, 1, None, None, 1, 0],
        "despawned": [0, 1, 0, 1, None, 0, 0],
        "net": [0, 0, 1, None, None, 1, 0],
        "vague": [0, 0, 0, 1, None, 0, 0],
    }


def test_one_family_only() -> None:
    """The others count nowhere."""
    rows = intervals(
        {"entered": "2026-08-11 06:00", "last_seen": "2026-08-16 06:00"},
        {"entered": "2026-08-11 06:00", "last_seen": "2026-08-16 06:00", "class_code": "other"},
    )
    family = family_of(rows["class_code"])[0]
    assert turnover(rows, DAILY, zone=UTC)["spawned"].sum() == 2
    assert turnover(rows, DAILY, zone=UTC, family=family)["spawned"].sum() == 1
    assert turnover(rows, [], zone=UTC).empty
    assert turnover(intervals(), DAILY, zone=UTC)["spawned"].sum() == 0


def test_a_day_the_clock_is_changed_is_one_day() -> None:
    """What comes in the repeated hour comes that day."""
    for zone, day, _ in SWITCHES:
        noon = pd.Timestamp(f"{day} 12:00", tz=zone)
        entered = pd.Timestamp(f"{day} 04:00", tz=zone).tz_convert("UTC")
        rows = intervals({"entered": str(entered), "last_seen": str(noon.tz_convert("UTC"))})
        watch = [(noon + pd.Timedelta(days=n)).to_pydatetime() for n in (-1, 0, 1)]
        told = turnover(rows, watch, zone=ZoneInfo(zone))
        assert told["spawned"].tolist() == [0, 1, 0]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 200), st.booleans()), max_size=30))
def test_all_that_came_and_went_is_counted_once(rows: list[tuple[int, int, bool]]) -> None:
    """Over the whole watch; the net is what is up at its end less what was at its start."""
    start = pd.Timestamp("2026-08-01", tz="UTC")

    def at(hours: int) -> str:
        return str(start + pd.Timedelta(hours=hours))

    frame = intervals(
        *({"entered": at(begin), "last_seen": at(begin + lasts),
           "first_missing": at(begin + lasts + 1) if left else None}
          for begin, lasts, left in rows)
    )  # fmt: skip
    watch = [(start + pd.Timedelta(hours=hour)).to_pydatetime() for hour in range(505)]
    told = turnover(frame, watch, zone=ZoneInfo(BERLIN))
    assert told["spawned"].sum() == len(rows)
    assert told["despawned"].sum() == sum(left for *_, left in rows)
    assert told["net"].sum() == frame["first_missing"].isna().sum()
    assert np.array_equal(told["looks"].sum(), len(watch))
    assert utc("2026-08-01") == start
