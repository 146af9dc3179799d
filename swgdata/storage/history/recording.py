"""Write observations, samples and spawn intervals: points only where a value changed."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import pandas as pd
import sqlalchemy as sa

from swgdata.storage.history import encoding
from swgdata.storage.history.database import insert_new
from swgdata.storage.history.encoding import clean, last_value
from swgdata.storage.history.schema import INTERVALS, OBSERVATIONS, POINTS, SERIES

SPAWNS: Final = "spawns"  # the kind of the observations that intervals are made from
Named = tuple[str, str]  # measure, key


@dataclass(frozen=True, slots=True)
class Observation:
    """The figures of all entities of a kind at one moment; written where they changed.

    Attributes:
        kind: Such as ``city``.
        at: When the source said so.
        measures: What was measured; other measures of the kind are left as they are.
        values: (measure, key) -> figure, None when unknown.
        complete: Whether an entity that is not among them is gone. If not, it stays as it was.
    """

    kind: str
    at: datetime
    measures: tuple[str, ...]
    values: Mapping[Named, float | None]
    complete: bool = True

    @classmethod
    def of(
        cls, kind: str, at: datetime, frame: pd.DataFrame, *, complete: bool = True
    ) -> "Observation":
        """Take a frame: ``key`` (rows without one are left out), then one column a measure."""
        measures = tuple(str(name) for name in frame.columns if name != "key")
        values: dict[Named, float | None] = {}
        for measure in measures:
            pairs = zip(frame["key"], _numbers(frame[measure]), strict=True)
            values |= {(measure, clean(key)): v for key, v in pairs if isinstance(key, str)}
        return cls(kind, at, measures, values, complete)


@dataclass(frozen=True, slots=True)
class Samples:
    """Figures that carry their own time; each is a point, whatever was before.

    Attributes:
        kind: Such as ``server``.
        at: When they were read.
        samples: measure -> {seconds since 1970: figure}.
        key: Whose; empty where there is but one.
    """

    kind: str
    at: datetime
    samples: Mapping[str, Mapping[int, float]]
    key: str = ""

    @classmethod
    def of(cls, kind: str, at: datetime, frame: pd.DataFrame, *, key: str = "") -> "Samples":
        """Take a frame: ``timestamp`` (datetime64[s, UTC]), then one column a measure.

        Rows without a time, and figures that are unknown, are left out: no point says the same.
        """
        timed = frame.loc[frame["timestamp"].notna()]
        whole = timed["timestamp"].astype("datetime64[s, UTC]").astype("int64").tolist()
        samples = {
            str(measure): {
                at: value
                for at, value in zip(whole, _numbers(timed[measure]), strict=True)
                if value is not None
            }
            for measure in timed.columns
            if measure != "timestamp"
        }
        return cls(kind, at, samples, clean(key))


class Spawn(NamedTuple):
    """One resource that is up; ``first_seen`` is the site's date in seconds, None if unknown."""

    resource_id: int
    name: str | None
    class_code: str | None
    first_seen: int | None


@dataclass(frozen=True, slots=True)
class SpawnObservation:
    """The resources that are up at one moment.

    Attributes:
        at: When the source said so.
        up: All of them, each id once.
        complete: Whether what is not among them has gone. If not, nothing ends by this reading.
    """

    at: datetime
    up: tuple[Spawn, ...]
    complete: bool = True

    @property
    def kind(self) -> str:
        """The kind of its observations."""
        return SPAWNS

    @classmethod
    def of(cls, at: datetime, frame: pd.DataFrame, *, complete: bool = True) -> "SpawnObservation":
        """Take ``id``, ``name``, ``class_code``, ``first_seen``; of ``in_spawn`` only the true."""
        rows = frame.loc[frame["in_spawn"].astype(bool)] if "in_spawn" in frame else frame
        up = {
            int(number): Spawn(
                int(number),
                clean(name) if isinstance(name, str) else None,
                clean(str(code)) if isinstance(code, str) else None,
                None if pd.isna(seen) else encoding.seconds(seen),
            )
            for number, name, code, seen in zip(
                *(rows[column] for column in ("id", "name", "class_code", "first_seen")),
                strict=True,
            )
        }
        return cls(at, tuple(up.values()), complete)


Reading = Observation | Samples | SpawnObservation


def _numbers(values: Iterable[object]) -> Iterator[float | None]:
    column = pd.to_numeric(pd.Series(values)).to_numpy(dtype="float64", na_value=math.nan)
    return (None if math.isnan(value) else value for value in column.tolist())


Known = Mapping[Named, tuple[int, float | None]]  # (measure, key) -> series, last value


def observe(connection: sa.Connection, kind: str, at: int) -> bool:
    """Note that a kind was read; False when this very reading was noted before."""
    same = sa.select(OBSERVATIONS.c.at).where(OBSERVATIONS.c.kind == kind, OBSERVATIONS.c.at == at)
    if connection.execute(same).first():
        return False
    insert_new(connection, OBSERVATIONS, [{"kind": kind, "at": at}])
    return True


def record_measured(connection: sa.Connection, reading: Observation) -> int:
    """Write the figures that differ from the last ones; returns how many points were sent.

    A reading may come late: where a figure differs only at its own time, the next observation
    gets a point that says so, so that no later value changes.
    """
    at = encoding.seconds(reading.at)
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


def record_sampled(connection: sa.Connection, reading: Samples) -> int:
    """Write the samples that are not there yet; returns how many were sent.

    A sample that was rolled into an hour already is left out, or it would count twice.
    """
    observe(connection, reading.kind, encoding.seconds(reading.at))
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


_TIMES: Final = ("entered", "first_seen", "last_seen", "first_missing")


def record(connection: sa.Connection, reading: SpawnObservation) -> int:
    """Begin what is new, end what has gone; returns how many intervals that were.

    A resource that is still up costs no write; one that comes back begins another interval. A
    reading older than one that was recorded is left out. One that is not complete ends nothing
    and is no observation, for it cannot say that all the others are still up.
    """
    at = encoding.seconds(reading.at)
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


def intervals(
    connection: sa.Connection,
    *,
    ids: Collection[int] | None = None,
    since: datetime | None = None,
    is_open: bool | None = None,
) -> pd.DataFrame:
    """When resources were up; one that came back has several rows.

    Args:
        connection: Of the history's database.
        ids: Only these resources.
        since: Only what was not yet missing then.
        is_open: Only what is still up (True), or what has gone (False).

    Returns:
        ``resource_id`` int64, ``name`` str, ``class_code`` str, ``entered`` (our first look
        with it), ``first_seen`` (the site's date, NaT unknown), ``last_seen`` (our last look
        with it), ``first_missing`` (our first look without it, NaT while up); by ``entered``.
    """
    query = sa.select(INTERVALS).order_by(INTERVALS.c.entered, INTERVALS.c.resource_id)
    missing = INTERVALS.c.first_missing
    if ids is not None:
        query = query.where(INTERVALS.c.resource_id.in_(list(ids)))
    if since is not None:
        query = query.where(missing.is_(None) | (missing >= encoding.seconds(since)))
    if is_open is not None:
        query = query.where(missing.is_(None) if is_open else missing.is_not(None))
    return intervals_frame(connection.execute(query).all(), latest=_latest(connection))


def intervals_frame(
    rows: Sequence[Sequence[Any]] = (), *, latest: int | None = None
) -> pd.DataFrame:
    """The columns of ``intervals``, of rows of the table.

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
    when = {name: encoding.column(told[name]) for name in _TIMES}
    return pd.DataFrame(
        {"resource_id": pd.Series(told["resource_id"], dtype="int64"), **texts, **when}
    )


def _latest(connection: sa.Connection) -> int | None:
    query = sa.select(sa.func.max(OBSERVATIONS.c.at)).where(OBSERVATIONS.c.kind == SPAWNS)
    latest: int | None = connection.scalar(query)
    return latest
