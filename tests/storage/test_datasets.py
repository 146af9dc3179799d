"""The dataset store: one whole version, or the one before it; never a mix, never damage shown."""

import os
import pickle
import shutil
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from swgdata.feeds.arrow import frame
from swgdata.feeds.model import NO_ISSUES, ImportIssues, Rejection
from swgdata.storage.datasets import DatasetStore, DatasetVersion
from swgdata.storage.datasets import arrow_file as datasets_arrow_file

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
DTYPES: Final = {
    "id": "int32",
    "name": "str",
    "kind": "category",
    "score": "Int16",
    "price": "float32",
    "there": "bool",
    "known": "boolean",
    "since": "datetime64[s, UTC]",
}


def table(shift: int = 0, *, rows: int = 50) -> pa.Table:
    """A table with every kind of column the exports have."""
    numbers = np.arange(rows) + shift
    return pa.table(
        {
            "id": pa.array(numbers.astype(np.int32)),
            "name": pa.array(
                [None if n % 7 == 0 else f"näme {n}" for n in numbers], pa.large_string()
            ),
            "kind": pa.array(
                [(None, "a", "b")[n % 3] for n in numbers], pa.string()
            ).dictionary_encode(),
            "score": pa.array([None if n % 4 == 0 else int(n) for n in numbers], pa.int16()),
            "price": pa.array(np.where(numbers % 5, numbers / 2, np.nan).astype(np.float32)),
            "there": pa.array(numbers % 2 == 0),
            "known": pa.array([(None, True, False)[n % 3] for n in numbers], pa.bool_()),
            "since": pa.array(
                [None if n % 9 == 0 else START + timedelta(seconds=int(n)) for n in numbers],
                pa.timestamp("s", tz="UTC"),
            ),
        }
    )


def same(one: pa.Table, other: pa.Table) -> bool:
    """Whether two tables hold the same values; NaN equals NaN here."""
    return bool(one.schema.equals(other.schema) and one.to_pandas().equals(other.to_pandas()))


def save(store: DatasetStore, turn: int, *names: str) -> DatasetVersion:
    """Store version number ``turn``, later than those before it."""
    return store.save(
        "things",
        {name: table(turn * 100 + place) for place, name in enumerate(names or ("things",))},
        sha256=f"{turn:064x}"[::-1],
        as_of=START,
        received_at=START + timedelta(hours=turn),
    )


def digest(turn: int) -> str:
    """The digest of version number ``turn``."""
    return f"{turn:064x}"[::-1]


def number(stored: DatasetVersion | None) -> int:
    """Which version this is."""
    assert stored is not None
    return int(stored.sha256[::-1], 16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the store lives; it does not exist yet."""
    return tmp_path / "deep" / "datasets"


@pytest.fixture
def store(folder: Path) -> DatasetStore:
    """An empty store."""
    return DatasetStore(folder)


def arrow_file(folder: Path, turn: int, name: str = "things") -> Path:
    """The file of one table of one version."""
    return folder / f"things.{name}-{digest(turn)[:12]}.arrow"


def test_nothing_stored_is_none(store: DatasetStore) -> None:
    """Asking an empty store creates nothing and raises nothing."""
    assert store.open("things") is None
    assert store.versions("things") == []


def test_what_was_saved_is_what_another_process_opens(store: DatasetStore, folder: Path) -> None:
    """Values, digest, times, count and remarks survive."""
    issues = ImportIssues(
        rejected=(Rejection(3, "id", "x", "expected a number"),),
        rejected_count=1,
        notes=("one row more",),
    )
    made = store.save(
        "things",
        {"things": table(), "parts": table(7)},
        sha256=digest(1).upper(),
        as_of=START,
        received_at=START + timedelta(hours=1),
        rows=51,
        issues=issues,
    )
    opened = DatasetStore(folder).open("things")
    assert opened is not None
    for stored in (made, opened):
        assert stored.label.name == "things"
        assert list(stored.tables) == ["things", "parts"]
        assert same(stored.tables["things"], table())
        assert same(stored.tables["parts"], table(7))
        assert (stored.sha256, stored.label.rows, len(stored.files)) == (digest(1).lower(), 51, 2)
        assert (stored.as_of, stored.received_at) == (START, START + timedelta(hours=1))
        assert stored.issues == issues


def test_files_carry_their_version_in_the_schema(store: DatasetStore, folder: Path) -> None:
    """Any Arrow reader can see what it has before it."""
    save(store, 1, "things", "parts")
    with pa.memory_map(str(arrow_file(folder, 1, "parts"))) as file:
        metadata = pa.ipc.open_file(file).schema.metadata
    label = msgspec.json.decode(metadata[b"swgdata"], type=datasets_arrow_file.FileLabel)
    assert (label.name, label.table, label.sha256) == ("things", "parts", digest(1))
    assert list(label.tables) == ["things", "parts"]


def test_the_same_version_is_the_same_object(store: DatasetStore) -> None:
    """So that what is derived from it can be kept by identity."""
    first = save(store, 1)
    assert store.open("things") is first
    second = save(store, 2)
    assert store.open("things") is second
    assert store.open("things", sha256=digest(1)) is first
    assert store.open("things", sha256=digest(9)) is None


def test_a_version_stored_again_is_read_again(store: DatasetStore) -> None:
    """The same content, received later and perhaps read by better rules."""
    first = save(store, 1)
    again = store.save(
        "things", {"things": table(5)}, sha256=digest(1), as_of=START, received_at=first.received_at
    )
    assert store.open("things") is again
    assert same(again.tables["things"], table(5))
    assert same(first.tables["things"], table(100))


def test_the_newest_is_shown_and_the_last_two_are_kept(store: DatasetStore, folder: Path) -> None:
    """By the time they were received, whatever the clock of the files says."""
    for turn in (1, 3, 2):
        save(store, turn)
    assert number(store.open("things")) == 3
    assert [version.sha256 for version in store.versions("things")] == [digest(3), digest(2)]
    assert len(list(folder.iterdir())) == 2


def test_an_older_version_can_be_read_while_newer_ones_come(store: DatasetStore) -> None:
    """A reader holds on to its version even after the file is gone."""
    first = save(store, 1)
    for turn in (2, 3, 4):
        save(store, turn)
    assert same(first.tables["things"], table(100))


def test_a_version_from_the_future_is_the_oldest(store: DatasetStore, folder: Path) -> None:
    """What came while a clock was ten years ahead gives way to what comes once it is right."""
    ahead = datetime.now(UTC) + timedelta(days=3650)
    tables = {"things": table(9)}
    store.save("things", tables, sha256=digest(9), as_of=START, received_at=ahead)
    assert number(store.open("things")) == 9, "better than none"
    for turn in (1, 2):
        save(store, turn)
        assert number(store.open("things")) == turn
        assert number(DatasetStore(folder).open("things")) == turn
    assert [version.sha256 for version in store.versions("things")] == [digest(2), digest(1)]


def test_other_exports_are_left_alone(store: DatasetStore) -> None:
    """Names that begin alike are different exports."""
    about: dict[str, Any] = {"as_of": START, "received_at": START}
    store.save("things_more", {"things_more": table()}, sha256=digest(8), **about)
    for turn in (1, 2, 3):
        save(store, turn)
    assert store.open("things_more") is not None
    assert number(store.open("things")) == 3


@pytest.mark.skipif(os.name == "nt", reason="no such modes there")
def test_only_the_owner_may_read(store: DatasetStore, folder: Path) -> None:
    """Files 0600 in a folder 0700, whatever the mask."""
    before = os.umask(0o022)
    try:
        save(store, 1, "things", "parts")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def cut_in_half(path: Path) -> None:
    """Half a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    """Nothing in it."""
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    """Something else altogether."""
    path.write_bytes(os.urandom(5000))


def zeroed_page(path: Path) -> None:
    """A block the disk lost."""
    body = bytearray(path.read_bytes())
    body[1024:2048] = bytes(1024)
    path.write_bytes(body)


def random_middle(path: Path) -> None:
    """A block of another file."""
    body = bytearray(path.read_bytes())
    body[len(body) // 2 : len(body) // 2 + 200] = bytes(range(200))
    path.write_bytes(body)


def folder_instead(path: Path) -> None:
    """A folder in its place."""
    path.unlink()
    path.mkdir()
    (path / "x").write_text("x")


def no_end(path: Path) -> None:
    """The last bytes are missing."""
    path.write_bytes(path.read_bytes()[:-1])


class Trap:
    """Runs code when unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, ("touch pwned",))


def hostile_pickle(path: Path) -> None:
    """A file that would run code in a careless reader."""
    path.write_bytes(pickle.dumps(Trap()))


DAMAGE: Final = [
    cut_in_half,
    empty,
    garbage,
    zeroed_page,
    random_middle,
    folder_instead,
    no_end,
    hostile_pickle,
]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", ["things", "parts"])
def test_a_damaged_file_is_set_aside_and_the_version_before_is_shown(
    folder: Path,
    damage: Callable[[Path], None],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """One damaged table condemns its version; nothing of it is executed or shown."""
    monkeypatch.chdir(tmp_path)
    for turn in (1, 2):
        save(DatasetStore(folder), turn, "things", "parts")
    damage(arrow_file(folder, 2, name))
    store = DatasetStore(folder)
    stored = store.open("things")
    assert number(stored) == 1
    assert stored is not None
    assert same(stored.tables["parts"], table(101))
    assert not arrow_file(folder, 2, name).exists()
    assert len(list(folder.glob("*.damaged-*"))) == 1
    assert not (tmp_path / "pwned").exists()
    assert number(save(store, 3, "things", "parts")) == 3
    assert number(DatasetStore(folder).open("things")) == 3


def test_when_every_version_is_damaged_there_is_none(store: DatasetStore, folder: Path) -> None:
    """It can be stored anew; of the damaged files the last three are kept."""
    for turn in range(1, 7):
        save(store, turn)
        garbage(arrow_file(folder, turn))
        assert DatasetStore(folder).open("things") is None
    assert len(list(folder.glob("*.damaged-*"))) == 3
    folder_instead(arrow_file(folder, number(save(store, 8))))
    assert DatasetStore(folder).open("things") is None
    assert len(list(folder.glob("*.damaged-*"))) == 3


def test_no_flipped_bit_changes_what_is_shown(folder: Path) -> None:
    """In any byte of the file: it is set aside, or the values are the same."""
    save(DatasetStore(folder), 1)
    path = arrow_file(folder, 1)
    body, shown = path.read_bytes(), 0
    for place in range(len(body)):
        damaged = bytearray(body)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        stored = DatasetStore(folder).open("things")
        if stored is not None:
            shown += 1
            assert same(stored.tables["things"], table(100))
            assert (stored.label.rows, stored.received_at) == (50, START + timedelta(hours=1))
    assert shown < len(body) / 2


def stop(*_: object, **__: object) -> None:
    """The process dies here."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("renamed", [0, 1])
def test_a_crash_before_all_files_are_in_place_leaves_the_old_version(
    folder: Path, monkeypatch: pytest.MonkeyPatch, renamed: int
) -> None:
    """Neither none nor one of two tables renamed makes a version."""
    save(DatasetStore(folder), 1, "things", "parts")
    rename, turns = Path.replace, iter(range(9))

    def dies(self: Path, target: Path) -> Path:
        if next(turns) >= renamed:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", dies)
    monkeypatch.setattr("swgdata.storage.files.remove", lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        save(DatasetStore(folder), 2, "things", "parts")
    monkeypatch.undo()
    store = DatasetStore(folder)
    stored = store.open("things")
    assert number(stored) == 1
    assert stored is not None
    assert same(stored.tables["parts"], table(101))
    assert number(save(store, 2, "things", "parts")) == 2
    assert number(DatasetStore(folder).open("things")) == 2


def test_a_crash_while_writing_leaves_the_old_version(
    store: DatasetStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file being written has another name."""
    save(store, 1)
    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        save(store, 2)
    assert number(store.open("things")) == 1


def test_remains_of_a_dead_writer_are_removed_when_they_are_old(
    store: DatasetStore, folder: Path
) -> None:
    """Not sooner: another process may still be writing."""
    save(store, 1)
    old, new = folder / "things.things-abc.arrow.1.tmp", folder / "things.things-abc.arrow.2.tmp"
    half = folder / f"things.parts-{digest(5)[:12]}.arrow"
    shutil.copy(arrow_file(folder, 1), half)
    for path in (old, new):
        path.write_bytes(b"x")
    for path in (old, half):
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    save(store, 2)
    assert not old.exists()
    assert new.exists()


def test_a_full_disk_keeps_the_version_in_memory(
    store: DatasetStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown, marked as not on disk, leaves no half file, and heals with the next one."""
    save(store, 1)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    stored = save(store, 2)
    assert not stored.files
    assert store.open("things") is stored
    assert store.open("things", sha256=digest(2)) is stored
    assert number(store.open("things", sha256=digest(1))) == 1
    assert list(folder.glob("*.tmp")) == []
    monkeypatch.undo()
    assert save(store, 3).files
    assert number(store.open("things")) == 3


def test_files_of_another_format_are_passed_over(
    store: DatasetStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older or newer release wrote them: no error, they are fetched anew."""
    monkeypatch.setattr(datasets_arrow_file, "FORMAT", 1)
    label = datasets_arrow_file.FileLabel(
        name="things",
        table="things",
        tables=("things",),
        sha256=digest(4),
        as_of=START,
        received_at=START + timedelta(days=9),
        rows=1,
        issues=NO_ISSUES,
        format=datasets_arrow_file.FORMAT + 1,
    )
    save(store, 1)
    path = Path(next(iter(store.versions("things")[0].files.values()))).parent
    datasets_arrow_file.write(path / f"things.things-{digest(4)[:12]}.arrow", table(), label)
    assert number(store.open("things")) == 1


def plain(values: list[Any]) -> list[Any]:
    """The values, with None for everything that is missing."""
    return [None if pd.isna(value) else value for value in values]


@pytest.mark.parametrize("rows", [0, 1, 50])
def test_frames_have_the_declared_types_and_values(store: DatasetStore, rows: int) -> None:
    """Missing stays missing: NaT, <NA>, NaN; never 0."""
    made = store.save(
        "things", {"things": table(rows=rows)}, sha256=digest(1), as_of=START, received_at=START
    )
    shown = frame(made.tables["things"], DTYPES)
    assert {name: str(kind) for name, kind in shown.dtypes.items()} == DTYPES
    assert len(shown) == rows
    expected = table(rows=rows).to_pylist()
    for name in DTYPES:
        assert plain(shown[name].tolist()) == plain([row[name] for row in expected])


def test_a_frame_cannot_be_changed_in_place(store: DatasetStore) -> None:
    """It is shared by all visitors."""
    shown = frame(save(store, 1).tables["things"], DTYPES)
    other: Any = shown.iloc[1]
    for name in DTYPES:
        with pytest.raises((ValueError, AssertionError)):
            shown.loc[0, name] = other[name]
    assert frame(save(store, 1).tables["things"], DTYPES).equals(shown)


def test_numbers_and_names_are_not_copied(store: DatasetStore) -> None:
    """The frame lies on the mapped file."""
    stored = save(store, 1).tables["things"]
    shown = frame(stored, DTYPES)
    values = np.frombuffer(stored.column("id").chunk(0).buffers()[1], np.int32)
    assert np.shares_memory(shown["id"].to_numpy(), values)


def test_chunked_and_sliced_tables_are_stored_whole(store: DatasetStore) -> None:
    """Whatever pieces a table comes in, it opens equal and undamaged."""
    pieces = pa.concat_tables([table().slice(3, 11), table(40).slice(1, 9), table().slice(0, 0)])
    store.save("things", {"things": pieces}, sha256=digest(1), as_of=START, received_at=START)
    opened = DatasetStore(store._folder).open("things")
    assert opened is not None
    assert same(opened.tables["things"], pieces)
