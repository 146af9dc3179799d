"""A database whose failures reach nobody: told as ``trouble``, while reading gives nothing."""

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

import sqlalchemy as sa

from swgdata.history.database import OUT_OF_REACH, Database

log = logging.getLogger(__name__)
T = TypeVar("T")

REST: Final = 30.0  # seconds in which a database that failed a reader is not asked by another


class Guarded:
    """Reads and writes one database.

    Args:
        url: SQLAlchemy address of SQLite or PostgreSQL.

    Attributes:
        trouble: Why it cannot be kept, in words for a visitor; None while all is well.
        database: The database.
    """

    def __init__(self, url: str) -> None:
        self.trouble: str | None = None
        self.database: Final = Database(url)
        self._rests_until = 0.0
        self._only_unread = False  # no write has failed since it could not be read

    def _read(self, ask: Callable[[sa.Connection], T], otherwise: Callable[[], T]) -> T:
        if time.monotonic() < self._rests_until:
            return otherwise()
        try:
            with self.database.reading() as connection:
                found = ask(connection)
        except OUT_OF_REACH as error:
            self._only_unread = self._only_unread or self.trouble is None
            self._failed(error)
            self._rests_until = time.monotonic() + REST
            return otherwise()
        if self._only_unread:
            self.trouble, self._only_unread = None, False
        return found

    def _write(self, work: Callable[[sa.Connection], T], otherwise: Callable[[], T]) -> T:
        try:
            return self._must_write(work)
        except OUT_OF_REACH:
            return otherwise()

    def _must_write(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            with self.database.writing() as connection:
                done = work(connection)
        except Exception as error:
            self._only_unread = False
            self._failed(error)
            raise
        self.trouble, self._rests_until = None, 0.0
        return done

    def _failed(self, error: Exception) -> None:
        self.trouble = f"the history cannot be kept ({type(error).__name__})"
        self.database.doubt()
        log.warning("history: %s", error)
