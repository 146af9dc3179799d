"""Headline of the spawn shifts page: what shifted, how long spawns last, what is overdue."""

from datetime import UTC

import pandas as pd

from swgdata.analytics.leaving import ALL
from swgdata.analytics.once import once
from swgdata.tables import Result
from swgdata.ui import data, resource_filters, shifts
from swgdata.ui.droughts import USUAL, waits
from swgdata.ui.lifetimes import days
from swgdata.ui.panel import Figure
from swgdata.ui.scope import Scope
from swgdata.ui.text import DASH, count


def figures(view: Scope) -> list[Figure]:
    """Three figures; one that cannot be known yet says why.

    Args:
        view: What the sidebar narrows to.
    """
    dry = data.answer("droughts", threshold=USUAL, **resource_filters.within(view))
    return [
        _shifted(view),
        lasting(data.answer("spawn_chances").frame),
        *overdue(dry.frame),
    ]


def _shifted(view: Scope) -> Figure:
    """Between the two newest exports, which are a day apart."""
    kept = data.versions("resources")
    if len(kept) < 2:
        return Figure("Last shift", DASH, since="one export so far")
    found: Result = data.answer("spawn_shifts")
    rows = view.keep(found.frame, "planets")
    kinds = rows["change"].astype("str").value_counts()
    came, went = int(kinds.get("spawned", 0)), int(kinds.get("despawned", 0))
    families = shifts.families(rows, None)
    moved = families["spawned"] + families["despawned"]
    most = f"most: {families.iloc[int(moved.argmax())]['class_name']}" if len(families) else ""
    newest, before = (version.as_of.astimezone(UTC) for version in kept[:2])
    return Figure(
        "Last shift",
        f"▲{came:,} ▼{went:,}",
        since=most,
        help="Up what spawned, down what despawned between the exports of "
        f"{before:%Y-%m-%d %H:%M} and {newest:%Y-%m-%d %H:%M} UTC.",
    )


@once
def lasting(odds: pd.DataFrame) -> Figure:
    """The median lifetime of all, with its n.

    Args:
        odds: The table ``spawn_chances``.
    """
    everyone = odds.loc[odds["family"] == ALL].iloc[0]
    if pd.isna(everyone["median_hours"]):
        why = f"Not known yet: {everyone['median_reason']}."
        return Figure("Half of spawns last", DASH, since=f"n={everyone['spawns']:,}", help=why)
    return Figure(
        "Half of spawns last",
        days(everyone["median_hours"]),
        since=f"n={everyone['spawns']:,} watched",
        help=f"Median lifetime, all classes; {everyone['ended']:,} of them were seen to leave.",
    )


def overdue(rows: pd.DataFrame) -> list[Figure]:
    """How many classes wait for a good spawn, and which has waited longest.

    Args:
        rows: The table ``droughts``.
    """
    late = waits(rows)
    how = f"Classes that once had a spawn of {USUAL} % of their caps and have none up now."
    number = Figure(
        "Overdue", f"{int(late.sum()):,}", since=f"classes wait for {USUAL} %", help=how
    )
    if not late.any():
        return [number]
    first = int(late.argmax())
    days_of_it, which = rows["days"].iloc[first], rows["class_name"].iloc[first]
    longest = count(int(days_of_it), "day")
    return [number, Figure("Longest wait", longest, since=str(which), help=how)]
