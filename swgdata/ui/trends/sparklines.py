"""Recent series that the feed sends, for a small line in a table."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from swgdata.analytics.memoize import memoize
from swgdata.errors import NotOffered
from swgdata.ui import data


@memoize
def with_sparks(frame: pd.DataFrame, feed: pd.DataFrame, *, on: Sequence[str]) -> pd.DataFrame:
    """Add each row's recent series and its change.

    Returns:
        ``frame`` with ``active_change`` (Float64: the count now minus the first point of the
        series; null with fewer than two points) and ``recent`` (the series); same rows and order;
        shared, never assign.
    """
    known = _series(feed, on=on)
    series = [known.get(_key(row)) for row in zip(*(frame[column] for column in on), strict=True)]
    first = np.array(
        [values[0] if values and len(values) > 1 else np.nan for values in series], dtype="float64"
    )
    change = frame["active"].to_numpy(dtype="float64", na_value=np.nan) - first
    return frame.assign(
        active_change=pd.arrays.FloatingArray(change, np.isnan(change)),
        recent=pd.Series(series, index=frame.index, dtype=object),
    )


@memoize
def _series(feed: pd.DataFrame, *, on: Sequence[str]) -> dict[tuple[object, ...], list[float]]:
    """The series of each row that sends one, by its key; the first where a key stands twice."""
    known: dict[tuple[object, ...], list[float]] = {}
    for *key, spark in zip(*(feed[column] for column in (*on, "spark")), strict=True):
        known.setdefault(_key(key), _numbers(spark))
    return {key: points for key, points in known.items() if points}


def _key(values: Iterable[object]) -> tuple[object, ...]:
    return tuple(value if isinstance(value, str) else None for value in values)


def recent(frame: pd.DataFrame, feed: str, *, on: Sequence[str]) -> pd.DataFrame:
    """Add the series that ``feed`` sends; null where the source has no such feed.

    Raises:
        FeedError: The feed has nothing to show.
    """
    try:
        sent = data.snapshot(feed).frame
    except NotOffered:
        sent = frame.head(0).assign(spark=None)
    return with_sparks(frame, sent, on=on)


def _numbers(value: object) -> list[float]:
    if not isinstance(value, (list, tuple, np.ndarray)):
        return []
    return [float(point) for point in value if point is not None]
