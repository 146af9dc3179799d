"""The small series some feeds send with each row: their recent movement, undated."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from swgdata.analytics.once import once
from swgdata.errors import NotOffered
from swgdata.ui import data


@once
def with_sparks(frame: pd.DataFrame, feed: pd.DataFrame, *, on: Sequence[str]) -> pd.DataFrame:
    """Add each row's recent series and its change.

    Args:
        frame: Rows of a named table with ``active`` and the columns of ``on``.
        feed: The feed's own rows with ``spark`` (lists of numbers, oldest first) and ``on``.
        on: Columns that name a row in both.

    Returns:
        ``frame`` with ``active_change`` (Float64: the count now minus the first point of the
        series; null with fewer than two points) and ``recent`` (the series); same rows and order;
        shared, never assign.
    """
    keys = list(on)
    known = feed[[*keys, "spark"]].drop_duplicates(keys).rename(columns={"spark": "recent"})
    joined = frame.merge(known, how="left", on=keys)
    points = [_numbers(one) for one in joined["recent"]]
    first = pd.Series([one[0] if len(one) > 1 else np.nan for one in points], index=joined.index)
    change = joined["active"].astype("Float64") - first.astype("Float64")
    recent = pd.Series([one or None for one in points], index=joined.index, dtype=object)
    return joined.drop(columns="recent").assign(active_change=change, recent=recent)


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
