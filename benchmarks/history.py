"""A year of history: what questions, an append and a stored point cost.

A pulse every ten minutes and four measures of 700 entities, new every day; and a copy that goes on
for a second year. Each question takes turns with a plain read of the rows it needs (the bare
driver, then a frame of them), and with itself in the copy.

    python benchmarks/history.py [--url postgresql+psycopg://HOST/EMPTY_DATABASE] [--rounds 15]
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from swgdata.storage.history import History, Observation, Samples, Spawn, SpawnObservation
from swgdata.storage.history.schema import POINTS

T0: Final = datetime(2025, 8, 20, tzinfo=UTC)
DAYS: Final = 365
ENTITIES: Final = 700
MEASURES: Final = ("citizens", "active", "level", "members")
DAY: Final = timedelta(days=1)
BARS: Final = {"question": 3.0, "bytes": 120.0, "append": 2.0, "second year": 1.5}
UP: Final = (
    "SELECT resource_id, name, class_code, first_seen, first_missing, entered, last_seen "
    "FROM intervals WHERE first_missing IS NULL OR first_missing > {} ORDER BY entered"
)
Ask = Callable[[], object]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--url", default="")
    asked.add_argument("--rounds", type=int, default=15)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        history = History(options.url or f"sqlite:///{folder}/history.sqlite")
        before = _size(history)
        _fill(history, 0)
        points = _count(history)
        print(f"{history.database.engine.dialect.name}: {points:,} points of a year")
        _tell("bytes a stored point", (_size(history) - before) / points, "bytes")
        longer = _copy(history)
        _fill(longer, DAYS)
        _questions(history, longer, options.rounds)
        _spawns(history, options.rounds)
        _append(history, options.rounds)
        history.close()
        longer.close()


def _copy(history: History) -> History:
    """The same again in a place of its own."""
    history.close()
    url = history.database.engine.url
    history.close()
    other = url.set(database=f"{url.database}_two")
    if history.database.file is not None:
        shutil.copy(history.database.file, str(other.database))
    else:
        admin = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {other.database} TEMPLATE {url.database}")
        admin.dispose()
    return History(other.render_as_string(hide_password=False))


def _figures(day: int) -> pd.DataFrame:
    chance = np.random.default_rng(day)
    drawn = {name: chance.integers(1, 500, ENTITIES) * 2 + day % 2 for name in MEASURES}
    return pd.DataFrame({"key": [f"Planet/Some city {n}" for n in range(ENTITIES)], **drawn})


def _fill(history: History, start: int) -> None:
    """One year from the day ``start``: as the app would write it, day by day."""
    for day in range(start, start + DAYS):
        at = T0 + day * DAY
        when = pd.date_range(at, periods=144, freq="10min").astype("datetime64[s, UTC]")
        online = np.random.default_rng(day).integers(100, 700, 144)
        frame = pd.DataFrame({"timestamp": when, "online": online})
        history.record(Samples.of("server", at, frame))
        history.record(Observation.of("city", at, _figures(day)))
        if not history.flush():
            raise SystemExit(history.trouble)
    with history.database.engine.connect() as connection:
        options = {"isolation_level": "AUTOCOMMIT"} if not history.database.is_sqlite else {}
        tidy = "PRAGMA wal_checkpoint(TRUNCATE)" if history.database.is_sqlite else "VACUUM ANALYZE"
        connection.execution_options(**options).exec_driver_sql(tidy)


def _questions(history: History, longer: History, rounds: int) -> None:
    """Each question of the first year, plainly, and beside a second year."""
    end = T0 + DAYS * DAY - timedelta(seconds=1)
    key = "Planet/Some city 7"
    series = _series(history, "citizens", key)
    pulse = _series(history, "online", "")
    low, high = int((end - 90 * DAY).timestamp()), int(end.timestamp())
    read = "SELECT at, value FROM points WHERE series = {} AND at BETWEEN {} AND {} ORDER BY at"
    at = int((end - DAY).timestamp())
    newest = (
        "SELECT s.key, p.at, p.value FROM series s JOIN points p ON p.series = s.id AND p.at = {} "
        "WHERE s.kind = 'city' AND s.measure = 'citizens'"
    )
    every = (
        "SELECT s.key, p.at, p.value FROM series s JOIN points p ON p.series = s.id "
        "AND p.at BETWEEN {} AND {} WHERE s.kind = 'city' AND s.measure = 'citizens'"
    )
    look = "SELECT at, at FROM observations WHERE kind = 'city' AND at BETWEEN {} AND {}"
    midnight = at - at % 86_400
    month = int((end - 30 * DAY).timestamp())
    quarter, month_ago, week = end - 90 * DAY, end - 30 * DAY, end - 7 * DAY
    pairs: dict[str, tuple[Callable[[History], object], str]] = {
        "a quarter of one city": (
            lambda of: of.points("city", "citizens", keys=[key], since=quarter, until=end),
            read.format(series, low, high),
        ),
        "all cities at one time": (
            lambda of: of.values_at("city", "citizens", end - DAY),
            newest.format(midnight),
        ),
        "all cities for a month": (
            lambda of: of.points("city", "citizens", since=month_ago, until=end),
            every.format(month, high),
        ),
        "all cities for a quarter": (
            lambda of: of.points("city", "citizens", since=quarter, until=end),
            every.format(low, high),
        ),
        "the look a week before": (
            lambda of: of.nearest("city", end, timedelta(days=7), DAY),
            look.format(high - 8 * 86_400, high - 6 * 86_400),
        ),
        "the pulse of a quarter": (
            lambda of: of.samples("online", quarter, end),
            read.format(pulse, int(quarter.timestamp()), high),
        ),
        "the pulse of a week": (
            lambda of: of.samples("online", week, end),
            read.format(pulse, int(week.timestamp()), high),
        ),
        "the pulse of a year": (
            lambda of: of.samples("online", T0, end),
            read.format(pulse, int(T0.timestamp()), high),
        ),
    }
    for name, (ask, sql) in pairs.items():
        ways = (partial(ask, history), partial(_plain, history, sql), partial(ask, longer))
        ours, floor, later = _turns(ways, rounds)
        _tell(f"{name}: {ours:.2f} ms / plain read {floor:.2f} ms", ours / floor, "question")
        _tell(f"{name}: with a second year {later:.2f} ms", later / ours, "second year")


def _spawns(history: History, rounds: int) -> None:
    """A year of spawns, 90 new ones a day that stay a week: those up in the last month."""
    for day in range(DAYS):
        at = T0 + day * DAY
        first = int(at.timestamp()) - 6 * 86_400
        up = tuple(
            Spawn(number, f"Resource {number}", "iron", first + (number // 90 - day) * 86_400)
            for number in range(90 * day, 90 * (day + 7))
        )
        history.record(SpawnObservation(at, up))
        if not day % 30:
            history.flush()
    if not history.flush():
        raise SystemExit(history.trouble)
    month = T0 + (DAYS - 30) * DAY
    sql = UP.format(int(month.timestamp()))
    ways = (lambda: history.intervals(since=month), partial(_plain, history, sql))
    ours, floor = _turns(ways, rounds)
    _tell(f"spawns of a month: {ours:.2f} ms / plain read {floor:.2f} ms", ours / floor, "question")


def _append(history: History, rounds: int) -> None:
    """One synchronisation's figures against a bare executemany of the same rows elsewhere."""
    days = iter(range(10_000, 20_000))
    with _bare(history) as write:
        ours, floor = [], []
        for _ in range(rounds):
            day = next(days)
            reading = Observation.of("city", T0 + day * DAY, _figures(day))
            rows = [
                (number, day, float(value))
                for number, value in enumerate(reading.values.values(), start=1)
                if value is not None
            ]
            history.record(reading)
            ours.append(_timed(history.flush))
            floor.append(_timed(lambda rows=rows: write(rows)))  # type: ignore[misc]
    ratio = statistics.median(ours) / statistics.median(floor)
    spent = f"{statistics.median(ours):.1f} ms / bare {statistics.median(floor):.1f} ms"
    _tell(f"append of {len(rows)} points: {spent}", ratio, "append")


@contextmanager
def _bare(history: History) -> Iterator[Callable[[list[tuple[int, int, float]]], None]]:
    """A table like ours that nothing but ``executemany`` of the bare driver writes to."""
    raw = history.database.engine.raw_connection()
    cursor = raw.cursor()
    end = " WITHOUT ROWID" if history.database.is_sqlite else ""
    sign = "?" if history.database.is_sqlite else "%s"
    cursor.execute(
        "CREATE TABLE bare (series INTEGER, at BIGINT, value DOUBLE PRECISION,"
        f" PRIMARY KEY (series, at)){end}"
    )
    cursor.execute("INSERT INTO bare SELECT series, at, value FROM points")
    raw.commit()

    def write(rows: list[tuple[int, int, float]]) -> None:
        if history.database.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany(f"INSERT INTO bare VALUES ({sign}, {sign}, {sign})", rows)  # noqa: S608
        raw.commit()

    yield write
    cursor.execute("DROP TABLE bare")
    raw.commit()
    raw.close()


def _turns(ways: Sequence[Ask], rounds: int) -> list[float]:
    """Median milliseconds of each way, the ways taking turns."""
    for way in ways:
        way()
    spent = [[_timed(way) for way in ways] for _ in range(rounds)]
    return [statistics.median(found) for found in zip(*spent, strict=True)]


def _timed(call: Ask) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def _plain(history: History, sql: str) -> pd.DataFrame:
    with closing(history.database.engine.raw_connection()) as raw:
        cursor = raw.cursor()
        cursor.execute(sql)
        frame = pd.DataFrame(cursor.fetchall())
    return frame.assign(timestamp=pd.to_datetime(frame[frame.shape[1] - 2], unit="s", utc=True))


def _series(history: History, measure: str, key: str) -> int:
    with history.database.reading() as connection:
        query = sa.text("SELECT id FROM series WHERE measure = :measure AND key = :key")
        return int(connection.execute(query, {"measure": measure, "key": key}).scalar_one())


def _count(history: History) -> int:
    with history.database.reading() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(POINTS)) or 0)


def _size(history: History) -> int:
    """Bytes of the whole database, indexes and all."""
    with history.database.reading() as connection:
        if history.database.file is None:
            return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")))
    return os.stat(history.database.file).st_size  # noqa: PTH116


def _tell(what: str, found: float, bar: str) -> None:
    verdict = "ok" if found <= BARS[bar] else "MISSED"
    print(f"  {what}: {found:.2f} (bar {BARS[bar]:g}) {verdict}")


if __name__ == "__main__":
    main()
