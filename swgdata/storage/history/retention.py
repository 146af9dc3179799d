"""Thin old points and samples.

Samples become hours of count, sum, least and greatest, so that the same of every day stay as they
were. Of what is written on change the last point of each UTC day stays, and of its observations
the last of each day: the values at the end of every day stay as they were.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from swgdata.storage.history import encoding
from swgdata.storage.history.schema import HOURS, OBSERVATIONS, POINTS, SERIES, SYNC_RUNS

KEPT_RUNS: Final = 100  # the newest stay whatever their age


@dataclass(frozen=True, slots=True)
class Thinned:
    """What goes of one kind.

    Attributes:
        kind: Such as ``city``; ``sync_runs`` for the runs.
        what: ``samples`` (which become hours), ``points``, ``observations`` or ``runs``.
        rows: How many go.
        before: Everything that goes is older than this: the beginning of a UTC day.
    """

    kind: str
    what: str
    rows: int
    before: datetime


def thin(connection: sa.Connection, before: datetime, *, dry_run: bool) -> tuple[Thinned, ...]:
    """Thin what is older than the UTC day of ``before``, in the caller's transaction.

    Args:
        connection: Of a transaction that no other writer runs beside.
        before: From this day on everything stays.
        dry_run: Only say what would go.
    """
    end = encoding.seconds(before) // encoding.DAY * encoding.DAY
    until = encoding.moment(end)
    found = tuple(
        Thinned(kind, what, rows, until) for kind, what, rows in _going(connection, end) if rows
    )
    if dry_run:
        return found
    connection.execute(_rolled_up(end))
    for table, condition in (
        (POINTS, _is_sample(end)),
        (POINTS, _is_passed_point(end)),
        (OBSERVATIONS, _is_passed_observation(end)),
        (SYNC_RUNS, _is_old_run(end)),
    ):
        connection.execute(sa.delete(table).where(condition))
    unrolled = SERIES.c.sampled & (SERIES.c.rolled < end)
    connection.execute(sa.update(SERIES).where(unrolled).values(rolled=end))
    return found


def _going(connection: sa.Connection, end: int) -> Iterator[tuple[str, str, int]]:
    number = sa.func.count()
    named = sa.select(SERIES.c.kind, number).where(SERIES.c.id == POINTS.c.series)
    named = named.group_by(SERIES.c.kind).order_by(SERIES.c.kind)
    looked = sa.select(OBSERVATIONS.c.kind, number).group_by(OBSERVATIONS.c.kind)
    for what, query in (
        ("samples", named.where(_is_sample(end))),
        ("points", named.where(_is_passed_point(end))),
        ("observations", looked.where(_is_passed_observation(end)).order_by(OBSERVATIONS.c.kind)),
    ):
        for kind, rows in connection.execute(query):
            yield kind, what, rows
    runs = sa.select(number).select_from(SYNC_RUNS).where(_is_old_run(end))
    yield SYNC_RUNS.name, "runs", connection.scalar(runs) or 0


def _of_series(*, sampled: bool) -> sa.ColumnElement[bool]:
    """Whether a point belongs to series of this sort; the list lets the key be stepped down."""
    chosen = sa.select(SERIES.c.id).where(SERIES.c.sampled == sampled)
    return POINTS.c.series.in_(chosen.correlate(None))


def _is_sample(end: int) -> sa.ColumnElement[bool]:
    return _of_series(sampled=True) & (POINTS.c.at < end)


def _is_passed_point(end: int) -> sa.ColumnElement[bool]:
    later = POINTS.alias("later")
    same = (later.c.series == POINTS.c.series, *_later_that_day(POINTS.c.at, later.c.at))
    passed = sa.exists().where(*same).correlate(POINTS)
    return _of_series(sampled=False) & (POINTS.c.at < end) & passed


def _is_passed_observation(end: int) -> sa.ColumnElement[bool]:
    later = OBSERVATIONS.alias("later")
    same = (
        later.c.kind == OBSERVATIONS.c.kind,
        *_later_that_day(OBSERVATIONS.c.at, later.c.at),
    )
    return (OBSERVATIONS.c.at < end) & sa.exists().where(*same).correlate(OBSERVATIONS)


def _later_that_day(
    at: sa.Column[Any], later: sa.ColumnElement[Any]
) -> tuple[sa.ColumnElement[bool], ...]:
    return later > at, later < at - at % encoding.DAY + encoding.DAY


def _is_old_run(end: int) -> sa.ColumnElement[bool]:
    newest = sa.select(SYNC_RUNS.c.id).order_by(SYNC_RUNS.c.id.desc()).limit(KEPT_RUNS)
    kept = newest.subquery("kept")
    old = SYNC_RUNS.c.started < encoding.moment(end)
    return old & SYNC_RUNS.c.id.not_in(sa.select(kept.c.id))


def _rolled_up(end: int) -> sa.Insert:
    hour = POINTS.c.at - POINTS.c.at % encoding.HOUR
    value = POINTS.c.value
    of = sa.func
    figures = (of.count(value), of.sum(value), of.min(value), of.max(value))
    chosen = (
        sa.select(POINTS.c.series, hour, *figures)
        .where(_is_sample(end), value.is_not(None))
        .group_by(POINTS.c.series, hour)
    )
    names = ["series", "hour", "samples", "total", "low", "high"]
    return HOURS.insert().from_select(names, chosen)
