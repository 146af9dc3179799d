"""What the history remembers of a kind of entity, as the analytics want it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import pandas as pd

from swgdata.analytics.changes import values_at
from swgdata.tables.inputs import Inputs, Memory

TIME: Final = "datetime64[s, UTC]"
NO_READING: Final = "nothing of it was read yet; it fills with every synchronisation"


@dataclass(frozen=True, slots=True)
class Past:
    """The past of one kind, up to now; empty where nothing is remembered.

    Attributes:
        memory: What was seen when.
        kind: As ``analytics.keys`` names it.
        now: Nothing after it counts.
        looks: When we looked, oldest first.
    """

    memory: Memory | None
    kind: str
    now: datetime
    looks: list[datetime] = field(default_factory=list)

    @classmethod
    def of(cls, inputs: Inputs, kind: str) -> "Past":
        """The past of a kind."""
        memory = inputs.archive.memory
        looks = [] if memory is None else memory.observed(kind, until=inputs.now)
        return cls(memory, kind, inputs.now, looks)

    @property
    def last(self) -> datetime | None:
        """The last look."""
        return self.looks[-1] if self.looks else None

    def since(self, moment: datetime) -> list[datetime]:
        """The looks from a time on."""
        return [look for look in self.looks if look >= moment]

    def points(
        self, measure: str, *, keys: Collection[str] | None = None, since: datetime | None = None
    ) -> pd.DataFrame:
        """Points of a measure, and at ``since`` what held then.

        Args:
            measure: Such as ``active``.
            keys: Only these entities; all when None.
            since: No older ones; all when None.

        Returns:
            ``key`` (str), ``timestamp``, ``value`` (float64; NaN = gone or unknown from then on).
        """
        if self.memory is None:
            return _frame(pd.Series(dtype="float64"), self.now)
        ask = self.memory.points
        after = ask(self.kind, measure, keys=keys, since=since, until=self.now)
        if since is None:
            return after
        held = self.memory.values_at(self.kind, measure, since)
        if keys is not None:
            held = held.loc[held.index.isin(list(keys))]
        before = _frame(held, since)
        return pd.concat([before, after], ignore_index=True) if len(before) else after

    def at_last(self, measure: str) -> "pd.Series[float]":
        """The figures of the last look, by key; what was gone or unknown is not in it."""
        if self.memory is None or self.last is None:
            return values_at(self.points(measure), self.now)
        return self.memory.values_at(self.kind, measure, self.last)


def _frame(values: "pd.Series[float]", at: datetime) -> pd.DataFrame:
    """Points that all stand at one time."""
    keys = pd.Series(list(values.index), dtype="str")
    stamp = pd.Timestamp(at).tz_convert("UTC").floor("s")
    times = pd.Series(stamp, index=keys.index, dtype=TIME)
    return pd.DataFrame({"key": keys, "timestamp": times, "value": values.to_numpy("float64")})
