"""Snapshot -> what the history records of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import pandas as pd

from swgdata.analytics import entity_changes
from swgdata.sources.snapshot import Snapshot
from swgdata.storage.history import Observation, Samples, SpawnObservation

Reading = Observation | Samples | SpawnObservation


def observations_of(snapshot: Snapshot) -> list[Reading]:
    """What is worth remembering of a snapshot; nothing for most feeds, and for stale ones.

    A city's key is its name and planet, a guild's its tag and name, a profession's its key. The
    time is the source's own, but never after our receipt of it.
    """
    tell = _TELLS.get(snapshot.feed.name)
    return [] if tell is None or snapshot.stale else tell(snapshot)


def _cities(snapshot: Snapshot) -> list[Reading]:
    rows = snapshot.frame
    names, planets = rows["name"].fillna(""), rows["planet"].fillna("")
    known = [entity_changes.city_key(*pair) for pair in zip(names, planets, strict=True)]
    figures = {"citizens": "citizens", "active": "active_citizens", "level": "level"}
    return [_measured(entity_changes.CITY_KIND, snapshot, known, figures)]


def _guilds(snapshot: Snapshot) -> list[Reading]:
    rows = snapshot.frame
    tags, names = rows["tag"].fillna(""), rows["name"].fillna("")
    known = [entity_changes.guild_key(*pair) for pair in zip(tags, names, strict=True)]
    return [
        _measured(
            entity_changes.GUILD_KIND, snapshot, known, {"members": "members", "active": "active"}
        )
    ]


def _professions(snapshot: Snapshot) -> list[Reading]:
    known = snapshot.frame["key"].fillna("").tolist()
    return [_measured(entity_changes.PROFESSION_KIND, snapshot, known, {"count": "count"})]


def _measured(
    kind: str, snapshot: Snapshot, known: list[str], figures: Mapping[str, str]
) -> Observation:
    """One figure a key and measure; of two rows with the same key the last, as everywhere."""
    columns = {measure: snapshot.frame[column] for measure, column in figures.items()}
    keyed = pd.Series(known, index=snapshot.frame.index, dtype="str")
    frame = pd.DataFrame({"key": keyed, **columns})
    frame = frame.loc[frame["key"].str.strip("| ") != ""]
    is_whole = not snapshot.issues.rejected_count
    return Observation.of(kind, _told(snapshot), frame, complete=is_whole)


def _samples(columns: Mapping[str, str]) -> Callable[[Snapshot], list[Reading]]:
    def tell(snapshot: Snapshot) -> list[Reading]:
        rows = snapshot.frame
        taken = {measure: rows[column] for measure, column in columns.items()}
        frame = pd.DataFrame({"timestamp": rows["timestamp"], **taken})
        return [Samples.of("server", _told(snapshot), frame)]

    return tell


def _spawns(snapshot: Snapshot) -> list[Reading]:
    """What is in spawn; after a sudden drop, or with rows set aside, nothing is taken for gone."""
    is_whole = not snapshot.issues.rejected_count and not snapshot.warnings
    return [SpawnObservation.of(_told(snapshot), snapshot.frame, complete=is_whole)]


def _told(snapshot: Snapshot) -> datetime:
    return min(snapshot.as_of, snapshot.fetched_at)


_TELLS: Final[Mapping[str, Callable[[Snapshot], list[Reading]]]] = {
    "cities": _cities,
    "guilds": _guilds,
    "professions": _professions,
    "pulse": _samples({"online": "online"}),
    "gcw": _samples({"imperial": "imperial", "rebel": "rebel"}),
    "wealth": _samples({"wealth_average": "average", "wealth_median": "median"}),
    "resources": _spawns,
}
