"""Aware datetimes, and the whole seconds since 1970 that stand for them in the tables."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np
import pandas as pd

HOUR: Final = 3600
DAY: Final = 86_400
_UNKNOWN: Final = np.iinfo("int64").min  # what numpy keeps for "not a time"


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970, fractions cut off.

    Raises:
        ValueError: ``moment`` has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time needs a zone")
    return int(moment.timestamp() // 1)


def moment(at: int) -> datetime:
    """The aware time of so many seconds."""
    return datetime.fromtimestamp(at, UTC)


def column(values: Sequence[int | None]) -> pd.DatetimeIndex:
    """A column of times, ``datetime64[s, UTC]``; None becomes NaT."""
    known = [_UNKNOWN if value is None else value for value in values] if None in values else values
    return pd.DatetimeIndex(np.array(known, dtype="int64").view("datetime64[s]"), tz="UTC")
