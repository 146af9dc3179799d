"""The machine's zone and the days on which clocks change make no difference to any value."""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from swgdata.analytics.online import Hour, busiest_hour
from swgdata.feeds.coerce import moment
from swgdata.feeds.model import conform
from swgdata.feeds.swgtracker import FEEDS
from swgdata.sources.sample import Galaxy

NEW_YORK, BERLIN, LORD_HOWE = "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"

# Zone, its day, that day's length in hours, an hour that is there twice or not at all.
SWITCHES: Final = (
    (NEW_YORK, datetime(2026, 3, 8), 23, 2),  # noqa: DTZ001 - a day in a zone
    (NEW_YORK, datetime(2026, 11, 1), 25, 1),  # noqa: DTZ001
    (BERLIN, datetime(2026, 3, 29), 23, 2),  # noqa: DTZ001
    (BERLIN, datetime(2026, 10, 25), 25, 2),  # noqa: DTZ001
    (LORD_HOWE, datetime(2026, 10, 4), 23.5, 2),  # noqa: DTZ001
    (LORD_HOWE, datetime(2026, 4, 5), 24.5, 1),  # noqa: DTZ001
)
ODD: Final = {
    **{f"{day:%Y-%m-%d} {hour:02}:30:00": True for _, day, _, hour in SWITCHES},
    "2026-03-29T02:30:00+01:00": True,
    "2016-12-31 23:59:60": False,  # a leap second is no time that can be kept
    "2026-02-30 00:00:00": False,
}


@pytest.fixture
def machine_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Move this machine to a zone."""
    if sys.platform == "win32":
        pytest.skip("a process cannot change its zone there")

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def _read(now: datetime) -> dict[str, pd.DataFrame]:
    """Every feed of a galaxy at this time, as frames."""
    galaxy, frames = Galaxy(rows=30, now=now), {}
    for name, feed in FEEDS.items():
        if not feed.parameters:
            reply = galaxy.answer(feed.path)
            for table, frame in conform(feed, feed.parse(reply.body)).tables.items():
                frames[f"{name}.{table}"] = frame
    return frames


@pytest.mark.parametrize(
    ("zone", "day"),
    [(zone, day) for zone, day, _, _ in SWITCHES],
    ids=lambda value: f"{value:.10}" if isinstance(value, str) else f"{value:%m-%d}",
)
def test_every_feed_in_every_zone(
    zone: str, day: datetime, machine_in: Callable[[str], None]
) -> None:
    """Read on a day on which clocks change, all values and times are those of UTC."""
    now = (day + timedelta(hours=12)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    machine_in("UTC")
    expected, odd = _read(now), {text: moment(text) for text in ODD}
    assert {text: told is not None for text, told in odd.items()} == ODD
    machine_in(zone)
    assert datetime.now().astimezone().utcoffset() != timedelta(0)
    found = _read(now)
    assert set(found) == set(expected)
    assert [name for name in found if not found[name].equals(expected[name])] == []
    assert {text: moment(text) for text in ODD} == odd


@pytest.mark.parametrize(("zone", "day", "hours", "odd"), SWITCHES)
def test_hours_of_a_day_on_which_clocks_change(
    zone: str, day: datetime, hours: float, odd: int
) -> None:
    """Its samples are counted once each: an hour that is there twice has both, a lost one none."""
    place = ZoneInfo(zone)
    begin, end = (
        pd.Timestamp(at).tz_localize(place).tz_convert("UTC").floor("s")
        for at in (day, day + timedelta(days=1))
    )
    assert (end - begin) == timedelta(hours=hours)
    times = pd.date_range(begin, end, freq="10min", inclusive="left")
    local = times.tz_convert(place).hour
    counted = 0
    for hour in range(24):
        online = [100 if it == hour else 1 for it in local]
        pulse = pd.DataFrame({"timestamp": times, "online": pd.array(online, "Int32")})
        best = busiest_hour(pulse, zone=place)
        if best is not None and best.mean > 50:
            assert best == Hour(hour, 100.0, list(local).count(hour))
            counted += best.samples
    lost = sum(n for n in map(list(local).count, range(24)) if 0 < n < 4)
    assert counted + lost == len(times) == hours * 6
    assert list(local).count(odd) == 6 + (hours - 24) * 6
