"""What pages read: loaded once a run, answered once for all, and the same for everybody."""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd
import pytest
import streamlit

from swgdata import sources
from swgdata.sources import snapshot as snapshots
from swgdata.sources.snapshot import Snapshot
from swgdata.ui import data, run_state
from swgdata.ui.trends.sparklines import with_sparks

ROUNDS: Final = 100


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The invented galaxy, nothing answered yet, in a run of its own."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "400")
    streamlit.cache_resource.clear()
    run_state.begin()
    yield
    run_state.end()
    streamlit.cache_resource.clear()


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The feeds that were asked for, as often as they were."""
    asked: list[str] = []
    real = snapshots.load

    def load(name: str, /, **settings: Any) -> Snapshot:
        asked.append(name)
        return real(name, **settings)

    monkeypatch.setattr(snapshots, "load", load)
    return asked


def test_a_run_loads_each_feed_once_and_the_next_one_anew(loads: list[str]) -> None:
    """One page speaks of one moment; feeds with parameters are told apart; no run, no memory."""
    first = data.snapshot("guilds")
    assert data.snapshot("guilds") is first
    data.answer("guilds", faction="Rebel")
    tag = str(first.frame["tag"].iloc[0])
    data.snapshot("guild_history", abbrev=tag)
    data.snapshot("guild_history", abbrev=str(first.frame["tag"].iloc[1]))
    assert loads.count("guilds") == 1
    assert loads.count("guild_history") == 2
    run_state.end()
    assert not run_state.loaded()
    run_state.begin()
    data.snapshot("guilds")
    assert loads.count("guilds") == 2


def test_one_answer_is_of_one_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the site comes within reach meanwhile, the next answer is live, not half of it."""
    chosen = [sources.sample_source()]

    def flips() -> sources.Source:
        return chosen.pop() if chosen else sources.live_source()

    for asker in (data, snapshots):
        monkeypatch.setattr(asker, "active", flips)
    found = data.answer("cities")
    assert found.source == "sample"
    assert {one.source for one in found.snapshots} == {"sample"}


def test_the_same_question_is_answered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other parameters are another answer; what is too big is answered again each time."""
    rebels = data.answer("guilds", faction="Rebel")
    assert data.answer("guilds", faction="Rebel") is rebels
    empire = data.answer("guilds", faction="Imperial")
    assert set(empire.frame["faction"]) == {"Imperial"}
    assert set(rebels.frame["faction"]) == {"Rebel"}
    monkeypatch.setattr(data, "_LONGEST", 1)
    small = data.answer("guilds", min_members=1)
    again = data.answer("guilds", min_members=1)
    assert again is not small
    pd.testing.assert_frame_equal(again.frame, small.frame)


def test_a_visitor_cannot_change_what_another_reads() -> None:
    """A hundred visitors sort, filter and edit as pages may; the next one reads the same."""
    before = data.answer("guilds").frame.copy(deep=True)
    sparks = with_sparks(before, data.snapshot("guilds").frame, on=["name", "tag"]).copy(deep=True)
    for place in range(ROUNDS):
        found, feed = data.answer("guilds"), data.snapshot("guilds")
        pd.testing.assert_frame_equal(found.frame, before)
        rows = with_sparks(found.frame, feed.frame, on=["name", "tag"])
        pd.testing.assert_frame_equal(rows, sparks)
        mine = rows.assign(active=place).sort_values("name", ascending=bool(place % 2))
        mine.loc[mine.index[0], "name"] = "mine"
        kept = found.frame.loc[found.frame["members"] > place]
        kept = kept.reset_index(drop=True)
        kept.loc[:, "active"] = place
        kept["name"] = "mine"
        run_state.end()
        run_state.begin()
