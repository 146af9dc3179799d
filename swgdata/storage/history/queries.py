"""Read the history as frames."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from swgdata.storage.history import encoding
from swgdata.storage.history.database import fetch
from swgdata.storage.history.encoding import clean, last_value
from swgdata.storage.history.schema import HOURS, OBSERVATIONS, POINTS, SERIES

Rows = Sequence[Sequence[Any]]


def points(
    connection: sa.Connection,
    kind: str,
    measure: str,
    *,
    keys: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> pd.DataFrame:
    """What is stored of a measure, written when it changed: from ``timestamp`` on ``value``.

    Args:
        connection: Of the history's database.
        kind: Such as ``city``.
        measure: Such as ``citizens``.
        keys: Only these entities; all when None.
        since: No point before; what held then is ``values_at``.
        until: No point after.

    Returns:
        ``key`` str, ``timestamp``, ``value`` float64 (missing: gone or unknown from then on);
        by key, oldest first.
    """
    query = (
        sa.select(SERIES.c.key, POINTS.c.at, POINTS.c.value)
        .where(SERIES.c.kind == kind, SERIES.c.measure == measure, POINTS.c.series == SERIES.c.id)
        .order_by(SERIES.c.key, POINTS.c.at)
    )
    if keys is not None:
        query = query.where(SERIES.c.key.in_([clean(key) for key in keys]))
    return points_frame(fetch(connection, _between(query, POINTS.c.at, since, until)))


def points_frame(rows: Rows = ()) -> pd.DataFrame:
    """``key`` str, ``timestamp`` datetime64[s, UTC], ``value`` float64."""
    key, at, value = _columns(rows, 3)
    return pd.DataFrame(
        {
            "key": pd.Series(key, dtype="str"),
            "timestamp": encoding.column(at),
            "value": np.array(value, dtype="float64"),
        }
    )


def values_at(
    connection: sa.Connection, kind: str, measure: str, at: datetime
) -> "pd.Series[float]":
    """The value of each entity at a time: its last point at or before.

    Returns:
        float64 by ``key``; an entity that was unknown, gone or without a figure is not in it.
    """
    query = (
        sa.select(SERIES.c.key, last_value(encoding.seconds(at)))
        .where(SERIES.c.kind == kind, SERIES.c.measure == measure)
        .order_by(SERIES.c.key)
    )
    return values(fetch(connection, query))


def values(rows: Rows = ()) -> "pd.Series[float]":
    """float64 by ``key``; rows without a value are left out."""
    key, value = _columns([row for row in rows if row[1] is not None], 2)
    index = pd.Index(key, dtype="str", name="key")
    return pd.Series(np.array(value, dtype="float64"), index=index, name="value")


def observed(
    connection: sa.Connection,
    kind: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[datetime]:
    """When a kind was read, oldest first, both ends included."""
    query = sa.select(OBSERVATIONS.c.at).where(OBSERVATIONS.c.kind == kind)
    query = _between(query.order_by(OBSERVATIONS.c.at), OBSERVATIONS.c.at, since, until)
    return [encoding.moment(at) for (at,) in fetch(connection, query)]


def nearest(
    connection: sa.Connection, kind: str, now: datetime, back: timedelta, tolerance: timedelta
) -> datetime | None:
    """The observation closest to ``now - back``, at most ``tolerance`` from it.

    24 h with a tolerance of 6 h accepts an age of 18 to 30 h, both included; of two equally
    close the later, as in ``analytics.entity_changes``. None when nobody looked then.
    """
    target = encoding.seconds(now - back)
    width = int(tolerance.total_seconds())
    at = OBSERVATIONS.c.at
    sides = (
        sa.select(sa.func.min(at)).where(at.between(target, target + width)),
        sa.select(sa.func.max(at)).where(at.between(target - width, target)),
    )
    found = [connection.scalar(side.where(OBSERVATIONS.c.kind == kind)) for side in sides]
    near = [one for one in found if one is not None]
    return encoding.moment(min(near, key=lambda one: abs(one - target))) if near else None


def samples(
    connection: sa.Connection,
    measure: str,
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    kind: str = "server",
    key: str = "",
) -> pd.DataFrame:
    """Samples that carry their own time, the old ones as whole hours.

    Returns:
        ``timestamp`` (of an hour: its beginning), ``samples`` int64 (1, or how many the hour
        had), ``total``, ``low``, ``high`` float64; oldest first. ``total / samples`` is the
        mean; a time without a row was not sampled.
    """
    named = (SERIES.c.kind == kind, SERIES.c.measure == measure, SERIES.c.key == clean(key))
    series = connection.scalar(sa.select(SERIES.c.id).where(*named))
    hours = sa.select(HOURS.c.hour, HOURS.c.samples, HOURS.c.total, HOURS.c.low, HOURS.c.high)
    hours = hours.where(HOURS.c.series == series).order_by(HOURS.c.hour)
    raw = sa.select(POINTS.c.at, POINTS.c.value).where(
        POINTS.c.series == series, POINTS.c.value.is_not(None)
    )
    raw = raw.order_by(POINTS.c.at)
    rolled = fetch(connection, _between(hours, HOURS.c.hour, since, until))
    return samples_frame(rolled, fetch(connection, _between(raw, POINTS.c.at, since, until)))


def samples_frame(hours: Rows = (), raw: Rows = ()) -> pd.DataFrame:
    """Hours, then the samples after them, oldest first."""
    start, count, total, low, high = _columns(hours, 5)
    at, value = _columns(raw, 2)
    once = np.array(value, dtype="float64")
    figures = {
        name: np.concatenate([np.array(found, dtype="float64"), once])
        for name, found in (("total", total), ("low", low), ("high", high))
    }
    number = np.concatenate([np.array(count, dtype="int64"), np.ones(len(at), dtype="int64")])
    when = encoding.column([*start, *at])
    return pd.DataFrame({"timestamp": when, "samples": number, **figures})


def _between(
    query: sa.Select[Any],
    column: sa.Column[Any],
    since: datetime | None,
    until: datetime | None,
) -> sa.Select[Any]:
    if since is not None:
        query = query.where(column >= encoding.seconds(since))
    return query if until is None else query.where(column <= encoding.seconds(until))


def _columns(rows: Iterable[Sequence[Any]], width: int) -> Sequence[Sequence[Any]]:
    return list(zip(*rows, strict=True)) or [()] * width
