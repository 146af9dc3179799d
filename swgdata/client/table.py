"""The table that keeps the answers: bounded waits, honest errors, no pickle."""

import itertools
import json
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

from requests_cache.backends.sqlite import SQLiteDict
from requests_cache.models.response import CachedResponse
from requests_cache.serializers.pipeline import SerializerPipeline, Stage
from requests_cache.serializers.preconf import json_preconf_stage

LOCK_WAIT: Final = 1.5
MOST_BYTES: Final = 64 << 20
FILE_SHARE: Final = 7 / 8  # of them; the rest is room for SQLite's log


def _unpack(packed: bytes) -> str:
    try:
        return zlib.decompress(packed).decode()
    except zlib.error as error:
        raise ValueError("damaged entry") from error


COMPRESSED_JSON: Final = SerializerPipeline(
    [
        json_preconf_stage,
        Stage(dumps=json.dumps, loads=json.loads),
        Stage(dumps=lambda text: zlib.compress(text.encode(), 6), loads=_unpack),
    ],
    name="json+zlib",
    is_binary=True,
)


class AnswersTable(SQLiteDict):
    """requests-cache's SQLite table, with waits that end and writes that fail aloud.

    The original retries a refused lock for ever and swallows a full disk. Reading has a
    connection of its own here, so that it never queues behind a writer.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the table in the file at ``path``."""
        self._reading = Lock()
        self._reader: sqlite3.Connection | None = None
        self._turn = itertools.count(1)
        self._untrimmed = 0  # bytes of the answers written since the last look at the budget
        self._used: dict[str, int] = {}  # key -> turn of its last use in this process
        super().__init__(
            path, table_name="responses", serializer=COMPRESSED_JSON, wal=True, busy_timeout=200
        )

    def init_db(self) -> None:
        """Create the table, or make do with one that can only be read.

        Raises:
            sqlite3.Error: It can be neither.
        """
        try:
            super().init_db()  # type: ignore[no-untyped-call]
        except sqlite3.OperationalError:
            len(self)

    def __getitem__(self, key: str) -> CachedResponse:
        found = self._read("SELECT value FROM responses WHERE key = ?", key)
        if not found:
            raise KeyError(key)
        response: CachedResponse = self.deserialize(key, found[0][0])
        self._used[key] = next(self._turn)
        return response

    def __setitem__(self, key: str, value: CachedResponse) -> None:
        super().__setitem__(key, value)  # type: ignore[no-untyped-call]
        self._used[key] = next(self._turn)
        self._untrimmed += len(value.content)
        if self._untrimmed > MOST_BYTES // 40:
            self._untrimmed = 0
            self._trim()

    def __iter__(self) -> Iterator[str]:
        return iter([key for (key,) in self._read("SELECT key FROM responses")])

    def __len__(self) -> int:
        return int(self._read("SELECT count(*) FROM responses")[0][0])

    def close(self) -> None:
        """Close both connections."""
        super().close()  # type: ignore[no-untyped-call]
        with self._reading:
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    def _trim(self) -> None:
        """Keep within the byte budget: single look-ups go first, those longest unused ahead.

        The room is used again rather than given back: a vacuum would write the whole file into
        the log beside it, and so take twice the budget.
        """
        excess = self._bytes_in_use() - MOST_BYTES * FILE_SHARE
        if excess <= 0:
            return
        rows = self._read("SELECT key, length(value) FROM responses ORDER BY rowid")
        rows.sort(key=lambda row: (row[0].endswith("?"), self._used.get(row[0], 0)))
        gone, freed = [], 0
        for key, size in rows[:-1]:
            if freed > excess + MOST_BYTES // 20:
                break
            gone.append(key)
            freed += size
        self.bulk_delete(gone)  # type: ignore[no-untyped-call]
        self._used = {key: self._used.get(key, 0) for key, _ in rows[len(gone) :]}

    def _bytes_in_use(self) -> int:
        pragmas = ("page_count", "freelist_count", "page_size")
        pages, free, size = (self._read(f"PRAGMA {name}")[0][0] for name in pragmas)
        return int((pages - free) * size)

    def _read(self, statement: str, *values: str) -> list[Any]:
        with self._reading:
            if self._reader is None:
                self._reader = sqlite3.connect(
                    self.db_path, timeout=0.5, isolation_level=None, check_same_thread=False
                )
            return self._reader.execute(statement, values).fetchall()

    @contextmanager
    def _acquire_sqlite_lock(self) -> Iterator[None]:
        with self._lock:
            connection = self._connection
            if connection is None:
                raise sqlite3.ProgrammingError("the table is closed")
            _begin(connection)
            self._active_transaction = True
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
            finally:
                self._active_transaction = False


def _begin(connection: sqlite3.Connection) -> None:
    end = time.monotonic() + LOCK_WAIT
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return
