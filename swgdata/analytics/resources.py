"""Resource model: derived columns, prices, rank in a pool."""

from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from swgdata.analytics.quality import bands, stat_percent
from swgdata.game import STAT_NAMES, STATS, planet_mask, planets_of

_LARGEST: Final = 2_147_483_647
_IN_SPAWN: Final = 2.0
_IN_SPAWN_MUSTAFAR: Final = 8.0


def voted_prices(cpu: pd.Series) -> pd.Series:
    """The raw vote, credits per unit.

    ``cpu`` is as the feed sends it: 0, less or NaN = nobody voted.

    Returns:
        ``price``, float64 to four decimals; NaN where nobody voted.
    """
    # The feed frame keeps votes as float32: 9.4 must not come back as 9.399999618530273.
    votes = np.round(cpu.to_numpy(dtype="float64", na_value=np.nan), 4)
    return pd.Series(np.where(votes > 0, votes, np.nan), index=cpu.index, name="price")


def clamped_prices(cpu: pd.Series, *, in_spawn: pd.Series, planets: pd.Series) -> pd.Series:
    """The vote as the site shows it (docs/formulas.md#prices): whole, at least 1, capped in spawn.

    While the resource is in spawn it is at most 2 (8 on Mustafar); ``planets`` are bit masks.

    Returns:
        ``ecpu``, Int64; null where nobody voted, or the vote is beyond any sum of credits.
    """
    price = np.maximum(voted_prices(cpu).to_numpy(), 1.0)
    mustafar = (planets.to_numpy() & planet_mask(["Mustafar"])) != 0
    limit = np.where(mustafar, _IN_SPAWN_MUSTAFAR, _IN_SPAWN)
    price = np.where(in_spawn.to_numpy(), np.minimum(price, limit), price)
    price = np.where(price <= _LARGEST, np.floor(price), np.nan)
    return pd.Series(price, index=cpu.index, name="ecpu").astype("Int64")


_FIGURES: Final = {"value": "Int16", "cap": "Int16", "percent": "Float64"}


def rank_in_pool(pool: "pd.Series[Any]", value: float | None) -> tuple[int | None, int]:
    """Rank a value in a pool (docs/formulas.md#quality): 1 + how many are strictly higher.

    The pool holds the value too; null = not rated.

    Returns:
        The rank (ties share one; None where the value is not rated) and how many are rated.
    """
    known = pool.dropna().to_numpy(dtype="float64")
    if value is None or pd.isna(value):
        return None, len(known)
    # Sums of ratios differ in the last bits; equal resources must share a rank.
    return 1 + int((known > value + 1e-9).sum()), len(known)


def stat_sheet(resource: pd.DataFrame) -> pd.DataFrame:
    """Set the stats of one resource against the caps of its class (docs/formulas.md#quality).

    Args:
        resource: One row of the feed: the ten stats and their ``<stat>_max``.

    Returns:
        One row per stat the resource has, in display order: ``stat``, ``stat_name``, ``value``,
        ``cap`` (null = the feed gives none; 1000 is assumed), ``percent`` (over 100 where the
        row exceeds its cap), ``band`` (great, good, fair, ok or poor).
    """
    values = resource[list(STATS)].to_numpy()[0]
    caps = resource[[f"{stat}_max" for stat in STATS]].to_numpy()[0]
    percent = stat_percent(resource).iloc[0]
    frame = pd.DataFrame(
        {
            "stat": list(STATS),
            "stat_name": list(STAT_NAMES.values()),
            "value": values,
            "cap": np.where(caps > 0, caps, np.nan),
            "percent": percent.to_numpy(dtype="float64"),
        }
    )
    rated = frame.assign(band=bands(frame["percent"])).astype(_FIGURES)
    return rated.loc[rated["value"] > 0].reset_index(drop=True)


def planet_lists(masks: pd.Series) -> pd.Series:
    """Display names for each bit mask over ``PLANETS``.

    Returns:
        Objects: a tuple of names in the fixed order, or None where no planet is flagged.
    """
    codes, distinct = pd.factorize(masks)
    names = np.empty(len(distinct), dtype=object)
    for index, mask in enumerate(distinct):
        names[index] = planets_of(int(mask)) or None
    return pd.Series(names[codes], index=masks.index, name="planets", dtype=object)


def age_days(first_seen: pd.Series, *, now: datetime) -> pd.Series:
    """Whole days since the resource was first seen (docs/formulas.md#quality).

    Returns:
        ``age_days``, Int32, at least 0 (the site's clock may run ahead of ours); null where
        the first sighting is unknown.
    """
    seen = np.asarray(first_seen.array, dtype="datetime64[s]")  # UTC; far cheaper than .dt
    unknown = np.isnat(seen)
    seconds = int(now.timestamp()) - seen.astype("int64")
    days = np.where(unknown, 0, np.maximum(seconds // 86400, 0)).astype("int32")
    ages = pd.arrays.IntegerArray(days, unknown)
    return pd.Series(ages, index=first_seen.index, name="age_days")


def last_seen(resources: pd.DataFrame, *, watched: pd.Series, as_of: datetime) -> pd.Series:
    """When each resource was last known to be in spawn (docs/formulas.md#materials).

    In spawn: the time of the feed. Despawned: our own last look with it, else the despawn time of
    the feed, or unknown. Never the feed's ``timestamp``, which is the first sighting.

    Returns:
        ``last_seen``, UTC times to the second, NaT = unknown.
    """
    feed_time = pd.Timestamp(as_of).tz_convert("UTC").floor("s").as_unit("s")
    gone = watched.where(watched.notna(), resources["despawned"])
    seen = gone.where(~resources["in_spawn"], feed_time)
    return seen.rename("last_seen")


def describe(resources: pd.DataFrame, *, quality: pd.Series, rarity: pd.Series) -> pd.DataFrame:
    """Add price, planets, quality and rarity to resource rows.

    ``quality`` and ``rarity`` are of the same rows, ranked over the whole export.

    Returns:
        The same rows and order: the columns with ``ecpu``, ``quality``, ``rarity``, and
        ``planets`` as tuples of names.
    """
    masks = resources["planets"]
    columns = dict(resources.items()) | {
        "planets": planet_lists(masks),
        "quality": quality,
        "rarity": rarity,
        "ecpu": clamped_prices(resources["cpu"], in_spawn=resources["in_spawn"], planets=masks),
    }
    return pd.DataFrame(columns, index=resources.index, copy=False)


def materials(
    resources: pd.DataFrame, *, rarity: pd.Series, watched: pd.Series, as_of: datetime, source: str
) -> pd.DataFrame:
    """The material model (docs/formulas.md#materials): one row per resource.

    Args:
        resources: Rows of the feed, all or a selection.
        rarity: Rarity tier of the same rows, ranked over the whole export.
        watched: Our own last look with each of them that has left, NaT = none.
        as_of: Time of the feed, for what is in spawn and as ``timestamp``.
        source: ``live`` or ``sample``.

    Returns:
        ``name``, ``rarity``, ``location`` (tuple of planet names or None), ``price`` (raw
        vote, NaN = nobody voted), ``last_seen``, ``first_seen``, ``source``, ``timestamp``.
        There is no quantity: the public feed has none.
    """
    return pd.DataFrame(
        {
            "name": resources["name"],
            "rarity": rarity.astype("str"),
            "location": planet_lists(resources["planets"]),
            "price": voted_prices(resources["cpu"]),
            "last_seen": last_seen(resources, watched=watched, as_of=as_of),
            "first_seen": resources["first_seen"],
            "source": source,
            "timestamp": pd.Timestamp(as_of).floor("s").as_unit("s"),
        },
        index=resources.index,
    )
