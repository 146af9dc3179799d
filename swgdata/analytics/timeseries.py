"""Times: local days, hours between, times of observation.

Samples are ``timestamp`` (UTC), ``samples``, ``total``, ``low``, ``high``: a raw reading stands
for itself (``samples`` 1, the other three equal), an older row for all readings of the hour that
begins at its ``timestamp``.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Final

import numpy as np
import pandas as pd

HOUR: Final = pd.Timedelta(hours=1)
SLOT_MINUTES: Final = 10
"""The source takes a sample every ten minutes (docs/formulas.md#players-online)."""
_SLOTS: Final = 60 // SLOT_MINUTES


def known(
    samples: pd.DataFrame, *, since: datetime | None = None, until: datetime | None = None
) -> pd.DataFrame:
    """Choose the rows that tell something.

    Rows before ``since`` and after ``until`` (aware; None for no limit) are left out.

    Returns:
        The rows with a time, a total and at least one reading, oldest first.
    """
    count = samples["samples"].to_numpy(dtype="float64", na_value=np.nan)
    chosen = samples["timestamp"].notna() & samples["total"].notna() & (count > 0)
    if since is not None:
        chosen &= samples["timestamp"] >= since
    if until is not None:
        chosen &= samples["timestamp"] <= until
    return samples.loc[chosen].sort_values("timestamp", kind="stable", ignore_index=True)


def day_of(times: pd.Series, *, zone: tzinfo) -> pd.Series:
    """The local calendar day of each time.

    NaT stays NaT.

    Returns:
        Days as naive midnights, datetime64[s]: names of days, not instants.
    """
    local = times.dt.tz_convert(zone).dt.tz_localize(None)
    days: pd.Series = local.dt.normalize().astype("datetime64[s]")
    return days


def day_starts(days: pd.Series, *, zone: tzinfo) -> pd.Series:
    """The first instant of each local day: the earlier midnight of two, the switch where none is.

    Returns:
        datetime64[s, UTC]. To the next day's start it is 23, 24 or 25 hours (Lord Howe: 23.5,
        24 or 24.5).
    """
    first = np.ones(len(days), dtype=bool)  # a repeated midnight: the one still on summer time
    local = days.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    starts: pd.Series = local.dt.tz_convert("UTC").astype("datetime64[s, UTC]")
    return starts


def spread(samples: pd.DataFrame) -> pd.DataFrame:
    """Give each ten minutes of a rolled-up hour its share, so that old hours have slots too.

    Returns:
        ``timestamp``, ``samples`` (float64, a sixth of a roll-up's), ``total`` (likewise). The
        sums are those of ``samples``; within a rolled-up hour every slot has its mean.
    """
    times = np.where(samples["samples"].to_numpy() > 1, _SLOTS, 1)
    rows = samples.loc[samples.index.repeat(times), ["timestamp", "samples", "total"]]
    slot = rows.groupby(level=0, sort=False).cumcount().to_numpy()
    step = np.timedelta64(timedelta(minutes=SLOT_MINUTES))
    share = np.repeat(times, times).astype("float64")
    return rows.assign(
        timestamp=rows["timestamp"] + slot * step,
        samples=rows["samples"].to_numpy(dtype="float64") / share,
        total=rows["total"].to_numpy(dtype="float64") / share,
    ).reset_index(drop=True)


def hours_between(start: pd.Series, end: pd.Series | pd.Timestamp) -> np.ndarray:
    """Hours from one time to another, float64; NaN where either is unknown."""
    hours: np.ndarray = ((end - start).dt.total_seconds() / 3600).to_numpy(dtype="float64")
    return hours


def observation_times(observed: Iterable[datetime], *, until: datetime | None = None) -> pd.Series:
    """The times we looked, oldest first, none after ``until``.

    Returns:
        datetime64[s, UTC].
    """
    times = pd.Series(pd.to_datetime(list(observed), utc=True)).astype("datetime64[s, UTC]")
    kept = times if until is None else times.loc[times <= until]
    return kept.sort_values(ignore_index=True)
