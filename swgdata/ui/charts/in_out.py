"""Bars above and below a line: what came and what went."""

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import label as label_of
from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

_WAY: Final = "_way"
_SIGNED: Final = "_signed"
_TEXT: Final = "_text"


def in_out_bars(frame: pd.DataFrame, *, label: str, came: str, went: str) -> "Drawing":
    """Draw two bars per row: up from the line what came, down from it what went.

    Args:
        frame: One row per ``label``, in the order to draw them; counts of at least 0.
        label: Column that names the pair.
        came: Column of the bar upwards.
        went: Column of the bar downwards.
    """
    import altair as alt

    marks = {came: theme.RISE, went: theme.FALL}
    sides = [_side(frame[label], frame[column], mark) for column, mark in marks.items()]
    both = pd.concat(sides, ignore_index=True)
    data = scales.plottable(both, both.columns)
    longest = max(data["count"].max(), 1.0) if len(data) else 1.0
    low = min(data[_SIGNED].min(), 0.0) - longest / 4 if len(data) else -1.0
    high = max(data[_SIGNED].max(), 0.0) + longest / 4 if len(data) else 1.0
    whole = alt.Axis(tickMinStep=1, labelExpr="format(abs(datum.value), ',.0f')")
    base: Any = alt.Chart(data, height=scales.HEIGHT).encode(
        x=alt.X(field=label, type="nominal", sort=None, title=None).axis(
            labelAngle=-40, labelLimit=120, labelOverlap=False
        ),
        y=alt.Y(
            field=_SIGNED,
            type="quantitative",
            stack=None,
            title="Out and in",
            scale=alt.Scale(domain=[low, high], nice=False),
            axis=whole,
        ),
        tooltip=scales.tooltips([label, "count"], data),
    )
    colours = {label_of(column): mark.colour for column, mark in marks.items()}
    bars = base.mark_bar(cornerRadiusEnd=2).encode(color=scales.colour(_WAY, colours, title=" "))
    line = alt.Chart(data.head(1)).mark_rule(color=theme.UNKNOWN).encode(y=alt.datum(0))
    return alt.layer(bars, line, *_figures(data, label))


def _side(names: "pd.Series[Any]", counts: "pd.Series[Any]", mark: Mark) -> pd.DataFrame:
    """One bar per name, upwards where the mark means a rise."""
    return pd.DataFrame(
        {
            names.name: names,
            "count": counts,
            _WAY: label_of(str(counts.name)),
            _SIGNED: counts if mark is theme.RISE else -counts,
            _TEXT: mark.symbol + "\n" + counts.map("{:,}".format).astype("str"),
        }
    )


def _figures(data: pd.DataFrame, label: str) -> "list[Drawing]":
    """The count beyond the end of each bar; none for a bar of nothing."""
    import altair as alt

    drawn: list[Drawing] = []
    for is_up, part in data.loc[data["count"] > 0].groupby(data[_SIGNED] > 0):
        side: dict[str, Any] = (
            {"baseline": "bottom", "dy": -14} if is_up else {"baseline": "top", "dy": 3}
        )
        words: Any = alt.Chart(part).mark_text(
            color=theme.UNKNOWN, lineBreak="\n", fontSize=10, **side
        )
        drawn.append(
            words.encode(
                x=alt.X(field=label, type="nominal", sort=None),
                y=alt.Y(field=_SIGNED, type="quantitative"),
                text=alt.Text(field=_TEXT, type="nominal"),
            )
        )
    return drawn
