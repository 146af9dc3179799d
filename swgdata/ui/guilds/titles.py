"""Headline figures, titles and charts of the guilds page."""

from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from swgdata.analytics.memoize import memoize
from swgdata.ui import charts, theme
from swgdata.ui.components.headline import Figure, best_row
from swgdata.ui.text import DASH, compact, count, trend_in_words

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

MEASURES: Final = ("cities", "citizens", "active")
BY_FACTION: Final = "Active by faction"
GUIDES: Final = "The dashed lines are 25, 50 and 75 % of the members."
NOT_TOLD: Final = "The source does not tell how many members are active."
SERIES: Final = ("Active", "Members", "Guilds", BY_FACTION)


@memoize
def figures(guilds: pd.DataFrame) -> tuple[Figure, ...]:
    """Headline figures: the biggest, the most active, the leading faction, who is growing."""
    biggest, busiest = best_row(guilds, "members"), best_row(guilds, "active")
    return (
        _figure("Biggest", biggest, "members", "members"),
        _figure("Most active", busiest, "active", "active members"),
        _leading(guilds),
        _growing(guilds),
    )


def _figure(label: str, best: "pd.Series | None", column: str, unit: str) -> Figure:
    if best is None:
        return Figure(label, DASH, help="The feed gives no figures.")
    return Figure(f"{label}: {best['name']}", f"{best[column]:,}", since=unit)


def _leading(guilds: pd.DataFrame) -> Figure:
    sides = guilds.dropna(subset=["faction"]).groupby("faction")["active"].sum()
    if sides.empty:
        return Figure("Leading faction", DASH, help="No guild declares a faction.")
    ranked = sides.sort_values(ascending=False)
    others = [f"{side} {compact(float(number))}" for side, number in ranked.iloc[1:3].items()]
    how = "Active members of its guilds" + (f"; {', '.join(others)}." if others else ".")
    value = f"{int(ranked.iloc[0]):,}"
    return Figure(f"Leading: {ranked.index[0]}", value, since="active members", help=how)


def _growing(guilds: pd.DataFrame) -> Figure:
    best = best_row(guilds, "active_change")
    how = "Active members now against the first point of the recent series; its span is unknown."
    if best is None or best["active_change"] <= 0:
        return Figure("Growing", DASH, help=how)
    value = f"{best['active_change']:+.0f}"
    return Figure(f"Growing: {best['name']}", value, since="active members", help=how)


def liveliest(guilds: pd.DataFrame) -> str:
    """Title of the scatter: which guild of ten or more has the largest share of active members."""
    best = best_row(guilds[guilds["members"].ge(10).fillna(value=False)], "active_pct")
    if best is None:
        return "Members and active members"
    return f"{best['name']} is the liveliest: {best['active_pct']:.0f} % of members are active"


def holder(held: pd.DataFrame) -> str:
    """Title of the territory grid: who holds the most cities."""
    totals = held.groupby("guild")["cities"].sum().sort_values(ascending=False)
    if totals.empty:
        return "Guild territory"
    worlds = held.loc[held["guild"] == totals.index[0], "planet"].nunique()
    cities = count(int(totals.iloc[0]), "city", "cities")
    return f"{totals.index[0]} holds the most: {cities} on {count(worlds, 'planet')}"


def trend(series: pd.DataFrame, column: str) -> str:
    """Title of a trend: where it stands and how far it came since the first label."""
    noun = "active members" if column == "active" else column
    return trend_in_words(series, column, noun=noun)


@memoize
def ranked(guilds: pd.DataFrame) -> pd.DataFrame:
    """The most active first, of equals the largest."""
    return guilds.sort_values(["active", "members"], ascending=False, na_position="last")


@memoize
def tags(guilds: pd.DataFrame) -> tuple[str, ...]:
    """Tags by which a guild's history can be looked up, in order."""
    found = guilds["tag"].dropna().str.strip().unique().tolist()
    return tuple(sorted((tag for tag in found if tag), key=str.casefold))


def scatter(guilds: pd.DataFrame) -> "Drawing":
    """Members against active members, with guides at a quarter, a half and three quarters."""
    return charts.scatter(
        guilds,
        x="members",
        y="active",
        mark="faction",
        details=["name", "tag", "active_pct", "influence"],
        guides=[0.25, 0.5, 0.75],
    )


def trend_chart(frame: pd.DataFrame, *, series: str) -> "Drawing":
    """The trend of one of ``SERIES``."""
    if series != BY_FACTION:
        return charts.lines(frame, x="label", y=series.lower(), zero=False)
    colours = {side: mark.colour for side, mark in theme.FACTION_MARKS.items()}
    return charts.stacked_area(frame, x="label", y="active", by="faction", colours=colours)


record_chart = partial(charts.lines, x="label", y=["members", "active"])
