"""The civil war in words: who has more active characters, and how the lead went back and forth."""

from typing import Final

import pandas as pd

from swgdata.analytics.once import once
from swgdata.ui.spans import day, since

SIDES: Final = {"imperial": "Imperial", "rebel": "Rebel"}
NOT_CONTROL: Final = "Active factional characters, as the site counts them; not who holds a planet."
VIEWS: Final = ("Both sides", "The gap")


@once
def balance(latest: pd.DataFrame) -> pd.DataFrame:
    """The latest count, one row per side.

    Args:
        latest: The table ``gcw_latest`` of the war feed.

    Returns:
        ``faction``, ``active`` (Int64), ``share`` (Float64, per cent of both; null where one is
        unknown or nobody was counted), Imperial first; no rows where the site has no latest count.
    """
    latest = latest.head(1)
    counts = pd.array([latest[side].iloc[0] for side in SIDES] if len(latest) else [], "Int64")
    names = pd.array(list(SIDES.values())[: len(counts)], "str")
    split = pd.DataFrame({"faction": names, "active": counts})
    both = split["active"].sum(skipna=False)
    total = pd.NA if pd.isna(both) or both == 0 else both
    return split.assign(share=(100 * split["active"].astype("Float64") / total).astype("Float64"))


def stand(split: pd.DataFrame) -> str:
    """Title of the balance: who has more active characters now, and by how much."""
    if split["share"].isna().any() or split.empty:
        return "Faction balance: no count available"
    ahead = split.sort_values("active", ascending=False, kind="stable")
    first, second = ahead.iloc[0], ahead.iloc[1]
    if first["active"] == second["active"]:
        return f"Both sides are even: {first['active']:,} active characters each"
    return (
        f"{first['faction']} is ahead: {first['share']:.1f} % of active, "
        f"{first['active']:,} to {second['active']:,}"
    )


@once
def tide(war: pd.DataFrame) -> str:
    """Title of the war's course: how often the lead changed hands, and who took it last.

    Args:
        war: Rows of ``lead_changes``, oldest first.
    """
    if len(war.dropna(subset=["lead"])) < 2:
        return "Not enough history for a course"
    taken, span = war.dropna(subset=["took_lead"]), since(war)
    if taken.empty:
        return f"The lead never changed hands{span}"
    times = {1: "once", 2: "twice"}.get(len(taken), f"{len(taken)} times")
    last = taken.iloc[-1]
    when = (
        "" if pd.isna(last["timestamp"]) else f", {day(last['timestamp'], war['timestamp'].max())}"
    )
    return f"The lead changed hands {times}{span}; last to {last['took_lead']}{when}"
