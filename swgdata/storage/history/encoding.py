"""Times and text as the tables hold them; a series' last value."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

from swgdata.storage.history.schema import POINTS, SERIES

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


LONGEST: Final = 200  # characters of a key: an index entry has a greatest size on PostgreSQL


def clean(text: str) -> str:
    """A text that both databases take: no NUL, no half characters, at most ``LONGEST`` long."""
    whole = text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\0", "�")


def last_value(at: int) -> sa.ScalarSelect[Any]:
    """The value of a series at a time: one step down the key of the points, none through them."""
    return (
        sa.select(POINTS.c.value)
        .where(POINTS.c.series == SERIES.c.id, POINTS.c.at <= at)
        .order_by(POINTS.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )
