"""Where people live: cities and their planets. Registered characters, not players online."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias

import pandas as pd

from swgdata.analytics.cities import CutPoints, activity_cut_points, activity_levels

CHANGES: Final = ("change_24h", "change_7d", "change_last_record")
CityKey: TypeAlias = tuple[str, str]


def name_and_planet(name: str | None, planet: str | None) -> CityKey:
    """The form in which cities are compared: a name is unique only together with its planet."""
    return (str(name or "").strip().casefold(), str(planet or "").strip().casefold())


def last_record_change(history: pd.DataFrame) -> int | None:
    """Citizens of the last record minus those of the one before (docs/formulas.md#population).

    Records are oldest first.

    Returns:
        The change; None with fewer than two records, or a gap in either. It says nothing
        about how much time lies between them.
    """
    last = history["citizens"].tail(2)
    if len(last) < 2 or last.isna().any():
        return None
    return int(last.iloc[1]) - int(last.iloc[0])


def describe(
    cities: pd.DataFrame,
    *,
    changes: pd.DataFrame,
    last_changes: Mapping[CityKey, int],
    as_of: datetime,
    source: str,
) -> pd.DataFrame:
    """The population model (docs/formulas.md#population): one row per city, then one per planet.

    Args:
        cities: Rows of the cities feed.
        changes: ``change_24h`` and ``change_7d`` of the same rows; null = unknown.
        last_changes: City -> ``last_record_change``, for cities whose history was read.
        as_of: Time of the feed.
        source: ``live`` or ``sample``.

    Returns:
        ``planet``, ``city`` (null in a planet's row), ``population``, ``active``, the three
        changes, ``activity_level``, ``source``, ``timestamp``. A planet's figures are sums over
        the cities whose figure is known.
    """
    cuts = activity_cut_points(cities)
    names, planets = cities["name"].fillna(""), cities["planet"].fillna("")
    keys = [name_and_planet(*pair) for pair in zip(names, planets, strict=True)]
    last = [last_changes.get(key) for key in keys]
    rows = pd.DataFrame(
        {
            "planet": cities["planet"],
            "city": cities["name"],
            "population": cities["citizens"].astype("Int64"),
            "active": cities["active_citizens"].astype("Int64"),
            **{name: changes[name] for name in changes},
            "change_last_record": pd.array(last, dtype="Int64"),
            "activity_level": activity_levels(
                cities["active_citizens"], cities["citizens"], cuts=cuts
            ),
        }
    )
    rolled = by_planet(rows, cuts=cuts).drop(columns=["cities"])
    nowhere = pd.Series(None, index=rolled.index, dtype="str")
    both = pd.concat([rows, rolled.assign(city=nowhere)])
    time = pd.Timestamp(as_of).floor("s").as_unit("s")
    return both.reset_index(drop=True).assign(source=source, timestamp=time)


def by_planet(rows: pd.DataFrame, *, cuts: CutPoints | None) -> pd.DataFrame:
    """Roll cities up into planets.

    Args:
        rows: City rows: ``planet``, ``population``, ``active`` and any of ``CHANGES``.
        cuts: Cut points of the feed the rows come from.

    Returns:
        ``planet`` (null = unknown), ``cities``, ``population``, ``active``, the changes that
        came in, ``activity_level`` (active over citizens of the cities where both are known,
        against ``cuts``); most people first.
    """
    groups = rows.groupby("planet", sort=False, dropna=False)
    present = ["population", "active", *(name for name in CHANGES if name in rows.columns)]
    sums = groups[present].sum(min_count=1)
    paired = rows.assign(
        active=rows["active"].where(rows["population"].notna()),
        population=rows["population"].where(rows["active"].notna()),
    )
    pooled = paired.groupby("planet", sort=False, dropna=False)[["active", "population"]].sum()
    level = activity_levels(pooled["active"], pooled["population"], cuts=cuts)
    frame = sums.assign(cities=groups.size(), activity_level=level).reset_index()
    columns = ["planet", "cities", *present, "activity_level"]
    ordered = frame.sort_values("population", ascending=False, kind="stable")
    return ordered[columns].reset_index(drop=True)
