"""Outages as ticks: when nobody was on, and when nothing was read."""

from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.charts.online import day_axis

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

KINDS: Final = {
    "zero": ("Nobody on (0)", theme.FALL.colour),
    "missing": ("Nothing read", theme.UNKNOWN),
}
"""Kind of an outage -> what it is called, and its colour."""

_SPANS: Final = scales.MAX_MARKS // 2
_AT: Final = "_at"
_CLOCK: Final = "%Y-%m-%d %H:%M"


def outage_ticks(spans: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw each span as a tick, as long as it lasted: zero and missing on lines of their own.

    Args:
        spans: Rows of ``outages``: ``kind``, ``start``, ``end``, ``minutes``; the newest are drawn.
        zone: Clock of the axis; UTC where None.
    """
    import altair as alt

    details = ["what", "since", "until", "minutes"]
    told = _told(spans.tail(_SPANS), zone)
    data = scales.plottable(told, [_AT, "_until", *details])
    words, colours = zip(*KINDS.values(), strict=True)
    axis = day_axis(told[_AT])
    base: Any = alt.Chart(data).encode(
        x=alt.X(field=_AT, type="temporal", title=None, scale=alt.Scale(type="utc"), axis=axis),
        y=alt.Y(field="what", type="nominal", title=None, scale=alt.Scale(domain=list(words))),
        color=alt.Color(
            field="what",
            type="nominal",
            scale=alt.Scale(domain=list(words), range=list(colours)),
            legend=None,
        ),
        tooltip=scales.tooltips(details, data),
    )
    bars = base.mark_bar(height=26, opacity=0.5).encode(x2=alt.X2(field="_until"))
    ticks = base.mark_tick(height=34, thickness=2)
    return alt.layer(bars, ticks, height=alt.Step(64))


def _told(spans: pd.DataFrame, zone: tzinfo | None) -> pd.DataFrame:
    """The spans on the clock of ``zone``, with both ends in words."""
    lasted = pd.to_timedelta(spans["minutes"].astype("float64"), unit="min")
    start = scales.on_clock(spans["start"], zone)
    until = scales.on_clock((spans["start"] + lasted).astype(spans["start"].dtype), zone)
    return spans.assign(
        **{_AT: start, "_until": until},
        what=spans["kind"].map({kind: words for kind, (words, _) in KINDS.items()}),
        since=start.dt.strftime(_CLOCK),
        until=until.dt.strftime(_CLOCK).mask(spans["end"].isna(), "still so"),
    )
