"""The sample's resources and recipes: within the rules of the game, and the same at all times."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import pytest

from swgdata.game import PLANETS, STATS, planet_mask
from swgdata.game.classes import CLASSES, is_leaf, planet_of_class
from swgdata.sources.sample import Galaxy
from swgdata.sources.sample.spawns import Timetable

NOON: Final = datetime(2026, 8, 15, 12, 34, 56, tzinfo=UTC)
FLAGS: Final = (
    "planet_corellia planet_dantooine planet_dathomir planet_endor planet_lok planet_naboo "
    "planet_rori planet_talus planet_tatooine planet_yavin4 planet_kashyyyk planet_mustafar"
)
SCHEMATIC: Final = (
    "schematicId schematicName schematicDescription schematicCategory schematicCategoryParent "
    "schematicQuality manufactured crateSize formula resourcesNeeded componentTypes resourceDtoList"
)


@pytest.fixture(scope="module")
def galaxy() -> Galaxy:
    """The default galaxy, at one fixed time."""
    return Galaxy(now=NOON)


def read(galaxy: Galaxy, path: str, **query: str) -> Any:
    """Decode what a galaxy answers."""
    return json.loads(galaxy.answer(path, query).body)


def test_numbers_of_the_resources_export_are_text(galaxy: Galaxy) -> None:
    """As PHP sends a row of the database; only the score is a number or null."""
    rows = read(galaxy, "/exports/resources.json")["results"]
    for row in rows:
        assert row["score"] is None or isinstance(row["score"], int)
        assert all(
            value is None or isinstance(value, str) for key, value in row.items() if key != "score"
        )
        assert row["value_rating"] == str(row["score"] or 0)
    assert {row["cpu"] for row in rows} >= {None, "0"}
    assert {row["score"] for row in rows} >= {None}


def test_resources_stay_within_their_class(galaxy: Galaxy) -> None:
    """A stat runs from 1 to the cap of its class, and is 0 where the class lacks it."""
    rows = read(galaxy, "/exports/resources.json")["results"]
    assert len(rows) == len({row["id"] for row in rows}) == 4_000
    for row in rows:
        code = row["type_code"]
        values = [int(row[stat]) for stat in STATS]
        caps = [int(row[f"{stat}_max"]) for stat in STATS]
        assert all(0 <= value <= cap for value, cap in zip(values, caps, strict=True))
        if code is None:  # the importer's caps for a class it does not know
            assert caps == [1_000] * len(STATS)
            continue
        assert is_leaf(code)
        assert tuple(caps) == CLASSES[code].caps
        assert row["type_name"] == CLASSES[code].name
        assert all((value > 0) == (cap > 0) for value, cap in zip(values, caps, strict=True))


def test_a_class_of_one_planet_is_found_nowhere_else(galaxy: Galaxy) -> None:
    """Its planet or, rarely, none at all; every planet has something in spawn."""
    seen = 0
    for row in read(galaxy, "/exports/resources.json")["results"]:
        flagged = [p for p, flag in zip(PLANETS, FLAGS.split(), strict=True) if row[flag] == "1"]
        assert row["planetSearch"] == (", ".join(flagged) or None)
        home = planet_of_class(row["type_code"] or "")
        assert not home or flagged in ([home], [])
        seen |= planet_mask(flagged) if row["status"] == "1" else 0
    assert seen == planet_mask(PLANETS)


def test_several_hundred_are_in_spawn_and_the_rest_goes_back_for_years(galaxy: Galaxy) -> None:
    """Nobody in spawn is older than 22 days; the despawned reach back for years."""
    rows = read(galaxy, "/exports/resources.json")["results"]
    midnight = NOON.replace(hour=0, minute=0, second=0).timestamp()
    ages = {
        status: [(midnight - int(r["timestamp"])) / 86_400 for r in rows if r["status"] == status]
        for status in ("0", "1")
    }
    assert 500 <= len(ages["1"]) <= 650
    assert 0 <= min(ages["1"]) <= 1
    assert 15 < max(ages["1"]) <= 22
    known = [age for age in ages["0"] if age < 20_000]  # the others have no date: 0
    assert max(known) > 3 * 365
    assert 0.01 < 1 - len(known) / len(ages["0"]) < 0.04
    assert all(row["inactive_at"] is None for row in rows if row["status"] == "1")


def test_the_top_is_rare(galaxy: Galaxy) -> None:
    """Few resources come near their caps, and few are scored near 100."""
    rows = read(galaxy, "/exports/resources.json")["results"]
    great = [row for row in rows if int(row["oq"]) >= 960]
    assert 0 < len(great) / len(rows) < 0.02
    assert 0 < sum((row["score"] or 0) >= 90 for row in rows) / len(rows) < 0.03
    assert 0.5 < sum(row["cpu"] == "0" for row in rows) / len(rows) < 0.85


@pytest.mark.parametrize("rows", [1, 7, 100, 1_000])
def test_a_small_galaxy_is_whole(rows: int) -> None:
    """Any size gives exactly that many resources, none from the future."""
    found = read(Galaxy(rows=rows, now=NOON), "/exports/resources.json")["results"]
    assert len(found) == rows
    assert all(int(row["timestamp"]) <= NOON.timestamp() for row in found)


def test_an_earlier_time_is_the_past_of_a_later_one() -> None:
    """What two days share is the same, and a spawn lives once, without a break."""
    changing = {"status", "inactive_at", "topcount"}
    times = [NOON.replace(hour=0, minute=0, second=0) - timedelta(days=back) for back in (3, 2, 1)]
    days = [
        {
            row["id"]: row
            for row in read(Galaxy(1, 1_000, now), "/exports/resources.json")["results"]
        }
        for now in times
    ]
    for at, (before, after) in enumerate(pairwise(days)):
        for known in before.keys() & after.keys():
            assert before[known]["status"] >= after[known]["status"], "it came back to life"
            if before[known]["status"] == "0":
                assert before[known] == after[known]
            kept = before[known].keys() - changing
            if after[known]["timestamp"] != "0":
                assert {k: before[known][k] for k in kept} == {k: after[known][k] for k in kept}
        assert all(known in after for known, row in before.items() if row["status"] == "1")
        live = (row for known, row in after.items() if known not in before and row["status"] == "1")
        born = [int(row["timestamp"]) for row in live]
        assert 5 < len(born) < 30
        assert min(born) >= times[at].timestamp()


@pytest.mark.parametrize("day", range(0, 60, 6))
def test_whoever_was_in_spawn_was_known_at_the_time(day: int) -> None:
    """Looking back from ten days later finds nobody that the day itself did not list."""
    timetable, stamp = Timetable(1, 4_000), int(NOON.timestamp()) + day * 86_400
    now, later = timetable.at(stamp), timetable.at(stamp + 10 * 86_400)
    then = (later.start <= stamp) & (stamp < later.end)
    assert set(later.id[then].tolist()) <= set(now.id[now.alive].tolist())


def test_new_spawns_are_those_of_the_last_minutes(galaxy: Galaxy) -> None:
    """They turn up in tomorrow's export with the same stats."""
    tomorrow = Galaxy(now=NOON + timedelta(days=1))
    export = {r["name"]: r for r in read(tomorrow, "/exports/resources.json")["results"]}
    fresh = read(galaxy, "/api/new_spawns.php", since="720")["new_spawns"]
    assert 10 < len(fresh) < 80
    for one in fresh:
        row = export[one["name"]]
        assert one["category"] == row["type_name"]
        assert [one[stat] for stat in STATS] == [row[stat] for stat in STATS]
        assert NOON.timestamp() - int(row["timestamp"]) <= 720 * 60 + 60
    short = read(galaxy, "/api/new_spawns.php")["new_spawns"]
    assert len(short) < len(fresh)
    assert read(galaxy, "/api/new_spawns.php", since="soon")["new_spawns"] == short


def test_schematics_are_made_of_real_classes(galaxy: Galaxy) -> None:
    """Slots name classes of the tree; some recipes are missing, some schematics switched off."""
    listed = read(galaxy, "/exports/schematics.json")["results"]
    details = read(galaxy, "/exports/schematic_details.json")["results"]
    assert 250 <= len(listed) <= 350
    assert {row["active"] for row in listed} == {"0", "1"}
    assert {row["crate_size"] for row in listed} >= {None, "0", "25"}
    assert details.keys() < {row["id"] for row in listed}
    names = {row["id"]: row["name"] for row in listed}
    for number, one in details.items():
        assert set(one) == set(SCHEMATIC.split())
        assert (str(one["schematicId"]), one["schematicName"]) == (number, names[number])
        for slot in one["resourcesNeeded"]:
            assert CLASSES[slot["id"]].name == slot["resourceName"]
            assert int(slot["units"]) > 0
        asked = {slot["id"] for slot in one["resourcesNeeded"]}
        assert {block["resourceTypeCode"] for block in one["resourceDtoList"]} == asked
        for part in one["componentTypes"]:
            assert part["type"] != "schematic" or part["id"] in names
    lines = [line for one in details.values() for line in one["formula"]]
    assert any("OQ=50% SR=50%" in line["formulaDescription"] for line in lines)
    assert {line.get("active") for line in lines} == {None, True, False}


def test_the_tree_lists_each_leaf_below_its_root(galaxy: Galaxy) -> None:
    """Levels run from the root down and stop at the first null; an empty map is a list."""
    document = read(galaxy, "/api/categories.php")
    tree = document["resource_tree_flat"]
    assert {row["code"] for row in tree} == {code for code in CLASSES if is_leaf(code)}
    steel = next(row for row in tree if row["code"] == "dustl")
    assert [steel[f"level{n}"] for n in range(1, 7)] == ["ino", "min", "mtl", "fer", "stl", None]
    assert steel["level5_description"] == CLASSES["stl"].name
    assert len(document["schematic_categories"]) == 12
    assert document["tree"] == []
