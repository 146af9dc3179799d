"""What can be recorded: one reading of a kind, as plain values that can wait to be written."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import pandas as pd

from swgdata.history import times

LONGEST: Final = 200  # characters of a key: an index entry has a greatest size on PostgreSQL
SPAWNS: Final = "spawns"  # the kind of the observations that intervals are made from
Named = tuple[str, str]  # measure, key


def clean(text: str) -> str:
    """A text that both databases take: no NUL, no half characters, at most ``LONGEST`` long."""
    whole = text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\0", "�")


@dataclass(frozen=True, slots=True)
class Measured:
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
    ) -> "Measured":
        """Take a frame: ``key`` (rows without one are left out), then one column a measure."""
        measures = tuple(str(name) for name in frame.columns if name != "key")
        values: dict[Named, float | None] = {}
        for measure in measures:
            pairs = zip(frame["key"], _numbers(frame[measure]), strict=True)
            values |= {(measure, clean(key)): v for key, v in pairs if isinstance(key, str)}
        return cls(kind, at, measures, values, complete)


@dataclass(frozen=True, slots=True)
class Sampled:
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
    def of(cls, kind: str, at: datetime, frame: pd.DataFrame, *, key: str = "") -> "Sampled":
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
class Spawned:
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
    def of(cls, at: datetime, frame: pd.DataFrame, *, complete: bool = True) -> "Spawned":
        """Take ``id``, ``name``, ``class_code``, ``first_seen``; of ``in_spawn`` only the true."""
        rows = frame.loc[frame["in_spawn"].astype(bool)] if "in_spawn" in frame else frame
        up = {
            int(number): Spawn(
                int(number),
                clean(name) if isinstance(name, str) else None,
                clean(str(code)) if isinstance(code, str) else None,
                None if pd.isna(seen) else times.seconds(seen),
            )
            for number, name, code, seen in zip(
                *(rows[column] for column in ("id", "name", "class_code", "first_seen")),
                strict=True,
            )
        }
        return cls(at, tuple(up.values()), complete)


Reading = Measured | Sampled | Spawned


def _numbers(values: Iterable[object]) -> Iterator[float | None]:
    column = pd.to_numeric(pd.Series(values)).to_numpy(dtype="float64", na_value=math.nan)
    return (None if math.isnan(value) else value for value in column.tolist())
