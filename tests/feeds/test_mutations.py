"""Whatever becomes of a feed's JSON: it is shown, set aside or refused in words; nothing breaks."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from swgdata.errors import FeedMalformed
from swgdata.feeds import Feed, Parsed, feeds_of
from swgdata.feeds.model import DatasetFeed, Snapshot, conform
from swgdata.tables import TABLES, Result, StoredData, answer, needs
from tests.support.app_visitors import PAGES, opened, said
from tests.support.fake_site import Site
from tests.support.json_mutations import MUTATIONS
from tests.support.sample_frames import AS_OF, NOW, snapshot_of
from tests.support.table_inputs import stored_version

DATA: Final = Path(__file__).resolve().parents[1] / "data"
HANDFUL: Final = ("nulls", "evil", "swapped", "2**64")
GALAXY: Final = Site(rows=60)

# Feed -> where its records stand, if not under "results".
LISTS: Final = {
    "categories": ("resource_tree_flat",),
    "city_history": ("history",),
    "guild_history": ("history",),
    "pulse": ("online", "history"),
    "wealth": ("history",),
    "professions": ("professions",),
    "new_spawns": ("new_spawns",),
    "materials": (),
    "population": (),
}
UNCOUNTED: Final = {"manifest", "server_status", "guilds_cities"}  # objects, not one list

# Feeds whose stored answers tables read, though they do not ask for them.
REMEMBERED: Final = {
    **dict.fromkeys(("guilds", "territory_heatmap"), ("guild_history",)),
    **dict.fromkeys(("population", "population_trends"), ("city_history",)),
}


def body_of(provider: str, feed: Feed) -> bytes:
    """A good answer."""
    if feed.export:
        return GALAXY.answer(feed.path).body
    name = f"plain_{feed.name}" if provider == "plain" else feed.name
    return (DATA / f"{name}.json").read_bytes()


FEEDS: Final = {
    (provider, name): feed
    for provider in ("swgtracker", "plain")
    for name, feed in feeds_of(provider).items()
}
BODIES: Final = {case: body_of(case[0], feed) for case, feed in FEEDS.items()}
CLEAN: Final = {case: conform(feed, feed.parse(BODIES[case])) for case, feed in FEEDS.items()}


def records(feed: str, body: bytes) -> list[Any] | None:
    """The list of records in a body, by the book; None where there is none to be counted."""
    try:
        node = json.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None
    if isinstance(node, list) or feed in UNCOUNTED:
        return node if isinstance(node, list) and feed not in UNCOUNTED else None
    for key in LISTS.get(feed, ("results",)):
        node = node.get(key) if isinstance(node, dict) else None
    if feed == "schematic_details" and isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else None


def aside(feed: Feed, body: bytes, parsed: Parsed) -> int:
    """How many records of the main list were set aside; a large export lists only the first."""
    if isinstance(feed, DatasetFeed) and len(feed.tables) == 1:
        return feed.read([body]).issues.rejected_count
    main, *others = feed.tables.values()
    foreign = {column for table in others for column in table if column not in main}
    return sum("." not in one.field and one.field not in foreign for one in parsed.issues.rejected)


@pytest.mark.parametrize("kind", MUTATIONS)
def test_every_record_is_shown_or_set_aside(kind: str) -> None:
    """Of every feed: in = shown + set aside, or the whole body is refused in words."""
    for case, feed in FEEDS.items():
        body = MUTATIONS[kind](json.loads(BODIES[case]))
        try:
            parsed = conform(feed, feed.parse(body))
        except FeedMalformed:
            continue
        assert all(one.reason and len(one.value) <= 80 for one in parsed.issues.rejected)
        listed = records(feed.name, body)
        if listed is not None:
            shown = len(next(iter(parsed.tables.values())))
            assert len(listed) == shown + aside(feed, body, parsed), case


def snapshots(provider: str, changed: str, parsed: Parsed) -> dict[str, Snapshot]:
    """Every feed of a provider as it should be, but for one."""
    clean = {name: held for (place, name), held in CLEAN.items() if place == provider}
    return {
        name: snapshot_of(held.tables, provider=provider, rejected=held.issues.rejected)
        for name, held in (clean | {changed: parsed}).items()
    }


def ask(provider: str, feed: str, held: Mapping[str, Snapshot]) -> Iterator[Result]:
    """The answers of all tables of a provider that read this feed."""

    def load(feed: str) -> Snapshot:
        return held[feed]

    versions = []
    if "resources" in held:
        both = (held["resources"].frame, CLEAN["swgtracker", "resources"].tables["resources"])
        versions = [stored_version("0", AS_OF, rows) for rows in both]
    for name, table in TABLES.items():
        if table.builder(provider) and feed in (*needs(name, provider), *REMEMBERED.get(name, ())):
            yield answer(
                name,
                {},
                load=load,
                provider=provider,
                now=NOW,
                stored=StoredData(
                    answers=lambda feed: [({"name": "x", "planet": "Lok"}, held[feed])],
                    versions=lambda _: versions,
                ),
            )


@pytest.mark.slow
@pytest.mark.parametrize("kind", MUTATIONS)
def test_every_table_answers(kind: str) -> None:
    """One feed at a time is changed; no number in any answer is beyond counting."""
    for (provider, name), feed in FEEDS.items():
        try:
            parsed = conform(feed, feed.parse(MUTATIONS[kind](json.loads(BODIES[provider, name]))))
        except FeedMalformed:
            continue
        for result in ask(provider, name, snapshots(provider, name, parsed)):
            figures = result.frame.select_dtypes("number")
            assert not figures.isin([float("inf"), -float("inf")]).to_numpy().any(), result.table


def look(site: Site, kind: str) -> None:
    """Every page, with every feed changed the same way, has words for it."""
    site.twist = lambda body: MUTATIONS[kind](json.loads(body))
    for page in PAGES:
        app = opened(page)
        assert not app.exception
        assert "failed. The log has the details" not in said(app), page
        assert "nan" not in {str(one.value).casefold() for one in app.metric}


@pytest.mark.parametrize("kind", HANDFUL)
def test_pages_have_words_for_it(site: Site, kind: str) -> None:
    """No page fails."""
    look(site, kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in MUTATIONS if kind not in HANDFUL])
def test_pages_have_words_for_anything(site: Site, kind: str) -> None:
    """No page fails, whatever it is."""
    look(site, kind)


def test_pages_say_how_many_records_are_set_aside(site: Site) -> None:
    """All of them, also where only the first are remembered one by one."""
    document = json.loads(site.answer("/exports/resources.json").body)
    for record in document["results"][:150]:
        record["id"] = None
    site.put("/exports/resources.json", json.dumps(document).encode())
    assert "150 records set aside" in said(opened("resources"))
