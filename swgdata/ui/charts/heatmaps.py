"""Heat maps: two categories and a number; the hours of a week."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.online_patterns import FEWEST_DAYS
from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import label as label_of

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing


def heat_grid(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    value: str,
    text: str = "",
    y_order: Sequence[str] = (),
    top: int = 30,
    details: Sequence[str] = (),
) -> "Drawing":
    """Draw one cell per row, coloured by ``value``; pairs without a row stay empty."""
    import altair as alt

    written = text or value
    rows = list(y_order or _largest_first(frame, y, value))[:top]
    shown = frame.loc[frame[y].isin(rows)]
    data = scales.plottable(shown, [x, y, value, written, *details])
    across = sorted(dict.fromkeys(data[x]), key=_planets_first)
    base = alt.Chart().encode(
        x=alt.X(
            field=x,
            type="nominal",
            sort=across,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-60, labelOverlap=False, labelFlush=False),
        ),
        y=alt.Y(
            field=y,
            type="nominal",
            sort=rows,
            title=None,
            axis=alt.Axis(labelLimit=150, labelFlush=False),
        ),
        tooltip=scales.tooltips([y, x, value, written, *details], data),
    )
    cells = base.mark_rect(cornerRadius=2, stroke=theme.UNKNOWN, strokeOpacity=0.25).encode(
        color=alt.Color(
            field=value,
            type="quantitative",
            title=label_of(value),
            scale=alt.Scale(range=list(theme.HEAT)),
            legend=alt.Legend(orient="bottom", gradientLength=160, format=scales.COMPACT),
        )
    )
    figures = base.mark_text(color=theme.ON_HEAT, fontSize=11).encode(
        text=alt.Text(field=written, type="quantitative", format=".3~s")
    )
    grid: Drawing = scales.layered(cells, figures, data=data, height=alt.Step(26))
    return grid


def _largest_first(frame: pd.DataFrame, name: str, value: str) -> list[str]:
    totals = frame.groupby(name, observed=True)[value].sum().sort_values(ascending=False)
    return list(totals.index)


def _planets_first(name: str) -> int:
    return list(theme.PLANET_COLOURS).index(name) if name in theme.PLANET_COLOURS else 99


_PALE: Final = 0.35  # opacity of an hour that was seen on too few days to rely on


def week_grid(hours: pd.DataFrame) -> "Drawing":
    """Draw one cell per hour of the week; those never seen stay empty, those hardly seen pale."""
    import altair as alt

    seen = hours.loc[hours["n"] > 0]
    clock = seen["hour"].astype("str").str.zfill(2)
    shown = seen.assign(
        _hour=clock,
        players=seen["mean"].astype("Float64").round(1),
        when=seen["weekday"] + " " + clock + ":00",
        _paint=(seen["days"] >= FEWEST_DAYS).astype("float64").clip(lower=_PALE),
    )
    details = ["when", "players", "n", "days"]
    data = scales.plottable(shown, ["weekday", "_hour", "_paint", *details])
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
