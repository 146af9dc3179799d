"""Leaving soon: what is up, by how long it may last."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import pandas as pd

from swgdata.analytics.lasting import FEWEST_AT_RISK, chance, remaining
from swgdata.analytics.readings import hours_between
from swgdata.analytics.survival import Curve

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
        told = {name: remaining(curve, age=age, share=share) for name, share in _QUANTILES.items()}
        odds = chance(curve, age=age, ahead=_DAY)
        rows.append({**told, "chance_24h": odds.value, "n": odds.n, "own": enough})
    columns = [*_QUANTILES, "chance_24h", "n", "own"]
    found = pd.DataFrame(rows, columns=columns, index=up.index)
    found = found.astype({**dict.fromkeys(columns[:-2], "float64"), "n": "int64", "own": "bool"})
    basis = up["family"].where(found["own"], ALL)
    kept = up[["resource_id", "name", "class_code", "family"]].assign(age=ages)
    return (
        kept.join(found.drop(columns="own"))
        .assign(basis=basis)
        .sort_values(["hours_left", "age", "resource_id"], kind="stable", ignore_index=True)
    )
