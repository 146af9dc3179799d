"""Opening what keeps the answers: a private file, or a Redis server shared by several apps."""

import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from requests_cache.backends.base import BaseStorage
from requests_cache.models.response import CachedResponse

from swgdata.client.table import COMPRESSED_JSON, AnswersTable

if TYPE_CHECKING:
    from redis import Redis

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
    return AnswersTable(path)


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
