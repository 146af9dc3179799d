"""From intervals in spawn to ages: since when each spawn was watched, until when, and how it ended.

Intervals are ``resource_id``, ``name``, ``class_code``, ``entered`` (our first look at it up),
``first_seen`` (the site's date, null = unknown), ``last_seen`` and ``first_missing`` (our last
look at it up and our first without it; null = still up).
"""

from datetime import timedelta
from typing import Final

import pandas as pd

from swgdata.analytics.class_grid import group_of
from swgdata.analytics.readings import hours_between

WIDEST_GAP: Final = timedelta(hours=48)
"""A despawn in a longer gap between two looks has no date: the spawn counts as watched until
the first of them and no longer."""

_FAMILY: Final = 2  # steps below the common parent: the families of the shifts page


def family_of(class_codes: pd.Series) -> pd.Series:
    """The family of classes below the roots each code belongs to; null where the code is."""
    codes = class_codes.astype("str")
    known = {code: group_of(code, within=None, level=_FAMILY) for code in codes.dropna().unique()}
    return codes.map(known, na_action="ignore").astype("str").rename("family")


def despawned_at(intervals: pd.DataFrame) -> pd.Series:
    """When each spawn left: the middle between the last look with it and the first without.

    Returns:
        datetime64[s, UTC]; NaT = still up, or it left within a gap longer than ``WIDEST_GAP``.
    """
    gap = intervals["first_missing"] - intervals["last_seen"]
    middle = (intervals["last_seen"] + gap / 2).astype("datetime64[s, UTC]")
    return middle.where(gap <= pd.Timedelta(WIDEST_GAP)).rename("despawned")


def lifetimes(intervals: pd.DataFrame) -> pd.DataFrame:
    """The stretch of age over which each spawn was watched.

    Age counts from the site's date, from ``entered`` where that is earlier. A spawn is watched
    from its age at ``entered``: those that had left before we could see them are not among its
    peers. It ends with its despawn (``despawned_at``), else it is given up (censored) at
    ``last_seen``: still up, gone in too long a gap, or back later, for then it had not despawned
    (the game never brings a resource back; imports of the site do fail).

    Args:
        intervals: Any number of rows, several of one resource allowed.

    Returns:
        ``resource_id``, ``name``, ``class_code``, ``family``, ``born`` (UTC), ``entry`` and
        ``exit`` (ages in hours, float64, ``entry < exit``), ``despawned`` (bool; False =
        censored), ``up`` (bool), in the order of the rows. Left out: spawns the site gives no
        date for, and those seen at one look only that have no dated end.
    """
    left = despawned_at(intervals)
    latest = intervals.groupby("resource_id")["entered"].transform("max")
    ended = left.notna() & (intervals["entered"] == latest)
    born = intervals["first_seen"].where(
        intervals["first_seen"] <= intervals["entered"], intervals["entered"]
    )
    born = born.where(intervals["first_seen"].notna())
    until = left.where(ended, intervals["last_seen"])
    told = intervals[["resource_id", "name", "class_code"]].assign(
        family=family_of(intervals["class_code"]),
        born=born,
        entry=hours_between(born, intervals["entered"]),
        exit=hours_between(born, until),
        despawned=ended,
        up=intervals["first_missing"].isna(),
    )
    return told.loc[told["entry"] < told["exit"]].reset_index(drop=True)
