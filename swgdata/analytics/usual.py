"""Today against the same weekday of past weeks, ten minutes by ten minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal

import numpy as np
import pandas as pd

from swgdata.analytics.readings import SLOT_MINUTES, day_of, known, spread

FEWEST_WEEKS: Final = 4
"""With fewer past days in a slot there is no band and no verdict."""

FRESH: Final = timedelta(minutes=2 * SLOT_MINUTES)
"""An older reading says nothing about now."""

SHARES: Final = (0.1, 0.5, 0.9)
"""What share of the past days lies below the band, its middle and its top."""

_SLOTS: Final = 24 * 60 // SLOT_MINUTES


def usual(
    samples: pd.DataFrame, *, zone: tzinfo, now: datetime, weeks: int | None = None
) -> pd.DataFrame:
    """Set today beside the band of the same weekday.

    A slot's value on a day is the mean of its readings there: of both when the clock repeats an
    hour, of none when it skips it. A rolled-up hour gives its mean to each of its slots, so the
    band is a little narrower where it rests on old days.

    Args:
        samples: Readings and roll-ups (``readings``).
        zone: Whose clock and calendar.
        now: Ends today; later readings count nowhere.
        weeks: How many past weeks; None for all.

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
    """Whether as many are on as on other weeks' same weekday at this time.

    Attributes:
        state: ``usual`` within the band, its ends included; None = unknown.
        reason: Why it is unknown; None where it is not.
        online: The last reading; None where there is none that is fresh.
        at: Its time.
        low: Lower end of the band; None without.
        middle: Its median; None likewise.
        high: Its upper end; None likewise.
        n: Past days behind it.
    """

    state: Literal["below", "usual", "above"] | None
    reason: str | None
    online: float | None = None
    at: datetime | None = None
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    n: int = 0


def verdict(
    samples: pd.DataFrame, *, zone: tzinfo, now: datetime, weeks: int | None = None
) -> Verdict:
    """Judge the last reading against the band of its slot.

    Args:
        samples: Readings and roll-ups.
        zone: Whose clock and calendar.
        now: A reading older than ``FRESH`` is not judged.
        weeks: How many past weeks; None for all.
    """
    fresh = known(samples, since=pd.Timestamp(now) - FRESH, until=now)
    fresh = fresh.loc[fresh["samples"] == 1]
    if fresh.empty:
        minutes = int(FRESH.total_seconds() // 60)
        return Verdict(None, f"no reading in the last {minutes} minutes")
    online, at = float(fresh["total"].iloc[-1]), fresh["timestamp"].iloc[-1].to_pydatetime()
    local = at.astimezone(zone)
    band = usual(samples, zone=zone, now=at, weeks=weeks)
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
