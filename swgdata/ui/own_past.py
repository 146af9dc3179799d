"""The past of one city or guild as we saw it ourselves, dated; beside the site's own records."""

from functools import partial
from typing import Final

import pandas as pd

from swgdata.tables import Result
from swgdata.ui import data
from swgdata.ui.charts.activity import city_looks, guild_looks
from swgdata.ui.panel import panel
from swgdata.ui.scope import scope
from swgdata.ui.spans import days_of
from swgdata.ui.text import compact

_HOW: Final = (
    "Our own readings in the time window of the sidebar, with their times; a line breaks where "
    "nobody looked for a day."
)


def city(name: str, planet: str) -> None:
    """Draw the card of a city."""
    view = scope()
    found = data.answer("city_past", city=name, planet=planet, days=days_of(view.window) or 3650)
    panel(
        title(name, found.frame, "active citizens"),
        found,
        key="cities_past",
        chart=partial(city_looks, zone=view.zone),
        caption=f"{_HOW} A rule marks a new rank.",
        columns={"timestamp": "Read at"},
        empty=_empty(found),
    )


def guild(tag: str) -> None:
    """Draw the card of a guild."""
    view = scope()
    found = data.answer("guild_past", guild=tag, days=days_of(view.window) or 3650)
    panel(
        title(tag, found.frame, "active members"),
        found,
        key="guilds_past",
        chart=partial(guild_looks, zone=view.zone),
        caption=_HOW,
        columns={"timestamp": "Read at"},
        empty=_empty(found),
    )


def title(name: str, rows: pd.DataFrame, noun: str) -> str:
    """Where its active people stand, and how far they came since our first reading.

    Args:
        name: Of the city or guild.
        rows: Rows of ``city_past`` or ``guild_past``.
        noun: What is counted.
    """
    known = rows.dropna(subset=["active"])
    if len(known) < 2:
        return f"{name}: not enough readings of our own"
    first, last = known.iloc[0], known.iloc[-1]
    change = int(last["active"]) - int(first["active"])
    way = "up" if change > 0 else "down" if change < 0 else "unchanged"
    size = f" {compact(abs(change))}" if change else ""
    since = f"{first['timestamp']:%d %b %Y}"
    return f"{name}: {compact(int(last['active']))} {noun}, {way}{size} since {since}"


def _empty(found: Result) -> str:
    why = found.notes.get("timestamp", "")
    return f"No past of our own yet: {why}. Leave the app running and it fills." if why else ""
