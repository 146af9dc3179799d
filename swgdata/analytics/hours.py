"""When people are on: by hour of the week, by hour of the clock, hour after hour."""

from datetime import datetime, timedelta, tzinfo
from typing import Final

import pandas as pd

from swgdata.analytics.online import FEWEST_SAMPLES
from swgdata.analytics.readings import HOUR, day_of, known

FEWEST_DAYS: Final = 3
"""An hour of the clock seen on fewer days is not rated (feeds.md 4.4)."""

PEAK_HOURS: Final = 3
"""How many hours of the clock are called peak hours (feeds.md 4.4)."""


def hour_of_week(
    samples: pd.DataFrame, *, zone: tzinfo, now: datetime, weeks: int | None = None
) -> pd.DataFrame:
    """Average the readings by weekday and hour of the local clock.

    A roll-up counts in the hour it begins in, with the weight of its readings. A missing reading
    counts nowhere. On the day an hour repeats, both count in it; the hour that is skipped has
    one day less.

    Args:
        samples: Readings and roll-ups (``readings``).
        zone: Whose clock.
        now: End of the window, inclusive.
        weeks: Its length in weeks of 168 hours, start exclusive; None for all there is.

    Returns:
        168 rows, Monday (0) first: ``weekday``, ``hour`` (int64), ``mean`` (players; NaN = never
        seen), ``n`` (readings, int64), ``days`` (different days among them, int64). The ``n`` add
        up to the readings of the window, ``mean * n`` to their total.
    """
    rows = known(samples, until=now)
    if weeks is not None:
        rows = rows.loc[rows["timestamp"] > pd.Timestamp(now) - timedelta(weeks=weeks)]
    local = rows["timestamp"].dt.tz_convert(zone)
    places = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    keys = [local.dt.day_of_week.rename("weekday"), local.dt.hour.rename("hour")]
    return _rated(rows, keys, places=places, zone=zone)


def hour_of_day(samples: pd.DataFrame, *, zone: tzinfo) -> pd.DataFrame:
    """Average the readings by hour of the local clock.

    Returns:
        24 rows: ``hour``, ``mean``, ``n``, ``days``, as of ``hour_of_week``.
    """
    rows = known(samples)
    keys = [rows["timestamp"].dt.tz_convert(zone).dt.hour.rename("hour")]
    return _rated(rows, keys, places=pd.RangeIndex(24, name="hour"), zone=zone)


def _rated(
    rows: pd.DataFrame, keys: list[pd.Series], *, places: pd.Index, zone: tzinfo
) -> pd.DataFrame:
    """Sum up the rows of each place and divide once, at the end."""
    told = rows.assign(day=day_of(rows["timestamp"], zone=zone))
    groups = told.groupby(keys, sort=False)
    sums = groups.agg(total=("total", "sum"), n=("samples", "sum"), days=("day", "nunique"))
    every = sums.reindex(places)
    counts = every[["n", "days"]].fillna(0).astype("int64")
    mean = (every["total"] / every["n"]).astype("float64")
    return counts.assign(mean=mean)[["mean", "n", "days"]].reset_index()


def peak_hours(samples: pd.DataFrame, *, zone: tzinfo) -> pd.DataFrame:
    """Name the busiest hours of the local clock over all that is kept (feeds.md 4.4).

    Args:
        samples: Readings and roll-ups.
        zone: Whose clock.

    Returns:
        At most ``PEAK_HOURS`` rows of ``hour_of_day`` with ``label`` (``HH:00``), best first, the
        earlier of equals first: hours seen on ``FEWEST_DAYS`` days and ``FEWEST_SAMPLES`` times
        at least. Empty where no hour is.
    """
    hours = hour_of_day(samples, zone=zone)
    rated = hours.loc[(hours["days"] >= FEWEST_DAYS) & (hours["n"] >= FEWEST_SAMPLES)]
    best = rated.sort_values("mean", ascending=False, kind="stable").head(PEAK_HOURS)
    label = best["hour"].astype("str").str.zfill(2) + ":00"
    return best.assign(label=label).reset_index(drop=True)


def hourly(samples: pd.DataFrame) -> pd.Series:
    """The mean of each hour, from the first that was seen to the last.

    Args:
        samples: Readings and roll-ups.

    Returns:
        ``mean`` by the start of the hour (UTC), one for every hour, NaN where nothing was read;
        empty without readings.
    """
    rows = known(samples)
    sums = rows.groupby(rows["timestamp"].dt.floor(HOUR))[["total", "samples"]].sum()
    mean = (sums["total"] / sums["samples"]).astype("float64").rename("mean")
    if mean.empty:
        return mean
    return mean.reindex(pd.date_range(mean.index[0], mean.index[-1], freq=HOUR, name="timestamp"))
