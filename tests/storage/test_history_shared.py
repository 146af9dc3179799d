"""Several at once, an older database, a damaged or absent one, and indexes that are used."""

import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, Final, TypeVar

import pandas as pd
import pytest
import sqlalchemy as sa

from swgdata.storage.history import (
    History,
    Observation,
    Samples,
    SpawnObservation,
    database,
    schema,
)
from swgdata.storage.history import history as history_history
from swgdata.storage.history.schema import INTERVALS, OBSERVATIONS, POINTS, SCHEMA_VERSION, SERIES
from tests.support.databases import rows

T0: Final = datetime(2026, 8, 20, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
EIGHT: Final = 8
T = TypeVar("T")


def together(url: str, work: Callable[[History, int], T]) -> list[T]:
    """What eight instances give that work at the same moment."""
    start = Barrier(EIGHT)

    def one(number: int) -> T:
        with closing(History(url)) as history:
            start.wait()
            return work(history, number)

    with ThreadPoolExecutor(EIGHT) as pool:
        return list(pool.map(one, range(EIGHT)))


def figures(number: int, *, entities: int = 60) -> pd.DataFrame:
    """Figures of many entities, another in each reading, in another order each time."""
    keys = [f"city {n}" for n in range(entities)]
    frame = pd.DataFrame({"key": keys, "citizens": [n * 100 + number for n in range(entities)]})
    return frame.sample(frac=1, random_state=number)


def spawned(ids: range) -> pd.DataFrame:
    """Resources that are up."""
    frame = pd.DataFrame({"id": list(ids), "name": "x", "class_code": "y"})
    return frame.assign(first_seen=pd.Series(dtype="datetime64[s, UTC]"))


def test_eight_make_the_tables(history_url: str) -> None:
    """All at once, and one version is written."""
    assert (
        together(history_url, lambda history, _: (history.runs(), history.trouble))
        == [([], None)] * EIGHT
    )
    with closing(History(history_url)) as history:
        assert rows(history, SCHEMA_VERSION) == [(1 + len(schema.STEPS),)]


def test_eight_write_the_same(history_url: str) -> None:
    """One of each point, no deadlock, nothing refused."""

    def work(history: History, number: int) -> tuple[bool, str | None]:
        for turn in range(4):
            at = T0 + turn * HOUR
            history.record(Observation.of("city", at, figures(turn)))
            when = pd.Series([at], dtype="datetime64[s, UTC]")
            history.record(Samples.of("server", at, pd.DataFrame({"timestamp": when, "n": [5]})))
            history.record(SpawnObservation.of(at, spawned(range(turn, 50))))
            if number % 2:
                history.flush()
        return history.flush(), history.trouble

    assert together(history_url, work) == [(True, None)] * EIGHT
    with closing(History(history_url)) as history:
        assert len(rows(history, POINTS)) == 4 * 60 + 4
        assert len(rows(history, OBSERVATIONS)) == 3 * 4
        assert len(rows(history, INTERVALS)) == 50
        assert len(rows(history, SERIES)) == 61


def test_eight_write_different_readings(history_url: str) -> None:
    """Whoever comes first: each observation gives back what it saw."""

    def work(history: History, number: int) -> tuple[bool, str | None]:
        for turn in range(3):
            at = number + EIGHT * turn
            history.record(Observation.of("city", T0 + at * HOUR, figures(at)))
            history.flush()
        return len(history.pending) == 0, history.trouble

    assert together(history_url, work) == [(True, None)] * EIGHT
    with closing(History(history_url)) as history:
        for at in range(3 * EIGHT):
            found = history.values_at("city", "citizens", T0 + at * HOUR)
            assert found.to_dict() == figures(at).set_index("key")["citizens"].to_dict()


def test_an_older_database(history_url: str) -> None:
    """That knew only of runs: what is missing is added, what was there stays."""
    engine = sa.create_engine(history_url)
    if history_url.startswith("sqlite"):
        Path(str(engine.url.database)).parent.mkdir()
    schema.SYNC_RUNS.create(engine)
    with engine.begin() as connection:
        run = {"started": T0, "feed": "gcw", "ok": True, "changed": True, "bytes": 1, "seconds": 1}
        connection.execute(schema.SYNC_RUNS.insert(), run)
    engine.dispose()
    with closing(History(history_url)) as history:
        assert [run.feed for run in history.runs()] == ["gcw"]
        assert history.values_at("city", "citizens", T0).empty
        assert history.trouble is None


def test_a_step_is_taken_once(history_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one of eight instances of the next release; an instance of this one still works."""
    with closing(History(history_url)) as history:
        history.record(Observation.of("city", T0, figures(0)))
        assert history.flush()
    step = "ALTER TABLE series ADD COLUMN unit VARCHAR(20)"
    with monkeypatch.context() as release:
        release.setattr(schema, "STEPS", (*schema.STEPS, step))
        assert (
            together(history_url, lambda history, _: (len(history.runs()), history.trouble))
            == [(0, None)] * EIGHT
        )
    with closing(History(history_url)) as history:
        with history.database.reading() as connection:
            columns = {column["name"] for column in sa.inspect(connection).get_columns("series")}
        assert "unit" in columns
        assert len(rows(history, SCHEMA_VERSION)) == 2
        history.record(Observation.of("city", T0 + HOUR, figures(1)))
        assert history.flush(), history.trouble


def test_questions_step_down_indexes(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of each question searches by key; none scans points or observations."""
    for turn in range(40):
        at = T0 + turn * HOUR
        history.record(Observation.of("city", at, figures(turn)))
        when = pd.Series([at], dtype="datetime64[s, UTC]")
        history.record(Samples.of("server", at, pd.DataFrame({"timestamp": when, "n": [5]})))
    assert history.flush()
    asked: list[tuple[str, Any]] = []
    with history.database.writing() as connection:
        if not history.database.is_sqlite:  # so small a table is quicker read whole, it thinks
            connection.exec_driver_sql("ANALYZE")

    def listen(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    sa.event.listen(history.database.engine, "before_cursor_execute", listen)
    assert len(history.values_at("city", "citizens", T0)) == 60
    assert len(history.points("city", "citizens", keys=["city 7"], since=T0 + HOUR)) == 39
    assert len(history.observed("city", T0, T0 + HOUR)) == 2
    assert history.nearest("city", T0, HOUR, 2 * HOUR)
    assert len(history.samples("n", T0 + HOUR)) == 39
    sa.event.remove(history.database.engine, "before_cursor_execute", listen)
    selects = [one for one in asked if "points" in one[0] or "observations" in one[0]]
    assert len(selects) == 6
    for statement, values in selects:
        plan = _plan(history, statement, values)
        for table in ("points", "observations"):
            assert f"SCAN {table}" not in plan
            assert f"Seq Scan on {table}" not in plan
        assert "SEARCH" in plan or "Index" in plan


def _plan(history: History, statement: str, values: Any) -> str:
    with history.database.reading() as connection:
        word = "EXPLAIN"
        if history.database.is_sqlite:
            word = "EXPLAIN QUERY PLAN"
        else:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        found = connection.exec_driver_sql(f"{word} {statement}", values)
        return "\n".join(str(row[-1]) for row in found)


def test_the_file_is_private(tmp_path: Path) -> None:
    """Whatever the mask: the file and its companions are its owner's only."""
    with closing(History(f"sqlite:///{tmp_path / 'place' / 'history.sqlite'}")) as history:
        history.record(Observation.of("city", T0, figures(0)))
        with history.only_one("sync"):
            assert history.flush()
            files = list((tmp_path / "place").iterdir())
            assert len(files) >= 3
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "place").stat().st_mode) == 0o700


def test_damaged_while_open(tmp_path: Path) -> None:
    """It is told, then set aside, and what waited is written to the new one."""
    file = tmp_path / "history.sqlite"
    with closing(History(f"sqlite:///{file}")) as history:
        history.record(Observation.of("city", T0, figures(0)))
        assert history.flush()
        history.database.close()
        file.write_bytes(b"no database" * 1000)
        history.record(Observation.of("city", T0 + HOUR, figures(1)))
        assert not history.flush()
        assert history.trouble
        assert history.flush()
        assert history.trouble is None
        assert len(history.values_at("city", "citizens", T0 + HOUR)) == 60
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1


def test_a_reader_never_waits_for_a_writer(tmp_path: Path) -> None:
    """While another program writes, everything is read, by an instance that begins then, too."""
    file = tmp_path / "history.sqlite"
    with closing(History(f"sqlite:///{file}")) as history:
        history.record(Observation.of("city", T0, figures(0)))
        assert history.flush()
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert len(history.values_at("city", "citizens", T0)) == 60
            with closing(History(f"sqlite:///{file}")) as late:
                assert len(late.values_at("city", "citizens", T0)) == 60
                assert late.trouble is None


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://x:secret@127.0.0.1:9/x", "postgresql+nonsense://x/x"]
)
def test_a_server_that_never_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading gives nothing, once asked; writing tells; what waits, waits; no password is told."""
    tries: list[database.Database] = []
    prepare = database.Database._prepare

    def counted(place: database.Database) -> None:
        tries.append(place)
        prepare(place)

    monkeypatch.setattr(database.Database, "_prepare", counted)
    history = History(url)
    assert history.trouble is None
    for _ in range(3):
        assert history.values_at("city", "citizens", T0).empty
        assert history.points("city", "citizens").empty
        assert history.samples("online").empty
        assert history.intervals().empty
        assert list(history.runs()) == history.observed("city") == []
        assert history.nearest("city", T0, HOUR, HOUR) is None
    assert len(tries) == 1
    assert "secret" not in (history.trouble or "secret")
    history.record(Observation.of("city", T0, figures(0)))
    assert not history.flush()
    assert len(history.pending) == 1
    assert history.thin(T0) == ()
    history.pending._waiting.clear()
    history.close()


def test_after_a_rest_a_reader_asks_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that failed is not asked by every page, but is asked again."""
    monkeypatch.setattr(history_history, "REST", -1.0)
    (tmp_path / "place").touch()
    with closing(History(f"sqlite:///{tmp_path / 'place' / 'history.sqlite'}")) as history:
        assert history.observed("city") == []
        assert history.trouble
        (tmp_path / "place").unlink()
        with suppress(FileNotFoundError):
            assert history.runs() == []
        assert (tmp_path / "place" / "history.sqlite").is_file()
