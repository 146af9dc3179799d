"""What the economy page says above its panels: one figure per question, from three feeds."""

import pandas as pd

from swgdata.analytics.economy import last_change, wealth_ratio
from swgdata.errors import FeedError
from swgdata.snapshot import Snapshot
from swgdata.ui import data
from swgdata.ui.panel import Figure
from swgdata.ui.text import DASH, compact
from swgdata.ui.war import NOT_CONTROL, balance
from swgdata.ui.wealth import signed


def figures() -> list[Figure]:
    """Headline figures of three feeds; one that is down leaves a dash and its reason."""
    return [*_war_figures(), *_wealth_figures(), *_profession_figures()]


def _held(feed: str) -> Snapshot | str:
    try:
        return data.snapshot(feed)
    except FeedError as error:
        return f"The {feed} feed cannot be read: {error.reason}."


def _war_figures() -> list[Figure]:
    war = _held("gcw")
    if isinstance(war, str):
        return [Figure("Leading side", DASH, help=war)]
    split = balance(war)
    ahead = split.dropna(subset=["share"]).sort_values("share", ascending=False)
    if ahead.empty:
        return [Figure("Leading side", DASH, help="The site gives no count on either side.")]
    best = ahead.iloc[0]
    label = "Even" if best["share"] == 50 else f"Ahead: {best['faction']}"
    counts = " : ".join(f"{side:,}" for side in ahead["active"])
    return [Figure(label, f"{best['share']:.1f} %", since=f"of active, {counts}", help=NOT_CONTROL)]


def _wealth_figures() -> list[Figure]:
    wealth = _held("wealth")
    if isinstance(wealth, str):
        return [Figure("Median wealth", DASH, help=wealth)]
    found = []
    for column, label in (("median", "Median wealth"), ("average", "Average wealth")):
        now = _last(wealth.tables["wealth_now"][column])
        series = wealth.frame[column].dropna().tail(30).tolist()
        change = last_change(wealth.frame[column])
        found.append(
            Figure(
                label,
                compact(now),
                change=signed(change),
                since="last scan" if change is not None else "credits",
                help="Credits per character in the site's scan.",
                trend=series,
            )
        )
    ratio = _last(wealth_ratio(wealth.tables["wealth_now"])["ratio"])
    how = "Two figures cannot say how wealth is spread; far above 1 means some hold far more."
    told = DASH if ratio is None else f"{ratio:.1f} ×"
    return [*found, Figure("Avg ÷ median", told, help=how)]


def _profession_figures() -> list[Figure]:
    professions = _held("professions")
    if isinstance(professions, str):
        return [Figure("Most mastered", DASH, help=professions)]
    known = professions.frame.dropna(subset=["count"]).sort_values("count", ascending=False)
    if known.empty:
        return [Figure("Most mastered", DASH, help="The feed gives no counts.")]
    best = known.iloc[0]
    name = best["key"] if pd.isna(best["profession"]) else best["profession"]
    how = "So many characters master it."
    return [Figure("Most mastered", f"{best['count']:,}", since=str(name), help=how)]


def _last(values: "pd.Series") -> float | None:
    known = values.dropna()
    return float(known.iloc[-1]) if len(known) else None
