"""SQLite and Redis backends of requests-cache, hardened."""

import itertools
import json
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from requests_cache.backends.base import BaseStorage
from requests_cache.backends.sqlite import SQLiteDict
from requests_cache.models.response import CachedResponse
from requests_cache.serializers.pipeline import SerializerPipeline, Stage
from requests_cache.serializers.preconf import json_preconf_stage

if TYPE_CHECKING:
    from redis import Redis

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


class SqliteBackend(SQLiteDict):
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


FILE: Final = "answers-1.sqlite"  # the number is the format's
DAMAGED_KEPT: Final = 3
REDIS_WAIT: Final = 1.0
Storage = BaseStorage[str, CachedResponse]


def open_file(folder: Path) -> Storage:
    """Open the file in ``folder``, readable by its owner only.

    A damaged one is renamed to ``*.damaged-TIME`` and a new one begun.

    Args:
        folder: A folder of the client's own; made if missing.

    Raises:
        OSError: The folder or file cannot be made.
        sqlite3.Error: The file can be neither written nor read.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_private(folder)
    path = folder / FILE
    if not _sound(path):
        _set_aside(path)
    if not path.exists():
        path.touch(mode=0o600)
    _make_private(path)
    return SqliteBackend(path)


def open_redis(url: str) -> Storage:
    """Connect to the Redis server at ``url``.

    Raises:
        redis.RedisError: It does not answer.
    """
    from requests_cache.backends.redis import RedisDict

    connection = connect(url)
    connection.ping()
    # no time to live: the last good copy outlasts its expiry
    return RedisDict(
        "swgdata-answers-1", connection=connection, ttl=False, serializer=COMPRESSED_JSON
    )


def connect(url: str) -> "Redis":
    """A client of the Redis server at ``url`` that waits for nothing longer than a second."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    connection: Redis = Redis.from_url(
        url,
        socket_timeout=REDIS_WAIT,
        socket_connect_timeout=REDIS_WAIT,
        retry=Retry(NoBackoff(), 0),
    )
    return connection


def _make_private(path: Path) -> None:
    """Take rights from others; never give any."""
    mode = path.stat().st_mode
    if mode & 0o077:
        with suppress(OSError):
            path.chmod(mode & 0o700)


def _sound(path: Path) -> bool:
    if path.is_dir():
        return False
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(path, timeout=0.5)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.OperationalError:  # locked or out of reach is not damaged
        return True
    except sqlite3.DatabaseError:
        return False


def _set_aside(path: Path) -> None:
    aside = f"{path.name}.damaged-"
    with suppress(FileNotFoundError):  # another process was faster
        path.rename(path.with_name(f"{aside}{time.time_ns() // 1_000_000}"))
    for log in ("-wal", "-shm"):
        path.with_name(path.name + log).unlink(missing_ok=True)
    earlier = sorted(file for file in path.parent.glob(f"{aside}*") if file.is_file())
    for file in earlier[:-DAMAGED_KEPT]:
        file.unlink(missing_ok=True)
