"""The sample's cities and guilds: legal for every seed, believable for the default one."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.game import CITY_CAPS, RANKS, STATS
from swgdata.sources.sample import Galaxy

NOON: Final = datetime(2026, 8, 15, 12, 34, 56, tzinfo=UTC)
HEADING: Final = "name planet mayor citizens active_citizens faction specializations"


@pytest.fixture(scope="module")
def galaxy() -> Galaxy:
    """The default galaxy, at one fixed time."""
    return Galaxy(now=NOON)


def read(galaxy: Galaxy, path: str, **query: str) -> Any:
    """Decode what a galaxy answers."""
    return json.loads(galaxy.answer(path, query).body)


def cities_are_legal(document: Any) -> None:
    """Each planet keeps its cap, each city its range; name and planet together are unique."""
    rows = document["results"]
    assert len({(row["name"], row["planet"]) for row in rows}) == len(rows)
    for planet in CITY_CAPS:
        here = [row for row in rows if row["planet"] == planet]
        assert len(here) <= CITY_CAPS[planet].cities
        active = sum(int(row["active_citizens"]) for row in here)
        assert document["aggregate"]["planet"][planet][-1] == active
    for row in rows:
        assert row["planet"] in CITY_CAPS
        assert row["level"] is None or 1 <= row["level"] <= len(RANKS)
        assert 0 <= int(row["active_citizens"]) <= row["citizens"]
        assert row["citizens"] >= 5
        assert row["spark"][-1] == int(row["active_citizens"])
    assert document["aggregate"]["cities"][-1] == len(rows)
    assert {len(document["aggregate"][key]) for key in ("labels", "active", "level")} == {16}


def test_cities_are_believable(galaxy: Galaxy) -> None:
    """About 140 of them, with every oddity the contract allows."""
    document = read(galaxy, "/api/cities.php")
    cities_are_legal(document)
    rows = document["results"]
    assert 125 <= len(rows) <= 155
    tags = {guild["abbrev"] for guild in read(galaxy, "/api/guilds.php")["results"]}
    assert 50 < sum(row["guild"] in tags for row in rows) < len(rows)
    assert len({row["name"] for row in rows}) == len(rows) - 1
    assert {row["level"] for row in rows} >= {1, 2, 3, 4, 5, None}
    assert any(row["citizens"] >= 100 for row in rows)
    assert any(row["active_citizens"] == "0" for row in rows)
    for key in ("mayor", "guild", "waypoint", "specializations", "income_tax", "faction"):
        assert None in {row[key] for row in rows}, key
    shapes = {(row["waypoint"] or "?").split(" ")[0] for row in rows}
    assert shapes >= {"/wp", "/way", "/waypoint", "?"}


def guilds_are_legal(document: Any) -> None:
    """Counts and shares agree, and the sums are those of the rows."""
    rows, sums = document["results"], document["aggregate"]
    for row in rows:
        assert 0 <= row["active"] <= row["members"]
        share = round(100 * row["active"] / row["members"], 1) if row["members"] else None
        assert row["active_pct"] == share
        assert row["spark"][-1] == row["active"]
    assert sums["members"][-1] == sum(row["members"] for row in rows)
    assert sums["active"][-1] == sum(row["active"] for row in rows)
    assert len({row["name"] for row in rows}) == len(rows)


def test_guilds_are_believable(galaxy: Galaxy) -> None:
    """Sixty: one without a tag, one without members, two with one tag."""
    document = read(galaxy, "/api/guilds.php")
    guilds_are_legal(document)
    rows = document["results"]
    tags = [row["abbrev"] for row in rows]
    assert len(rows) == 60
    assert len(set(tags)) == 59
    assert tags.count("") == 1
    assert [row["active_pct"] for row in rows].count(None) == 1
    assert {row["faction"] for row in rows} >= {"Imperial", "Rebel", "Neutral", None}
    assert {row["recruiting"] for row in rows} == {0, 1}
    assert any(row["members"] >= 50 for row in rows)


def test_names_carry_what_players_write(galaxy: Galaxy) -> None:
    """Apostrophes, ampersands and letters beyond ASCII, but no markup."""
    cities, guilds = (galaxy.answer(f"/api/{what}.php").body for what in ("cities", "guilds"))
    assert cities.isascii(), "PHP escapes what is not ASCII"
    text = json.dumps([json.loads(cities), json.loads(guilds)], ensure_ascii=False)
    assert all(mark in text for mark in ("'", "&", "Ø", "Λ"))
    assert "<" not in text


def test_a_city_history_ends_with_the_present(galaxy: Galaxy) -> None:
    """The newest record is the row of the list; labels are for display only."""
    listed = read(galaxy, "/api/cities.php")["results"]
    for row in listed:
        found = read(galaxy, "/api/city_history.php", name=row["name"], planet=row["planet"])
        assert set(found) == {"city", "history", "stats"}
        assert set(found["city"]) == set(HEADING.split())
        history = found["history"]
        assert set(history[0]) == {"label", "citizens", "active", "level"}
        newest = history[-1]
        assert newest["label"] == "Aug 15"
        assert (newest["citizens"], newest["level"]) == (row["citizens"], row["level"])
        assert newest["active"] == int(row["active_citizens"])
        assert found["stats"]["peak_citizens"] == max(r["citizens"] for r in history)
        assert found["stats"]["peak_active"] == max(r["active"] for r in history)
        assert 10 < len(history) < 60


def test_a_guild_history_ends_with_the_present(galaxy: Galaxy) -> None:
    """Found by its tag in any case; a profile may be missing or half empty."""
    listed = read(galaxy, "/api/guilds.php")["results"]
    tags = [row["abbrev"] for row in listed]
    profiles = []
    for row in listed:
        if tags.count(row["abbrev"]) > 1 or not row["abbrev"]:
            continue
        found = read(galaxy, "/api/guild_history.php", abbrev=row["abbrev"].lower())
        assert set(found) == {"guild", "details", "history", "stats"}
        assert found["guild"].items() <= row.items()
        assert found["history"][-1] == {
            "label": "Aug 15",
            "members": row["members"],
            "active": row["active"],
        }
        assert found["stats"]["peak_active"] == max(r["active"] for r in found["history"])
        profiles.append(found["details"])
    written = [one for one in profiles if one]
    assert 0 < len(written) < len(profiles)
    keys = {"recruiting", "city", "bio", "alt_contacts", "discord", "website"}
    assert all(set(one) == keys for one in written)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/city_history.php", {"name": "Nowhere", "planet": "Lok"}),
        ("/api/city_history.php", {}),
        ("/api/guild_history.php", {"abbrev": "?"}),
        ("/api/guild_history.php", {"abbrev": ""}),
    ],
)
def test_the_unknown_is_an_error_with_status_200(
    galaxy: Galaxy, path: str, query: dict[str, str]
) -> None:
    """As the site answers a name it does not have, and a question without one."""
    assert set(read(galaxy, path, **query)) == {"error"}


@given(
    seed=st.integers(0, 2**31),
    now=st.datetimes(datetime(2012, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
@settings(max_examples=15, deadline=None)
def test_every_seed_at_every_time_is_a_legal_galaxy(seed: int, now: datetime) -> None:
    """Whatever is drawn, cities, guilds and resources keep their rules."""
    galaxy = Galaxy(seed, 60, now)
    cities_are_legal(read(galaxy, "/api/cities.php"))
    guilds_are_legal(read(galaxy, "/api/guilds.php"))
    rows = read(galaxy, "/exports/resources.json")["results"]
    assert len(rows) == 60
    assert all(int(row["timestamp"]) <= now.timestamp() for row in rows)
    assert all(int(row[s]) <= int(row[f"{s}_max"]) for row in rows for s in STATS)
    assert 3 <= sum(row["status"] == "1" for row in rows) <= 12
    for path in ("wealth", "gcw", "professions", "pulse", "server_status"):
        assert read(galaxy, f"/api/{path}.php")
