"""Provider plain: documents of one's own, validated, derived columns as they came."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from swgdata.errors import FeedMalformed
from swgdata.feeds import Parsed
from swgdata.feeds.model import conform
from swgdata.feeds.plain import FEEDS

DATA = Path(__file__).resolve().parents[1] / "data"


def document(name: str) -> Any:
    """The recorded-like document of a feed, decoded."""
    return json.loads((DATA / f"plain_{name}.json").read_bytes())


def read(name: str, content: Any) -> Parsed:
    """The conformed tables of a document."""
    return conform(FEEDS[name], FEEDS[name].parse(json.dumps(content).encode()))


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The rows as plain values, None where nothing is known."""
    known = frame.astype(object).where(frame.notna(), None)
    return list(known.itertuples(index=False, name=None))


def test_freshness() -> None:
    """Materials an hour, guilds and cities two, population half of one."""
    assert {name: feed.fresh_for.total_seconds() for name, feed in FEEDS.items()} == {
        "materials": 3600,
        "guilds_cities": 7200,
        "population": 1800,
    }


@pytest.mark.parametrize("name", FEEDS)
def test_clean_document_keeps_the_contract(name: str) -> None:
    """Declared tables, columns and dtypes, in order."""
    for table, frame in read(name, document(name)).tables.items():
        dtypes = {column: str(dtype) for column, dtype in frame.dtypes.items()}
        assert list(dtypes.items()) == list(FEEDS[name].tables[table].items())


@pytest.mark.parametrize("wrapped", [False, True], ids=["bare", "under its name"])
def test_materials_and_population(wrapped: bool) -> None:
    """A list stands bare or under the feed's name."""
    materials, population = document("materials"), document("population")
    sent = {"materials": materials} if wrapped else materials
    assert rows(read("materials", sent).tables["materials"]) == [
        ("Duroomevris", "rare", "Naboo, Theed", 9.4, "2026-08-16", 12000),
        ("Vellmite", None, None, None, None, None),
    ]
    sent = {"population": population} if wrapped else population
    assert rows(read("population", sent).tables["population"]) == [
        ("Tatooine", "New Bestine", 41, -2.0, 3.5, "high", ["19:00", "20:00"]),
        ("Tatooine", None, 900, None, None, None, []),
    ]


def test_guilds_and_cities() -> None:
    """Names are spelled the one way; a place beyond the map is unknown, and said to be."""
    result = read("guilds_cities", document("guilds_cities"))
    assert rows(result.tables["guilds"]) == [
        ("Krayt Riders", "Rebel", 88, 3, 61.5, "New Bestine", "Talia Orsk")
    ]
    assert rows(result.tables["cities"]) == [
        (
            *("New Bestine", "Tatooine", -342.0, -4466.0, 41, "Jarrex Voll"),
            *(True, "Krayt Riders", False),
        ),
        ("Far Out", "Lok", None, None, None, None, None, None, None),
    ]
    assert [(flag.row, flag.field) for flag in result.issues.flagged] == [
        (1, "cities.x"),
        (1, "cities.y"),
    ]


def test_derived_columns_pass_through() -> None:
    """Words we do not know ourselves stay as the document has them."""
    sent = [{"name": "A", "rarity": "Mythical!", "price": "12.5", "quantity": "1,000"}]
    assert rows(read("materials", sent).tables["materials"]) == [
        ("A", "Mythical!", None, 12.5, None, 1000)
    ]


@pytest.mark.parametrize("coordinates", [None, [], [1], [1, "x"], [1, 2, 3], "1,2", {"x": 1}])
def test_half_a_place_is_none(coordinates: object) -> None:
    """Both coordinates or neither."""
    cities = [{"name": "A", "coordinates": coordinates}]
    frame = read("guilds_cities", {"cities": cities}).tables["cities"]
    assert frame[["x", "y"]].isna().all(axis=None)


def test_an_empty_document_is_an_answer() -> None:
    """One's own list may be empty."""
    assert read("materials", []).tables["materials"].empty
    assert read("population", {"population": []}).tables["population"].empty
    tables = read("guilds_cities", {"guilds": []}).tables
    assert tables["guilds"].empty
    assert tables["cities"].empty


@pytest.mark.parametrize("name", FEEDS)
@pytest.mark.parametrize("content", [None, 7, "text", {}, {"error": "no"}, {"other": []}])
def test_another_document_is_refused(name: str, content: object) -> None:
    """What has no such list is not this document."""
    with pytest.raises(FeedMalformed):
        read(name, content)


def test_records_without_a_name_are_set_aside() -> None:
    """In = shown + refused, the last of a name wins."""
    guilds = [{"name": "A", "member_count": 1}, {"faction": "x"}, 5, {"name": "A"}]
    result = read("guilds_cities", {"guilds": guilds})
    assert len(result.tables["guilds"]) == 1
    assert [rejection.row for rejection in result.issues.rejected] == [0, 1, 2]


@pytest.mark.parametrize("name", ["materials", "guilds_cities", "population"])
def test_the_example_of_the_documents_is_read(name: str) -> None:
    """Each example in ``docs/feeds.md`` gives rows, and is the body the other tests read."""
    text = (DATA.parents[1] / "docs/feeds.md").read_text(encoding="utf-8")
    example = text.split("## Provider `plain`")[1].split(f"### {name}\n")[1]
    body = example.split("```json\n")[1].split("```")[0]
    assert json.loads(body) == document(name)
    assert all(len(frame) for frame in read(name, json.loads(body)).tables.values())
