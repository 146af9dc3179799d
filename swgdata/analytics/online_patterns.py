"""Players online by hour of the week, hour of the day and day; outages."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.online import FEWEST_SAMPLES
from swgdata.analytics.timeseries import (
    HOUR,
    SLOT_MINUTES,
    day_of,
    day_starts,
    hours_between,
    known,
)

_COLUMNS: Final = ("day", "start", "hours", "mean", "peak", "low", "total", "n")


def daily(samples: pd.DataFrame, *, zone: tzinfo, until: datetime | None = None) -> pd.DataFrame:
    """Sum the readings up by local day.

    A roll-up counts on the day it begins in. The last row is the day of ``until``, read or not; by
    default the last day with a reading.

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
    result = every[["day"]].assign(
        start=start, hours=hours_between(start, after), n=every["n"].fillna(0).astype("int64")
    )
    return result.join(values)[list(_COLUMNS)]


def _calendar(days: pd.Series, *, until: datetime | None, zone: tzinfo) -> pd.DatetimeIndex:
    """Every day from the first with a reading to the last that is asked for."""
    if days.empty:
        return pd.DatetimeIndex([], dtype="datetime64[s]", name="day")
    last = days.iloc[-1]
    if until is not None:
        end = pd.Series([pd.Timestamp(until).tz_convert("UTC")])
        last = max(last, day_of(end, zone=zone).iloc[0])
    return pd.date_range(days.iloc[0], last, freq="D", name="day", unit="s")


FEWEST_DAYS: Final = 3
"""An hour of the clock seen on fewer days is not rated (docs/formulas.md#peak-hours)."""
PEAK_HOURS: Final = 3
"""How many hours of the clock are called peak hours (docs/formulas.md#peak-hours)."""


def hour_of_week(
    samples: pd.DataFrame, *, zone: tzinfo, now: datetime, weeks: int | None = None
) -> pd.DataFrame:
    """Average the readings by weekday and hour of the local clock.

    A roll-up counts in the hour it begins in, with the weight of its readings. A missing reading
    counts nowhere. On the day an hour repeats, both count in it; the hour that is skipped has one
    day less. The window ends with ``now`` and is ``weeks`` of 168 hours long, None for all there
    is.

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
    with_day = rows.assign(day=day_of(rows["timestamp"], zone=zone))
    groups = with_day.groupby(keys, sort=False)
    sums = groups.agg(total=("total", "sum"), n=("samples", "sum"), days=("day", "nunique"))
    every = sums.reindex(places)
    counts = every[["n", "days"]].fillna(0).astype("int64")
    mean = (every["total"] / every["n"]).astype("float64")
    return counts.assign(mean=mean)[["mean", "n", "days"]].reset_index()


def peak_hours(samples: pd.DataFrame, *, zone: tzinfo) -> pd.DataFrame:
    """Name the busiest hours of the local clock of all that is kept (docs/formulas.md#peak-hours).

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
    result = pd.DataFrame(spans, columns=["kind", "start", "end"]).assign(minutes=np.nan)
    result = result.astype(_SCHEMA).sort_values("start", kind="stable", ignore_index=True)
    return result.assign(minutes=60 * hours_between(result["start"], result["end"].fillna(last)))


_Span = tuple[str, pd.Timestamp, pd.Timestamp | None]


def _due(rows: pd.DataFrame, *, spacing: timedelta) -> pd.Series:
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
