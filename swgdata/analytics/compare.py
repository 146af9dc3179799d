"""Compare a few entities of different size: each 100 at the start of the window."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.changes import values_at

MOST: Final = 8
"""More lines than this nobody can tell apart."""

_SCHEMA: Final = {"timestamp": "datetime64[s, UTC]", "value": "float64", "index": "float64"}


def indexed(points: pd.DataFrame, *, keys: Sequence[str], start: datetime) -> pd.DataFrame:
    """Index each key to 100 at the start.

    The base is the value that held at ``start``; for a key that was not known then, its first
    known value after (``timestamp`` of the key's first row tells).

    Args:
        points: ``key``, ``timestamp``, ``value`` (null = vanished or unknown).
        keys: What is compared, at most ``MOST``; of twins the first.
        start: Where the window begins.

    Returns:
        ``key``, ``timestamp``, ``value``, ``index`` (float64; NaN where the value is unknown or
        the base is 0); in the order of ``keys``, oldest first, the value that held at ``start``
        as its first row. A key without any row is left out.

    Raises:
        ValueError: More than ``MOST`` keys.
    """
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > MOST:
        raise ValueError(f"at most {MOST} can be compared, got {len(wanted)}")
    chosen = points.loc[points["key"].isin(wanted), ["key", "timestamp", "value"]]
    held = values_at(chosen, start).dropna().rename("value").reset_index()
    first = held.assign(timestamp=pd.Timestamp(start).tz_convert("UTC"))
    after = chosen.loc[chosen["timestamp"] > start]
    every = pd.concat([first.astype({"timestamp": "datetime64[s, UTC]"}), after])
    every = every.assign(place=every["key"].map({key: at for at, key in enumerate(wanted)}))
    every = every.sort_values(["place", "timestamp"], kind="stable", ignore_index=True)
    value = every["value"].astype("float64")
    base = value.groupby(every["key"]).transform("first")  # the first that is known
    index = 100 * value / base.where(base != 0, np.nan)
    return every.assign(value=value, index=index)[["key", *_SCHEMA]].astype(_SCHEMA)
