"""Resources and materials: the spawn rows with everything we derive from them."""

from datetime import datetime

import numpy as np
import pandas as pd

from swgdata.analytics.prices import clamped, voted
from swgdata.vocabulary import planets_of


def planet_lists(masks: pd.Series) -> pd.Series:
    """Display names for each bit mask over ``vocabulary.PLANETS``.

    Returns:
        Objects: a tuple of names in the fixed order, or None where no planet is flagged.
    """
    codes, distinct = pd.factorize(masks)
    names = np.empty(len(distinct), dtype=object)
    for place, mask in enumerate(distinct):
        names[place] = planets_of(int(mask)) or None
    return pd.Series(names[codes], index=masks.index, name="planets", dtype=object)


def age_days(first_seen: pd.Series, *, now: datetime) -> pd.Series:
    """Whole days since the resource was first seen (feeds.md 2.17).

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
    """When each resource was last known to be in spawn (feeds.md 4.1).

    In spawn: the time of the feed. Despawned: our own last look with it, else the despawn time of
    the feed, or unknown. Never the feed's ``timestamp``, which is the first sighting.

    Returns:
        ``last_seen``, UTC times to the second, NaT = unknown.
    """
    told = pd.Timestamp(as_of).tz_convert("UTC").floor("s").as_unit("s")
    gone = watched.where(watched.notna(), resources["despawned"])
    seen = gone.where(~resources["in_spawn"], told)
    return seen.rename("last_seen")


def describe(resources: pd.DataFrame, *, quality: pd.Series, rarity: pd.Series) -> pd.DataFrame:
    """Add price, planets, quality and rarity to resource rows.

    Args:
        resources: Rows of the feed, all or a selection: ``planets``, ``cpu`` and others.
        quality: Class-relative quality of the same rows, 0 to 100.
        rarity: Rarity tier of the same rows, ranked over the whole export.

    Returns:
        The same rows and order: the columns with ``ecpu``, ``quality``, ``rarity``, and
        ``planets`` as tuples of names.
    """
    masks = resources["planets"]
    columns = dict(resources.items()) | {
        "planets": planet_lists(masks),
        "quality": quality,
        "rarity": rarity,
        "ecpu": clamped(resources["cpu"], in_spawn=resources["in_spawn"], planets=masks),
    }
    return pd.DataFrame(columns, index=resources.index, copy=False)


def materials(
    resources: pd.DataFrame,
    *,
    rarity: pd.Series,
    watched: pd.Series,
    as_of: datetime,
    source: str,
) -> pd.DataFrame:
    """The material model (feeds.md 4.1): one row per resource.

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
            "price": voted(resources["cpu"]),
            "last_seen": last_seen(resources, watched=watched, as_of=as_of),
            "first_seen": resources["first_seen"],
            "source": source,
            "timestamp": pd.Timestamp(as_of).floor("s").as_unit("s"),
        },
        index=resources.index,
    )
