"""The heat grid: two lists of names, one number where they meet."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

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
    """Draw one cell per row, coloured by ``value``; pairs without a row stay empty.

    Args:
        frame: ``x``, ``y``, ``value`` and the other columns named; one row per cell.
        x: Column of names across, a dozen or so: planets in their fixed order, others as they come.
        y: Column of names down.
        value: Column of the colour, low grey to high amber.
        text: Column written into the cell; ``value`` where "".
        y_order: Order down; where empty, the names with the largest total first.
        top: So many names down at most.
        details: Further columns for the tooltip.
    """
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
    figures = base.mark_text(color="#14181D", fontSize=11).encode(
        text=alt.Text(field=written, type="quantitative", format=".3~s")
    )
    grid: Drawing = alt.layer(cells, figures, data=data, height=alt.Step(26))
    return grid


def _largest_first(frame: pd.DataFrame, name: str, value: str) -> list[str]:
    totals = frame.groupby(name, observed=True)[value].sum().sort_values(ascending=False)
    return list(totals.index)


def _planets_first(name: str) -> int:
    return list(theme.PLANET_COLOURS).index(name) if name in theme.PLANET_COLOURS else 99
