"""Every feed against the same body with numbers as text, with gaps, and with hostile text.

The variants are functions over the clean bodies of ``tests/data``, so that they cover whatever
a body has: a new feed is tested by having a body there.
"""

import json
import os
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swgdata.errors import FeedMalformed
from swgdata.feeds import Feed, Parsed, feeds_of
from swgdata.feeds.model import conform

DATA = Path(__file__).resolve().parents[1] / "data"
CASES: Final = {
    **{name: (feed, name) for name, feed in feeds_of("swgtracker").items() if not feed.export},
    **{f"plain {name}": (feed, f"plain_{name}") for name, feed in feeds_of("plain").items()},
}
BODIES: Final = {case: (DATA / f"{file}.json").read_bytes() for case, (_, file) in CASES.items()}
FALLBACKS: Final = {"title"}  # columns that take another key's text where theirs is missing
HOSTILE: Final = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "=1+1",
    "@SUM(A1)",
    "[gallery ids=1]",
    "'; DROP TABLE cities; --",
    '"quoted" \\ back',
    "🦂👨\u200d👩\u200d👧 e\u0301" + "\u0301" * 40,
    "\u202egnp.exe\u2066",
    "a\x00b\x1b[31m\r\nX-Key: 1",
    "NaN",
    "Infinity",
    "-1e999",
    "9" * 400,
    "../../etc/passwd",
    "http://evil.example/\u0000",
    "x" * 5000,
    " ",
)
EXAMPLES: Final = int(os.environ.get("SWG_TEST_EXAMPLES", "300"))
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def read(feed: Feed, document: Any) -> Parsed:
    """The conformed tables of a document."""
    return conform(feed, feed.parse(json.dumps(document).encode()))


def changed(node: Any, change: Callable[[Any], Any]) -> Any:
    """A copy of a document with every scalar changed."""
    if isinstance(node, dict):
        return {key: changed(value, change) for key, value in node.items()}
    if isinstance(node, list):
        return [changed(value, change) for value in node]
    return change(node)


def as_text(value: Any) -> Any:
    """A scalar as PHP sends it: numbers and flags are text."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if isinstance(value, int | float) else value


def paths(node: Any, *above: Any) -> Iterator[tuple[Any, ...]]:
    """The keys and positions that lead to each node of a document."""
    if isinstance(node, dict | list):
        for place in node if isinstance(node, dict) else range(len(node)):
            yield (*above, place)
            yield from paths(node[place], *above, place)


GONE: Final = object()


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of a document with one node replaced; ``GONE`` takes its key away too."""
    copy = json.loads(json.dumps(document))
    *above, place = path
    node = copy
    for step in above:
        node = node[step]
    if value is not GONE:
        node[place] = value
    elif isinstance(node, dict):
        del node[place]
    else:
        node[place] = None
    return copy


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, None where nothing is known."""
    known = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in known.to_dict("records")]


def agrees(row: dict[str, Any], clean: dict[str, Any]) -> bool:
    """Each value is the clean one, or says nothing: null, no, an empty or shorter list."""
    return all(
        value == clean[name]
        or value is None
        or value is False
        or name in FALLBACKS
        or (isinstance(value, list) and all(point in clean[name] for point in value))
        for name, value in row.items()
    )


@pytest.mark.parametrize("case", CASES)
def test_numbers_as_text(case: str) -> None:
    """A body with every number as text gives the same frames."""
    feed = CASES[case][0]
    document = json.loads(BODIES[case])
    clean, texts = read(feed, document), read(feed, changed(document, as_text))
    for table, frame in clean.tables.items():
        pd.testing.assert_frame_equal(texts.tables[table], frame)
    assert texts.as_of == clean.as_of
    assert texts.issues.rejected == ()
    assert texts.issues.flagged == clean.issues.flagged


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("gap", [None, GONE], ids=["null", "no key"])
def test_one_gap_at_a_time(case: str, gap: object) -> None:
    """A null or a missing key anywhere leaves every answer the same, or null.

    Only without its main list, at the top, is a body refused whole.
    """
    feed = CASES[case][0]
    document = json.loads(BODIES[case])
    clean = {table: plain_rows(frame) for table, frame in read(feed, document).tables.items()}
    for path in paths(document):
        try:
            result = read(feed, replaced(document, path, gap))
        except FeedMalformed:
            assert len(path) == 1
            continue
        for table, frame in result.tables.items():
            for row in plain_rows(frame):
                assert any(agrees(row, other) for other in clean[table]), (path, table, row)


@pytest.mark.parametrize("case", CASES)
def test_nothing_but_gaps(case: str) -> None:
    """Every scalar null at once: records are set aside or empty, none is invented."""
    feed = CASES[case][0]
    document = json.loads(BODIES[case])
    result = read(feed, changed(document, lambda value: None))
    for frame in result.tables.values():
        for row in plain_rows(frame):
            known = {name: value for name, value in row.items() if value not in (None, False, [])}
            assert set(known) <= {"dataset", "key", "planet", "faction", "guild_known"}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("target", [str, int, object], ids=["for texts", "for numbers", "for all"])
def test_hostile_text(case: str, target: type) -> None:
    """Hostile text is shown as text, is null where a number belongs, and never raises."""
    feed = CASES[case][0]
    document = json.loads(BODIES[case])
    kinds = (int, float) if target is int else target
    for text in HOSTILE:
        result = read(feed, changed(document, partial(swapped, kinds=kinds, text=text)))
        for frame in result.tables.values():
            texts: pd.Series[Any] = frame.select_dtypes("str").stack()
            assert all(map(fit_to_be_shown, texts.dropna()))
        for record in (*result.issues.rejected, *result.issues.flagged):
            assert len(record.value) <= 80
            assert record.reason


def test_a_name_of_a_megabyte() -> None:
    """It is cut, and costs nobody else anything."""
    names = ["x" * 2**20, "\x00" * 2**20, "Rillvale"]
    cities = read(feeds_of("swgtracker")["cities"], {"results": [{"name": name} for name in names]})
    assert cities.tables["cities"]["name"].str.len().tolist() == [500, 8]
    assert [rejection.row for rejection in cities.issues.rejected] == [1]


def swapped(old: Any, *, kinds: type | tuple[type, ...], text: str) -> Any:
    """Hostile text in place of a scalar of some kinds."""
    return text if isinstance(old, kinds) else old


def fit_to_be_shown(text: str) -> bool:
    """Not endless, no control characters, no direction overrides."""
    marks = {unicodedata.category(mark) for mark in text}
    return len(text) <= 500 and "Cc" not in marks and not set(text) & set("\u202e\u2066")


@pytest.mark.parametrize("case", CASES)
def test_hostile_text_leaves_the_numbers_alone(case: str) -> None:
    """Markup in every name changes no number, and no record is lost silently."""
    feed = CASES[case][0]
    document = json.loads(BODIES[case])
    clean = read(feed, document)
    marked = changed(document, lambda v: f"<b>=1+1</b>{v}" if isinstance(v, str) else v)
    result = read(feed, marked)
    for table, frame in clean.tables.items():
        same = frame.select_dtypes("number").columns
        pd.testing.assert_frame_equal(result.tables[table][same], frame[same])
    assert result.issues.rejected == ()


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(HOSTILE[:-2])
)


def keys_of(node: Any) -> Iterator[str]:
    """Every key in a document."""
    if isinstance(node, dict):
        yield from node
    for value in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from keys_of(value)


KEYS = sorted({key for body in BODIES.values() for key in keys_of(json.loads(body))})
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=25,
)


def answered(feed: Feed, body: bytes) -> None:
    """A body is refused in our words, or becomes the declared frames."""
    try:
        result = conform(feed, feed.parse(body))
    except FeedMalformed:
        return
    assert set(result.tables) == set(feed.tables)


@FUZZ
@given(case=st.sampled_from(sorted(CASES)), document=JSON)
def test_any_json_is_answered(case: str, document: Any) -> None:
    """Arbitrary JSON, with the feeds' own keys in it, raises nothing but our rejection."""
    answered(CASES[case][0], json.dumps(document).encode())


@FUZZ
@given(case=st.sampled_from(sorted(CASES)), data=st.data())
def test_any_node_may_be_anything(case: str, data: st.DataObject) -> None:
    """One node of the clean body replaced by arbitrary JSON."""
    document = json.loads(BODIES[case])
    path = data.draw(st.sampled_from(list(paths(document))))
    told = replaced(document, path, data.draw(JSON))
    answered(CASES[case][0], json.dumps(told).encode())


@FUZZ
@given(
    case=st.sampled_from(sorted(CASES)),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.binary(max_size=4)), max_size=3),
    end=st.floats(0.5, 1.5),
)
def test_any_bytes_are_answered(
    case: str, cuts: list[tuple[float, int, bytes]], end: float
) -> None:
    """The clean body with bytes cut out, put in, or cut off at its end."""
    body = BODIES[case]
    for place, length, piece in cuts:
        at = int(place * len(body))
        body = body[:at] + piece + body[at + length :]
    answered(CASES[case][0], body[: int(end * len(body))])
