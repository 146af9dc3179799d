"""The table that keeps the answers: bounded waits, honest errors, no pickle."""

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
        return response

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

    def trim(self) -> None:
        """Keep within the byte budget: single look-ups go first, those longest unwritten ahead."""
        while self._estimate_size() > MOST_BYTES and len(self) > 1:
            statement = "SELECT key FROM responses ORDER BY key LIKE '%?', rowid LIMIT 32"
            self.bulk_delete([key for (key,) in self._read(statement)])  # type: ignore[no-untyped-call]
            self.vacuum()  # type: ignore[no-untyped-call]

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
