"""Outcome of each feed in each sync."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from swgdata.storage.history.schema import SYNC_RUNS


@dataclass(frozen=True, slots=True)
class FeedRun:
    """What one synchronisation did to one feed.

    Attributes:
        started: When the feed was begun.
        feed: Its name.
        ok: The feed is up to date now.
        changed: Its data differ from before.
        rows: Rows of its main table; None when there is nothing.
        bytes: Bytes received from the source; 0 when nothing was asked.
        seconds: How long it took.
        reason: Why it failed, or why nothing was fetched.
    """

    started: datetime
    feed: str
    ok: bool
    changed: bool
    rows: int | None
    bytes: int
    seconds: float
    reason: str | None


def add(connection: sa.Connection, runs: Iterable[FeedRun]) -> None:
    """Append the outcome of a synchronisation."""
    rows = [asdict(run) | {"reason": run.reason and run.reason[:300]} for run in runs]
    if rows:
        connection.execute(SYNC_RUNS.insert(), rows)


def newest(connection: sa.Connection, limit: int = 100) -> list[FeedRun]:
    """The newest ``limit`` outcomes, newest first."""
    columns = [column for column in SYNC_RUNS.c if column.name != "id"]
    query = sa.select(*columns).order_by(SYNC_RUNS.c.id.desc()).limit(limit)
    return [FeedRun(**row) for row in connection.execute(query).mappings()]
