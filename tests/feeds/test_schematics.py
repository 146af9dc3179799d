"""Schematics and their recipes: one table each for slots, lines and components."""

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swgdata.errors import FeedMalformed
from swgdata.feeds.swgtracker.datasets import SCHEMATIC_DETAILS, SCHEMATICS
from swgdata.feeds.swgtracker.schematics import line_terms
from swgdata.game import STATS

RECIPE: Final[dict[str, Any]] = {
    "schematicId": "1042",
    "schematicName": "Composite Armor Chest Plate",
    "schematicDescription": None,
    "schematicCategory": "Composite Armor",
    "schematicCategoryParent": "Armorsmith",
    "schematicQuality": "master",
    "manufactured": "yes",
    "crateSize": 25,
    "formula": [
        {"formulaId": "77", "formulaDescription": "Condition OQ=50% SR=50%", "active": True},
        {"formulaId": 78, "formulaDescription": "Overall Quality OQ=100"},
        {"formulaId": "79", "formulaDescription": "Thirds 2 UT=33%SR=33 DR=33%", "active": False},
        {"formulaId": "80", "formulaDescription": "No weights here"},
    ],
    "resourcesNeeded": [
        {"id": "stl", "desc": "body shell", "resourceName": "Steel", "units": "40"},
        {"id": "cpr", "desc": "wires", "resourceName": "Copper", "units": 8},
    ],
    "componentTypes": [
        {
            "type": "schematic",
            "id": "988",
            "desc": "Armor Segment",
            "number": "2",
            "optional": "no",
        },
        {"type": "loot", "id": 5, "desc": "Gem", "number": 0, "optional": "yes", "looted": "yes"},
        {"type": "loot", "id": "x", "desc": "Other"},
    ],
    "resourceDtoList": [{"resourceTypeCode": "stl", "resourceTypeName": "Steel"}],
}


def details(results: object) -> dict[str, list[dict[str, Any]]]:
    """The tables of a details document, as plain rows."""
    parsed = SCHEMATIC_DETAILS.parse(json.dumps({"results": results}).encode())
    return {
        name: json.loads(frame.to_json(orient="records")) for name, frame in parsed.tables.items()
    }


def test_a_recipe_becomes_rows() -> None:
    """Slots, components and the weights of each line, each with the schematic they belong to."""
    tables = details({"1042": RECIPE})
    assert tables["schematic_details"] == [
        {
            "schematic_id": 1042,
            "name": "Composite Armor Chest Plate",
            "description": None,
            "category": "Composite Armor",
            "profession": "Armorsmith",
            "quality": "master",
            "manufactured": True,
            "crate_size": 25,
        }
    ]
    assert [tuple(slot.values()) for slot in tables["schematic_slots"]] == [
        (1042, "body shell", "stl", "Steel", 40),
        (1042, "wires", "cpr", "Copper", 8),
    ]
    assert [tuple(line.values()) for line in tables["schematic_lines"]] == [
        (1042, "77", "Condition", True, "oq", 50),
        (1042, "77", "Condition", True, "sr", 50),
        (1042, "78", "Overall Quality", True, "oq", 100),
        (1042, "79", "Thirds 2", False, "ut", 33),
        (1042, "79", "Thirds 2", False, "sr", 33),
        (1042, "79", "Thirds 2", False, "dr", 33),
    ]
    assert [tuple(part.values()) for part in tables["schematic_components"]] == [
        (1042, "Armor Segment", "schematic", "988", 2, False, False),
        (1042, "Gem", "loot", "5", 1, True, True),
        (1042, "Other", "loot", "x", 1, False, False),
    ]


@pytest.mark.parametrize("results", [{}, []])
def test_an_empty_map_is_no_recipe(results: object) -> None:
    """PHP writes an empty map as a list."""
    assert all(rows == [] for rows in details(results).values())


def test_a_map_numbered_from_zero_arrives_as_a_list() -> None:
    """Then each payload says itself whose it is."""
    tables = details([RECIPE, {"schematicName": "nobody's"}])
    assert [found["schematic_id"] for found in tables["schematic_details"]] == [1042]
    assert len(tables["schematic_slots"]) == 2


def test_odd_recipes_are_set_aside_or_mended() -> None:
    """Missing lists, lists of the wrong things, keys that are no ids."""
    body = {
        "1": {"schematicName": "bare"},
        "2": None,
        "x": RECIPE,
        "3": RECIPE
        | {"formula": None, "resourcesNeeded": {}, "componentTypes": ["?"], "crateSize": "0"},
    }
    parsed = SCHEMATIC_DETAILS.parse(json.dumps({"results": body}).encode())
    frame = parsed.tables["schematic_details"]
    assert frame["schematic_id"].tolist() == [1, 3]
    assert frame["crate_size"].isna().all()
    assert [remark.row for remark in parsed.issues.rejected] == [1, 2, 0]
    assert parsed.tables["schematic_lines"].empty


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"results": 3}', b"<html>", b'{"results": {'])
def test_what_is_not_the_export_is_refused(body: bytes) -> None:
    """One reason, no rows."""
    with pytest.raises(FeedMalformed):
        SCHEMATIC_DETAILS.parse(body)


def test_schematics_are_coerced_like_every_feed() -> None:
    """Text numbers, crate size 0 unknown, active where the key is missing, last of an id wins."""
    rows = [
        {
            "id": "1",
            "name": "A",
            "parent": "Chef",
            "category": "31",
            "crate_size": "25",
            "viewed": "3",
        },
        {"schematicId": 2, "name": "", "parent": None, "active": "0", "crate_size": 0},
        {"id": "1", "name": "B", "active": 1, "crate_size": None, "category": "many"},
        {"name": "nobody"},
    ]
    parsed = SCHEMATICS.parse(json.dumps({"results": rows}).encode())
    found = json.loads(parsed.tables["schematics"].to_json(orient="records"))
    assert [tuple(schematic.values()) for schematic in found] == [
        (2, None, None, None, None, False, None),
        (1, "B", None, None, None, True, None),
    ]
    assert [remark.row for remark in parsed.issues.rejected] == [0, 3]
    assert [(remark.row, remark.field) for remark in parsed.issues.flagged] == [(2, "category")]


@pytest.mark.parametrize(
    ("description", "title", "terms"),
    [
        ("Condition OQ=50% SR=50%", "Condition", {"oq": 50, "sr": 50}),
        ("Overall Quality OQ=100", "Overall Quality", {"oq": 100}),
        ("Power 2 OQ=33%,PE=33%,SR=33%", "Power 2", {"oq": 33, "pe": 33, "sr": 33}),
        ("Unknown XX=50% OQ=50%", "Unknown", {"oq": 50}),
        ("oq=50", "oq=50", {}),
        ("Nothing", "Nothing", {}),
        ("", "", {}),
        ("Twice OQ=20 OQ=30", "Twice", {"oq": 50}),
        ("Huge OQ=123456", "Huge OQ=123456", {}),
    ],
)
def test_lines_are_read_with_or_without_the_percent_sign(
    description: str, title: str, terms: dict[str, int]
) -> None:
    """Vectors of the contract and their neighbours."""
    assert line_terms(description) == (title, terms)


@given(
    st.dictionaries(st.sampled_from(STATS), st.integers(0, 1000), min_size=1),
    st.sampled_from([" ", ", ", "", " / "]),
    st.booleans(),
    st.text("abc 123", max_size=12).map(str.strip),
)
def test_any_weights_survive_their_spelling(
    terms: dict[str, int], between: str, percent: bool, title: str
) -> None:
    """Whatever stands between the terms."""
    sign = "%" if percent or not between else ""
    line = between.join(f"{stat.upper()}={weight}{sign}" for stat, weight in terms.items())
    assert line_terms(f"{title} {line}") == (title, terms)
