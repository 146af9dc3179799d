"""How many were on at the same hour of the local clock some weeks ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

import pandas as pd

from swgdata.analytics.readings import known

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The readings of one hour of the clock.

    Attributes:
        mean: Mean of them (players); None without any.
        n: How many there are.
    """

    mean: float | None
    n: int


def same_hour(samples: pd.DataFrame, *, at: datetime, zone: tzinfo, weeks: int = 1) -> Earlier:
    """Average the hour that the local clock showed some weeks before a time.

    The clock counts, not the elapsed time: across a change of the clock 20:00 is compared with
    20:00. Of an hour that repeats the first counts; of one that is skipped, the one after it.

    Args:
        samples: Readings and roll-ups (``readings``); a roll-up counts in the hour it begins in.
        at: The time to compare with; aware.
        zone: Whose clock.
        weeks: How many weeks back.
    """
    local = at.astimezone(zone).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    wanted = pd.Timestamp(local - timedelta(weeks=weeks))
    start = wanted.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    rows = known(samples, since=start, until=start + _HOUR)
    rows = rows.loc[rows["timestamp"] < start + _HOUR]
    n = int(rows["samples"].sum())
    return Earlier(float(rows["total"].sum()) / n if n else None, n)
