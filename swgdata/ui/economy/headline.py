"""War, wealth, professions in four figures."""

from collections.abc import Callable

import pandas as pd

from swgdata.analytics.economy import last_change, wealth_ratio
from swgdata.analytics.memoize import memoize
from swgdata.errors import FeedError
from swgdata.sources.snapshot import Snapshot
from swgdata.ui import data
from swgdata.ui.components.headline import Figure
from swgdata.ui.economy.war import NOT_CONTROL, balance
from swgdata.ui.economy.wealth import signed
from swgdata.ui.text import DASH, compact


def figures() -> list[Figure]:
    """Headline figures of three feeds; one that is down leaves a dash and its reason."""
    return [
        *_told("gcw", "Leading side", lambda war: _leading(war.tables["gcw_latest"])),
        *_told("wealth", "Median wealth", lambda one: _wealth(one.tables["wealth_now"], one.frame)),
        *_told("professions", "Most mastered", lambda one: _mastered(one.frame)),
    ]


def _told(
    feed: str, label: str, make: Callable[[Snapshot], tuple[Figure, ...]]
) -> tuple[Figure, ...]:
    try:
        return make(data.snapshot(feed))
    except FeedError as error:
        why = f"The {feed} feed cannot be read: {error.reason}."
        return (Figure(label, DASH, help=why),)


@memoize
def _leading(latest: pd.DataFrame) -> tuple[Figure, ...]:
    split = balance(latest)
    ahead = split.dropna(subset=["share"]).sort_values("share", ascending=False)
    if ahead.empty:
        return (Figure("Leading side", DASH, help="The site gives no count on either side."),)
    best = ahead.iloc[0]
    label = "Even" if best["share"] == 50 else f"Ahead: {best['faction']}"
    counts = " : ".join(f"{side:,}" for side in ahead["active"])
    share = f"{best['share']:.1f} %"
    return (Figure(label, share, since=f"of active, {counts}", help=NOT_CONTROL),)


@memoize
def _wealth(now: pd.DataFrame, scans: pd.DataFrame) -> tuple[Figure, ...]:
    found = []
    for column, label in (("median", "Median wealth"), ("average", "Average wealth")):
        change = last_change(scans[column])
        found.append(
            Figure(
                label,
                compact(_last(now[column])),
                change=signed(change),
                since="last scan" if change is not None else "credits",
                help="Credits per character in the site's scan.",
                trend=tuple(scans[column].dropna().tail(30)),
            )
        )
    ratio = _last(wealth_ratio(now)["ratio"])
    how = "Two figures cannot say how wealth is spread; far above 1 means some hold far more."
    told = DASH if ratio is None else f"{ratio:.1f} ×"
    return (*found, Figure("Avg ÷ median", told, help=how))


@memoize
def _mastered(professions: pd.DataFrame) -> tuple[Figure, ...]:
    known = professions.dropna(subset=["count"]).sort_values("count", ascending=False)
    if known.empty:
        return (Figure("Most mastered", DASH, help="The feed gives no counts."),)
    best = known.iloc[0]
    name = best["key"] if pd.isna(best["profession"]) else best["profession"]
    how = "So many characters master it."
    return (Figure("Most mastered", f"{best['count']:,}", since=str(name), help=how),)


def _last(values: "pd.Series") -> float | None:
    known = values.dropna()
    return float(known.iloc[-1]) if len(known) else None
