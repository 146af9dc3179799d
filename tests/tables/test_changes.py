"""Change columns and last sightings: what the history adds to the named tables."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from swgdata.analytics import entity_changes
from swgdata.storage.history import History, Observation, Spawn, SpawnObservation
from tests.support.sample_frames import AS_OF, NOW
from tests.support.table_inputs import DAY, ask

HOUR = timedelta(hours=1)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[History]:
    """An empty history."""
    history = History(f"sqlite:///{tmp_path / 'history.sqlite'}")
    yield history
    history.close()


def saw(memory: History, ago: timedelta, **towns: float | None) -> None:
    """We read the cities of Naboo so long ago; a town that is not named was not there."""
    values = {
        ("citizens", entity_changes.city_key(name.replace("_", " "), "Naboo")): count
        for name, count in towns.items()
    }
    memory.record(Observation(entity_changes.CITY_KIND, AS_OF - ago, ("citizens",), values))
    memory.flush()


def changes(memory: History | None, column: str = "change_24h") -> "dict[str, float | None]":
    """City -> change, of those on Naboo."""
    rows = ask("population", {"planet": "Naboo"}, memory=memory).frame
    towns = rows[rows["city"].notna()]
    known = towns[column].astype("object").where(towns[column].notna(), None)
    return dict(zip(towns["city"], known, strict=True))


def test_the_change_of_a_day(memory: History) -> None:
    """Citizens now (20 n) less those of 24 hours ago; who was not there then is unknown."""
    saw(memory, 24 * HOUR, Town_1=15, Town_2=44, Town_3=None)
    found = changes(memory)
    assert found["Town 1"] == 5
    assert found["Town 2"] == -4
    assert [found[f"Town {n}"] for n in range(3, 8)] == [None] * 5


@pytest.mark.parametrize(
    ("hours", "is_known"), [(17.9, False), (18, True), (24, True), (30, True), (30.1, False)]
)
def test_a_day_is_18_to_30_hours(memory: History, hours: float, *, is_known: bool) -> None:
    """Both ends count; what lies outside stays unknown, and says why."""
    saw(memory, hours * HOUR, Town_1=15)
    assert (changes(memory)["Town 1"] is not None) == is_known
    notes = ask("population", {}, memory=memory).notes
    assert ("needs 24 h" in notes["change_24h"]) != is_known


def test_a_week_is_6_to_8_days(memory: History) -> None:
    """The nearest reading counts: 8 days and 6.5 days ago, the latter."""
    saw(memory, 8 * DAY, Town_1=1)
    saw(memory, 6.5 * DAY, Town_1=11)
    assert changes(memory, "change_7d")["Town 1"] == 9
    assert changes(memory)["Town 1"] is None


def test_a_value_holds_until_it_changes(memory: History) -> None:
    """Written once, five days ago; it was read again a day ago and was the same."""
    saw(memory, 5 * DAY, Town_1=15)
    saw(memory, 1 * DAY, Town_1=15)
    assert changes(memory)["Town 1"] == 5


def test_nothing_remembered_is_unknown_never_zero(memory: History) -> None:
    """With an empty history as without any."""
    for none in (memory, None):
        assert set(changes(none).values()) == {None}


def test_planets_add_up_what_is_known(memory: History) -> None:
    """In the roll-up rows, and in the table of planets."""
    saw(memory, 24 * HOUR, Town_1=15, Town_2=44)
    rows = ask("population", {"planet": "Naboo"}, memory=memory).frame
    assert rows.loc[rows["city"].isna(), "change_24h"].tolist() == [1]
    trends = ask("population_trends", {}, memory=memory).frame.set_index("planet")
    assert trends.loc["Naboo", "change_24h"] == 1
    assert trends["change_24h"].isna()["Tatooine"]


def test_growing_locations(memory: History) -> None:
    """Those that are known to have grown by so many."""
    saw(memory, 24 * HOUR, Town_1=15, Town_2=20)
    grown = ask("growing_locations", {"min_growth": 10}, memory=memory).frame
    assert grown["city"].tolist() == ["Town 2"]


def test_last_seen_of_the_despawned(memory: History) -> None:
    """Our own last look with it; in spawn it is the feed's time; never seen stays unknown."""
    looks = [NOW - 5 * DAY, NOW - 4 * DAY, NOW - 3 * DAY]
    steel = ask("resources", {"name": "Steel02"}).frame["id"].iloc[0]
    one = Spawn(int(steel), "Steel02", "dustl", None)
    for look, up in zip(looks, [(one,), (one,), ()], strict=True):
        memory.record(SpawnObservation(look, up))
    memory.flush()
    rows = ask("materials", {"in_spawn": "any"}, memory=memory).frame.set_index("name")
    assert rows.loc["Steel02", "last_seen"] == looks[1]
    assert rows.loc["Steel01", "last_seen"] == AS_OF
    assert rows["last_seen"].isna()["Steel04"]
