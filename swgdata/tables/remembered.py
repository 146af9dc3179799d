"""What the history adds to the feeds: how figures have changed, when something was last seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pandas as pd

from swgdata.analytics.changes import DAY, WEEK, Window
from swgdata.tables.inputs import Memory

WINDOWS: Final = (DAY, WEEK)
NEEDS: Final = {
    DAY.name: "needs 24 h of own history",
    WEEK.name: "needs 7 days of own history",
}


def changes(
    memory: Memory | None,
    kind: str,
    measure: str,
    *,
    keys: Sequence[str],
    figures: pd.Series,
    as_of: datetime,
) -> pd.DataFrame:
    """The change of each figure since our readings of 24 hours and of 7 days ago (feeds.md 4.4).

    Args:
        memory: What was seen when; None for nothing.
        kind: Such as ``city``.
        measure: Such as ``citizens``.
        keys: Key of each row.
        figures: The figure of each row now.
        as_of: The time of the figures.

    Returns:
        ``change_24h``, ``change_7d`` (Float64) by the index of ``figures``; null where nobody
        looked 18 to 30 hours, or 6 to 8 days, before ``as_of``, or the figure is not known.
    """
    columns = {}
    for window in WINDOWS:
        before = _before(memory, kind, measure, as_of=as_of, window=window)
        known = before.reindex(pd.Series(keys, dtype="str")).to_numpy()
        then = pd.Series(known, index=figures.index, dtype="Float64")
        columns[window.name] = figures.astype("Float64") - then
    return pd.DataFrame(columns, index=figures.index)


def _before(
    memory: Memory | None, kind: str, measure: str, *, as_of: datetime, window: Window
) -> "pd.Series[float]":
    if memory is not None:
        at = memory.nearest(kind, as_of, window.back, window.most - window.back)
        if at is not None:
            return memory.values_at(kind, measure, at)
    return pd.Series(index=pd.Index([], dtype="str"), dtype="float64")


def last_seen(memory: Memory | None, ids: pd.Series) -> pd.Series:
    """When we last saw resources that have left.

    Returns:
        datetime64[s, UTC] by the index of ``ids``; NaT = we never saw it leave.
    """
    unknown = pd.Series(pd.NaT, index=ids.index, dtype="datetime64[s, UTC]")
    if memory is None or ids.empty:
        return unknown
    gone = memory.intervals(is_open=False)
    latest = gone.groupby("resource_id")["last_seen"].max()
    return ids.map(latest).astype(unknown.dtype) if len(latest) else unknown
