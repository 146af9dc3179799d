"""All visitors read the same frames; what one of them does changes nothing for the others."""

from hashlib import blake2b
from typing import Final

import pytest

from benchmarks.pages import CHANGES
from swgdata import sources
from swgdata.sources import snapshot, sync
from swgdata.sources.snapshot import Snapshot
from tests.support.app_visitors import opened, said

pytestmark = pytest.mark.slow
ROUNDS: Final = 100
PAGES: Final = list(CHANGES)


def looks(held: dict[str, Snapshot]) -> str:
    """A digest of every value of every frame, of its columns, order and types."""
    told = blake2b()
    for one in held.values():
        for name, frame in one.tables.items():
            told.update(f"{one.feed.name} {name} {frame.dtypes.to_dict()}".encode())
            told.update(repr(frame.to_dict("split")).encode())
    return told.hexdigest()


def test_no_visitor_changes_what_others_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred visits that sort, filter and turn every card to its table: same frames, same bytes.

    The frames are those that every page is made of, not copies.
    """
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "60")
    sync.run(sources.active())
    feeds = [feed.name for feed in sync.feeds_to_sync(sources.active())]
    held = {feed: snapshot.load(feed) for feed in feeds}
    before, seen = looks(held), listed()
    views: dict[str, dict[str, str]] = {}
    for place in range(ROUNDS):
        page = PAGES[place % len(PAGES)]
        app = opened(page, **links(page, place), **views.get(page, {}))
        assert not app.exception
        assert "failed. The log has the details" not in said(app)
        keys = [key for one in app._tree if (key := getattr(one, "key", None))]
        views[page] = {key: "Table" for key in keys if key.endswith("_view")}
    assert looks(held) == before
    assert all(snapshot.load(feed).frame is held[feed].frame for feed in feeds)
    assert listed() == seen


def listed() -> list[str]:
    """What a visitor reads in the tables of the pages that rank."""
    return [
        repr(one.value.to_dict("split"))
        for page in ("guilds", "cities", "resources")
        for one in opened(page).dataframe
    ]


def links(page: str, place: int) -> dict[str, str | list[str]]:
    """The change of a page's filters as a link says it."""
    change = CHANGES[page](place)
    return {
        key: list(map(str, value)) if isinstance(value, tuple) else str(value)
        for key, value in change.items()
    }
