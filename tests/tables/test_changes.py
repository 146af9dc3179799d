"""Change columns and last sightings: what the history adds to the named tables."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from swgdata.analytics import entity_changes
from swgdata.storage.history import EmptyHistory, History, Observation, Spawn, SpawnObservation
from tests.support.sample_frames import AS_OF, NOW
from tests.support.table_inputs import DAY, ask

HOUR = timedelta(hours=1)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """An empty history."""
    history = History(f"sqlite:///{tmp_path / 'history.sqlite'}")
    yield history
    history.close()


def saw(history: History, ago: timedelta, **towns: float | None) -> None:
    """We read the cities of Naboo so long ago; a town that is not named was not there."""
    values = {
        ("citizens", entity_changes.city_key(name.replace("_", " "), "Naboo")): count
        for name, count in towns.items()
    }
    history.record(Observation(entity_changes.CITY_KIND, AS_OF - ago, ("citizens",), values))
    history.flush()


def changes(history: History, column: str = "change_24h") -> "dict[str, float | None]":
    """City -> change, of those on Naboo."""
    rows = ask("population", {"planet": "Naboo"}, history=history).frame
    towns = rows[rows["city"].notna()]
    known = towns[column].astype("object").where(towns[column].notna(), None)
    return dict(zip(towns["city"], known, strict=True))


def test_the_change_of_a_day(history: History) -> None:
    """Citizens now (20 n) less those of 24 hours ago; who was not there then is unknown."""
    saw(history, 24 * HOUR, Town_1=15, Town_2=44, Town_3=None)
    found = changes(history)
    assert found["Town 1"] == 5
    assert found["Town 2"] == -4
    assert [found[f"Town {n}"] for n in range(3, 8)] == [None] * 5


@pytest.mark.parametrize(
    ("hours", "is_known"), [(17.9, False), (18, True), (24, True), (30, True), (30.1, False)]
)
def test_a_day_is_18_to_30_hours(history: History, hours: float, *, is_known: bool) -> None:
    """Both ends count; what lies outside stays unknown, and says why."""
    saw(history, hours * HOUR, Town_1=15)
    assert (changes(history)["Town 1"] is not None) == is_known
    notes = ask("population", {}, history=history).notes
    assert ("needs 24 h" in notes["change_24h"]) != is_known


def test_a_week_is_6_to_8_days(history: History) -> None:
    """The nearest reading counts: 8 days and 6.5 days ago, the latter."""
    saw(history, 8 * DAY, Town_1=1)
    saw(history, 6.5 * DAY, Town_1=11)
    assert changes(history, "change_7d")["Town 1"] == 9
    assert changes(history)["Town 1"] is None


def test_a_value_holds_until_it_changes(history: History) -> None:
    """Written once, five days ago; it was read again a day ago and was the same."""
    saw(history, 5 * DAY, Town_1=15)
    saw(history, 1 * DAY, Town_1=15)
    assert changes(history)["Town 1"] == 5


def test_nothing_remembered_is_unknown_never_zero(history: History) -> None:
    """With an empty history as without any."""
    for empty in (history, EmptyHistory()):
        assert set(changes(empty).values()) == {None}


def test_planets_add_up_what_is_known(history: History) -> None:
    """In the roll-up rows, and in the table of planets."""
    saw(history, 24 * HOUR, Town_1=15, Town_2=44)
    rows = ask("population", {"planet": "Naboo"}, history=history).frame
    assert rows.loc[rows["city"].isna(), "change_24h"].tolist() == [1]
    trends = ask("population_trends", {}, history=history).frame.set_index("planet")
    assert trends.loc["Naboo", "change_24h"] == 1
    assert trends["change_24h"].isna()["Tatooine"]


def test_growing_locations(history: History) -> None:
    """Those that are known to have grown by so many."""
    saw(history, 24 * HOUR, Town_1=15, Town_2=20)
    grown = ask("growing_locations", {"min_growth": 10}, history=history).frame
    assert grown["city"].tolist() == ["Town 2"]


def test_last_seen_of_the_despawned(history: History) -> None:
    """Our own last look with it; in spawn it is the feed's time; never seen stays unknown."""
    looks = [NOW - 5 * DAY, NOW - 4 * DAY, NOW - 3 * DAY]
    steel = ask("resources", {"name": "Steel02"}).frame["id"].iloc[0]
    one = Spawn(int(steel), "Steel02", "dustl", None)
    for look, up in zip(looks, [(one,), (one,), ()], strict=True):
        history.record(SpawnObservation(look, up))
    history.flush()
    rows = ask("materials", {"in_spawn": "any"}, history=history).frame.set_index("name")
    assert rows.loc["Steel02", "last_seen"] == looks[1]
    assert rows.loc["Steel01", "last_seen"] == AS_OF
    assert rows["last_seen"].isna()["Steel04"]
