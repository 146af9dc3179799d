"""What a named table is built from: snapshots, stored histories, the service's records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import pandas as pd


class Snapshot(Protocol):
    """What tables need of ``swgdata.snapshot.Snapshot``; named here to keep imports one-way."""

    def __hash__(self) -> int:
        """By identity: what is worked out from a snapshot is kept with it."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Table name -> frame."""

    @property
    def source(self) -> str:
        """``live`` or ``sample``."""

    @property
    def as_of(self) -> datetime:
        """When the source made the data."""

    @property
    def fetched_at(self) -> datetime:
        """When we last had them from the source."""

    @property
    def stale(self) -> bool:
        """Whether they are older than they should be."""

    @property
    def reason(self) -> str | None:
        """Why they are stale."""

    @property
    def refused_count(self) -> int:
        """How many records were set aside."""

    @property
    def warnings(self) -> Sequence[str]:
        """What makes all of it doubtful, in sentences."""

    @property
    def version(self) -> str:
        """Differs whenever the data do."""


Stored = Sequence[tuple[Mapping[str, str], Snapshot]]


class Version(Protocol):
    """One stored version of an export, as ``swgdata.versions`` has them."""

    def __hash__(self) -> int:
        """What is worked out from a version is kept with it."""

    @property
    def sha256(self) -> str:
        """Digest of the document, lower-case hex."""

    @property
    def as_of(self) -> datetime:
        """When the source made it."""

    @property
    def frame(self) -> pd.DataFrame:
        """Its main table, read when it is asked for."""


class State(Protocol):
    """What only the running service knows."""

    source: str

    def summary(self) -> pd.DataFrame:
        """One row per feed: feed, rows, as_of, stale, source."""

    def sync_history(self, limit: int) -> pd.DataFrame:
        """Newest first: started, feed, ok, changed, rows, bytes, seconds, reason."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a table may be built from.

    Attributes:
        snapshots: Feed -> snapshot; an optional feed may be absent.
        parameters: Parameter -> value, complete.
        now: The time that ages count to.
        histories: Feed with parameters -> its stored answers; nothing is fetched for them.
        state: The service's own records, if any.
        versions: Export -> its stored versions, newest first; nothing is fetched for them.
    """

    snapshots: Mapping[str, Snapshot]
    parameters: Mapping[str, Any]
    now: datetime
    histories: Callable[[str], Stored] = lambda _: ()
    state: State | None = None
    versions: Callable[[str], Sequence[Version]] = lambda _: ()

    def frame(self, feed: str, table: str = "") -> pd.DataFrame:
        """A table of a feed the answer cannot do without."""
        return self.snapshots[feed].tables[table or feed]

    def optional(self, feed: str, table: str = "") -> pd.DataFrame | None:
        """A table of a feed the answer can do without, or None."""
        return self.frame(feed, table) if feed in self.snapshots else None


@dataclass(frozen=True, slots=True)
class Built:
    """What a recipe gives.

    Attributes:
        frame: The rows.
        notes: Column that is null for a reason of the moment -> that reason.
        as_of: When the rows were true, where that is not the time of the feeds.
    """

    frame: pd.DataFrame
    notes: Mapping[str, str] = field(default_factory=dict)
    as_of: datetime | None = None


def stamped(frame: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    """Add where the rows come from and when they were made."""
    told = pd.Timestamp(snapshot.as_of).floor("s").as_unit("s")
    return frame.assign(source=snapshot.source, timestamp=told)
