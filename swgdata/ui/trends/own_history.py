"""Card of one city or guild as we observed it."""

from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.entity_changes import GAP
from swgdata.tables import Result
from swgdata.ui import data
from swgdata.ui.charts import lines, open_gaps, scales
from swgdata.ui.charts.lines import record_lines
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import scope
from swgdata.ui.text import days_of, trend_in_words

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing


def guild_observed(rows: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw members and active members at each reading; a day without one breaks the lines."""
    open_rows = open_gaps(rows, time="timestamp", every=GAP)
    return lines(open_rows, x="timestamp", y=["members", "active"], zone=zone, title="Members")


def city_observed(rows: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw citizens and active citizens likewise, with a rule where the rank changed."""
    open_rows = open_gaps(rows, time="timestamp", every=GAP)
    local = scales.on_clock(open_rows["timestamp"], zone)
    named = open_rows.assign(label=local.dt.strftime("%Y-%m-%d %H:%M"))
    return record_lines(named, zone=zone)


def indexed_lines(rows: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw each entity's index, 100 at the start, as a line of its own; gaps stay open."""
    rounded = rows.assign(index=rows["index"].round(1))
    open_rows = open_gaps(rounded, time="timestamp", every=GAP, by="entity")
    title = "100 = start of the window"
    settings: dict[str, Any] = {"zone": zone, "zero": False, "title": title}
    return lines(open_rows, x="timestamp", y="index", by="entity", **settings)


_HOW: Final = (
    "Our own readings in the time window of the sidebar, with their times; a line breaks where "
    "nobody looked for a day."
)


def city(name: str, planet: str) -> None:
    """Draw the card of a city."""
    view = scope()
    result = data.answer("city_past", city=name, planet=planet, days=days_of(view.window) or 3650)
    panel(
        title(name, result.frame, "active citizens"),
        result,
        key="cities_past",
        chart=partial(city_observed, zone=view.zone),
        caption=f"{_HOW} A rule marks a new rank.",
        columns={"timestamp": "Read at"},
        empty=_empty(result),
    )


def guild(tag: str) -> None:
    """Draw the card of a guild."""
    view = scope()
    result = data.answer("guild_past", guild=tag, days=days_of(view.window) or 3650)
    panel(
        title(tag, result.frame, "active members"),
        result,
        key="guilds_past",
        chart=partial(guild_observed, zone=view.zone),
        caption=_HOW,
        columns={"timestamp": "Read at"},
        empty=_empty(result),
    )


def title(name: str, rows: pd.DataFrame, noun: str) -> str:
    """Where its active people stand, and how far they came since our first reading."""
    dated = rows.assign(label=rows["timestamp"].dt.strftime("%d %b %Y"))
    few = "not enough readings of our own"
    return f"{name}: {trend_in_words(dated, 'active', noun=noun, few=few)}"


def _empty(result: Result) -> str:
    why = result.notes.get("timestamp", "")
    return f"No past of our own yet: {why}. Leave the app running and it fills." if why else ""
