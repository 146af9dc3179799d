"""Droughts: for how long no spawn of a class was good enough."""

from datetime import datetime

import numpy as np
import pandas as pd

from swgdata.analytics.readings import hours_between
from swgdata.vocabulary.classes import CLASSES, name


def drought(
    resources: pd.DataFrame, *, quality: pd.Series, threshold: float, now: datetime
) -> pd.DataFrame:
    """Count the days since a spawn of each class reached a quality.

    Args:
        resources: ``name``, ``class_code``, ``in_spawn``, ``first_seen`` (null = unknown) of every
            spawn ever listed.
        quality: Quality of the same rows, of any scale, NaN = not rateable (``quality.weighted``).
        threshold: Least quality that counts, on that scale.
        now: Days are counted up to here.

    Returns:
        One row per class with a spawn listed: ``class_code``, ``class_name``, ``days`` (whole days
        since the last one good enough came, Int64; null = never, or none has a date), ``last``
        (its name), ``last_seen_first`` (its date, UTC), ``up`` (good ones in spawn now, int64),
        ``good`` (good ones ever), ``spawns`` (all ever). Classes with none up first, of those the
        longest first, never last; then the others likewise; equals in tree order.
    """
    codes = resources["class_code"].astype("str")
    good = (quality.to_numpy(dtype="float64", na_value=np.nan) >= threshold) & codes.notna()
    rows = pd.DataFrame(
        {
            "class_code": codes,
            "good": good,
            "up": good & resources["in_spawn"].to_numpy(dtype=bool),
            "first_seen": resources["first_seen"],
            "name": resources["name"],
        }
    ).dropna(subset=["class_code"])
    groups = rows.groupby("class_code", sort=False)
    told = groups.agg(up=("up", "sum"), good=("good", "sum"), spawns=("good", "size"))
    dated = rows.loc[rows["good"] & rows["first_seen"].notna()]
    last = dated.sort_values("first_seen", kind="stable").drop_duplicates("class_code", keep="last")
    last = last.set_index("class_code").reindex(told.index)
    came = last["first_seen"]
    hours = pd.Series(hours_between(came, pd.Timestamp(now)), index=came.index)
    days = (hours.clip(lower=0) // 24).astype("Int64")
    told = told.astype("int64").assign(days=days, last=last["name"], last_seen_first=came)
    return _ordered(told.reset_index())


def _ordered(told: pd.DataFrame) -> pd.DataFrame:
    """Name the classes, and put those first that wait longest."""
    place = {code: at for at, code in enumerate(CLASSES)}
    order = told.assign(
        is_up=told["up"] > 0,
        since=told["days"].astype("float64"),
        place=told["class_code"].map(place).fillna(len(place)),
    ).sort_values(
        ["is_up", "since", "place", "class_code"],
        ascending=[True, False, True, True],
        kind="stable",
    )
    named = order.assign(class_name=order["class_code"].map(name).astype("str"))
    columns = ["class_code", "class_name", "days", "last", "last_seen_first", "up", "good"]
    return named[[*columns, "spawns"]].reset_index(drop=True)
