"""The history database: what was seen when, and what each sync did."""

from swgdata.storage.history.history import EmptyHistory, History
from swgdata.storage.history.lock import Holder
from swgdata.storage.history.recording import SPAWNS, Observation, Samples, Spawn, SpawnObservation
from swgdata.storage.history.retention import Thinned
from swgdata.storage.history.sync_runs import FeedRun

__all__ = [
    "SPAWNS",
    "EmptyHistory",
    "FeedRun",
    "History",
    "Holder",
    "Observation",
    "Samples",
    "Spawn",
    "SpawnObservation",
    "Thinned",
]
