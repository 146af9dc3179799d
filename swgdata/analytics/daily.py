"""Players online day by day, on a local calendar, gaps left open."""

from datetime import datetime, tzinfo
from typing import Final

import pandas as pd

from swgdata.analytics.readings import day_of, day_starts, hours_between, known

_COLUMNS: Final = ("day", "start", "hours", "mean", "peak", "low", "total", "n")


def daily(samples: pd.DataFrame, *, zone: tzinfo, until: datetime | None = None) -> pd.DataFrame:
    """Sum the readings up by local day.

    Args:
        samples: Readings and roll-ups (``readings``); a roll-up counts on the day it begins in.
        zone: Whose calendar.
        until: The last row is this time's day, read or not; None for the last day with a reading.

    Returns:
        One row per local day from the first with a reading, oldest first:

        - ``day``: its date (datetime64[s], naive); ``start``: its first instant (UTC);
          ``hours``: its length, 23 or 25 on days the clock is changed.
        - ``mean``, ``peak``, ``low``: players; NaN on a day without readings.
        - ``total``: sum of the readings, NaN likewise; thinning old rows does not change it.
        - ``n``: readings (int64), 0 on a day without.
    """
    rows = known(samples, until=until)
    days = day_of(rows["timestamp"], zone=zone).rename("day")
    sums = rows.groupby(days).agg(
        total=("total", "sum"), n=("samples", "sum"), low=("low", "min"), peak=("high", "max")
    )
    calendar = _calendar(days, until=until, zone=zone)
    every = sums.reindex(calendar).reset_index()
    start = day_starts(every["day"], zone=zone)
    after = day_starts(every["day"] + pd.Timedelta(days=1), zone=zone)
    means = every.assign(mean=every["total"] / every["n"])
    values = means[["mean", "peak", "low", "total"]].astype("float64")
    told = every[["day"]].assign(
        start=start, hours=hours_between(start, after), n=every["n"].fillna(0).astype("int64")
    )
    return told.join(values)[list(_COLUMNS)]


def _calendar(days: pd.Series, *, until: datetime | None, zone: tzinfo) -> pd.DatetimeIndex:
    """Every day from the first with a reading to the last that is asked for."""
    if days.empty:
        return pd.DatetimeIndex([], dtype="datetime64[s]", name="day")
    last = days.iloc[-1]
    if until is not None:
        asked = pd.Series([pd.Timestamp(until).tz_convert("UTC")])
        last = max(last, day_of(asked, zone=zone).iloc[0])
    return pd.date_range(days.iloc[0], last, freq="D", name="day", unit="s")
