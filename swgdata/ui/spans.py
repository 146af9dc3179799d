"""The stretch of time a series covers."""

from datetime import timedelta

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
    """Name the first day of a series, to follow other words; "" where it has no times."""
    first = frame["timestamp"].min()
    return "" if pd.isna(first) else f" since {first:%Y-%m-%d}"


def days_of(window: timedelta | None) -> int | None:
    """A window in whole days, at least one; None for all there is."""
    return None if window is None else max(window.days, 1)
