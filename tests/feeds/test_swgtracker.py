"""The feeds of provider swgtracker: clean bodies give the declared frames, bad ones a reason."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from swgdata.errors import FeedMalformed
from swgdata.feeds import Parsed
from swgdata.feeds.model import conform
from swgdata.feeds.swgtracker import FEEDS

DATA = Path(__file__).resolve().parents[1] / "data"
SMALL = [name for name, feed in FEEDS.items() if not feed.export]
NOON = pd.Timestamp("2026-08-16 12:00", tz="UTC")


def body(name: str) -> Any:
    """The recorded-like answer of a feed, decoded."""
    return json.loads((DATA / f"{name}.json").read_bytes())


def read(name: str, document: Any = None) -> Parsed:
    """The conformed tables of the recorded answer, or of another one."""
    sent = (DATA / f"{name}.json").read_bytes() if document is None else json.dumps(document)
    return conform(
        FEEDS[name], FEEDS[name].parse(sent if isinstance(sent, bytes) else sent.encode())
    )


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The rows as plain values, None where nothing is known."""
    known = frame.astype(object).where(frame.notna(), None)
    return list(known.itertuples(index=False, name=None))


def at(text: str) -> pd.Timestamp:
    """A time in UTC."""
    return pd.Timestamp(text, tz="UTC")


def test_feeds_stand_in_the_order_of_the_contract() -> None:
    """Names, order and freshness are what settings and the health page go by."""
    hours = {name: feed.fresh_for.total_seconds() / 3600 for name, feed in FEEDS.items()}
    assert list(hours.items()) == [
        ("manifest", 1),
        ("resources", 1),
        ("schematics", 1),
        ("schematic_details", 1),
        ("categories", 24),
        ("cities", 2),
        ("city_history", 6),
        ("guilds", 2),
        ("guild_history", 6),
        ("pulse", 0.05),
        ("server_status", 0.05),
        ("gcw", 1),
        ("wealth", 1),
        ("professions", 1),
        ("titles", 24),
        ("new_spawns", pytest.approx(1 / 6)),
    ]
    assert {name: feed.parameters for name, feed in FEEDS.items() if feed.parameters} == {
        "city_history": ("name", "planet"),
        "guild_history": ("abbrev",),
    }
    assert [name for name, feed in FEEDS.items() if feed.optional] == [
        "server_status",
        "new_spawns",
    ]


@pytest.mark.parametrize("name", SMALL)
def test_clean_body_keeps_the_contract(name: str) -> None:
    """Declared tables, columns and dtypes in order; the main table first and with rows."""
    result = read(name)
    assert next(iter(result.tables)) == name
    assert len(result.tables[name]) > 0
    assert not result.issues.rejected
    assert not result.issues.flagged
    for table, frame in result.tables.items():
        dtypes = {column: str(dtype) for column, dtype in frame.dtypes.items()}
        assert list(dtypes.items()) == list(FEEDS[name].tables[table].items())
        assert frame.index.equals(pd.RangeIndex(len(frame)))


def test_manifest() -> None:
    """The digest is lower case, and the export's own time is kept."""
    result = read("manifest")
    frame = result.tables["manifest"]
    assert frame["dataset"].tolist() == ["resources", "schematics"]
    assert frame["sha256"].tolist()[0] == "5f3c" + "0" * 58 + "aa"
    assert rows(frame[["url_gz", "bytes", "count"]])[0] == (
        *("/exports/resources.json.gz", 137412009, 89412),
    )
    assert result.as_of == datetime(2026, 8, 16, 17, 10, 5, tzinfo=UTC)


def test_manifest_of_another_time() -> None:
    """Datasets may be none (PHP's empty map), an entry may be empty, the time be any text."""
    assert read("manifest", {"datasets": []}).tables["manifest"].empty
    entries = {"resources": {"count": "5"}, "schematics": None, "schematic_details": "soon"}
    result = read("manifest", {"datasets": entries, "generated_at": "this morning"})
    assert rows(result.tables["manifest"][["dataset", "count", "sha256"]]) == [
        ("resources", 5, None)
    ]
    assert [(rejection.row, rejection.value) for rejection in result.issues.rejected] == [
        (1, "soon")
    ]
    assert result.as_of is None


def test_categories() -> None:
    """The chain stops at the first blank level; each profession is named once."""
    tables = read("categories").tables
    levels = [f"level{depth}" for depth in range(1, 7)]
    assert rows(tables["categories"][["code", *levels]]) == [
        ("dustl", "ino", "min", "mtl", "fer", "stl", None),
        ("wtrnb", "ino", "wtr", None, None, None, None),
    ]
    assert rows(tables["class_names"]) == [("dustl", "Duranium Steel"), ("wtrnb", "Nabooian Water")]
    assert tables["profession_names"]["profession"].tolist() == ["Armorsmith", "Chef"]


def test_cities() -> None:
    """Planets and factions are spelled the one way; unknown stays null, zero stays zero."""
    result = read("cities")
    cities = result.tables["cities"]
    assert rows(cities) == [
        (
            *("New Bestine", "Tatooine", "Rebel", 41, 17, "Jarrex Voll"),
            *("Sample Rich, Research Center", 0.0, 10.0, 5.0, "/wp -342 -4466", "KRAYT"),
            *(True, 4, [12.0, 14.0, 15.0, 17.0]),
        ),
        (
            *("Rillvale", "Yavin IV", None, 12, 0, None, None, 1500.0, None, 2.5, None, None),
            *(True, None, []),
        ),
    ]
    assert rows(result.tables["city_trend"]) == [
        ("Aug 1", 2110.0, 143.0, 2.9),
        ("Aug 8", 2164.0, 145.0, 3.0),
    ]
    assert rows(result.tables["city_trend_by_planet"]) == [
        ("Aug 1", "Tatooine", 510.0),
        ("Aug 8", "Tatooine", 522.0),
        ("Aug 1", "Naboo", 612.0),
        ("Aug 8", "Naboo", 608.0),
    ]
    assert result.as_of == datetime(2026, 8, 16, 17, 0, tzinfo=UTC)


def test_city_rules() -> None:
    """Last of a pair wins; unknown worlds stay; an absent guild key is not an empty guild."""
    results = [
        {"name": "Twin", "planet": "Lok", "citizens": 1},
        {"name": "Twin", "planet": "Rori", "citizens": 2, "guild": "  TAG "},
        {"name": "Twin", "planet": "lok", "citizens": 3, "guild": " "},
        {"name": "Far", "planet": " Hoth ", "faction": "hutt", "citizens": 4, "active_citizens": 5},
        {"name": "Nowhere", "planet": "", "citizens": -4},
        {"name": " ", "planet": "Lok"},
        "not a city",
    ]
    result = read("cities", {"results": results})
    columns = ["name", "planet", "faction", "citizens", "guild", "guild_known"]
    assert rows(result.tables["cities"][columns]) == [
        ("Twin", "Rori", None, 2, "TAG", True),
        ("Twin", "Lok", None, 3, None, True),
        ("Far", "Hoth", "hutt", 4, None, False),
        ("Nowhere", None, None, None, None, False),
    ]
    assert [(rejection.row, rejection.field) for rejection in result.issues.rejected] == [
        (0, "name"),
        (5, "name"),
        (6, ""),
    ]
    assert [(flag.row, flag.field, flag.value) for flag in result.issues.flagged] == [
        (4, "citizens", "-4"),
        (3, "active_citizens", "5"),
    ]


def test_city_trend_of_uneven_lists() -> None:
    """A short series is null behind its end, a long one is cut; PHP's empty map is no series."""
    aggregate = {"labels": ["a", "b"], "active": [1], "cities": [1, 2, 3], "planet": []}
    tables = read("cities", {"results": [], "aggregate": aggregate}).tables
    assert rows(tables["city_trend"]) == [("a", 1.0, 1.0, None), ("b", None, 2.0, None)]
    assert tables["city_trend_by_planet"].empty
    assert read("cities", {"results": [], "aggregate": None}).tables["city_trend"].empty


def test_city_history() -> None:
    """Labels are opaque, so times are unknown and the feed's order stands."""
    tables = read("city_history").tables
    assert rows(tables["city_history"]) == [
        ("Aug 1", None, 40, 15, 4),
        ("Aug 8", None, 41, 17, None),
    ]
    assert rows(tables["city"]) == [
        ("New Bestine", "Tatooine", "Jarrex Voll", "Rebel", "Sample Rich", 41, 17)
    ]
    assert rows(tables["city_peaks"]) == [(44, 21)]


def test_history_with_times() -> None:
    """An undocumented time is used, and then sorts the records."""
    history = [
        {"label": "b", "date": "2026-08-16 12:00:00", "citizens": 2},
        {"label": "a", "timestamp": 1786800000, "citizens": 1},
    ]
    tables = read("city_history", {"city": None, "history": history, "stats": []}).tables
    assert rows(tables["city_history"][["label", "timestamp"]]) == [
        ("a", at("2026-08-15 13:20")),
        ("b", NOON),
    ]
    assert tables["city"].empty
    assert tables["city_peaks"].empty


def test_guilds() -> None:
    """Two guilds may share a tag; a text "0" is not recruiting."""
    result = read("guilds")
    assert rows(result.tables["guilds"]) == [
        ("Krayt Riders", "KRAYT", "Rebel", "Talia Orsk", 88, 31, 35.2, True, [29.0, 30.0, 31.0]),
        ("Dune Walkers", "KRAYT", "Imperial", "Bren Dosk", 40, 8, 20.0, False, [8.0]),
        ("Empty Hall", None, None, None, 0, 0, None, False, []),
    ]
    assert rows(result.tables["guild_trend"])[1] == ("Aug 8", 910.0, 4090.0, 60.0)
    assert rows(result.tables["guild_trend_by_faction"])[-1] == ("Aug 8", "Neutral", 85.0)
    twice = [{"name": "A", "abbrev": "X", "recruiting": "1"}, {"name": "A", "abbrev": "X"}]
    again = read("guilds", {"results": [*twice, {"name": "A", "abbrev": "Y", "recruiting": "0"}]})
    assert rows(again.tables["guilds"][["tag", "recruiting"]]) == [("X", False), ("Y", False)]
    assert len(again.issues.rejected) == 1


def test_guild_history() -> None:
    """The guild's own profile is told from what the site counts."""
    tables = read("guild_history").tables
    assert rows(tables["guild_history"]) == [("Aug 1", None, 86, 30), ("Aug 8", None, 88, 31)]
    assert rows(tables["guild"]) == [("Krayt Riders", "KRAYT", "Rebel", "Talia Orsk", 88, 31, 35.2)]
    assert rows(tables["guild_profile"]) == [
        (
            *(True, "New Bestine", "We ride. At dusk.", "Bren Dosk"),
            *("https://discord.example/krayt", None),
        )
    ]
    assert rows(tables["guild_peaks"]) == [(40, 91)]
    assert read("guild_history", {"history": [], "details": None}).tables["guild_profile"].empty


def test_pulse() -> None:
    """Samples are sorted, and nobody online is a zero, not a gap."""
    tables = read("pulse").tables
    assert rows(tables["pulse"]) == [
        (at("2026-08-16 09:00"), 388),
        (at("2026-08-16 09:10"), 391),
        (at("2026-08-16 09:20"), 0),
    ]
    assert rows(tables["pulse_now"]) == [(412, 655)]
    assert rows(tables["broadcasts"]) == [("9", "Server restart at noon", at("2026-08-15 13:20"))]


def test_pulse_tells_nobody_from_nothing() -> None:
    """Zero players is an answer; a missing block is unknown."""
    assert rows(read("pulse", {"online": {"current": 0}}).tables["pulse_now"]) == [(0, None)]
    assert rows(read("pulse", {"desktop_online": 3}).tables["pulse_now"]) == [(None, None)]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"online": "1", "players": "12"}, [(True, 12, None, None)]),
        ({"online": 412, "up": "down"}, [(False, None, None, None)]),
        ({"is_online": False, "count": 0}, [(False, 0, None, None)]),
        ({"online": {"current": 5}, "news": "x"}, []),
        ({}, []),
    ],
)
def test_server_status(document: Any, expected: list[Any]) -> None:
    """An opaque answer gives what its known keys say, else no row."""
    assert rows(read("server_status", document).tables["server_status"]) == expected
    assert rows(read("server_status").tables["server_status"]) == [
        (True, 412, "86400", at("2026-08-16 15:00"))
    ]


def test_gcw() -> None:
    """Both sides oldest first; no latest record is no row."""
    result = read("gcw")
    assert rows(result.tables["gcw"]) == [
        (at("2026-08-12 02:00"), 512, 471),
        (at("2026-08-13 02:00"), 530, 466),
    ]
    assert rows(result.tables["gcw_latest"]) == [(530, 466)]
    assert read("gcw", {"results": [], "latest": None}).tables["gcw_latest"].empty


def test_an_unknown_time_keeps_the_order() -> None:
    """Sorting by times that are partly unknown would invent an order."""
    results = [{"timestamp": 1786586400, "rebel": 1}, {"timestamp": 0, "rebel": 2}]
    assert read("gcw", {"results": results}).tables["gcw"]["rebel"].tolist() == [1, 2]
    known = [{"timestamp": 1786586400, "rebel": 1}, {"timestamp": 1786500000, "rebel": 2}]
    assert read("gcw", {"results": known}).tables["gcw"]["rebel"].tolist() == [2, 1]


def test_wealth() -> None:
    """Credits beyond 32 bit, losses below zero, and a journey with a gap."""
    result = read("wealth")
    assert rows(result.tables["wealth"]) == [
        (at("2026-08-09 18:26:40"), 18000000.0, 2400000.0),
        (at("2026-08-10 22:13:20"), 18250344.0, 2410000.0),
    ]
    assert rows(result.tables["wealth_now"]) == [(18250344.0, 2410000.0)]
    assert rows(result.tables["wealth_richest"]) == [
        (1, "91ab", "c_91ab", 2147000000, 1200000, 1, False),
        (2, None, None, 9147000000, -5, -1, True),
    ]
    assert rows(result.tables["wealth_series"]) == [
        (at("2026-08-09 18:26:40"), "91ab", "c_91ab", 1, 2100000000),
        (at("2026-08-10 08:20"), "91ab", "c_91ab", 1, None),
        (at("2026-08-10 22:13:20"), "91ab", "c_91ab", 1, 2147000000),
    ]
    empty = read("wealth", {"snapshot": None}).tables
    assert all(frame.empty for frame in empty.values())


def test_professions() -> None:
    """The newer shape: one axis of times, oldest first, gaps kept."""
    result = read("professions")
    assert rows(result.tables["professions"]) == [
        ("armorsmith", "Armorsmith", "#A0AB71", 214, 3),
        ("sl", "Squad Leader", None, 90, -2),
    ]
    assert rows(result.tables["professions_total"]) == [(9120,)]
    assert rows(result.tables["profession_history"]) == [
        (at("2026-07-14 03:33:20"), "armorsmith", 210),
        (at("2026-07-14 03:33:20"), "sl", 92),
        (at("2026-07-15 03:33:20"), "armorsmith", None),
        (at("2026-07-15 03:33:20"), "sl", 90),
    ]


@pytest.mark.parametrize("wrapped", [True, False], ids=["object", "bare list"])
def test_professions_of_the_older_shape(wrapped: bool) -> None:
    """Each profession carries its own list; its times are unknown."""
    older = [
        {"key": "chef", "name": "Chef", "count": "8", "history": ["7", 8]},
        {"key": "scout", "history": []},
    ]
    tables = read("professions", {"professions": older, "history": []} if wrapped else older).tables
    assert rows(tables["profession_history"]) == [(None, "chef", 7), (None, "chef", 8)]
    assert rows(tables["professions_total"]) == [(None,)]


def test_profession_history_without_its_axis() -> None:
    """Counts that have lost their times stay counts, in the feed's order."""
    sent: dict[str, Any] = {
        "professions": [],
        "labels": None,
        "history": {"chef": [7, None], "scout": "many"},
    }
    frame = read("professions", sent).tables["profession_history"]
    assert rows(frame) == [(None, "chef", 7), (None, "chef", None)]


def test_titles_and_new_spawns() -> None:
    """A title without a friendly name goes by its key; a spawn carries its ten stats."""
    assert rows(read("titles").tables["titles"]) == [
        ("Master Armorsmith", "title_armorsmith_master", "/title Master Armorsmith"),
        ("title_unknown", "title_unknown", None),
    ]
    assert rows(read("new_spawns").tables["new_spawns"]) == [
        (
            *("Duroomevris", "Duranium Steel", "Naboo", 71.3),
            *(912, 431, 388, 799, 820, 240, 805, 761, 0, 0),
        )
    ]


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize(
    "answer",
    [
        *(b"", b"null", b"[]", b"7", b'"text"', b"true", b"<h1>Maintenance</h1>", b"{"),
        *(b'{"results": NaN}', b'{"results": 1e999}', b'{"results": ["\xff"]}', b"[" * 100_000),
        *(b'{"a":' * 100_000, b"[" + b"9" * 5000 + b"]", b"Warning: mysqli\n{}", b"\x1f\x8b\x08"),
        b'{"error": "Database is down"}',
    ],
    ids=lambda answer: repr(answer[:20]),
)
def test_what_is_not_the_feed_is_refused(name: str, answer: bytes) -> None:
    """Refused whole, in words for a visitor."""
    with pytest.raises(FeedMalformed) as rejection:
        FEEDS[name].parse(answer)
    assert rejection.value.feed == name
    assert len(rejection.value.reason) < 260


@pytest.mark.parametrize("name", sorted(set(SMALL) - {"server_status"}))
@pytest.mark.parametrize("document", [{}, {"unknown": 1}, {"results": None}, {"results": {}}])
def test_the_required_key_must_be_there(name: str, document: Any) -> None:
    """An object without the feed's own key is another answer, not an empty feed."""
    with pytest.raises(FeedMalformed):
        read(name, document)


def test_the_site_is_quoted() -> None:
    """Its own words, cut, without controls; an empty or numeric error is no error."""
    with pytest.raises(FeedMalformed, match="the site answered: City not found"):
        read("city_history", {"error": "City not found"})
    with pytest.raises(FeedMalformed) as rejection:
        read("gcw", {"error": "x\x00" * 5000, "results": []})
    assert rejection.value.reason == "the site answered: " + "x" * 200
    assert read("gcw", {"error": "", "results": []}).tables["gcw"].empty
    assert read("gcw", {"error": 0, "results": []}).tables["gcw"].empty


def test_byte_order_mark_and_broken_surrogates() -> None:
    """Neither a byte order mark nor one player's broken name costs the whole feed."""
    marked = b"\xef\xbb\xbf" + (DATA / "cities.json").read_bytes()
    assert len(FEEDS["cities"].parse(marked).tables["cities"]) == 2
    names = [r"a\ud83d", r"\udc00b", r"\ud83e\udd82", r"c\\ud83d"]
    records = ", ".join(f'{{"name": "{name}"}}' for name in names)
    answer = f'{{"results": [{records}]}}'
    found = FEEDS["cities"].parse(answer.encode()).tables["cities"]["name"]
    assert found.tolist() == ["a\ufffd", "\ufffdb", "🦂", r"c\ud83d"]
