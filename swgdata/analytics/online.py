"""Players online today: the highest sample and the busiest hour, both provisional."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

import pandas as pd

from swgdata.analytics.once import once

FEWEST_SAMPLES: Final = 4
"""With fewer samples in it, an hour is not rated (feeds.md 4.4)."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The most players at once since the site's midnight.

    Attributes:
        online: Players; never below any sample.
        sample: Players in the highest sample; None without any.
        at: Time of that sample, the earliest of several; None without any.
    """

    online: int
    sample: int | None
    at: datetime | None


def peak(pulse: pd.DataFrame, *, stated: int | None) -> Peak | None:
    """Find today's peak so far.

    Args:
        pulse: ``timestamp`` and ``online``; today's samples.
        stated: The peak as the site tells it, which may lie between two samples.

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
    """One hour of the clock.

    Attributes:
        start: Its full hour, 0 to 23.
        mean: Mean of its samples.
        samples: How many there are.
    """

    start: int
    mean: float
    samples: int


@once
def busiest_hour(pulse: pd.DataFrame, *, zone: tzinfo) -> Hour | None:
    """Find today's busiest clock hour so far, by the mean of its samples.

    Args:
        pulse: ``timestamp`` (UTC) and ``online``; today's samples. A missing one counts nowhere.
        zone: Whose clock.

    Returns:
        The earliest of several; None where no hour has ``FEWEST_SAMPLES``.
    """
    known = pulse.dropna(subset=["timestamp", "online"])
    hours = known["timestamp"].dt.tz_convert(zone).dt.hour
    rated = known["online"].astype("float64").groupby(hours, sort=False).agg(["mean", "size"])
    rated = rated.loc[rated["size"] >= FEWEST_SAMPLES]
    if rated.empty:
        return None
    place = int(rated["mean"].to_numpy().argmax())
    best = rated.iloc[place]
    return Hour(int(rated.index[place]), float(best["mean"]), int(best["size"]))
