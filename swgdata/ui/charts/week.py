"""The 7 x 24 hours of the week: when people are on."""

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.hours import FEWEST_DAYS
from swgdata.ui import theme
from swgdata.ui.charts import scales

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

_PALE: Final = 0.35  # opacity of an hour that was seen on too few days to rely on


def week_grid(hours: pd.DataFrame) -> "Drawing":
    """Draw one cell per hour of the week; those never seen stay empty, those hardly seen pale.

    Args:
        hours: Rows of ``hour_of_week``: ``weekday``, ``hour``, ``mean``, ``n``, ``days``.
    """
    import altair as alt

    seen = hours.loc[hours["n"] > 0]
    clock = seen["hour"].astype("str").str.zfill(2)
    told = seen.assign(
        _hour=clock,
        players=seen["mean"].astype("Float64").round(1),
        when=seen["weekday"] + " " + clock + ":00",
        _paint=(seen["days"] >= FEWEST_DAYS).astype("float64").clip(lower=_PALE),
    )
    details = ["when", "players", "n", "days"]
    data = scales.plottable(told, ["weekday", "_hour", "_paint", *details])
    across = alt.X(
        field="_hour",
        type="ordinal",
        title="Hour of the clock",
        scale=alt.Scale(domain=[f"{hour:02d}" for hour in range(24)]),
        axis=alt.Axis(labelAngle=0, labelOverlap=True),
    )
    down = alt.Y(
        field="weekday",
        type="nominal",
        title=None,
        scale=alt.Scale(domain=list(dict.fromkeys(hours["weekday"]))),
    )
    grid: Any = alt.Chart(data, height=alt.Step(34))
    cells = grid.mark_rect(cornerRadius=2, stroke=theme.UNKNOWN, strokeOpacity=0.2)
    drawn: Drawing = cells.encode(
        x=across,
        y=down,
        color=alt.Color(
            field="players",
            type="quantitative",
            title="Players, on average",
            scale=alt.Scale(range=list(theme.HEAT)),
            legend=alt.Legend(orient="bottom", gradientLength=160, format=scales.COMPACT),
        ),
        opacity=alt.Opacity(field="_paint", type="quantitative", scale=None, legend=None),
        tooltip=scales.tooltips(details, data),
    )
    return drawn
