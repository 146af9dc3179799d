"""Bars: a ranking, and parts of a whole."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import label as label_of

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing


def ranked_bar(
    frame: pd.DataFrame,
    *,
    value: str,
    label: str,
    top: int = 15,
    colour: str = "",
    colours: Mapping[str, str] | None = None,
    details: Sequence[str] = (),
) -> "Drawing":
    """Rank rows by a number, longest bar first, each with its figure at the end.

    Args:
        frame: At least ``value`` and ``label``; rows without a value are left out.
        value: Column of the bar's length.
        label: Column that names the bar.
        top: So many bars at most.
        colour: Column that colours the bars; one colour for all where "".
        colours: Value of ``colour`` -> ``#RRGGBB``; planets where not given.
        details: Further columns for the tooltip.
    """
    import altair as alt

    known = frame.loc[frame[value].notna()]
    ranked = known.sort_values(value, ascending=False, kind="stable").head(top)
    data = scales.plottable(ranked, [label, value, colour, *details])
    shades = colours or (scales.planets(data[colour]) if colour else {})
    base = alt.Chart().encode(
        y=alt.Y(
            field=label,
            type="nominal",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=180, labelFlush=False),
        ),
        x=alt.X(field=value, type="quantitative", title=label_of(value)).axis(format="~s"),
        tooltip=scales.tooltips([label, value, colour, *details], data),
    )
    paint: Any = scales.colour(colour, shades) if colour else alt.value(theme.TEAL)
    bars = base.mark_bar(cornerRadiusEnd=2).encode(color=paint)
    figures = base.mark_text(align="left", dx=4, color=theme.UNKNOWN).encode(
        text=alt.Text(field=value, type="quantitative", format=",.4~r")
    )
    ranking: Drawing = alt.layer(bars, figures, data=data, height=alt.Step(24))
    return ranking


def stacked_bar(
    frame: pd.DataFrame,
    *,
    value: str,
    label: str,
    part: str,
    colours: Mapping[str, str],
    share: bool = False,
) -> "Drawing":
    """Split one bar per label into parts.

    Args:
        frame: One row per label and part; the order of labels is kept.
        value: Column of the part's size.
        label: Column that names the bar.
        part: Column that names the part.
        colours: Part -> ``#RRGGBB``, in stacking order.
        share: Stretch each bar to 100 %.
    """
    import altair as alt

    data = scales.plottable(frame, [label, part, value])
    order = {name: place for place, name in enumerate(colours)}
    data = data.assign(_order=data[part].map(order).fillna(len(order)))
    length = alt.X(
        field=value,
        type="quantitative",
        stack="normalize" if share else "zero",
        title="Share" if share else label_of(value),
        axis=alt.Axis(format=scales.PERCENT if share else scales.COMPACT),
    )
    chart: Drawing = (
        alt.Chart(data, height=alt.Step(26))
        .mark_bar()
        .encode(
            y=alt.Y(field=label, type="nominal", sort=None, title=None).axis(**scales.NAMES),
            x=length,
            color=scales.colour(part, colours),
            order=alt.Order(field="_order", type="quantitative"),
            tooltip=scales.tooltips([label, part, value], data),
        )
    )
    return chart
