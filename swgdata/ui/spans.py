"""The stretch of time a series covers."""

from datetime import datetime, timedelta

import pandas as pd


def within(frame: pd.DataFrame, window: timedelta | None) -> pd.DataFrame:
    """Keep the rows of the window that ends with the newest row; rows without a time stay.

    A window that ended now would hide a series merely because its source has gone quiet.
    """
    times = frame["timestamp"]
    if window is None or times.isna().all():
        return frame
    return frame.loc[times.isna() | times.ge(times.max() - window)]


def since(frame: pd.DataFrame) -> str:
    """Name the first day (UTC) of a series, to follow other words; "" where it has no times."""
    first, last = frame["timestamp"].min(), frame["timestamp"].max()
    return "" if pd.isna(first) else f" since {day(first, last)}"


def day(moment: datetime, now: datetime) -> str:
    """Write a day (UTC), with its year where that is not this one: ``23 Oct``, ``23 Oct 2025``."""
    return f"{moment:%d %b}" if moment.year == now.year else f"{moment:%d %b %Y}"


def days_of(window: timedelta | None) -> int | None:
    """A window in whole days, at least one; None for all there is."""
    return None if window is None else max(window.days, 1)
