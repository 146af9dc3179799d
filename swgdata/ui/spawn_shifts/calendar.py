"""Card of when each spawn was up, with its chart."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from swgdata.game.classes import name
from swgdata.ui import charts, data, theme
from swgdata.ui.charts import MAX_MARKS, scales
from swgdata.ui.charts.scales import TIER_LEGEND, tier_looks, tiers
from swgdata.ui.components import filters
from swgdata.ui.components.columns import rarity_column
from swgdata.ui.components.panel import AllRows, panel
from swgdata.ui.scope import Scope
from swgdata.ui.spawn_shifts.lifetimes import why_empty
from swgdata.ui.text import count
from swgdata.ui.theme import RARITY_MARKS, Mark

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

BARS: Final = 40
"""Spawns drawn at most."""
_FROM: Final = "_from"
_TO: Final = "_to"


def gantt(
    frame: pd.DataFrame, *, marks: Mapping[str, Mark], zone: tzinfo | None = None
) -> "Drawing":
    """Draw one bar per interval, oldest on top; colour and symbol tell the tier."""
    import altair as alt

    rows = _chosen(frame)
    ends = rows["despawned"].fillna(rows["last_seen"])
    tier = tiers(rows["rarity"], marks)
    seen = tier_looks(tier, marks)
    symbols = tier.map({name: mark.symbol for name, mark in seen.items()}).astype("str")
    text = symbols.where(~rows["in_spawn"], symbols + " up now")
    columns = ["label", "class_name", "quality", "rarity", "came", "until", "days_up"]
    form = "%Y-%m-%d %H:%M"
    came, until = (scales.on_clock(times, zone) for times in (rows["came"], ends))
    named = rows.assign(
        **{_FROM: came, _TO: until, "_text": text, "rarity": tier},
        came=came.dt.strftime(form),
        until=until.dt.strftime(form).where(~rows["in_spawn"], "up at our last look"),
    )
    data = scales.plottable(named, [*columns, _FROM, _TO, "_text"])
    base: Any = alt.Chart().encode(
        y=scales.rows_axis("label"),
        tooltip=scales.tooltips(columns, data),
    )
    clock = alt.Scale(type="utc")
    bars = base.mark_bar(height=11, cornerRadius=2).encode(
        x=alt.X(field=_FROM, type="temporal", scale=clock, title=None),
        x2=alt.X2(field=_TO),
        color=scales.colour_of_marks("rarity", seen, title="Rarity").legend(**TIER_LEGEND),
    )
    words = base.mark_text(align="left", dx=4, color=theme.UNKNOWN).encode(
        x=alt.X(field=_TO, type="temporal"), text=alt.Text(field="_text", type="nominal")
    )
    return scales.layered(bars, words, data=data, height=alt.Step(20))


def _chosen(frame: pd.DataFrame) -> pd.DataFrame:
    """The best resources with all their intervals, by the time they came; labels tell twins."""
    ranked = frame.sort_values("quality", ascending=False, na_position="last", kind="stable")
    best = ranked["resource_id"].drop_duplicates().head(BARS)
    rows = frame.loc[frame["resource_id"].isin(best)].sort_values("came", kind="stable")
    rows = rows.head(charts.MAX_MARKS).reset_index(drop=True)
    names = rows["name"].astype("object").where(rows["name"].notna(), "(unnamed)")
    owners = rows["resource_id"].groupby(names).transform("nunique")
    twins = names + " #" + rows["resource_id"].astype("str")
    return rows.assign(label=names.where(owners == 1, twins))


def calendar(params: Mapping[str, Any], view: Scope) -> None:
    """The view of the shifts page."""
    called = filters.search("Name", key="shifts_spawn", placeholder="Part of it")
    days = view.window.days if view.window else None
    result = data.answer("spawn_intervals", name=called, days=days, **params)
    rows = result.frame
    panel(
        title(rows, params.get("class_code")),
        result,
        frame=best(rows, MAX_MARKS),
        whole=AllRows(len(rows), lambda: rows),
        key="shifts_calendar",
        chart=partial(gantt, marks=RARITY_MARKS, zone=view.zone),
        caption=caption(rows, is_chosen=bool(params.get("class_code"))),
        columns=columns(),
        empty=why_empty(result),
    )


def best(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """The best so many, in their order; all where there are no more."""
    if len(rows) <= most:
        return rows
    place = rows["quality"].rank(method="first", ascending=False, na_option="bottom")
    return rows.loc[place <= most]


def title(rows: pd.DataFrame, class_code: str | None) -> str:
    """How many spawns there were, and how many of them are up."""
    what = name(class_code) if class_code else "all classes"
    up = int(rows["in_spawn"].sum())
    return f"{count(rows['resource_id'].nunique(), 'spawn')} of {what} in this time, {up} still up"


def caption(rows: pd.DataFrame, *, is_chosen: bool) -> str:
    """What a bar means, and which are drawn."""
    number = rows["resource_id"].nunique()
    some = f" Of {number:,} the best {BARS} are drawn" if number > BARS else ""
    hint = "; choose a class to see its own." if some and not is_chosen else "." * bool(some)
    return (
        "From the site's date, or our first look, to the middle between our last look with it "
        f"and the first without.{some}{hint}"
    )


def columns() -> dict[str, Any]:
    """Column types of the list."""
    return {
        "days_up": st.column_config.NumberColumn("Days up", format="%.1f"),
        "quality": st.column_config.NumberColumn("Quality %", format="%.1f"),
        "in_spawn": "Still up",
        "rarity": rarity_column(),
        "class_name": "Class",
        "class_code": None,
        "resource_id": None,
        "first_seen": "First seen, by the site",
        "entered": "Our first look at it",
        "last_seen": "Our last look at it",
        "first_missing": "First look without it",
    }
