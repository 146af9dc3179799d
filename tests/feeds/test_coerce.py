"""The canonical coercions of the feed contract."""

import math
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swgdata.feeds import coerce

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, 12),
        (9.4, 9),
        (-9.4, -9),
        ("9.4", 9),
        (" 123 ", 123),
        ("-5", -5),
        ("1,234", 1234),
        ("12,345,678", 12345678),
        ("1e3", 1000),
        ("9007199254740993", 9007199254740993),
        (2**63 - 1, 2**63 - 1),
        (2**63, None),
        ("18446744073709551616", None),
        (10**400, None),
        ("9" * 5000, None),
        (math.nan, None),
        (math.inf, None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999", None),
        ("12,34", None),
        ("12 players", None),
        ("١٢", None),
        ("0x10", None),
        ("", None),
        (" ", None),
        ("e5", None),
        (".", None),
        (None, None),
        (True, None),
        (False, None),
        ([], None),
        ({}, None),
    ],
)
def test_whole(value: object, expected: int | None) -> None:
    """Whole numbers are cut, not rounded; what is none is None, booleans among them."""
    assert coerce.whole(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (9, 9.0),
        (9.4, 9.4),
        ("9.4", 9.4),
        (".5", 0.5),
        ("5.", 5.0),
        ("1,234.5", 1234.5),
        ("-0.0", 0.0),
        (10**400, None),
        ("1e400", None),
        (math.nan, None),
        ("nan", None),
        (True, None),
        ("5%", None),
        (None, None),
        ([9.4], None),
    ],
)
def test_decimal(value: object, expected: float | None) -> None:
    """Decimals are finite or None."""
    assert coerce.decimal(value) == expected


def test_negative_zero_loses_its_sign() -> None:
    """-0.0 is written as 0."""
    assert math.copysign(1, coerce.decimal(-0.0) or 0.0) == 1


@pytest.mark.parametrize("value", [1, "1", True, "true", " TRUE ", 1.0])
def test_flag_true(value: object) -> None:
    """The four spellings of yes."""
    assert coerce.flag(value) is True
    assert coerce.flag_or_none(value) is True


@pytest.mark.parametrize("value", [0, "0", False, "false"])
def test_flag_false(value: object) -> None:
    """The spellings of no."""
    assert coerce.flag(value) is False
    assert coerce.flag_or_none(value) is False


@pytest.mark.parametrize("value", [None, "", "yes", 2, "2", [], [1], {}])
def test_flag_unknown(value: object) -> None:
    """Everything else is no; the nullable flag tells no from unknown."""
    assert coerce.flag(value) is False
    assert coerce.flag_or_none(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Jarrex Voll", "Jarrex Voll"),
        ("  kept blanks ", "  kept blanks "),
        ("Tom &amp; <b>Jerry</b>", "Tom &amp; <b>Jerry</b>"),
        ("=1+1", "=1+1"),
        ("[gallery]", "[gallery]"),
        ("a\x00b\x07c\x9fd", "abcd"),
        ("one\r\ntwo\tthree", "one two three"),
        ("abc\u202edef\u2066g", "abcdefg"),
        ("🦂 été", "🦂 été"),
        (12, "12"),
        (12.0, "12"),
        (1.5, "1.5"),
        ("", None),
        (" \t ", None),
        ("\u202e", None),
        (None, None),
        (True, None),
        (["a"], None),
        ({"a": 1}, None),
    ],
)
def test_text(value: object, expected: str | None) -> None:
    """Text stays raw but for what must never reach a screen; blank text is None."""
    assert coerce.text(value) == expected


def test_long_text_is_cut() -> None:
    """A name of one megabyte becomes 500 characters that end in an ellipsis."""
    cut = coerce.text("x" * 2**20)
    assert cut == "x" * 499 + "…"
    assert coerce.text("x" * 500) == "x" * 500


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1786900205, datetime(2026, 8, 16, 17, 10, 5, tzinfo=UTC)),
        ("1786900205", datetime(2026, 8, 16, 17, 10, 5, tzinfo=UTC)),
        (1786900205.9, datetime(2026, 8, 16, 17, 10, 5, tzinfo=UTC)),
        ("2026-08-16 17:10:05", datetime(2026, 8, 16, 17, 10, 5, tzinfo=UTC)),
        ("2026-08-16T17:10:05Z", datetime(2026, 8, 16, 17, 10, 5, tzinfo=UTC)),
        ("2026-08-16T19:10:05.75+02:00", datetime(2026, 8, 16, 17, 10, 5, tzinfo=UTC)),
        ("2026-08-16", datetime(2026, 8, 16, tzinfo=UTC)),
        (0, None),
        ("0", None),
        ("", None),
        (None, None),
        (-5, None),
        (1786900205000, None),
        ("0000-00-00 00:00:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("2026-02-30", None),
        ("last Tuesday", None),
        (True, None),
        (10**30, None),
    ],
)
def test_moment(value: object, expected: datetime | None) -> None:
    """Unix seconds and ISO text are UTC; 0, milliseconds and nonsense are unknown."""
    assert coerce.moment(value) == expected


def test_lists_and_maps() -> None:
    """Null, a missing value and PHP's empty map are empty; gaps of a series are skipped."""
    assert coerce.listing(None) == coerce.listing({"0": 1}) == []
    assert coerce.mapping([]) == coerce.mapping(None) == {}
    assert coerce.listing([1]) == [1]
    assert coerce.mapping({"a": 1}) == {"a": 1}
    assert coerce.numbers([1, "2", None, "x", -3, True, 4.5]) == [1.0, 2.0, 4.5]
    assert coerce.texts(["19:00", None, 20, " "]) == ["19:00", "20"]


@pytest.mark.parametrize(
    "function",
    [
        *(coerce.whole, coerce.decimal, coerce.flag, coerce.flag_or_none, coerce.text),
        *(coerce.trimmed, coerce.listing, coerce.mapping, coerce.numbers, coerce.texts),
        coerce.moment,
    ],
)
@given(value=JSON)
def test_no_value_raises(function: Callable[[object], object], value: object) -> None:
    """Whatever JSON holds, a coercion answers."""
    function(value)


@given(st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers_survive_being_text(number: int) -> None:
    """Digits and digits with thousands marks mean the number itself."""
    assert coerce.whole(number) == coerce.whole(str(number)) == coerce.whole(f"{number:,}")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_decimals_survive_being_text(number: float) -> None:
    """A decimal printed and read again is the same."""
    assert coerce.decimal(repr(number)) == number


@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 31)))  # noqa: DTZ001 - zoneless on purpose
def test_times_survive_being_text(naive: datetime) -> None:
    """The three spellings of one second agree."""
    second = naive.replace(microsecond=0, tzinfo=UTC)
    seconds = int(second.timestamp())
    spelled = (seconds, str(seconds), f"{naive:%Y-%m-%d %H:%M:%S}".zfill(19), second.isoformat())
    assert {coerce.moment(value) for value in spelled} == {second}


@given(st.text(max_size=2000))
def test_text_is_fit_to_be_shown(value: str) -> None:
    """No controls, no direction overrides, at most 500 characters, never blank."""
    shown = coerce.text(value)
    if shown is not None:
        assert shown.strip()
        assert len(shown) <= 500
        assert not any(unicodedata.category(mark) in {"Cc", "Cs"} for mark in shown)
        assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
