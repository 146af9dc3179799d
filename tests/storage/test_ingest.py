"""From the download into the store: only what is whole and announced gets there."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swgdata.errors import FeedMalformed, NotOffered
from swgdata.feeds.swgtracker.datasets import MANIFEST, RESOURCES, SCHEMATIC_DETAILS, SCHEMATICS
from swgdata.storage.datasets import DatasetStore, DatasetVersion
from swgdata.storage.datasets import ingest as datasets_ingest
from swgdata.storage.datasets.ingest import DigestDiffers, ingest

AS_OF: Final = datetime(2026, 8, 1, tzinfo=UTC)


def rows(count: int, *, oq: int = 500) -> bytes:
    """A small resources export."""
    listed = [
        {"id": str(number), "name": f"Name {number}", "type_code": "dustl", "oq": str(oq)}
        for number in range(1, count + 1)
    ]
    return json.dumps({"results": listed}).encode()


GOOD: Final = rows(40)
OLD: Final = rows(30, oq=1)


def entry(body: bytes, count: int | None = 40, **changes: object) -> dict[str, object]:
    """What a manifest says of a body."""
    return {
        "sha256": hashlib.sha256(body).hexdigest(),
        "bytes": len(body),
        "count": count,
        "as_of": AS_OF,
        **changes,
    }


def chunks(body: bytes, size: int = 100) -> Iterator[bytes]:
    """A download, in pieces."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.fixture(params=["isal", "zlib"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the accelerator and without it."""
    if request.param == "zlib":
        monkeypatch.setattr(datasets_ingest, "_zlib", zlib)
    else:
        pytest.importorskip("isal")


@pytest.fixture
def store(tmp_path: Path) -> DatasetStore:
    """A store that already has an older version."""
    datasets = DatasetStore(tmp_path)
    ingest(chunks(OLD), RESOURCES, entry(OLD, 30), datasets)
    return datasets


def oq_of(stored: DatasetVersion | None) -> list[int]:
    """What tells the versions apart."""
    assert stored is not None
    listed: list[int] = stored.tables["resources"].column("oq").to_pylist()
    return listed


def refused(
    store: DatasetStore, body: Iterable[bytes], announced: dict[str, object]
) -> FeedMalformed:
    """The reason for which a download is refused; the version before must still be there."""
    before = store.open("resources")
    with pytest.raises(FeedMalformed) as caught:
        ingest(body, RESOURCES, announced, store)
    assert store.open("resources") is before
    assert DatasetStore(store._folder).open("resources") is not None
    assert oq_of(before) == [1] * 30
    assert caught.value.feed == "resources"
    return caught.value


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("size", [1, 2, 17, 1 << 20])
@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        gzip.compress(GOOD),
        gzip.compress(GOOD[:900]) + gzip.compress(GOOD[900:]),
        gzip.compress(GOOD[:900]) + b"\0" * 700 + gzip.compress(GOOD[900:]) + b"\0" * 512,
        gzip.compress(b"") + gzip.compress(GOOD),
    ],
    ids=["plain", "gzip", "two members", "padding", "empty member"],
)
def test_gzip_is_told_by_its_first_bytes(store: DatasetStore, body: bytes, size: int) -> None:
    """However the site or the library unpacked it already."""
    stored = ingest(chunks(body, size), RESOURCES, entry(GOOD), store)
    assert oq_of(stored) == [500] * 40
    assert store.open("resources") is stored
    assert (stored.sha256, stored.as_of) == (hashlib.sha256(GOOD).hexdigest(), AS_OF)
    assert (stored.label.rows, stored.issues.notes) == (40, ())


def test_the_digest_may_be_in_capitals(store: DatasetStore) -> None:
    """Hexadecimal is hexadecimal."""
    announced = entry(GOOD, sha256=hashlib.sha256(GOOD).hexdigest().upper())
    assert oq_of(ingest(chunks(GOOD), RESOURCES, announced, store)) == [500] * 40


def test_another_file_than_the_manifest_announces_is_refused(store: DatasetStore) -> None:
    """The site renewed one of the two meanwhile: worth asking again."""
    error = refused(store, chunks(rows(41)), entry(GOOD))
    assert isinstance(error, DigestDiffers)
    swapped = json.dumps({"results": [{"id": 1, "name": "a schematic", "parent": "Chef"}]}).encode()
    assert isinstance(refused(store, chunks(swapped), entry(GOOD)), DigestDiffers)
    page = b"<html>Maintenance</html>"
    error = refused(store, chunks(page), entry(GOOD))
    assert isinstance(error, DigestDiffers)
    assert "not readable" in error.reason


def test_a_page_under_its_own_digest_is_refused_too(store: DatasetStore) -> None:
    """A right digest does not make it the export."""
    page = b"<html>Maintenance</html>"
    assert not isinstance(refused(store, chunks(page), entry(page)), DigestDiffers)


@pytest.mark.usefixtures("library")
def test_every_truncation_of_a_gzip_is_refused(store: DatasetStore) -> None:
    """With and without a digest to tell."""
    body = gzip.compress(GOOD)
    for end in [*range(0, len(body), 7), len(body) - 1]:
        for announced in (entry(GOOD), {}):
            refused(store, chunks(body[:end]), announced)


def test_every_truncation_of_plain_json_is_refused(store: DatasetStore) -> None:
    """The list must be closed."""
    for end in range(0, len(GOOD), 53):
        refused(store, chunks(GOOD[:end]), {})


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), packed=st.booleans())
def test_no_flipped_bit_gets_through(
    store: DatasetStore, place: float, bit: int, packed: bool
) -> None:
    """What is stored is what the digest vouches for, or nothing."""
    body = bytearray(gzip.compress(GOOD) if packed else GOOD)
    body[int(place * len(body))] ^= 1 << bit
    try:
        stored = ingest(chunks(bytes(body)), RESOURCES, entry(GOOD), store)
    except FeedMalformed:
        assert oq_of(store.open("resources")) == [1] * 30
    else:  # the time stamp or the name in the gzip's head
        assert packed
        assert oq_of(stored) == [500] * 40
        ingest(chunks(OLD), RESOURCES, entry(OLD, 30), store)


@pytest.mark.usefixtures("library")
def test_a_bomb_is_stopped_at_the_limit(store: DatasetStore) -> None:
    """Far before it is unpacked, whatever it unpacks to."""
    press = zlib.compressobj(9, wbits=31)
    block = b" " * (1 << 20)
    bomb = b"".join(press.compress(block) for _ in range(64)) + press.flush()
    taken = 0

    def download() -> Iterator[bytes]:
        nonlocal taken
        for chunk in chunks(bomb, 1000):
            taken += len(chunk)
            yield chunk

    assert "larger" in refused(store, download(), entry(GOOD)).reason
    assert taken < len(bomb) / 10


@pytest.mark.usefixtures("library")
def test_a_single_chunk_is_unpacked_a_block_at_a_time() -> None:
    """However much it holds, little of it stands in memory."""
    body = b"0123456789" * 2_000_000
    source = datasets_ingest.Unpacked([gzip.compress(body)], feed="resources", limit=len(body))
    blocks = list(source)
    assert b"".join(blocks) == body
    assert max(map(len, blocks)) <= 1 << 17
    assert source.sha256() == hashlib.sha256(body).hexdigest()


def test_an_endless_body_is_stopped_at_the_limit(store: DatasetStore) -> None:
    """Four announced kilobytes are not four gigabytes."""

    def endless() -> Iterator[bytes]:
        yield GOOD[:-2]
        while True:
            yield b', {"id": 1, "name": "again and again"}' * 1000

    assert "larger" in refused(store, endless(), entry(GOOD)).reason


def test_without_a_digest_size_and_count_must_agree(store: DatasetStore) -> None:
    """A weak test, but a test."""
    silent = entry(GOOD, sha256=None)
    assert "rows" in refused(store, chunks(GOOD), silent | {"count": 41}).reason
    assert "bytes" in refused(store, chunks(GOOD), silent | {"bytes": len(GOOD) + 1}).reason
    assert refused(store, chunks(gzip.compress(GOOD) + b"tail"), silent)
    assert oq_of(ingest(chunks(GOOD), RESOURCES, silent, store)) == [500] * 40


@pytest.mark.parametrize("nothing", [None, "", "  ", float("nan")])
def test_a_manifest_may_be_silent(store: DatasetStore, nothing: object) -> None:
    """Then what is whole is taken, under the digest we worked out."""
    announced = dict.fromkeys(("sha256", "bytes", "count", "as_of"), nothing)
    stored = ingest(chunks(GOOD), RESOURCES, announced, store)
    assert stored.sha256 == hashlib.sha256(GOOD).hexdigest()
    assert stored.as_of == stored.received_at


def test_with_the_right_digest_a_wrong_count_is_only_noted(store: DatasetStore) -> None:
    """The content is certain; the difference is kept for feed health."""
    stored = ingest(chunks(gzip.compress(GOOD) + b"tail"), RESOURCES, entry(GOOD, 99), store)
    assert oq_of(stored) == [500] * 40
    assert len(stored.issues.notes) == 2
    assert "99" in stored.issues.notes[0]


def test_refusals_are_stored_with_the_rows(store: DatasetStore, tmp_path: Path) -> None:
    """They are shown after a restart too; ``rows`` counts what the document held."""
    body = json.dumps({"results": [{"id": 1}, {"name": "x"}, {"id": 1, "oq": "?"}]}).encode()
    ingest(chunks(body), RESOURCES, entry(body, 3), store)
    stored = DatasetStore(tmp_path).open("resources")
    assert stored is not None
    assert [remark.row for remark in stored.issues.rejected] == [0, 1]
    assert [(remark.row, remark.field) for remark in stored.issues.flagged] == [(2, "oq")]
    assert (stored.label.rows, stored.tables["resources"].num_rows) == (3, 1)
    assert stored.issues.notes == ()


def test_progress_is_told_in_bytes_and_rows(tmp_path: Path) -> None:
    """Bytes as they came over the wire, rows as they are read; both only grow."""
    body = rows(20_000)
    packed = gzip.compress(body)
    seen: list[tuple[int, int]] = []
    told = ingest(
        chunks(packed, 4096),
        RESOURCES,
        entry(body, 20_000),
        DatasetStore(tmp_path),
        progress=lambda size, count: seen.append((size, count)),
    )
    assert told.label.rows == 20_000
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert seen[-1] == (len(packed), 20_000)


def test_the_other_exports_go_the_same_way(tmp_path: Path) -> None:
    """All tables of an export are one version."""
    store = DatasetStore(tmp_path)
    for feed, results in ((SCHEMATICS, [{"id": 1}]), (SCHEMATIC_DETAILS, {"1": {}})):
        body = json.dumps({"results": results}).encode()
        stored = ingest(chunks(gzip.compress(body)), feed, entry(body, 1), store)
        assert list(stored.tables) == list(feed.tables)
        assert store.open(feed.name) is stored


def test_a_download_that_breaks_off_leaves_everything_as_it_was(store: DatasetStore) -> None:
    """The error of the download is passed on."""

    def broken() -> Iterator[bytes]:
        yield GOOD[:500]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        ingest(broken(), RESOURCES, entry(GOOD), store)
    assert oq_of(store.open("resources")) == [1] * 30


def test_only_exports_can_be_ingested(store: DatasetStore) -> None:
    """Other feeds have no reader."""
    with pytest.raises(NotOffered):
        ingest([b"{}"], MANIFEST, {}, store)


def test_a_full_disk_does_not_lose_what_was_read(
    store: DatasetStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown from memory."""

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    stored = ingest(chunks(GOOD), RESOURCES, entry(GOOD), store)
    assert not stored.files
    assert oq_of(store.open("resources")) == [500] * 40
