"""Lifetimes of spawns observed, survival by age, time left (docs/formulas.md#lifetimes).

Intervals are ``resource_id``, ``name``, ``class_code``, ``entered`` (first observed up),
``first_seen`` (the site's date, null = unknown), ``last_seen`` and ``first_missing`` (last observed
up and first observed without it; null = still up).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.class_planet import group_of
from swgdata.analytics.survival import (
    FEWEST_AT_RISK,
    LEVEL,
    Curve,
    band,
    median_lifetime,
    median_time_left,
    survival_chance,
    survival_since,
)
from swgdata.analytics.timeseries import hours_between


def by_age(curve: Curve, *, every: float, level: float = LEVEL) -> pd.DataFrame:
    """Read a curve off at 0, ``every``, twice ``every``, ... hours, up to the longest watched.

    With delayed entry the youngest ages may have been watched on one spawn alone, and a single
    one that left then would take the whole curve down. So the survival is that of the spawns that
    reached the first age at which ``FEWEST_AT_RISK`` were watched, as the median is too
    (``median_lifetime``).

    Returns:
        ``age`` (hours), ``survival`` (0 to 1; NaN = fewer than ``FEWEST_AT_RISK`` were watched at
        that age, or at any before it), ``low``, ``high`` (NaN there too, and where the survival is
        0 or 1), ``at_risk`` (watched at that age and beyond it), ``left`` (that left at that age
        or since the one before it) (int64).
    """
    ages = np.arange(0.0, curve.longest + every, every)
    watched = np.array([curve.watched_at(age) for age in ages], dtype="int64")
    begin = median_lifetime(curve).since
    known = (watched >= FEWEST_AT_RISK) & (ages >= begin)
    steps, shares, spreads = survival_since(curve, begin)
    index = np.clip(np.searchsorted(steps, ages, side="right") - 1, 0, None)
    survival = np.where(known, shares[index], np.nan)
    ends = band(shares[index], spreads[index], level=level)
    low, high = (np.where(known, end, np.nan) for end in ends)
    reached = np.searchsorted(curve.ages, ages, side="right")
    left = np.diff(np.concatenate([[0], np.cumsum(curve.left)])[reached], prepend=0)
    columns = {"age": ages, "survival": survival, "low": low, "high": high}
    return pd.DataFrame({**columns, "at_risk": watched, "left": left.astype("int64")})


ALL: Final = "all classes"
"""Basis of an expectation where the family itself has too few."""
_DAY: Final = 24.0
_QUANTILES: Final = {"hours_low": 0.9, "hours_left": 0.5, "hours_high": 0.1}


def leaving_soon(
    lifetimes: pd.DataFrame, *, curves: Mapping[str, Curve], everything: Curve, now: datetime
) -> pd.DataFrame:
    """Rank what is up by how long it may last.

    Args:
        lifetimes: As of ``lifetimes``; rows that are not ``up`` are left out.
        curves: Family -> curve.
        everything: Curve of all, for families with too few at that age.
        now: Ages are counted up to here.

    Returns:
        ``resource_id``, ``name``, ``class_code``, ``family``, ``age`` (hours), ``hours_left``
        (median of those of its age), ``hours_low``, ``hours_high`` (when a tenth and nine tenths
        of them have left), ``chance_24h`` (0 to 1), all NaN = unknown, ``n`` (spawns watched at
        that age, int64), ``basis`` (the family or ``ALL``); shortest first, unknown last.
    """
    up = lifetimes.loc[lifetimes["up"]].drop_duplicates("resource_id", keep="last")
    ages = hours_between(up["born"], pd.Timestamp(now))
    rows = []
    for family, age in zip(up["family"].tolist(), ages.tolist(), strict=True):
        own = curves.get(family) if isinstance(family, str) else None
        enough = own is not None and own.watched_at(age) >= FEWEST_AT_RISK
        curve = own if own is not None and enough else everything
        hours = {
            name: median_time_left(curve, age=age, share=share)
            for name, share in _QUANTILES.items()
        }
        odds = survival_chance(curve, age=age, ahead=_DAY)
        rows.append({**hours, "chance_24h": odds.value, "n": odds.n, "own": enough})
    columns = [*_QUANTILES, "chance_24h", "n", "own"]
    figures = pd.DataFrame(rows, columns=columns, index=up.index)
    types = {**dict.fromkeys(columns[:-2], "float64"), "n": "int64", "own": "bool"}
    figures = figures.astype(types)
    basis = up["family"].where(figures["own"], ALL)
    return (
        up[["resource_id", "name", "class_code", "family"]]
        .assign(age=ages)
        .join(figures.drop(columns="own"))
        .assign(basis=basis)
        .sort_values(["hours_left", "age", "resource_id"], kind="stable", ignore_index=True)
    )


WIDEST_GAP: Final = timedelta(hours=48)
"""A despawn in a longer gap between two observations has no date: the spawn counts as watched
until the first of them and no longer."""
_FAMILY: Final = 2  # steps below the common parent: the families of the shifts page


def family_of(class_codes: pd.Series) -> pd.Series:
    """The family of classes below the roots each code belongs to; null where the code is."""
    codes = class_codes.astype("str")
    known = {code: group_of(code, within=None, level=_FAMILY) for code in codes.dropna().unique()}
    return codes.map(known, na_action="ignore").astype("str").rename("family")


def despawned_at(intervals: pd.DataFrame) -> pd.Series:
    """When each spawn left: the middle between the last observation of it and the first without.

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
        date for, and those observed once only that have no dated end.
    """
    left = despawned_at(intervals)
    latest = intervals.groupby("resource_id")["entered"].transform("max")
    ended = left.notna() & (intervals["entered"] == latest)
    born = intervals["first_seen"].where(
        intervals["first_seen"] <= intervals["entered"], intervals["entered"]
    )
    born = born.where(intervals["first_seen"].notna())
    until = left.where(ended, intervals["last_seen"])
    rows = intervals[["resource_id", "name", "class_code"]].assign(
        family=family_of(intervals["class_code"]),
        born=born,
        entry=hours_between(born, intervals["entered"]),
        exit=hours_between(born, until),
        despawned=ended,
        up=intervals["first_missing"].isna(),
    )
    return rows.loc[rows["entry"] < rows["exit"]].reset_index(drop=True)
