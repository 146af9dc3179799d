"""Text and numbers on screen, and the one escape into Markdown."""

import re
import string
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swgdata.ui.text import age, ago, clock, compact, count, cut, label, plain

NOW = datetime(2026, 8, 16, 22, 30, tzinfo=UTC)
JOINER = "\u2060"


def shown(markdown: str) -> str:
    """What a reader of the escaped text sees."""
    return re.sub(r"\\(.)", r"\1", markdown).replace(JOINER, "")


@given(st.text(alphabet=string.printable + "é–½★", max_size=60))
def test_plain_shows_the_text_and_escapes_every_sign(text: str) -> None:
    """No ASCII punctuation is left bare, and unescaping gives the cleaned text back."""
    markdown = plain(text)
    bare = markdown.replace("\\\\", "")
    assert not [
        sign
        for place, sign in enumerate(bare)
        if sign in string.punctuation and sign != "\\" and bare[place - 1 : place] != "\\"
    ]
    assert shown(markdown) == (cut(text) or "—")


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("http://evil.example/x", "http:" + JOINER + "//"),
        ("see WWW.evil.example", "WWW" + JOINER + "."),
        ("a@evil.example", "a" + JOINER + "@"),
    ],
)
def test_plain_breaks_what_markdown_links_by_itself(text: str, broken: str) -> None:
    """A joiner stands inside addresses, so that none becomes a link."""
    assert broken in plain(text).replace("\\", "")


@pytest.mark.parametrize(
    "text", ["![x](http://e/b.png)", "<img src=x>", "$x$", "# a", "- a", "1. a", "`a`", "[a](b)"]
)
def test_plain_leaves_no_markup(text: str) -> None:
    """Pictures, tags, formulas, headings, lists, code and links are plain signs."""
    assert shown(plain(text)) == text
    assert plain(text) != text


@given(st.text(max_size=500), st.integers(1, 100))
def test_cut_gives_one_bounded_line(text: str, length: int) -> None:
    """Never longer than asked, one line, nothing invisible, and encodable."""
    line = cut(text, length)
    assert len(line) <= length
    assert line == " ".join(line.split())
    line.encode()


def test_cut_removes_what_hides_or_reorders() -> None:
    """Controls and direction marks go, stacks of combining marks are thinned, text stays."""
    assert cut("a\u202eb\u0000c\u200bd") == "abcd"
    assert len(cut("e" + "\u0301" * 50)) < 8
    assert cut("x" * 300) == "x" * 79 + "…"
    assert cut(None) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (720, "12 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (10_800, "3 h"),
        (172_799, "47 h"),
        (172_800, "2 d"),
        (864_000, "10 d"),
    ],
)
def test_age(seconds: int, text: str) -> None:
    """Whole units, rounded down, hours up to two days."""
    assert age(timedelta(seconds=seconds)) == text


def test_ago() -> None:
    """Under a minute, and in the future, it is just now."""
    assert ago(NOW - timedelta(minutes=12), NOW) == "12 min ago"
    assert ago(NOW - timedelta(seconds=20), NOW) == "just now"
    assert ago(NOW + timedelta(days=1), NOW) == "just now"


def test_clock_names_both_zones_and_another_day() -> None:
    """UTC always, the chosen zone beside it, its date where it differs."""
    assert clock(NOW) == "2026-08-16 22:30 UTC"
    assert clock(NOW, UTC) == "2026-08-16 22:30 UTC"
    assert clock(NOW, ZoneInfo("America/New_York")) == "2026-08-16 22:30 UTC (18:30 EDT)"
    assert clock(NOW, ZoneInfo("Europe/Berlin")) == "2026-08-16 22:30 UTC (2026-08-17 00:30 CEST)"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1_234_000_000, "1.2B"),
        (465_000_000, "465M"),
        (12_000, "12K"),
        (873, "873"),
        (0, "0"),
        (35.24, "35.2"),
        (999_960, "1M"),
        (999_400, "999K"),
        (-12_500, "-12.5K"),
        (99.97, "100"),
        (None, "—"),
        (float("nan"), "—"),
        (float("inf"), "—"),
    ],
)
def test_compact(number: float | None, text: str) -> None:
    """Three figures at most; the unknown is a dash, never 0."""
    assert compact(number) == text


def test_words() -> None:
    """Columns and counts are named as people write them."""
    assert label("active_pct") == "Active %"
    assert label("oq") == "OQ"
    assert label("controlling_guild") == "Controlling guild"
    assert count(1, "city", "cities") == "1 city"
    assert count(1204, "city", "cities") == "1,204 cities"
