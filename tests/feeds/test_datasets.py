"""Reading the exports: any spelling of the same rows gives the same tables."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final
from unittest.mock import patch

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.errors import FeedMalformed
from swgdata.feeds import json_stream
from swgdata.feeds.coerce import text
from swgdata.feeds.model import KEPT, DatasetFeed, Reading, conform
from swgdata.feeds.swgtracker import datasets, resources
from swgdata.game import PLANETS, STATS

FLAGS: Final = (
    "planet_corellia",
    "planet_dantooine",
    "planet_dathomir",
    "planet_endor",
    "planet_lok",
    "planet_naboo",
    "planet_rori",
    "planet_talus",
    "planet_tatooine",
    "planet_yavin4",
    "planet_kashyyyk",
    "planet_mustafar",
)
HOSTILE: Final = (
    '"},{"',
    "},{",
    '}] , [{"id":1}',
    '\\"},{\\"id\\":\\"7',
    "a\\",
    "<script>alert(1)</script>",
    "tab\tbell\x07",
    "right\u202eleft\u2066",
    "ünï ☄ 😀",
    "'; DROP TABLE --",
)


def row(number: int, **changes: object) -> dict[str, Any]:
    """One row as the site writes it, numbers as numbers."""
    return {
        "id": number,
        "name": f"Name {number}",
        "type_code": ("dustl", "alcrb", "mucpr")[number % 3],
        "type_name": ("Duranium Steel", "Alantium Carbonate Ore", "Mustafarian Copper")[number % 3],
        **{stat: (number * 37 + place * 101) % 1001 for place, stat in enumerate(STATS)},
        **{f"{stat}_max": (number + place) % 1001 for place, stat in enumerate(STATS)},
        "rating": number % 1001,
        "score": None if number % 5 == 0 else number % 101,
        "topcount": number % 7,
        "value_rating": number % 101,
        "cpu": number % 4 * 2.5,
        "swgaide_id": 0,
        "status": number % 2,
        "timestamp": 1_700_000_000 + number if number % 6 else 0,
        **{flag: int(place == number % 12) for place, flag in enumerate(FLAGS)},
        "planetSearch": PLANETS[number % 12],
        "weighted_chef1": 12,
        **changes,
    }


def expected(record: dict[str, Any]) -> dict[str, Any]:
    """What a clean row must become, worked out without the code under test."""
    cpu, first = record["cpu"], record["timestamp"]
    return {
        "id": record["id"],
        "name": text(record["name"]),
        "class_code": text(record["type_code"]),
        "class_name": text(record["type_name"]),
        **{stat: record[stat] for stat in STATS},
        **{f"{stat}_max": record[f"{stat}_max"] for stat in STATS},
        "rating": record["rating"],
        "score": record["score"],
        "top_count": record["topcount"],
        "cpu": pytest.approx(cpu, rel=1e-6) if cpu else pytest.approx(float("nan"), nan_ok=True),
        "in_spawn": record["status"] == 1,
        "first_seen": pd.Timestamp(first, unit="s", tz="UTC") if first else None,
        "despawned": None,
        "planets": sum(1 << place for place, flag in enumerate(FLAGS) if record[flag]),
    }


def document(rows: Sequence[object], **style: Any) -> bytes:
    """The export around some rows."""
    return json.dumps({"results": rows}, **style).encode()


def in_blocks(body: bytes, size: int = 1000) -> Iterator[bytes]:
    """Cut bytes into blocks."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


def read(body: bytes, *, piece: int = 700, size: int = 300, count: int | None = None) -> Reading:
    """Read resources in pieces so small that even a few rows make many."""
    with patch.object(json_stream, "PIECE", piece):
        return resources.read_resources(in_blocks(body, size), count=count)


def rows_of(reading: Reading) -> list[dict[str, Any]]:
    """The resources read, as plain values."""
    listed: list[dict[str, Any]] = reading.tables["resources"].to_pylist()
    return listed


def as_text(record: dict[str, Any]) -> dict[str, Any]:
    """The row as PHP sends it: every number as text."""
    return {
        key: str(value) if isinstance(value, int | float) else value
        for key, value in record.items()
    }


ROWS: Final = [row(number) for number in range(1, 60)]


@pytest.mark.parametrize(
    "body",
    [
        document(ROWS),
        document(ROWS, separators=(",", ":")),
        document(ROWS, indent=4),
        document([as_text(record) for record in ROWS]),
        document([as_text(record) for record in ROWS], indent="\t"),
        document([dict(sorted(record.items(), reverse=True)) for record in ROWS]),
        document([{k: bool(v) if k in FLAGS else v for k, v in r.items()} for r in ROWS]),
        document(
            [{k: str(bool(v)).lower() if k in FLAGS else v for k, v in r.items()} for r in ROWS]
        ),
        json.dumps(ROWS).encode(),
        b"\xef\xbb\xbf \n" + json.dumps({"resources": ROWS}).encode() + b"\n",
        json.dumps(
            {"generated_at": 1, "a": {"results": [{}]}, "x": "results", "results": ROWS}
        ).encode(),
        json.dumps({"x": '"results":[{"id":9}', "l": [[{"id": 9}]], "results": ROWS}).encode(),
        json.dumps(
            {"results": ROWS, "total": 59, "next": [{"id": 9}, {"id": 10}], "t": "]}"}
        ).encode(),
        document([record | {"extra": [{"id": 5}, {"id": 6}, {"b": []}]} for record in ROWS]),
        document([record | {"note": '"},{"id":"99"},{'} for record in ROWS]),
    ],
    ids=[
        "as written",
        "compact",
        "pretty",
        "numbers as text",
        "text, pretty",
        "other key order",
        "flags as booleans",
        "flags as words",
        "bare list",
        "other key, byte order mark",
        "results not first",
        "results inside a text first",
        "more lists after",
        "lists inside rows",
        "cuts inside texts",
    ],
)
@pytest.mark.parametrize("piece", [64, 900, 5000, 1 << 20])
def test_every_spelling_gives_the_same_table(body: bytes, piece: int) -> None:
    """Key order, whitespace, number style, wrapping and piece size change nothing."""
    reading = read(body, piece=piece)
    assert rows_of(reading) == [expected(record) for record in ROWS]
    assert (reading.records, reading.issues.rejected_count, reading.issues.flagged_count) == (
        len(ROWS),
        0,
        0,
    )


small = st.integers(0, 1000)
records = st.lists(
    st.builds(
        row,
        st.integers(1, 2**31 - 1),
        name=st.one_of(st.none(), st.text(max_size=30), st.sampled_from(HOSTILE)),
        type_code=st.one_of(st.none(), st.sampled_from(["dustl", "alcrb", "", '"},{"'])),
        type_name=st.one_of(st.none(), st.text(max_size=10)),
        oq=small,
        pe_max=st.integers(0, 2**15 - 1),
        score=st.one_of(st.none(), st.integers(0, 100)),
        cpu=st.floats(0, 1e6).map(lambda value: round(value, 2)),
        timestamp=st.integers(0, 2**33),
    ),
    unique_by=lambda record: record["id"],
    max_size=12,
)


@st.composite
def spelled(draw: st.DrawFn) -> tuple[list[dict[str, Any]], bytes]:
    """Rows, and one of the many ways to write them."""
    rows = draw(records)
    chance = draw(st.randoms(use_true_random=False))

    def written(record: dict[str, Any]) -> dict[str, Any]:
        keys = list(record)
        chance.shuffle(keys)
        more: dict[str, Any] = {
            chance.choice(HOSTILE): chance.choice([HOSTILE, {"a": [{}, {}]}, None, 1e300])
        }
        plain = {
            key: str(record[key])
            if isinstance(record[key], int | float) and chance.random() < 0.5
            else record[key]
            for key in keys
        }
        return plain | more if chance.random() < 0.5 else plain

    around = [written(record) for record in rows]
    whole = draw(
        st.sampled_from(
            [
                around,
                {"results": around},
                {"meta": [{"results": []}, "results"], "results": around},
                {"resources": around, "after": [{}, {"},{": "]"}]},
            ]
        )
    )
    style: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {
                "indent": st.sampled_from([None, 0, 1, "\t"]),
                "ensure_ascii": st.booleans(),
                "separators": st.sampled_from([(",", ":"), (" , ", " : "), (",\n", ":\r\n")]),
            }
        )
    )
    return rows, json.dumps(whole, **style).encode()


@settings(max_examples=80, deadline=None)
@given(spelled(), st.integers(1, 3000), st.integers(1, 900))
def test_random_rows_survive_random_spelling_and_cuts(
    case: tuple[list[dict[str, Any]], bytes], piece: int, size: int
) -> None:
    """What was written is what is read, wherever the stream was cut."""
    rows, body = case
    reading = read(body, piece=piece, size=size)
    assert rows_of(reading) == [expected(record) for record in rows]
    assert reading.issues.rejected_count == 0


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_never_shift_a_row(name: str) -> None:
    """Braces, quotes and cuts inside a name stay inside that name."""
    rows = [row(number, name=name) for number in range(1, 40)]
    for piece in range(300, 1500, 97):
        assert rows_of(read(document(rows), piece=piece)) == [expected(record) for record in rows]


@pytest.mark.parametrize(
    ("field", "value", "column", "shown", "flagged"),
    [
        ("oq", "", "oq", 0, False),
        ("oq", None, "oq", 0, False),
        ("oq", "high", "oq", 0, True),
        ("oq", [1], "oq", 0, True),
        ("oq", "9.9", "oq", 9, False),
        ("oq", " 12 ", "oq", 12, False),
        ("oq", 40_000, "oq", 0, True),
        ("oq", "99999999999999999999", "oq", 0, True),
        ("oq_max", -5, "oq_max", 0, True),
        ("rating", "", "rating", 0, False),
        ("topcount", None, "top_count", 0, False),
        ("score", "", "score", None, False),
        ("score", "null", "score", None, False),
        ("score", "good", "score", None, True),
        ("score", "87", "score", 87, False),
        ("cpu", "", "cpu", None, False),
        ("cpu", "0", "cpu", None, False),
        ("cpu", None, "cpu", None, False),
        ("cpu", "inf", "cpu", None, False),
        ("cpu", -3, "cpu", None, False),
        ("cpu", 1e300, "cpu", None, False),
        ("cpu", "9.5", "cpu", 9.5, False),
        ("status", "", "in_spawn", False, False),
        ("status", "2", "in_spawn", False, False),
        ("status", True, "in_spawn", True, False),
        ("status", None, "in_spawn", False, False),
        ("timestamp", "", "first_seen", None, False),
        ("timestamp", "2023-11-14 22:13:20", "first_seen", 1_700_000_000, False),
        ("timestamp", 1_700_000_000.7, "first_seen", 1_700_000_000, False),
        ("timestamp", 1_700_000_000_000, "first_seen", None, False),
        ("timestamp", -1, "first_seen", None, False),
        ("inactive_at", "1700000000", "despawned", 1_700_000_000, False),
        ("inactive_at", 0, "despawned", None, False),
        ("planet_lok", "", "planets", 0, False),
        ("planet_lok", "yes", "planets", 0, False),
        ("planet_lok", None, "planets", 0, False),
        ("planet_lok", 1, "planets", 1 << PLANETS.index("Lok"), False),
        ("name", "", "name", None, False),
        ("name", "  ", "name", None, False),
        ("name", 12, "name", "12", False),
        ("name", {"a": 1}, "name", None, False),
        ("type_code", "", "class_code", None, False),
    ],
)
def test_odd_values_cost_neither_their_row_nor_its_neighbours(
    field: str, value: object, column: str, shown: object, flagged: bool
) -> None:
    """A value that is no number becomes 0 or null as the contract says; all else stands."""
    clear = dict.fromkeys(FLAGS, 0)
    rows = [row(number, **clear) for number in range(1, 8)]
    reading = read(document([*rows[:3], rows[3] | {field: value}, *rows[4:]]), piece=1 << 20)
    found = rows_of(reading)
    assert found[:3] + found[4:] == [expected(record) for record in rows[:3] + rows[4:]]
    if column in ("first_seen", "despawned") and shown is not None:
        shown = pd.Timestamp(shown, unit="s", tz="UTC")  # type: ignore[arg-type]
    if column == "cpu" and shown is None:
        assert found[3]["cpu"] != found[3]["cpu"]
    else:
        assert found[3][column] == shown
    expected_row = expected(rows[3])
    assert {k: v for k, v in found[3].items() if k != column} == {
        k: v for k, v in expected_row.items() if k != column
    }
    assert [(remark.row, remark.field) for remark in reading.issues.flagged] == [
        (3, field)
    ] * flagged
    assert reading.issues.rejected == ()


def test_score_falls_back_to_its_twin_only_where_the_key_is_missing() -> None:
    """A score that is null is unscored; one that is not there is the sortable column's."""
    there, null, gone, both = row(1, score=5), row(2, score=None), row(3), row(4)
    for record in (gone, both):
        del record["score"]
    del both["value_rating"]
    rows = [there, null, gone, both, gone | {"id": 6, "oq": ""}]
    assert [found["score"] for found in rows_of(read(document(rows)))] == [5, None, 3, None, 3]


def test_rows_without_an_id_are_set_aside_with_a_reason() -> None:
    """No guess is made at an identity; the rest is shown."""
    bad: list[object] = [
        {},
        row(1) | {"id": ""},
        row(1) | {"id": 0},
        row(1) | {"id": 2**31},
        None,
        7,
    ]
    reading = read(document([row(1), *bad, row(2)]))
    assert [found["id"] for found in rows_of(reading)] == [1, 2]
    assert [remark.row for remark in reading.issues.rejected] == [1, 2, 3, 4, 5, 6]
    assert all(remark.reason for remark in reading.issues.rejected)
    assert (reading.records, reading.issues.rejected_count) == (8, 6)


def test_only_the_first_rejections_are_kept_word_for_word() -> None:
    """All are counted."""
    reading = read(document([{"name": "x"}] * (KEPT + 20)))
    assert (len(reading.issues.rejected), reading.issues.rejected_count) == (KEPT, KEPT + 20)


def test_the_last_of_two_rows_with_one_id_wins() -> None:
    """As in the site's own client; the earlier one is accounted for at its own place."""
    rows = [row(1), {}, row(2, oq=1), row(3), row(2, oq=2), row(2, oq=3)]
    reading = read(document(rows))
    assert [(found["id"], found["oq"]) for found in rows_of(reading) if found["id"] == 2] == [
        (2, 3)
    ]
    assert [found["id"] for found in rows_of(reading)] == [1, 3, 2]
    assert [(remark.row, remark.value) for remark in reading.issues.rejected[1:]] == [
        (2, "2"),
        (4, "2"),
    ]
    assert reading.records == len(rows)


def test_text_is_cleaned_like_that_of_other_feeds() -> None:
    """Controls and direction marks go, too long text is cut, equal labels become one category."""
    names = ["a\x00b\u202ec", "x" * 600, "plain", "two\nlines"]
    codes = ["dustl", "du\u202estl", "dustl\x00", "alcrb"]
    rows = [
        row(number, name=name, type_code=code)
        for number, (name, code) in enumerate(zip(names, codes, strict=True), start=1)
    ]
    reading = read(document(rows))
    assert [found["name"] for found in rows_of(reading)] == [text(name) for name in names]
    assert rows_of(reading)[0]["name"] == "abc"
    codes_column = reading.tables["resources"].column("class_code").combine_chunks()
    assert codes_column.to_pylist() == ["dustl", "dustl", "dustl", "alcrb"]
    assert codes_column.dictionary.to_pylist() == ["dustl", "alcrb"]


def test_endless_numbers_cost_one_value() -> None:
    """In a field that is wanted and in one that is not, beside broken text and alone."""
    body = document([row(1), row(2, oq=4242, weighted_chef1=4343), row(3, name="MARK")])
    for name in (b"x", rb"\ud800"):
        for field in (b"4242", b"4343"):
            reading = read(body.replace(b"MARK", name).replace(field, b"9" * 6000))
            wanted = [("oq", "a number")] if field == b"4242" else []
            assert [(remark.field, "a number") for remark in reading.issues.flagged] == wanted
            assert [found["id"] for found in rows_of(reading)] == [1, 2, 3]


def test_broken_text_costs_one_letter_not_the_file() -> None:
    """Half a surrogate pair, bytes that are no UTF-8, raw control characters, NaN."""
    body = document([row(1), row(2, name="MARK"), row(3)])
    for broken in (rb"\ud800", b"\xff\xfe", b"\x01", rb"\ud83d\u0041"):
        found = rows_of(read(body.replace(b"MARK", b"M" + broken + b"K")))
        assert [record["id"] for record in found] == [1, 2, 3]
        assert str(found[1]["name"]).startswith("M")
        assert found[0] == expected(row(1))
    found = rows_of(read(body.replace(b'"cpu": 5.0', b'"cpu": NaN')))
    assert [record["id"] for record in found] == [1, 2, 3]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<html><h1>Maintenance</h1></html>",
        b"<br />Warning: in x.php on line 3" + document(ROWS),
        b"null",
        b"12",
        b'"results"',
        b"{}",
        b'{"results": null}',
        b'{"results": {}}',
        b'{"results": {"list": [{"id": 1}]}}',
        b'{"results": "[]"}',
        b'{"other": [{"id": 1}]}',
        b'{"error": "down for maintenance"}',
        document(ROWS) + b"x",
        document(ROWS) + document(ROWS),
        json.dumps(ROWS).encode() + b"]",
        document(ROWS)[:-1] + b',"half',
        document(ROWS).replace(b'"id": 30', b'"id" 30'),
        b'{"results": [{"id": 1}, {"id": 2},]}',
        b'{"results": [' + b"[" * 200_000,
        b'{"results": [{"id": 1, "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}]}",
        b'{"results": [{"id": 1, "x": "' + b"},{" * 200_000,
    ],
)
def test_what_is_not_the_export_is_refused_whole(body: bytes) -> None:
    """A page, an error, another shape, broken or half JSON: one reason, no rows."""
    with pytest.raises(FeedMalformed) as caught:
        read(body)
    assert caught.value.feed == "resources"
    assert "results" in caught.value.reason or "answer" in caught.value.reason


def test_the_sites_own_error_is_passed_on() -> None:
    """So that feed health can show it."""
    with pytest.raises(FeedMalformed, match="down for maintenance"):
        read(b'{"error": "down for maintenance"}')


def test_a_document_cut_off_anywhere_is_refused() -> None:
    """No prefix of a document passes for it."""
    body = document(ROWS[:6], indent=1)
    for end in range(len(body)):
        with pytest.raises(FeedMalformed):
            read(body[:end])


def test_text_without_a_place_to_cut_is_given_up() -> None:
    """An endless text does not fill the memory."""
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield b'{"results": [{"id": 1, "name": "'
        while True:
            taken += 1 << 20
            yield b"},{ " * (1 << 18)

    with pytest.raises(FeedMalformed):
        resources.read_resources(endless())
    assert taken <= 3 * json_stream.LONGEST


@pytest.mark.parametrize("count", [None, 1, 10, len(ROWS), 10**12])
def test_a_wrong_count_is_only_a_hint(count: int | None) -> None:
    """Too small, too large or missing: the rows are those of the document."""
    assert rows_of(read(document(ROWS), count=count)) == [expected(record) for record in ROWS]


def test_an_empty_list_is_an_empty_table() -> None:
    """The columns and their types are there all the same."""
    for body in (b"[]", b'{"results": []}', b'{"results": [ ] , "x": 1}'):
        frame = datasets.RESOURCES.parse(body).tables["resources"]
        assert frame.empty
        assert {name: str(kind) for name, kind in frame.dtypes.items()} == resources.DTYPES


def test_rows_are_read_while_the_rest_is_still_under_way() -> None:
    """Progress is told early, and the document never stands whole in memory."""
    body = document([row(number) for number in range(1, 2001)])
    given_out, seen = 0, []

    def blocks() -> Iterator[bytes]:
        nonlocal given_out
        for block in in_blocks(body, 1 << 15):
            given_out += len(block)
            yield block

    resources.read_resources(blocks(), on_rows=lambda rows: seen.append((rows, given_out)))
    assert seen[0][1] < len(body) / 2
    assert seen[-1][0] == 2000


@pytest.mark.parametrize(
    "feed", [datasets.RESOURCES, datasets.SCHEMATICS, datasets.SCHEMATIC_DETAILS]
)
def test_parse_keeps_the_declared_contract(feed: DatasetFeed) -> None:
    """Whole documents pass through the same reader, and conform finds nothing to change."""
    bodies = {
        "resources": document(ROWS),
        "schematics": document([{"id": "1", "name": "A"}]),
        "schematic_details": document_of_details({"1": {"schematicName": "A"}}),
    }
    parsed = feed.parse(bodies[feed.name])
    held = conform(feed, parsed)
    for name, columns in feed.tables.items():
        assert {key: str(kind) for key, kind in parsed.tables[name].dtypes.items()} == dict(columns)
        pd.testing.assert_frame_equal(held.tables[name], parsed.tables[name])
    assert next(iter(feed.tables)) == feed.name
    assert len(held.tables[feed.name]) > 0


def document_of_details(results: object) -> bytes:
    """The details export around a map of payloads."""
    return json.dumps({"results": results}).encode()
