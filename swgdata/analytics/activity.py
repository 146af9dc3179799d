"""Activity levels of cities: the share of active citizens, against all cities of the feed."""

from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from swgdata.vocabulary import ACTIVITY_LEVELS

SMALLEST_CITY: Final = 5
"""A city with fewer citizens is not rated: one player would swing it from end to end."""

FEWEST_CITIES: Final = 8
"""With fewer rateable cities the quartiles mean nothing and no city is rated."""

CutPoints: TypeAlias = tuple[float, float, float]


def ratios(active: pd.Series, citizens: pd.Series) -> pd.Series:
    """Active over registered citizens.

    Returns:
        float64, not clamped (the feed may count more active than registered); NaN where a
        figure is missing or there are fewer than ``SMALLEST_CITY`` citizens.
    """
    people = citizens.to_numpy(dtype="float64", na_value=np.nan)
    present = active.to_numpy(dtype="float64", na_value=np.nan)
    rated = people >= SMALLEST_CITY
    share = np.divide(present, people, out=np.full(len(people), np.nan), where=rated)
    return pd.Series(share, index=citizens.index, name="ratio")


def cut_points(cities: pd.DataFrame) -> CutPoints | None:
    """Quartiles of the activity ratio (feeds.md 4.4), linear, inclusive, dormant ones counted.

    Args:
        cities: ``active_citizens`` and ``citizens`` of every city of the feed.

    Returns:
        First quartile, median, third quartile; None with fewer than ``FEWEST_CITIES`` rateable.
    """
    rated = ratios(cities["active_citizens"], cities["citizens"]).dropna()
    if len(rated) < FEWEST_CITIES:
        return None
    low, middle, high = np.quantile(rated, (0.25, 0.5, 0.75))
    return float(low), float(middle), float(high)


def levels(active: pd.Series, citizens: pd.Series, *, cuts: CutPoints | None) -> pd.Series:
    """Name the activity level of cities, or of pooled planets, against the same cut points.

    Returns:
        ``activity_level``: dormant at ratio 0, low below the first quartile, moderate below
        the median, high below the third quartile, else very_high; null where not rateable.
    """
    share = ratios(active, citizens)
    if cuts is None:
        return pd.Series(None, index=share.index, name="activity_level", dtype="str")
    place = 1 + np.searchsorted(cuts, share.to_numpy(), side="right")
    place = np.where(share == 0, 0, place)
    named = pd.Series(np.array(ACTIVITY_LEVELS)[place], index=share.index)
    return named.astype("str").where(share.notna()).rename("activity_level")
