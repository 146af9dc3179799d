"""What came and what went, day by day."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

import pandas as pd

from swgdata.analytics.lifetimes import WIDEST_GAP, family_of
from swgdata.analytics.readings import day_of, look_times


def turnover(
    intervals: pd.DataFrame,
    observed: Iterable[datetime],
    *,
    zone: tzinfo,
    family: str | None = None,
) -> pd.DataFrame:
    """Count spawns that came and went on each local day of our own watch.

    In: on the site's date, if that lies within our watch; on the day we first saw it where the
    site has none (what was up at our very first look then came before), and where it came back.
    Out: on the day of the middle between the last look with it and the first without.

    Args:
        intervals: Rows as of ``lifetimes``.
        observed: When we looked (UTC).
        zone: Whose calendar.
        family: Only this family of classes (``lifetimes.family_of``); None for all.

    Returns:
        One row per day from the first look to the last: ``day`` (naive, datetime64[s]), ``looks``
        (int64), ``spawned``, ``despawned``, ``net``, ``vague`` (despawns in a gap longer than
        ``WIDEST_GAP``: the day may be wrong) (Int64; null = no look that day and none known).
    """
    seen = look_times(observed)
    if seen.empty:
        return _empty()
    came, rows = _came(intervals, first=seen.iloc[0]), intervals
    if family is not None:
        chosen = family_of(intervals["class_code"]) == family
        came, rows = came.loc[chosen], intervals.loc[chosen]
    gap = rows["first_missing"] - rows["last_seen"]
    went = rows["last_seen"] + gap / 2
    looks = _looks(day_of(seen, zone=zone))
    came_on, went_on, vague = (
        _per_day(times, zone=zone, looks=looks)
        for times in (came, went, went.where(gap > WIDEST_GAP))
    )
    counts = {"spawned": came_on, "despawned": went_on, "net": came_on - went_on, "vague": vague}
    return pd.DataFrame({"looks": looks, **counts}).reset_index()


def _looks(days: pd.Series) -> pd.Series:
    """How often we looked on each day from the first to the last."""
    every = pd.date_range(days.iloc[0], days.iloc[-1], freq="D", name="day", unit="s")
    return days.value_counts().reindex(every).fillna(0).astype("int64")


def _came(rows: pd.DataFrame, *, first: pd.Timestamp) -> pd.Series:
    """When each came; NaT where it was before our watch."""
    back = rows["entered"] > rows.groupby("resource_id")["entered"].transform("min")
    unknown = rows["first_seen"].isna() & (rows["entered"] > first)
    site = rows["first_seen"].where(rows["first_seen"] <= rows["entered"], rows["entered"])
    stated = site.where(rows["first_seen"].notna())
    came = rows["entered"].where(back | unknown, stated)
    return came.where(came >= first)


def _per_day(times: pd.Series, *, zone: tzinfo, looks: pd.Series) -> pd.Series:
    counts = day_of(times.dropna(), zone=zone).value_counts().reindex(looks.index).fillna(0)
    return counts.astype("Int64").mask((looks == 0) & (counts == 0))


def _empty() -> pd.DataFrame:
    counts = dict.fromkeys(("spawned", "despawned", "net", "vague"), "Int64")
    schema = {"day": "datetime64[s]", "looks": "int64", **counts}
    return pd.DataFrame(columns=list(schema)).astype(schema)
