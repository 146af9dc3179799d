"""The calendar of spawns: a bar for each, from the day it came to the day it left."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.charts.tiers import TIER_LEGEND, tier_looks, tiers
from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

BARS: Final = 40
"""Spawns drawn at most."""

_FROM: Final = "_from"
_TO: Final = "_to"


def gantt(
    frame: pd.DataFrame, *, marks: Mapping[str, Mark], zone: tzinfo | None = None
) -> "Drawing":
    """Draw one bar per interval, oldest on top; colour and symbol tell the tier.

    Args:
        frame: Rows of the table ``spawn_intervals``; of more than ``BARS`` resources the best.
        marks: Rarity -> its look.
        zone: Clock of the time axis; UTC where None.
    """
    import altair as alt

    rows = _chosen(frame)
    ends = rows["despawned"].fillna(rows["last_seen"])
    tier = tiers(rows["rarity"], marks)
    seen = tier_looks(tier, marks)
    symbols = tier.map({name: mark.symbol for name, mark in seen.items()}).astype("str")
    told = symbols.where(~rows["in_spawn"], symbols + " up now")
    columns = ["label", "class_name", "quality", "rarity", "came", "until", "days_up"]
    form = "%Y-%m-%d %H:%M"
    came, until = (scales.on_clock(times, zone) for times in (rows["came"], ends))
    named = rows.assign(
        **{_FROM: came, _TO: until, "_text": told, "rarity": tier},
        came=came.dt.strftime(form),
        until=until.dt.strftime(form).where(~rows["in_spawn"], "up at our last look"),
    )
    data = scales.plottable(named, [*columns, _FROM, _TO, "_text"])
    base: Any = alt.Chart().encode(
        y=alt.Y(field="label", type="nominal", sort=None, title=None).axis(**scales.NAMES),
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
    return alt.layer(bars, words, data=data, height=alt.Step(20))


def _chosen(frame: pd.DataFrame) -> pd.DataFrame:
    """The best resources with all their intervals, by the time they came; labels tell twins."""
    ranked = frame.sort_values("quality", ascending=False, na_position="last", kind="stable")
    best = ranked["resource_id"].drop_duplicates().head(BARS)
    rows = frame.loc[frame["resource_id"].isin(best)].sort_values("came", kind="stable")
    rows = rows.head(scales.MAX_MARKS).reset_index(drop=True)
    names = rows["name"].astype("object").where(rows["name"].notna(), "(unnamed)")
    owners = rows["resource_id"].groupby(names).transform("nunique")
    twins = names + " #" + rows["resource_id"].astype("str")
    return rows.assign(label=names.where(owners == 1, twins))
