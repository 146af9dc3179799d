"""The sample galaxy: the contract's shapes, and the same bytes every time."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from swgdata.game import PROFESSION_FAMILIES, STATS
from swgdata.sources.sample import Galaxy
from swgdata.sources.sample.datasets import Exports
from swgdata.sources.sample.spawns import Timetable

NOON: Final = datetime(2026, 8, 15, 12, 34, 56, tzinfo=UTC)
EXPORTS: Final = ("resources", "schematics", "schematic_details")
FLAGS: Final = (
    "planet_corellia planet_dantooine planet_dathomir planet_endor planet_lok planet_naboo "
    "planet_rori planet_talus planet_tatooine planet_yavin4 planet_kashyyyk planet_mustafar"
)
LEVELS: Final = " ".join(f"level{n} level{n}_description" for n in range(1, 7))
SPAWN: Final = " ".join(STATS)
KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "/exports/manifest.json": {
        "": "generated_at datasets",
        "datasets": "resources schematics schematic_details",
        "datasets.resources": "url url_gz bytes bytes_gz sha256 count",
        "datasets.schematics": "url url_gz bytes bytes_gz sha256 count",
        "datasets.schematic_details": "url url_gz bytes bytes_gz sha256 count",
    },
    "/exports/schematics.json": {
        "": "results",
        "results.0": "id name parent category active crate_size component_overrides viewed",
    },
    "/api/categories.php": {
        "": "resource_tree_flat resource_types schematic_categories tree",
        "resource_tree_flat.0": f"code {LEVELS}",
        "resource_types.0": "resource_code resource_name",
        "schematic_categories.0": "parent",
    },
    "/api/cities.php": {
        "": "results aggregate planets last_updated",
        "results.0": "name planet faction citizens active_citizens mayor specializations "
        "income_tax property_tax sales_tax waypoint guild level spark",
        "aggregate": "labels active cities level planet",
        "aggregate.planet": "Corellia Dantooine Lok Naboo Rori Talus Tatooine",
    },
    "/api/guilds.php": {
        "": "results aggregate factions last_updated",
        "results.0": "name abbrev faction leader members active active_pct recruiting spark",
        "aggregate": "labels active members guilds faction",
        "aggregate.faction": "Imperial Rebel Neutral",
    },
    "/api/pulse.php": {
        "": "online desktop_online broadcasts",
        "online": "current peak_today history",
        "online.history.0": "timestamp online",
        "broadcasts.0": "id message created_at",
    },
    "/api/server_status.php": {"": "status players uptime checked_at"},
    "/api/gcw.php": {
        "": "results latest last_updated",
        "results.0": "timestamp imperial rebel",
        "latest": "imperial rebel",
    },
    "/api/wealth.php": {
        "": "snapshot history series labels last_updated",
        "snapshot": "avg med richest",
        "snapshot.richest.0": "rank id short credits change rank_move is_new",
        "history.0": "timestamp avg med",
        "series.0": "id short latest_rank credits",
    },
    "/api/professions.php": {
        "": "professions total labels history last_updated",
        "professions.0": "key name color count change_recent",
        "history": " ".join(key for keys in PROFESSION_FAMILIES.values() for key in keys),
    },
    "/api/titles.php": {"": "results", "results.0": "friendly titlekey command"},
    "/api/new_spawns.php?since=1440": {
        "": "new_spawns",
        "new_spawns.0": f"name category planet rating {SPAWN}",
    },
}
FEEDS: Final = (
    *KEYS,
    "/exports/resources.json",
    "/exports/schematic_details.json",
    "/api/city_history.php",
    "/api/guild_history.php",
)


@pytest.fixture(scope="module")
def galaxy() -> Galaxy:
    """The default galaxy, at one fixed time."""
    return Galaxy(now=NOON)


def read(galaxy: Galaxy, path: str, **query: str) -> Any:
    """Decode what a galaxy answers."""
    where, _, rest = path.partition("?")
    given_there = dict(part.split("=") for part in rest.split("&") if part)
    reply = galaxy.answer(where, given_there | query)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/json"
    assert int(reply.headers["Content-Length"]) == len(reply.body)
    return json.loads(reply.body)


def inside(document: Any, where: str) -> Any:
    """Follow a dotted path of keys and positions."""
    for step in filter(None, where.split(".")):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


@pytest.mark.parametrize("path", KEYS)
def test_a_feed_has_exactly_the_keys_of_the_contract(galaxy: Galaxy, path: str) -> None:
    """Every object has all its keys, and none the contract does not know."""
    document = read(galaxy, path)
    for where, keys in KEYS[path].items():
        assert set(inside(document, where)) == set(keys.split()), where


def test_an_export_row_has_the_contract_keys_and_the_site_weight(galaxy: Galaxy) -> None:
    """A row carries some 1.5 KB, as on the site, for the sake of columns nobody reads."""
    body = galaxy.answer("/exports/resources.json").body
    rows = json.loads(body)["results"]
    caps = " ".join(f"{stat}_max" for stat in STATS)
    named = (
        f"id name type_code type_name {SPAWN} {caps} {FLAGS} rating score topcount value_rating "
        "cpu swgaide_id status timestamp planetSearch source resource_type_id deleted inactive_at"
    )
    assert set(named.split()) < set(rows[0])
    assert 1_350 < len(body) / len(rows) < 1_650


@pytest.mark.parametrize("path", FEEDS)
def test_the_same_galaxy_gives_the_same_bytes(galaxy: Galaxy, path: str) -> None:
    """Seed, size and time settle every byte."""
    where, _, _ = path.partition("?")
    query = {"name": "Café Corral", "planet": "Lok", "abbrev": "X", "since": "600"}
    again = Galaxy(now=NOON.astimezone())
    assert again.answer(where, query).body == galaxy.answer(where, query).body


def test_another_seed_is_another_galaxy(galaxy: Galaxy) -> None:
    """Nothing that a seed decides is shared."""
    other = Galaxy(2, now=NOON)
    for path in ("/exports/resources.json", "/api/cities.php", "/api/guilds.php", "/api/gcw.php"):
        assert other.answer(path).body != galaxy.answer(path).body


def test_exports_change_with_the_day_and_the_pulse_with_ten_minutes(galaxy: Galaxy) -> None:
    """Two processes of one UTC day agree on every digest."""
    late, next_day = (Galaxy(now=NOON + timedelta(hours=h)) for h in (11, 12))
    manifest = read(galaxy, "/exports/manifest.json")
    assert read(late, "/exports/manifest.json") == manifest
    tomorrow = read(next_day, "/exports/manifest.json")["datasets"]
    assert tomorrow["resources"]["sha256"] != manifest["datasets"]["resources"]["sha256"]
    assert tomorrow["schematics"] == manifest["datasets"]["schematics"]
    soon = Galaxy(now=NOON + timedelta(minutes=10))
    assert len(read(soon, "/api/pulse.php")["online"]["history"]) == 12 * 6 + 5


def test_without_a_fixed_time_the_galaxy_follows_the_clock() -> None:
    """The newest sample of the pulse is at most ten minutes old."""
    history = read(Galaxy(), "/api/pulse.php")["online"]["history"]
    age = datetime.now(UTC).timestamp() - history[-1]["timestamp"]
    assert 0 <= age <= 660


@pytest.mark.parametrize("name", EXPORTS)
def test_the_manifest_describes_its_files(galaxy: Galaxy, name: str) -> None:
    """Digest, both sizes and count are those of the files it names."""
    entry = read(galaxy, "/exports/manifest.json")["datasets"][name]
    body = galaxy.answer(entry["url"]).body
    packed = galaxy.answer(entry["url_gz"])
    assert entry["sha256"] == hashlib.sha256(body).hexdigest()
    assert gzip.decompress(packed.body) == body
    assert (entry["bytes"], entry["bytes_gz"]) == (len(body), len(packed.body))
    assert entry["count"] == len(json.loads(body)["results"])
    assert "Content-Encoding" not in packed.headers


def test_a_running_galaxy_makes_new_exports_at_midnight() -> None:
    """And only then: until midnight the very same file is kept."""
    exports = Exports(1, Timetable(1, 40))
    noon = exports.file("resources", NOON)
    assert exports.file("resources", NOON + timedelta(hours=11)) is noon
    assert exports.file("resources", NOON + timedelta(hours=12)).sha256 != noon.sha256


@pytest.mark.parametrize(
    ("rows", "now"),
    [(0, NOON), (4_000, NOON.replace(tzinfo=None)), (4_000, datetime(1999, 1, 1, tzinfo=UTC))],
    ids=["no rows", "no zone", "too early"],
)
def test_an_impossible_galaxy_is_refused(rows: int, now: datetime) -> None:
    """With a sentence, before anything is asked."""
    with pytest.raises(ValueError, match="must be"):
        Galaxy(rows=rows, now=now)
