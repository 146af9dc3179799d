"""What the history records of a snapshot."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import pandas as pd

from swgdata.analytics import entity_changes
from swgdata.sources.snapshot import Snapshot
from swgdata.storage.history import Observation, Samples, SpawnObservation

Recorded = Observation | Samples | SpawnObservation


def observations_of(snapshot: Snapshot) -> list[Recorded]:
    """What is worth remembering of a snapshot; nothing for most feeds, and for stale ones.

    A city's key is its name and planet, a guild's its tag and name, a profession's its key. The
    time is the source's own, but never after our receipt of it.
    """
    record = _RECORDERS.get(snapshot.feed.name)
    return [] if record is None or snapshot.stale else record(snapshot)


def _cities(snapshot: Snapshot) -> list[Recorded]:
    rows = snapshot.frame
    names, planets = rows["name"].fillna(""), rows["planet"].fillna("")
    keys = [entity_changes.city_key(*pair) for pair in zip(names, planets, strict=True)]
    figures = {"citizens": "citizens", "active": "active_citizens", "level": "level"}
    return [_measured(entity_changes.CITY_KIND, snapshot, keys, figures)]


def _guilds(snapshot: Snapshot) -> list[Recorded]:
    rows = snapshot.frame
    tags, names = rows["tag"].fillna(""), rows["name"].fillna("")
    keys = [entity_changes.guild_key(*pair) for pair in zip(tags, names, strict=True)]
    return [
        _measured(
            entity_changes.GUILD_KIND, snapshot, keys, {"members": "members", "active": "active"}
        )
    ]


def _professions(snapshot: Snapshot) -> list[Recorded]:
    keys = snapshot.frame["key"].fillna("").tolist()
    return [_measured(entity_changes.PROFESSION_KIND, snapshot, keys, {"count": "count"})]


def _measured(
    kind: str, snapshot: Snapshot, keys: list[str], figures: Mapping[str, str]
) -> Observation:
    """One figure a key and measure; of two rows with the same key the last, as everywhere."""
    columns = {measure: snapshot.frame[column] for measure, column in figures.items()}
    keyed = pd.Series(keys, index=snapshot.frame.index, dtype="str")
    frame = pd.DataFrame({"key": keyed, **columns})
    frame = frame.loc[frame["key"].str.strip("| ") != ""]
    is_whole = not snapshot.issues.rejected_count
    return Observation.of(kind, _observed_at(snapshot), frame, complete=is_whole)


def _samples(columns: Mapping[str, str]) -> Callable[[Snapshot], list[Recorded]]:
    def record(snapshot: Snapshot) -> list[Recorded]:
        rows = snapshot.frame
        taken = {measure: rows[column] for measure, column in columns.items()}
        frame = pd.DataFrame({"timestamp": rows["timestamp"], **taken})
        return [Samples.of("server", _observed_at(snapshot), frame)]

    return record


def _spawns(snapshot: Snapshot) -> list[Recorded]:
    """What is in spawn; after a sudden drop, or with rows set aside, nothing is taken for gone."""
    is_whole = not snapshot.issues.rejected_count and not snapshot.warnings
    return [SpawnObservation.of(_observed_at(snapshot), snapshot.frame, complete=is_whole)]


def _observed_at(snapshot: Snapshot) -> datetime:
    return min(snapshot.as_of, snapshot.fetched_at)


_RECORDERS: Final[Mapping[str, Callable[[Snapshot], list[Recorded]]]] = {
    "cities": _cities,
    "guilds": _guilds,
    "professions": _professions,
    "pulse": _samples({"online": "online"}),
    "gcw": _samples({"imperial": "imperial", "rebel": "rebel"}),
    "wealth": _samples({"wealth_average": "average", "wealth_median": "median"}),
    "resources": _spawns,
}
