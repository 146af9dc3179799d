"""Who was online when: what is remembered, and what the feed of today adds to it.

Here is also what the tables made of it have in common.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from swgdata.analytics.readings import HOUR
from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.model import Recipe, Table
from swgdata.tables.parameters import Parameter

FEED: Final = "pulse"
TIME: Final = "datetime64[s, UTC]"
NOT_READ: Final = "nobody read the pulse then"
ZONE: Final = Parameter("zone", "zone", default="UTC", help="whose clock and calendar")
WEEKS: Final = Parameter("weeks", "whole", default=12, help="how many weeks back", low=1, high=520)
DAYS: Final = Parameter("days", "whole", help="only the last days", low=1, high=3650)
_MEASURE: Final = "online"
_SCHEMA: Final = {
    "timestamp": TIME,
    "samples": "int64",
    "total": "float64",
    "low": "float64",
    "high": "float64",
}


def online_samples(inputs: Inputs, *, since: datetime | None = None) -> pd.DataFrame:
    """Unite the remembered samples with those of the feed, none of them twice.

    What is remembered counts where both tell of a time, and for the whole of an hour that was
    rolled up. The feed may be newer than the history, and is all there is without one.

    Args:
        inputs: With the pulse feed; with or without a memory.
        since: No older sample, where not all are needed; None for all.

    Returns:
        As ``History.samples``: ``timestamp``, ``samples``, ``total``, ``low``, ``high``; oldest
        first, none after ``inputs.now``.
    """
    memory = inputs.archive.memory
    kept = nothing() if memory is None else memory.samples(_MEASURE, since, inputs.now)
    told = raw(inputs.frame(FEED)["timestamp"], inputs.frame(FEED)[_MEASURE])
    told = told.loc[told["timestamp"] <= inputs.now].drop_duplicates("timestamp", keep="last")
    rolled = kept.loc[kept["samples"] > 1, "timestamp"]
    is_known = told["timestamp"].isin(kept["timestamp"])
    is_known |= told["timestamp"].dt.floor(HOUR).isin(rolled)
    both = pd.concat([kept, told.loc[~is_known]]) if len(kept) else told
    rows = both.sort_values("timestamp", kind="stable", ignore_index=True).astype(_SCHEMA)
    return rows if since is None else rows.loc[rows["timestamp"] >= since].reset_index(drop=True)


def raw(times: pd.Series, online: pd.Series) -> pd.DataFrame:
    """Single readings in the shape of samples; those without a time or a figure are left out."""
    value = online.to_numpy(dtype="float64", na_value=float("nan"))
    figures = dict.fromkeys(("total", "low", "high"), value)
    rows = pd.DataFrame({"timestamp": times.array, "samples": 1, **figures})
    return rows.dropna().astype(_SCHEMA)


def nothing() -> pd.DataFrame:
    """No samples."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in _SCHEMA.items()})


def zone_of(inputs: Inputs) -> ZoneInfo:
    """Whose clock and calendar is asked for."""
    return ZoneInfo(inputs.parameters["zone"])


def table(
    build: Callable[[Inputs], Built],
    name: str,
    question: str,
    schema: dict[str, str],
    *parameters: Parameter,
    **nulls: str,
) -> Table:
    """A table made of the pulse, remembered and new; only the site has one."""
    recipes = {"swgtracker": Recipe(build, feeds=(FEED,))}
    return Table(name, question, schema, recipes, parameters, nulls)
