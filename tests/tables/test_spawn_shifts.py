"""Spawn shifts from the store to the table: versions, parameters, the guard, the sample's past."""

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from swgdata import query, sources
from swgdata.errors import FeedUnavailable, NotOffered, ParameterError
from swgdata.sources import datasets, sync
from swgdata.sources.health import report
from swgdata.sources.sample import backfill
from swgdata.sources.snapshot import load
from swgdata.storage.datasets import DatasetStore
from swgdata.storage.datasets.store import KEPT_DAYS
from tests.support import table_inputs
from tests.support.fake_site import Site
from tests.support.sample_frames import AS_OF
from tests.support.table_inputs import DAY, ask, ask_plain, stored_version

START: Final = datetime(2026, 1, 1, 3, tzinfo=UTC)
YESTERDAY: Final = f"{AS_OF - DAY:%Y-%m-%d}"


def told(**parameters: object) -> list[tuple[Any, Any]]:
    """Change and name of every row."""
    frame = ask("spawn_shifts", parameters).frame
    return list(zip(frame["change"], frame["name"], strict=True))


def test_the_newest_two_by_default() -> None:
    """Everything that happened since yesterday, with the times of both versions in each row."""
    assert told() == [
        ("spawned", "Steel01"),
        ("spawned", "Copperish"),
        ("despawned", "Steel02"),
        ("despawned", "Lost"),
        ("planets_added", "Steel03"),
        ("planets_removed", "Steel05"),
        ("stats_edited", "Steel07"),
        ("added", "Gasp"),
        ("removed", "Forgotten"),
    ]
    frame = ask("spawn_shifts").frame
    assert set(frame["since"]) == {pd.Timestamp(AS_OF - DAY)}
    assert set(frame["until"]) == {pd.Timestamp(AS_OF)}
    assert frame["planets"].tolist()[4] == ("Naboo",)
    assert frame["detail"].tolist()[6] == "OQ 340 → 350"


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"change": "spawned"}, 2),
        ({"change": "planets added"}, 1),
        ({"class_code": "stl"}, 5),
        ({"class_code": "cpr"}, 2),
        ({"planet": "Naboo"}, 5),
        ({"planet": "Lok"}, 1),
        ({"planet": "naboo,lok"}, 6),
        ({"name": "STEEL0"}, 5),
        ({"name": "steel", "change": "despawned"}, 1),
        ({"since": "cd" * 6}, 9),
        ({"since": "CDCDCDCDCDCD", "until": "ab" * 32}, 9),
        ({"since": YESTERDAY}, 9),
        ({"since": YESTERDAY, "until": "2999-01-01"}, 9),
    ],
)
def test_filters_and_versions(parameters: dict[str, object], count: int) -> None:
    """Each alone, and some together; a date means what was there at the end of it."""
    assert len(told(**parameters)) == count


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"since": "ab" * 6}, "since must be an older version than until"),
        ({"until": "cd" * 6}, "since must be an older version than until"),
        ({"until": "2026-01-01"}, "until must be the first 12 characters"),
        ({"since": "ef" * 6}, "since must be the first 12 characters"),
        ({"since": "now"}, "not 'now'; there are abababababab of 2026-08-20, cdcdcdcdcdcd of"),
        ({"since": "2026-13-45"}, "since must be"),
        ({"since": "2026-W01-1"}, "since must be"),
        ({"change": "moved"}, "change must be one of spawned, despawned"),
    ],
)
def test_a_version_that_is_not_there_is_one_sentence(
    parameters: dict[str, object], sentence: str
) -> None:
    """It names parameter, value, what is expected, and what there is."""
    with pytest.raises(ParameterError, match=sentence):
        ask("spawn_shifts", parameters)


def test_an_older_pair_is_as_of_its_newer_version() -> None:
    """Not as of the newest feed; and the newest two here do not differ."""
    newer, older = table_inputs.versions("resources")
    newest = stored_version("ef" * 32, AS_OF + DAY, table_inputs.resources())
    three = [newest, newer, older]
    result = ask("spawn_shifts", {"until": "ab" * 6}, versions=lambda _: three)
    assert (result.as_of, len(result.frame)) == (newer.as_of, 9)
    now = ask("spawn_shifts", versions=lambda _: three)
    assert now.frame.empty
    assert now.as_of == newest.as_of
    assert len(ask("spawn_shifts", {"since": YESTERDAY}, versions=lambda _: three).frame) == 9


@pytest.mark.parametrize("number", [0, 1])
def test_fewer_than_two_versions_are_no_comparison(number: int) -> None:
    """An empty table would say that nothing changed."""
    with pytest.raises(FeedUnavailable, match="the next daily export makes a comparison possible"):
        ask("spawn_shifts", versions=lambda feed: table_inputs.versions(feed)[:number])


def test_other_providers_have_no_versions() -> None:
    """And say so."""
    with pytest.raises(NotOffered):
        ask_plain("spawn_shifts")


def test_a_week_of_daily_versions_stays(tmp_path: Path) -> None:
    """The last of each day for eight days, and in any case the newest two; others keep two."""
    store = DatasetStore(tmp_path)
    table = pa.table({"id": pa.array(np.arange(3, dtype=np.int32))})
    for turn in range(30):  # three a day
        for name in ("resources", "things"):
            moment = START + turn * timedelta(hours=8)
            store.save(name, {name: table}, sha256=f"{turn:012x}", as_of=moment, received_at=moment)
    turns = [int(version.sha256, 16) for version in store.versions("resources")]
    assert turns == [29, 28, 26, 23, 20, 17, 14, 11, 8]
    assert len({turn // 3 for turn in turns}) == KEPT_DAYS["resources"] == 8
    assert len(store.versions("things")) == 2
    assert all(store.open("resources", sha256=f"{turn:012x}") for turn in turns)
    assert store.open("resources", sha256=f"{27:012x}") is None


@pytest.fixture
def expire(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Make the stored manifest too old."""

    def expired() -> None:
        monkeypatch.setenv("SWG_FRESH_FOR__MANIFEST", "0.000001")
        sources.reset()

    return expired


def test_a_stored_version_is_read_by_its_digest(site: Site, expire: Callable[[], None]) -> None:
    """Today's and yesterday's export, and what is between them; nothing is fetched for it."""
    first = load("resources").frame
    assert len(datasets.stored_versions("resources", source=sources.live_source())) == 1
    with pytest.raises(FeedUnavailable, match="one version is stored so far"):
        query.table("spawn_shifts")
    site.renew(days=1)
    expire()
    second = load("resources", wait=30).frame
    site.asked.clear()
    feed = sources.live_source().feed("resources")
    newer, older = datasets.stored_versions("resources", source=sources.live_source())
    pd.testing.assert_frame_equal(older.frame(feed), first)
    pd.testing.assert_frame_equal(newer.frame(feed), second)
    assert not site.asked
    result = query.table("spawn_shifts", since=older.sha256[:12])
    changes = result.frame["change"].value_counts()
    assert changes["spawned"] > 0
    balance = changes["spawned"] - changes["despawned"]
    assert second["in_spawn"].sum() == first["in_spawn"].sum() + balance
    assert (result.source, result.as_of) == ("live", newer.as_of)


def test_a_version_that_went_meanwhile_is_a_sentence(site: Site) -> None:
    """Somebody else has pruned it."""
    load("resources")
    sources.reset()  # what was read before stays readable
    source = sources.live_source()
    (one,) = source.datasets.versions("resources")
    for path in (source.folder / "datasets").glob("resources.*"):
        path.unlink()
    with pytest.raises(FeedUnavailable, match="no longer stored"):
        one.frame(source.feed("resources"))


def test_a_version_that_could_not_be_written_is_compared_too(
    site: Site, expire: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the newest one lives in history."""
    load("resources")
    site.renew(days=1)
    expire()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("swgdata.storage.datasets.arrow_file.write", full)
    load("resources", wait=30)
    newer, older = datasets.stored_versions("resources", source=sources.live_source())
    assert newer.as_of > older.as_of
    assert len(query.table("spawn_shifts").frame)


def depopulate(site: Site, alive: int) -> None:
    """Let today's export have so many in spawn."""
    document = json.loads(site.answer("/exports/resources.json").body)
    left = alive
    for row in document["results"]:
        if row["status"] == "1":
            row["status"], left = ("1" if left > 0 else "0"), left - 1
    body = json.dumps(document).encode()
    manifest = json.loads(site.answer("/exports/manifest.json").body)
    digest = hashlib.sha256(body).hexdigest()
    manifest["datasets"]["resources"] |= {"bytes": len(body), "sha256": digest}
    site.says["/exports/manifest.json"] = json.dumps(manifest).encode()
    site.says["/exports/resources.json.gz"] = gzip.compress(body)


def test_a_sudden_drop_is_shown_with_a_warning(site: Site, expire: Callable[[], None]) -> None:
    """The new data are shown; the warning has both counts and outlives the process."""
    before = int(load("resources").frame["in_spawn"].sum())
    few = (before - 1) // 5
    depopulate(site, few)
    expire()
    snapshot = load("resources", wait=30)
    assert (int(snapshot.frame["in_spawn"].sum()), snapshot.stale) == (few, False)
    (warning,) = snapshot.warnings
    assert f"Only {few} of" in warning
    assert f"after {before} in" in warning
    sources.reset()
    assert load("resources", wait=30).warnings == (warning,)
    assert query.table("resources", limit=1).warnings == (warning,)
    newest = datasets.stored_versions("resources", source=sources.live_source())[0]
    assert newest.issues.warnings == (warning,)
    health = {feed.feed: feed.warnings for feed in report(sources.live_source(), datetime.now(UTC))}
    assert health["resources"] == (warning,)
    sync.run(sources.live_source(), ["resources"], force=True)  # the same file, so the same verdict
    assert load("resources", wait=30).warnings == (warning,)


def test_a_slow_day_is_no_sudden_drop(site: Site, expire: Callable[[], None]) -> None:
    """A fifth still there is enough."""
    before = int(load("resources").frame["in_spawn"].sum())
    depopulate(site, -(-before // 5))
    expire()
    assert load("resources", wait=30).warnings == ()
    assert len(datasets.stored_versions("resources", source=sources.live_source())) == 2


def test_the_sample_has_a_yesterday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two versions from the start, a day apart, that agree as two days of one galaxy do."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "400")
    result = query.table("spawn_shifts")
    newer, older = datasets.stored_versions("resources", source=sources.active())
    assert newer.as_of - older.as_of == timedelta(days=1)
    assert result.source == "sample"
    changes = set(result.frame["change"])
    assert {"spawned", "despawned"} <= changes
    assert not changes & {"stats_edited", "planets_added", "planets_removed"}
    new = result.frame.loc[result.frame["detail"] == "new", "first_seen"]
    assert (new > pd.Timestamp(older.as_of) - timedelta(minutes=1)).all()


@pytest.mark.usefixtures("site")
def test_a_large_sample_and_a_live_site_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one is there to be measured; the past of the other cannot be had."""
    load("resources")
    assert len(datasets.stored_versions("resources", source=sources.live_source())) == 1
    monkeypatch.setattr(backfill, "_CHEAP", 100)
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "200")
    sources.reset()
    load("resources")
    assert len(datasets.stored_versions("resources", source=sources.active())) == 1
