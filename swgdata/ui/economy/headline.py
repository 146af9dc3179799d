"""Headline figures of the economy page: war, wealth, professions."""

import pandas as pd

from swgdata.analytics.economy import balance, last_change, wealth_ratio
from swgdata.analytics.memoize import memoize
from swgdata.sources.snapshot import Snapshot
from swgdata.ui import data
from swgdata.ui.components.headline import Figure, figures_or_dash
from swgdata.ui.economy.war import NOT_CONTROL
from swgdata.ui.text import DASH, compact, signed


def figures() -> list[Figure]:
    """Headline figures of three feeds; one that is down leaves a dash and its reason."""
    load = data.snapshot
    return [
        *figures_or_dash("Leading side", lambda: _leading(load("gcw").tables["gcw_latest"])),
        *figures_or_dash("Median wealth", lambda: _wealth(load("wealth"))),
        *figures_or_dash("Most mastered", lambda: _mastered(load("professions").frame)),
    ]


def _wealth(feed: Snapshot) -> tuple[Figure, ...]:
    return _average_and_median(feed.tables["wealth_now"], feed.frame)


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
def _average_and_median(now: pd.DataFrame, scans: pd.DataFrame) -> tuple[Figure, ...]:
    figures = []
    for column, label in (("median", "Median wealth"), ("average", "Average wealth")):
        change = last_change(scans[column])
        figures.append(
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
    text = DASH if ratio is None else f"{ratio:.1f} ×"
    return (*figures, Figure("Avg ÷ median", text, help=how))


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
