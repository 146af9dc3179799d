"""Headline figures: last shift, median lifetime, overdue classes."""

from datetime import UTC

import pandas as pd

from swgdata.analytics.memoize import memoize
from swgdata.analytics.spawn_lifetimes import ALL
from swgdata.ui import data
from swgdata.ui.components.headline import Figure
from swgdata.ui.scope import Scope
from swgdata.ui.spawn_shifts import changes
from swgdata.ui.spawn_shifts.droughts import USUAL, waits
from swgdata.ui.text import DASH, count, spell_days


def figures(view: Scope) -> list[Figure]:
    """Three figures; one that cannot be known yet says why."""
    dry = data.answer("droughts", threshold=USUAL, **view.parameters)
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
    rows = data.answer("spawn_shifts", **view.parameters).frame
    kinds = rows["change"].astype("str").value_counts()
    came, went = int(kinds.get("spawned", 0)), int(kinds.get("despawned", 0))
    families = changes.families(rows, None)
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


@memoize
def lasting(odds: pd.DataFrame) -> Figure:
    """The median lifetime of all, with its n."""
    everyone = odds.loc[odds["family"] == ALL].iloc[0]
    if pd.isna(everyone["median_hours"]):
        why = f"Not known yet: {everyone['median_reason']}."
        return Figure("Half of spawns last", DASH, since=f"n={everyone['spawns']:,}", help=why)
    return Figure(
        "Half of spawns last",
        spell_days(everyone["median_hours"]),
        since=f"n={everyone['spawns']:,} watched",
        help=f"Median lifetime, all classes; {everyone['ended']:,} of them were seen to leave.",
    )


def overdue(rows: pd.DataFrame) -> list[Figure]:
    """How many classes wait for a good spawn, and which has waited longest."""
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
