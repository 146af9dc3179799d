"""Players online now, against the usual band and the same hour last week."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal

import numpy as np
import pandas as pd

from swgdata.analytics.memoize import memoize
from swgdata.analytics.timeseries import SLOT_MINUTES, day_of, known, spread

FEWEST_SAMPLES: Final = 4
"""With fewer samples in it, an hour is not rated (docs/formulas.md#peak-hours)."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The most players at once since the site's midnight.

    ``online`` is never below any sample; ``sample`` is the highest one and ``at`` its time, the
    earliest of several (None without any).
    """

    online: int
    sample: int | None
    at: datetime | None


def peak(pulse: pd.DataFrame, *, stated: int | None) -> Peak | None:
    """Find today's peak so far.

    ``pulse`` holds ``timestamp`` and ``online`` of today; ``stated`` is the peak as the site tells
    it.

    Returns:
        None where neither a sample nor the site tells.
    """
    known = pulse.dropna(subset=["timestamp", "online"])
    if known.empty:
        return None if stated is None else Peak(stated, None, None)
    best = known.iloc[int(known["online"].to_numpy(dtype="int64").argmax())]
    sample = int(best["online"])
    return Peak(max(sample, stated or 0), sample, best["timestamp"].to_pydatetime())


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the clock: its full hour (0 to 23), the mean of its samples and their number."""

    start: int
    mean: float
    samples: int


@memoize
def busiest_hour(pulse: pd.DataFrame, *, zone: tzinfo) -> Hour | None:
    """Find today's busiest clock hour so far, by the mean of its samples.

    ``pulse`` holds ``timestamp`` (UTC) and ``online`` of today; a missing one counts nowhere.

    Returns:
        The earliest of several; None where no hour has ``FEWEST_SAMPLES``.
    """
    known = pulse.dropna(subset=["timestamp", "online"])
    hours = known["timestamp"].dt.tz_convert(zone).dt.hour
    rated = known["online"].astype("float64").groupby(hours, sort=False).agg(["mean", "size"])
    rated = rated.loc[rated["size"] >= FEWEST_SAMPLES]
    if rated.empty:
        return None
    index = int(rated["mean"].to_numpy().argmax())
    best = rated.iloc[index]
    return Hour(int(rated.index[index]), float(best["mean"]), int(best["size"]))


_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SameHour:
    """The readings of one hour of the clock: their mean (players; None without any) and number."""

    mean: float | None
    n: int


def same_hour(samples: pd.DataFrame, *, at: datetime, zone: tzinfo, weeks: int = 1) -> SameHour:
    """Average the hour that the local clock showed some weeks before a time.

    The clock counts, not the elapsed time: across a change of the clock 20:00 is compared with
    20:00. Of an hour that repeats the first counts; of one that is skipped, the one after it.
    """
    local = at.astimezone(zone).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    wanted = pd.Timestamp(local - timedelta(weeks=weeks))
    start = wanted.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    rows = known(samples, since=start, until=start + _HOUR)
    rows = rows.loc[rows["timestamp"] < start + _HOUR]
    n = int(rows["samples"].sum())
    return SameHour(float(rows["total"].sum()) / n if n else None, n)


FEWEST_WEEKS: Final = 4
"""With fewer past days in a slot there is no band and no verdict."""
FRESH: Final = timedelta(minutes=2 * SLOT_MINUTES)
"""An older reading says nothing about now."""
SHARES: Final = (0.1, 0.5, 0.9)
"""What share of the past days lies below the band, its middle and its top."""
_SLOTS: Final = 24 * 60 // SLOT_MINUTES


def usual_band(
    samples: pd.DataFrame, *, zone: tzinfo, now: datetime, weeks: int | None = None
) -> pd.DataFrame:
    """Set today beside the band of the same weekday.

    A slot's value on a day is the mean of its readings there: of both when the clock repeats an
    hour, of none when it skips it. A rolled-up hour gives its mean to each of its slots, so the
    band is a little narrower where it rests on old days. ``weeks`` past weeks count, None for all;
    readings after ``now`` do not.

    Returns:
        144 rows by slot: ``minute`` (of the local clock, 0 to 1430), ``today`` (NaN = not read,
        or not yet), ``low``, ``middle``, ``high`` (the ``SHARES`` of past days, linear; NaN with
        fewer than ``FEWEST_WEEKS``), ``n`` (past days with a reading in the slot, int64).
    """
    rows = spread(known(samples, until=now)).loc[lambda rows: rows["timestamp"] <= now]
    days = day_of(rows["timestamp"], zone=zone)
    today = day_of(pd.Series([pd.Timestamp(now).tz_convert("UTC")]), zone=zone).iloc[0]
    back = (today - days).dt.days.to_numpy()
    wanted = (back % 7 == 0) & ((back <= 7 * weeks) if weeks is not None else True)
    local = rows["timestamp"].dt.tz_convert(zone)
    slot = (local.dt.hour * 60 + local.dt.minute) // SLOT_MINUTES
    keyed = rows.assign(back=back, slot=slot.to_numpy()).loc[wanted]
    sums = keyed.groupby(["slot", "back"])[["total", "samples"]].sum()
    grid = (sums["total"] / sums["samples"]).unstack("back").reindex(range(_SLOTS))
    past = grid.drop(columns=0, errors="ignore")
    n = past.notna().sum(axis=1).astype("int64")
    low, middle, high = (past.quantile(share, axis=1).where(n >= FEWEST_WEEKS) for share in SHARES)
    seen = grid[0] if 0 in grid.columns else pd.Series(np.nan, index=grid.index)
    frame = {"today": seen, "low": low, "middle": middle, "high": high}
    minute = np.arange(_SLOTS) * SLOT_MINUTES
    return pd.DataFrame({"minute": minute, **_floats(frame), "n": n.to_numpy()})


def _floats(columns: dict[str, pd.Series]) -> dict[str, np.ndarray]:
    return {name: values.to_numpy(dtype="float64") for name, values in columns.items()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether as many are on as on the same weekday and time of other weeks.

    ``state`` is ``usual`` within the band, its ends included, and None where ``reason`` says why it
    is unknown. ``online`` is the last reading and ``at`` its time, None where none is fresh;
    ``low``, ``middle`` and ``high`` are the band, None without, and ``n`` the past days behind it.
    """

    state: Literal["below", "usual", "above"] | None
    reason: str | None
    online: float | None = None
    at: datetime | None = None
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    n: int = 0


def compare_with_usual(
    samples: pd.DataFrame, *, zone: tzinfo, now: datetime, weeks: int | None = None
) -> Verdict:
    """Judge the last reading against the band of its slot.

    A reading older than ``FRESH`` is not judged; ``weeks`` past weeks count, None for all.
    """
    fresh = known(samples, since=pd.Timestamp(now) - FRESH, until=now)
    fresh = fresh.loc[fresh["samples"] == 1]
    if fresh.empty:
        minutes = int(FRESH.total_seconds() // 60)
        return Verdict(None, f"no reading in the last {minutes} minutes")
    online, at = float(fresh["total"].iloc[-1]), fresh["timestamp"].iloc[-1].to_pydatetime()
    local = at.astimezone(zone)
    band = usual_band(samples, zone=zone, now=at, weeks=weeks)
    row = band.iloc[(local.hour * 60 + local.minute) // SLOT_MINUTES]
    n = int(row["n"])
    if n < FEWEST_WEEKS:
        reason = f"only {n} of the {FEWEST_WEEKS} past weeks it takes have a reading at this time"
        return Verdict(None, reason, online, at, n=n)
    low, middle, high = (float(row[name]) for name in ("low", "middle", "high"))
    state: Literal["below", "usual", "above"] = (
        "below" if online < low else "above" if online > high else "usual"
    )
    return Verdict(state, None, online, at, low, middle, high, n)
