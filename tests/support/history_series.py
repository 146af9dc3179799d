"""Kept history by hand: samples of the pulse, points on change, intervals in spawn."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pandas as pd

TIME: Final = "datetime64[s, UTC]"
BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
SWITCHES: Final = (
    (BERLIN, "2026-03-29", 23.0),
    (BERLIN, "2026-10-25", 25.0),
    (NEW_YORK, "2026-03-08", 23.0),
    (NEW_YORK, "2026-11-01", 25.0),
    (LORD_HOWE, "2026-10-04", 23.5),
    (LORD_HOWE, "2026-04-05", 24.5),
)
"""Zone, day on which its clock is changed, hours in that day."""


def utc(text: str) -> datetime:
    """``2026-08-20 11:30`` as an aware time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def samples(*rows: Sequence[Any]) -> pd.DataFrame:
    """Rows of time and value; or of time, samples, total, low, high, for a roll-up."""
    full = [(*row[:1], 1, row[1], row[1], row[1]) if len(row) == 2 else row for row in rows]
    frame = pd.DataFrame(full, columns=["timestamp", "samples", "total", "low", "high"])
    times = pd.to_datetime(frame["timestamp"], utc=True, format="ISO8601").astype(TIME)
    numbers = {"samples": "int64", **dict.fromkeys(("total", "low", "high"), "float64")}
    return frame.assign(timestamp=times).astype(numbers)


def readings(times: pd.DatetimeIndex, values: Iterable[float]) -> pd.DataFrame:
    """Raw readings."""
    value = np.asarray(list(values), dtype="float64")
    frame = {"timestamp": times.astype(TIME), "samples": 1, "total": value}
    return pd.DataFrame({**frame, "low": value, "high": value})


def rolled_up(raw: pd.DataFrame) -> pd.DataFrame:
    """What becomes of readings when they are thinned: one row per hour (UTC)."""
    groups = raw.groupby(raw["timestamp"].dt.floor("h"))
    rows = groups.agg(
        samples=("samples", "sum"), total=("total", "sum"), low=("low", "min"), high=("high", "max")
    )
    return rows.reset_index()


def points(*rows: tuple[str, str, float | None]) -> pd.DataFrame:
    """Rows of key, time, value."""
    frame = pd.DataFrame(rows, columns=["key", "timestamp", "value"])
    times = pd.to_datetime(frame["timestamp"], utc=True, format="ISO8601").astype(TIME)
    return frame.assign(timestamp=times).astype({"key": "str", "value": "float64"})


def looks(*times: str) -> list[datetime]:
    """When we looked."""
    return [utc(time) for time in times]


def intervals(*rows: dict[str, Any]) -> pd.DataFrame:
    """Intervals in spawn; ids are numbered, times are text."""
    columns = ("entered", "first_seen", "last_seen", "first_missing")
    full = [
        {"resource_id": at, "name": f"R{at}", "class_code": "nestl", **row}
        for at, row in enumerate(rows)
    ]
    frame = pd.DataFrame(full, columns=["resource_id", "name", "class_code", *columns])
    times = {
        name: pd.to_datetime(frame[name], utc=True, format="ISO8601").astype(TIME)
        for name in columns
    }
    return frame.assign(**times).astype({"name": "str", "class_code": "str"})
