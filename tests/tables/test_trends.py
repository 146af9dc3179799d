"""Movers, lasting changes, pasts, comparisons and forecasts: what our own readings tell."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from swgdata.analytics import entity_changes
from swgdata.analytics.entity_changes import DAY as ONE_DAY
from swgdata.analytics.entity_changes import (
    WEEK,
    change,
    daily_observations,
    indexed,
    movers,
    values_at_observations,
)
from swgdata.analytics.forecast import DAILY, forecast
from swgdata.analytics.trend_tests import daily_values, sustained
from swgdata.errors import NotOffered, ParameterError
from swgdata.storage.history import (
    EmptyHistory,
    History,
    Observation,
    Samples,
    Spawn,
    SpawnObservation,
)
from tests.support import history_series
from tests.support.history_series import BERLIN, utc
from tests.support.sample_frames import AS_OF, NOW
from tests.support.table_inputs import DAY, ask, feeds, loader

HOUR = timedelta(hours=1)
TABLES = (
    *("movers", "sustained_changes", "city_past", "guild_past", "compare"),
    *("activity_forecast", "activity_forecast_errors", "changes_since"),
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """An empty history."""
    history = History(f"sqlite:///{tmp_path / 'history.sqlite'}")
    yield history
    history.close()


def saw_towns(history: History, at: datetime, towns: Mapping[str, float | None]) -> None:
    """We read the active citizens of these cities of Naboo; twice as many live there."""
    values: dict[tuple[str, str], float | None] = {}
    for name, active in towns.items():
        key = entity_changes.city_key(name, "Naboo")
        values["active", key] = active
        values["citizens", key] = None if active is None else 2 * active
        values["level", key] = 1
    history.record(
        Observation(entity_changes.CITY_KIND, at, ("citizens", "active", "level"), values)
    )
    history.flush()


def saw_guilds(history: History, at: datetime, active: Mapping[tuple[str, str], float]) -> None:
    """We read the active members of these guilds, by tag and name; ten more are members."""
    values = {
        ("active", entity_changes.guild_key(*guild)): count for guild, count in active.items()
    }
    values |= {("members", key): count + 10 for (_, key), count in list(values.items())}
    history.record(Observation(entity_changes.GUILD_KIND, at, ("members", "active"), values))
    history.flush()


def rows(name: str, history: History, **raw: object) -> pd.DataFrame:
    """The rows of a table."""
    return ask(name, raw, history=history).frame


def test_movers_by_hand(history: History) -> None:
    """Largest either way first; new and vanished ones have no change and are no movers."""
    saw_towns(history, AS_OF - DAY, {"Town 1": 10, "Town 2": 30, "Town 3": 7, "Gone": 5})
    saw_towns(history, AS_OF, {"Town 1": 14, "Town 2": 21, "Town 3": 7, "Brand new": 90})
    saw_guilds(history, AS_OF - DAY, {("KRAYT", "Krayt Riders"): 31, ("OLD", "The Old"): 8})
    saw_guilds(history, AS_OF, {("KRAYT", "Krayt Riders"): 36, ("OLD", "The Old"): 7})
    found = rows("movers", history)
    told = found[["kind", "name", "planet", "tag", "change"]].astype("object")
    assert told.where(told.notna(), None).to_numpy().tolist() == [
        ["cities", "Town 2", "Naboo", None, -9],
        ["guilds", "Krayt Riders", None, "KRAYT", 5],
        ["cities", "Town 1", "Naboo", None, 4],
        ["guilds", "the old", None, "old", -1],  # no feed lists it: by its key
    ]
    assert found[["value", "before"]].to_numpy()[0].tolist() == [21, 30]
    assert found[["at", "before_at"]].to_numpy()[0].tolist() == [AS_OF, AS_OF - DAY]
    assert rows("movers", history, kind="guilds", limit=1)["name"].tolist() == ["Krayt Riders"]
    assert rows("movers", history, measure="members", kind="cities")["change"].tolist() == [-18, 8]
    assert rows("movers", history, faction="rebel")["name"].tolist() == ["Krayt Riders"]
    assert set(rows("movers", history, planet="naboo")["kind"]) == {"cities"}


def test_movers_are_those_of_the_analytics(history: History) -> None:
    """The same as over all points, though only those of the window are read."""
    for day in range(12, -1, -1):
        towns = {f"Town {n}": (day * 7 * n) % 23 + n for n in range(1, 8) if (day + n) % 5}
        saw_towns(history, AS_OF - day * DAY, towns)
    for name, window in (("24h", ONE_DAY), ("7d", WEEK)):
        points = history.points(entity_changes.CITY_KIND, "active")
        looks = history.observed(entity_changes.CITY_KIND)
        expected = movers(change(points, looks, now=NOW, window=window))
        found = rows("movers", history, window=name, kind="cities")
        assert found["change"].tolist() == expected["change"].tolist()
        assert [
            entity_changes.city_key(*pair) for pair in found[["name", "planet"]].to_numpy()
        ] == (expected["key"].tolist())


def test_what_was_written_before_the_window_still_holds(history: History) -> None:
    """The same five days ago and a day ago, so that nothing was written then."""
    for ago, active in ((5, 10), (1, 10), (0, 14)):
        saw_towns(history, AS_OF - ago * DAY, {"Town 1": active, "Town 2": 3})
    assert rows("movers", history)["change"].tolist() == [4]
    for day in range(1, 17):
        saw_towns(history, AS_OF + day * DAY, {"Town 1": 14, "Town 2": 3})
    now = AS_OF + 17 * DAY
    found = ask("sustained_changes", {"days": 16}, history=history, now=now).frame
    assert set(found["days"]) == {16}


@pytest.mark.parametrize(("hours", "is_known"), [(17, False), (18, True), (30, True), (31, False)])
def test_movers_need_two_readings_the_window_apart(
    history: History, hours: int, *, is_known: bool
) -> None:
    """Else there are none, and it is said why; never another span for it."""
    saw_towns(history, AS_OF - hours * HOUR, {"Town 1": 10})
    saw_towns(history, AS_OF, {"Town 1": 14})
    result = ask("movers", {"kind": "cities"}, history=history)
    assert (len(result.frame) == 1) == is_known
    assert ("18 h to 30 h before the last" in result.notes.get("change", "")) != is_known
    assert result.as_of == AS_OF


def drifting(history: History, days: int, *, zone: str = "UTC", hour: int = 12) -> None:
    """One reading a day: Up gains one a day, Flat is flat, Down loses two; three days missed."""
    last = datetime(2026, 4, 10, hour, tzinfo=ZoneInfo(zone))
    for back in range(days, -1, -1):
        if back in (5, 6, 17):
            continue
        towns = {"Up": 100 - back, "Flat": 30 + back % 3, "Down": 50 + 2 * back}
        local = (last.replace(tzinfo=None) - back * DAY).replace(tzinfo=ZoneInfo(zone))
        saw_towns(history, local, towns)


def test_lasting_changes_are_those_of_the_analytics(history: History) -> None:
    """Rising, falling and neither, days without a look left out, by q."""
    drifting(history, 40)
    now = utc("2026-04-10 13:00")
    found = ask("sustained_changes", {}, history=history, now=now).frame
    assert dict(zip(found["name"], found["direction"].fillna("none"), strict=True)) == {
        "up": "rising",
        "flat": "none",
        "down": "falling",
    }
    assert found.set_index("name").loc["up", "per_day"] == pytest.approx(1)
    assert found["days"].tolist() == [38] * 3
    points, looks = (
        history.points(entity_changes.CITY_KIND, "active"),
        history.observed(entity_changes.CITY_KIND),
    )
    expected = sustained(daily_values(points, looks, zone=ZoneInfo("UTC"), now=now))
    assert found["q"].tolist() == pytest.approx(expected["q"].tolist())
    falling = ask("sustained_changes", {"direction": "falling"}, history=history, now=now).frame
    assert falling["name"].tolist() == ["down"]


def test_too_few_days_are_not_tested(history: History) -> None:
    """They are listed with the reason."""
    drifting(history, 9)
    found = ask("sustained_changes", {}, history=history, now=utc("2026-04-10 13:00")).frame
    assert found["direction"].isna().all()
    assert set(found["reason"]) == {"8 days known, a trend takes 14"}


def test_days_of_a_calendar_whose_clock_is_changed(history: History) -> None:
    """Readings at half past midnight in Berlin, over 29 March: a day each, none twice."""
    drifting(history, 30, zone=BERLIN, hour=0)
    now = utc("2026-04-10 13:00")
    local = ask("sustained_changes", {"zone": BERLIN}, history=history, now=now).frame
    assert set(local["days"]) == {28}
    assert set(local["first"]) == {"2026-03-11"}
    assert set(local["last"]) == {"2026-04-10"}
    days = ask("activity_forecast", {"zone": BERLIN, "past": 20}, history=history, now=now).frame
    begins = days.set_index("day")["timestamp"]
    assert begins["2026-03-29"] == utc("2026-03-28 23:00")
    assert begins["2026-03-30"] == utc("2026-03-29 22:00")


def test_the_past_of_a_city_keeps_its_gaps(history: History) -> None:
    """A row a look, whether it changed or not; gone is unknown; no look, no row."""
    for day, active in ((9, 4), (8, 4), (5, 6), (4, None), (1, 3)):
        saw_towns(history, AS_OF - day * DAY, {"Town 1": active} if active else {"Other": 1})
    found = rows("city_past", history, city="TOWN 1", planet="naboo")
    assert found["timestamp"].tolist() == [AS_OF - day * DAY for day in (9, 8, 5, 4, 1)]
    assert found["active"].fillna(-1).tolist() == [4, 4, 6, -1, 3]
    assert found["citizens"].fillna(-1).tolist() == [8, 8, 12, -1, 6]
    assert found["level"].fillna(-1).tolist() == [1, 1, 1, -1, 1]
    recent = rows("city_past", history, city="Town 1", days=6)
    assert recent["active"].fillna(-1).tolist() == [6, -1, 3]


def test_the_past_of_a_guild(history: History) -> None:
    """By its tag, its name, or both; the latter also when no feed lists it any more."""
    saw_guilds(history, AS_OF - DAY, {("KRAYT", "Krayt Riders"): 31, ("OLD", "The Old"): 8})
    for name in ("krayt", "Krayt Riders", "KRAYT|Krayt Riders"):
        found = rows("guild_past", history, guild=name)
        assert found[["members", "active"]].to_numpy().tolist() == [[41, 31]]
    assert rows("guild_past", history, guild="OLD|The Old")["active"].tolist() == [8]


def test_comparison_by_hand_and_by_the_analytics(history: History) -> None:
    """Each 100 at the first look it was known; a gap has no rows, what is gone no figure."""
    for day, towns in (
        (40, {"Town 1": 99}),
        (20, {"Town 1": 20, "Town 2": 5}),
        (10, {"Town 1": 30, "Town 3": 8}),
        (1, {"Town 1": 10, "Town 3": 4}),
    ):
        saw_towns(history, AS_OF - day * DAY, towns)
    found = rows("compare", history, names="Town 1, town 2, Naboo City, Town 3")
    index = found.groupby("entity", sort=False)["index"].apply(lambda one: one.fillna(-1).tolist())
    assert dict(index) == {
        "Town 1": [100, 150, 50],
        "Town 2": [100, -1, -1],
        "Town 3": [100, 50],
    }
    assert found.loc[found["entity"] == "Town 1", "value"].tolist() == [20, 30, 10]
    chosen = [entity_changes.city_key(f"Town {n}", "Naboo") for n in (1, 2, 3)]
    since = NOW - 30 * DAY
    points, looks = (
        history.points(entity_changes.CITY_KIND, "active"),
        history.observed(entity_changes.CITY_KIND),
    )
    seen = values_at_observations(points, looks, since=since, until=NOW)
    expected = indexed(seen, keys=chosen, start=seen["timestamp"].min())
    pd.testing.assert_series_equal(
        found["index"].astype("float64"), expected["index"], check_index=False
    )


def test_comparing_the_usual_and_the_unknown(history: History) -> None:
    """Nobody named: the most active. Unknown to the feed: told beside the rows. Nine: too many."""
    saw_towns(history, AS_OF, {f"Town {n}": n for n in range(1, 8)})
    assert list(dict.fromkeys(rows("compare", history)["entity"])) == [
        f"Town {n}" for n in range(7, 2, -1)
    ]
    asked = ask("compare", {"names": '"Town, the", Town 1'}, history=history)
    assert set(asked.frame["entity"]) == {"Town 1"}
    assert asked.notes["entity"].endswith("days: Town, the")
    with pytest.raises(ParameterError, match="at most 8 names, not 9"):
        ask("compare", {"names": ",".join("abcdefghi")}, history=history)


def test_forecast_is_that_of_the_analytics(history: History) -> None:
    """All cities together, a day without a look unknown; beside the baseline and its errors."""
    drifting(history, 50)
    now = utc("2026-04-10 13:00")
    found = ask("activity_forecast", {"past": 8}, history=history, now=now).frame
    assert found["day"].iloc[[0, 7, 8, -1]].tolist() == [
        *("2026-04-03", "2026-04-10", "2026-04-11", "2026-04-24"),
    ]
    assert found["active"].isna().tolist() == [False, True, True, *[False] * 5, *[True] * 14]
    points, looks = (
        history.points(entity_changes.CITY_KIND, "active"),
        history.observed(entity_changes.CITY_KIND),
    )
    daily = daily_values(points, looks, zone=ZoneInfo("UTC"), now=now)
    total = daily_observations(
        daily.groupby("day")["value"].sum(), until=pd.Timestamp("2026-04-09")
    )
    expected = forecast(total, rhythm=DAILY)
    assert expected.rows is not None
    assert expected.scores is not None
    ahead = found.tail(14)
    for column in ("expected", "low80", "high95", "baseline"):
        assert ahead[column].tolist() == pytest.approx(expected.rows[column].tolist())
    errors = ask("activity_forecast_errors", {}, history=history, now=now).frame
    assert errors["mae"].tolist() == pytest.approx(expected.scores["mae"].tolist())
    assert len(errors) == 2
    one = ask(
        "activity_forecast", {"city": "Up", "planet": "Naboo"}, history=history, now=now
    ).frame
    assert one["expected"].iloc[0] == pytest.approx(100, abs=10)


def test_the_forecast_begins_today_where_nobody_looked_today(history: History) -> None:
    """The last look was two days ago: yesterday is unknown, today is the first day ahead."""
    drifting(history, 50)
    found = ask("activity_forecast", {}, history=history, now=utc("2026-04-12 13:00")).frame
    assert found["day"].iloc[0] == "2026-04-12"


def test_what_changed_since(history: History) -> None:
    """Spawns in and out, cities and guilds new, gone and moved, the war; both times beside them."""
    then = AS_OF - 3 * DAY
    spawns = {n: Spawn(n, f"R{n}", "dustl", None) for n in range(4)}
    for ago, up in ((4, (0, 1)), (2, (0, 2)), (1, (0, 2, 3)), (0, (2, 0))):
        history.record(SpawnObservation(AS_OF - ago * DAY, tuple(spawns[n] for n in up)))
    saw_towns(history, then - HOUR, {"Town 1": 10, "Town 2": 5, "Gone": 3})
    saw_towns(history, AS_OF, {"Town 1": 14, "Town 2": 5, "Fresh": 2})
    saw_guilds(history, then - HOUR, {("KRAYT", "Krayt Riders"): 31})
    saw_guilds(history, AS_OF, {("KRAYT", "Krayt Riders"): 30})
    found = rows("changes_since", history, since=f"{then:%Y-%m-%dT%H:%M}Z")
    told = found[["subject", "change", "name", "difference"]].astype("object")
    assert told.where(told.notna(), None).to_numpy().tolist() == [
        ["war", "count", "Imperial", 2],
        ["city", "new", "fresh", None],
        ["city", "gone", "gone", None],
        ["city", "active", "Town 1", 4],
        ["guild", "active", "Krayt Riders", -1],
        ["spawn", "in", "R2", None],
        ["spawn", "out", "R1", None],
    ]
    ends = found.loc[found["subject"] == "city", ["before_at", "at"]].to_numpy()
    assert {tuple(row) for row in ends} == {(then - HOUR, AS_OF)}


@pytest.mark.parametrize(("slot", "counts"), [(1, [0, 1]), (300, [0, 0])])
def test_times_are_exact_unless_a_slot_is_given(
    history: History, slot: int, counts: list[int]
) -> None:
    """Two minutes decide whether there is a reading a day ago; who asks for slots shares one."""
    begin, load = utc("2026-04-10 12:02"), loader(feeds())
    saw_towns(history, begin, {"A": 1})
    saw_towns(history, begin + timedelta(hours=23), {"A": 5})
    nows = (begin + timedelta(hours=23, minutes=59), begin + timedelta(hours=24, minutes=1))
    results = [
        ask("changes_since", {}, history=history, load=load, slot=slot, now=now) for now in nows
    ]
    assert [int((result.frame["subject"] == "city").sum()) for result in results] == counts


def test_the_war_we_remember_goes_further_back_than_the_feed(history: History) -> None:
    """Our own samples before the feed's, which win where both tell."""
    when = pd.to_datetime([NOW - 20 * DAY]).as_unit("s")
    sampled = pd.DataFrame({"timestamp": when, "imperial": [9.0], "rebel": [1.0]})
    history.record(Samples.of("server", AS_OF, sampled))
    history.flush()
    war = rows("changes_since", history, since=(NOW - 10 * DAY).isoformat()).iloc[0]
    assert war[["name", "before", "value", "difference"]].tolist() == ["Imperial", 9, 3, -6]
    assert war["before_at"] == NOW - 20 * DAY


def test_before_our_readings_nothing_is_made_up(history: History) -> None:
    """A time before the first reading: no rows, and when ours begin."""
    saw_towns(history, AS_OF, {"Town 1": 10})
    result = ask("changes_since", {"since": "2026-01-01"}, history=history)
    assert result.frame.empty
    assert "cities: our readings begin 2026-08-20 11:30 UTC" in result.notes["subject"]
    assert "spawns: nothing of it was read yet" in result.notes["subject"]


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01T00:00+23:00", "\x00"])
def test_no_time_gets_a_sentence(text: str) -> None:
    """It names what is expected."""
    with pytest.raises(ParameterError, match="since must be a time such as"):
        ask("changes_since", {"since": text})


@pytest.mark.parametrize("name", TABLES)
def test_without_history_there_is_nothing_and_a_reason(history: History, name: str) -> None:
    """No rows are made up of what the feeds say today; the reason stands beside them."""
    asked = {"city_past": {"city": "Town 1"}, "guild_past": {"guild": "KRAYT"}}.get(name, {})
    for empty in (history, EmptyHistory()):
        result = ask(name, asked, history=empty)
        war = result.frame.get("subject", pd.Series(dtype="str")).eq("war")
        assert len(result.frame) == war.sum()  # the feed dates its own counts
        assert "nothing of it was read yet" in " ".join(result.notes.values())


@pytest.mark.parametrize("name", TABLES)
def test_the_plain_source_has_no_such_past(name: str) -> None:
    """Nothing of it is recorded."""
    with pytest.raises(NotOffered):
        ask(name, {}, provider="plain")


@pytest.mark.parametrize("name", TABLES)
def test_names_are_only_decoration(history: History, name: str) -> None:
    """While the feeds are down, what we remember is still told."""
    drifting(history, 40)
    asked = {"city_past": {"city": "Up", "planet": "Naboo"}}.get(name, {})
    down = loader({})
    result = ask(name, asked, history=history, load=down, now=utc("2026-04-10 13:00"))
    assert set(result.missing) <= set(feeds())
    assert name == "guild_past" or len(result.frame)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({}, "name a city"),
        ({"city": "Nowhere"}, "no city is called so"),
        ({"city": "Nowhere", "planet": "Lok"}, "no reading of it in the last 90 days"),
    ],
)
def test_an_unknown_city_is_no_error(history: History, asked: dict[str, str], why: str) -> None:
    """Only the feed knows which there are: no rows, and why."""
    saw_towns(history, AS_OF, {"Town 1": 10})
    result = ask("city_past", asked, history=history)
    assert result.frame.empty
    assert why in result.notes["timestamp"]


def test_at_looks_by_hand() -> None:
    """From the first point on; what held before the window counts; later looks do not."""
    points = history_series.points(
        ("a", "2026-01-01", 5.0), ("a", "2026-01-04", None), ("b", "2026-01-03 06:00", 7.0)
    )
    looks = history_series.looks(
        "2026-01-05", "2026-01-01", "2026-01-03", "2026-01-04", "2026-01-09"
    )
    found = values_at_observations(points, looks, since=utc("2026-01-02"), until=utc("2026-01-06"))
    assert found["key"].tolist() == ["a", "a", "a", "b", "b"]
    assert found["value"].fillna(-1).tolist() == [5, -1, -1, 7, 7]
    assert found["timestamp"].dt.day.tolist() == [3, 4, 5, 4, 5]
    assert values_at_observations(
        points, [], since=utc("2026-01-02"), until=utc("2026-01-06")
    ).empty
    assert values_at_observations(points.iloc[:0], looks, since=utc("2026-01-02"), until=NOW).empty


def test_without_a_reading_since_nothing_is_called_unchanged(history: History) -> None:
    """Where nobody has looked since that time, nobody knows; the last reading is named."""
    for ago in (5, 3):
        at = AS_OF - ago * DAY
        saw_towns(history, at, {"Town 1": 10})
        history.record(SpawnObservation(at, (Spawn(1, "R1", "dustl", None),)))
    history.flush()
    result = ask("changes_since", {"since": (AS_OF - DAY).isoformat()}, history=history)
    assert not set(result.frame["subject"]) & {"city", "spawn"}
    for kind in ("cities", "spawns"):
        assert f"{kind}: our last reading is of 2026-08-17 11:30 UTC" in result.notes["subject"]
