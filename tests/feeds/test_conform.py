"""The declared contract, and the feeds of each provider."""

from datetime import timedelta

import pandas as pd
import pytest

from swgdata.errors import FeedMalformed, NotOffered
from swgdata.feeds import PROVIDERS, Feed, Parsed, feeds_of
from swgdata.feeds.model import ImportIssues, Rejection, conform
from swgdata.feeds.records import TIME
from tests.support.services import ROOT

FEED = Feed(
    name="moons",
    path="/api/moons.php",
    fresh_for=timedelta(hours=1),
    parse=lambda body: Parsed({}),
    tables={"moons": {"name": "str", "craters": "Int32"}},
)


def test_order_dtypes_and_index() -> None:
    """Columns are ordered and cast, more of them are dropped, rows numbered from 0."""
    frame = pd.DataFrame({"craters": [3.0, None], "more": [1, 2], "name": ["a", "b"]}, index=[7, 9])
    sent = Parsed(
        {"moons": frame, "other": frame}, issues=ImportIssues.of([Rejection(1, "name", "", "no")])
    )
    held = conform(FEED, sent)
    expected = pd.DataFrame(
        {
            "name": pd.Series(["a", "b"], dtype="str"),
            "craters": pd.Series([3, None], dtype="Int32"),
        }
    )
    assert list(held.tables) == ["moons"]
    pd.testing.assert_frame_equal(held.tables["moons"], expected)
    assert held.issues == sent.issues
    assert frame.index.tolist() == [7, 9]


def test_a_right_frame_is_handed_on() -> None:
    """What already keeps the contract is not copied: it may be memory-mapped."""
    frame = pd.DataFrame({"name": ["a"], "craters": pd.array([1], dtype="Int32")})
    assert conform(FEED, Parsed({"moons": frame})).tables["moons"] is frame


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({}, "the table moons is missing"),
        ({"moons": pd.DataFrame({"name": ["a"]})}, "the column craters of table moons is missing"),
        (
            {"moons": pd.DataFrame({"name": ["a"], "craters": ["many"]})},
            "the column craters of table moons does not hold Int32",
        ),
        (
            {"moons": pd.DataFrame({"name": ["a"], "craters": [2**40]})},
            "the column craters of table moons does not hold Int32",
        ),
    ],
)
def test_a_broken_contract_is_named(tables: dict[str, pd.DataFrame], reason: str) -> None:
    """Table and column stand in the reason."""
    with pytest.raises(FeedMalformed) as rejection:
        conform(FEED, Parsed(tables))
    assert rejection.value.reason == reason


def test_providers() -> None:
    """Each provider's feeds go by their own names; another one is not offered."""
    for provider in PROVIDERS:
        feeds = feeds_of(provider)
        assert feeds
        assert all(name == feed.name for name, feed in feeds.items())
    with pytest.raises(NotOffered, match="expected one of swgtracker, plain"):
        feeds_of("elsewhere")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_documents_name_every_feed_and_column(provider: str) -> None:
    """``docs/feeds.md`` has a section for each feed, with all its tables, columns and types."""
    text = (ROOT / "docs/feeds.md").read_text(encoding="utf-8")
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n### ")[1:]}
    for name, feed in feeds_of(provider).items():
        for table, columns in feed.tables.items():
            kinds = {column: str(kind).replace(TIME, "time") for column, kind in columns.items()}
            listed = ", ".join(f"`{column}` {kind}" for column, kind in kinds.items())
            assert f"**{table}**: {listed}" in sections[name]
