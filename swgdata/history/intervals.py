"""Spawn intervals: when we saw a resource up, from our first look to the first without it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from swgdata.history import times
from swgdata.history.database import insert_new
from swgdata.history.points import observe
from swgdata.history.readings import SPAWNS, Spawned
from swgdata.history.schema import INTERVALS, OBSERVATIONS

_TIMES: Final = ("entered", "first_seen", "last_seen", "first_missing")


def record(connection: sa.Connection, reading: Spawned) -> int:
    """Begin what is new, end what has gone; returns how many intervals that were.

    A resource that is still up costs no write; one that comes back begins another interval. A
    reading older than one that was recorded is left out. One that is not complete ends nothing
    and is no observation, for it cannot say that all the others are still up.
    """
    at = times.seconds(reading.at)
    latest = _latest(connection)
    if latest is not None and at <= latest:
        return 0
    is_open = INTERVALS.c.first_missing.is_(None)
    query = sa.select(INTERVALS.c.resource_id, INTERVALS.c.entered).where(is_open)
    known = dict(connection.execute(query).all())
    new = [
        {**spawn._asdict(), "entered": at} for spawn in reading.up if spawn.resource_id not in known
    ]
    begun = insert_new(connection, INTERVALS, new)
    if not reading.complete:
        return begun
    observe(connection, SPAWNS, at)
    up = {spawn.resource_id for spawn in reading.up}
    gone = [(number, entered) for number, entered in known.items() if number not in up]
    return begun + _end(connection, gone, at=at, latest=latest)


def _end(
    connection: sa.Connection, gone: Sequence[tuple[int, int]], *, at: int, latest: int | None
) -> int:
    ended = [
        {"one": number, "of": entered, "seen": entered if latest is None else max(entered, latest)}
        for number, entered in sorted(gone)
        if entered < at
    ]
    if ended:
        statement = (
            sa.update(INTERVALS)
            .where(INTERVALS.c.resource_id == sa.bindparam("one"))
            .where(INTERVALS.c.entered == sa.bindparam("of"))
            .values(last_seen=sa.bindparam("seen"), first_missing=at)
        )
        connection.execute(statement, ended)
    return len(ended)


def read(
    connection: sa.Connection,
    *,
    ids: Collection[int] | None = None,
    since: datetime | None = None,
    is_open: bool | None = None,
) -> pd.DataFrame:
    """Intervals, oldest first; see ``History.intervals``."""
    query = sa.select(INTERVALS).order_by(INTERVALS.c.entered, INTERVALS.c.resource_id)
    missing = INTERVALS.c.first_missing
    if ids is not None:
        query = query.where(INTERVALS.c.resource_id.in_(list(ids)))
    if since is not None:
        query = query.where(missing.is_(None) | (missing >= times.seconds(since)))
    if is_open is not None:
        query = query.where(missing.is_(None) if is_open else missing.is_not(None))
    return frame(connection.execute(query).all(), latest=_latest(connection))


def frame(rows: Sequence[Sequence[Any]] = (), *, latest: int | None = None) -> pd.DataFrame:
    """The columns of ``History.intervals``, of rows of the table.

    An open interval was last seen at the ``latest`` observation.
    """
    names = [column.name for column in INTERVALS.c]
    told: dict[str, Sequence[Any]] = dict.fromkeys(names, ())
    told |= dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    told["last_seen"] = [
        max(entered, latest or 0) if seen is None else seen
        for entered, seen in zip(told["entered"], told["last_seen"], strict=True)
    ]
    texts = {name: pd.Series(told[name], dtype="str") for name in ("name", "class_code")}
    when = {name: times.column(told[name]) for name in _TIMES}
    return pd.DataFrame(
        {"resource_id": pd.Series(told["resource_id"], dtype="int64"), **texts, **when}
    )


def _latest(connection: sa.Connection) -> int | None:
    query = sa.select(sa.func.max(OBSERVATIONS.c.at)).where(OBSERVATIONS.c.kind == SPAWNS)
    latest: int | None = connection.scalar(query)
    return latest
