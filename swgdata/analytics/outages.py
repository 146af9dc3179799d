"""Outages: times the server said nobody is on, and times nothing was said. Never the same."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.readings import HOUR, SLOT_MINUTES, hours_between, known

KINDS: Final = ("zero", "missing")

USUAL: Final = timedelta(minutes=SLOT_MINUTES)
_SCHEMA: Final = {
    "kind": "str",
    "start": "datetime64[s, UTC]",
    "end": "datetime64[s, UTC]",
    "minutes": "float64",
}


def outages(
    samples: pd.DataFrame,
    *,
    until: datetime,
    since: datetime | None = None,
    spacing: timedelta = USUAL,
) -> pd.DataFrame:
    """Find the spans of zero and the spans without a reading.

    A reading holds until the next one is due: ``spacing`` later, for a roll-up at the end of its
    hour. Nothing is missing until another ``spacing`` has passed; then it is missing from when
    the reading was due. A roll-up is zero only if all its readings were; gaps inside its hour
    are no longer known.

    Args:
        samples: Readings and roll-ups (``readings``).
        until: Where the account ends; later readings count nowhere.
        since: Where we or the source should have begun; None for the first reading.
        spacing: Usual time between readings.

    Returns:
        ``kind`` (of ``KINDS``), ``start``, ``end`` (UTC; NaT = still so at ``until``),
        ``minutes`` (up to ``until`` where it still lasts); oldest first, no two overlap. A gap
        parts two spans of zero, though both its ends be zero.
    """
    rows = known(samples, since=since, until=until)
    last = pd.Timestamp(until).tz_convert("UTC").as_unit("s")
    spans = [*_missing(rows, since=since, until=last, spacing=spacing)]
    spans += _zeros(rows, until=last, spacing=spacing)
    told = pd.DataFrame(spans, columns=["kind", "start", "end"]).assign(minutes=np.nan)
    told = told.astype(_SCHEMA).sort_values("start", kind="stable", ignore_index=True)
    return told.assign(minutes=60 * hours_between(told["start"], told["end"].fillna(last)))


_Span = tuple[str, pd.Timestamp, pd.Timestamp | None]


def _due(rows: pd.DataFrame, *, spacing: timedelta) -> pd.Series:
    """When the reading after each row should come."""
    rolled = rows["samples"].to_numpy() > 1
    return rows["timestamp"] + np.where(rolled, HOUR.to_timedelta64(), np.timedelta64(spacing))


def _missing(
    rows: pd.DataFrame, *, since: datetime | None, until: pd.Timestamp, spacing: timedelta
) -> Iterator[_Span]:
    if rows.empty:
        if since is not None and until - pd.Timestamp(since) > spacing:
            yield "missing", pd.Timestamp(since), None
        return
    first = rows["timestamp"].iloc[0]
    if since is not None and first - pd.Timestamp(since) > spacing:
        yield "missing", pd.Timestamp(since), first
    due = _due(rows, spacing=spacing)
    after = rows["timestamp"].shift(-1)
    late = (after.fillna(until) - due) > spacing
    for start, end in zip(due[late], after[late], strict=True):
        yield "missing", start, None if pd.isna(end) else end


def _zeros(rows: pd.DataFrame, *, until: pd.Timestamp, spacing: timedelta) -> Iterator[_Span]:
    """Runs of zero readings; a run ends with the next reading, or where one begins to be missed."""
    due = _due(rows, spacing=spacing)
    after = rows["timestamp"].shift(-1)
    broken = (after.fillna(until) - due) > spacing
    zero = rows["high"] == 0
    run = (~zero | broken.shift(1, fill_value=False) | ~zero.shift(1, fill_value=False)).cumsum()
    ends = after.where(~broken, due)
    zeros = pd.DataFrame({"start": rows["timestamp"], "end": ends}).loc[zero]
    for _, span in zeros.groupby(run[zero], sort=True):
        end = span["end"].iloc[-1]
        yield "zero", span["start"].iloc[0], None if pd.isna(end) else end
