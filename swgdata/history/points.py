"""Points: what a figure was from when on, and when anybody looked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from swgdata.history import times
from swgdata.history.database import insert_new
from swgdata.history.readings import Measured, Named, Sampled
from swgdata.history.schema import OBSERVATIONS, POINTS, SERIES

Known = Mapping[Named, tuple[int, float | None]]  # (measure, key) -> series, last value


def observe(connection: sa.Connection, kind: str, at: int) -> bool:
    """Note that a kind was read; False when this very reading was noted before."""
    same = sa.select(OBSERVATIONS.c.at).where(OBSERVATIONS.c.kind == kind, OBSERVATIONS.c.at == at)
    if connection.execute(same).first():
        return False
    insert_new(connection, OBSERVATIONS, [{"kind": kind, "at": at}])
    return True


def record_measured(connection: sa.Connection, reading: Measured) -> int:
    """Write the figures that differ from the last ones; returns how many points were sent.

    A reading may come late: where a figure differs only at its own time, the next observation
    gets a point that says so, so that no later value changes.
    """
    at = times.seconds(reading.at)
    if not observe(connection, reading.kind, at):
        return 0
    known = _known(connection, reading.kind, reading.measures, at)
    changed = {
        name: value
        for name, value in reading.values.items()
        if value != (known[name][1] if name in known else None)
    }
    if reading.complete:
        gone = (name for name, (_, last) in known.items() if last is not None)
        changed |= {name: None for name in gone if name not in reading.values}
    ids = {name: series for name, (series, _) in known.items()}
    if any(name not in ids for name in changed):
        ids = _ids(connection, reading.kind, changed, sampled=False)
    rows = [{"series": ids[name], "at": at, "value": value} for name, value in changed.items()]
    later = _edge(connection, reading.kind, after=at)
    if later is not None:
        rows += [
            {"series": ids[name], "at": later, "value": known[name][1] if name in known else None}
            for name in changed
        ]
    return insert_new(connection, POINTS, rows)


def record_sampled(connection: sa.Connection, reading: Sampled) -> int:
    """Write the samples that are not there yet; returns how many were sent.

    A sample that was rolled into an hour already is left out, or it would count twice.
    """
    observe(connection, reading.kind, times.seconds(reading.at))
    names = [(measure, reading.key) for measure, found in reading.samples.items() if found]
    ids = _ids(connection, reading.kind, names, sampled=True)
    chosen = sa.select(SERIES.c.id, SERIES.c.rolled).where(SERIES.c.id.in_(list(ids.values())))
    rolled = dict(connection.execute(chosen).all())
    rows = [
        {"series": ids[name], "at": at, "value": value}
        for name in names
        for at, value in reading.samples[name[0]].items()
        if at >= rolled[ids[name]]
    ]
    return insert_new(connection, POINTS, rows)


def _known(connection: sa.Connection, kind: str, measures: Sequence[str], at: int) -> Known:
    query = (
        sa.select(SERIES.c.measure, SERIES.c.key, SERIES.c.id, last_value(at))
        .where(SERIES.c.kind == kind)
        .where(SERIES.c.measure.in_(measures))
    )
    return {
        (measure, key): (series, last) for measure, key, series, last in connection.execute(query)
    }


def last_value(at: int) -> sa.ScalarSelect[Any]:
    """The value of a series at a time: one step down the key of the points, none through them."""
    return (
        sa.select(POINTS.c.value)
        .where(POINTS.c.series == SERIES.c.id, POINTS.c.at <= at)
        .order_by(POINTS.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )


def _ids(
    connection: sa.Connection, kind: str, names: Iterable[Named], *, sampled: bool
) -> dict[Named, int]:
    """The series of these names, made where they are missing."""
    wanted = set(names)
    query = (
        sa.select(SERIES.c.measure, SERIES.c.key, SERIES.c.id)
        .where(SERIES.c.kind == kind)
        .where(SERIES.c.measure.in_({measure for measure, _ in wanted}))
    )
    found = {(measure, key): series for measure, key, series in connection.execute(query)}
    missing = [
        {"kind": kind, "measure": measure, "key": key, "sampled": sampled}
        for measure, key in sorted(wanted - set(found))
    ]
    if not missing:
        return found
    insert_new(connection, SERIES, missing)
    return {(measure, key): series for measure, key, series in connection.execute(query)}


def _edge(connection: sa.Connection, kind: str, *, after: int) -> int | None:
    """The next observation of a kind."""
    query = sa.select(sa.func.min(OBSERVATIONS.c.at)).where(
        OBSERVATIONS.c.kind == kind, OBSERVATIONS.c.at > after
    )
    later: int | None = connection.scalar(query)
    return later
