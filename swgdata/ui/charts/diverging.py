"""Bars to both sides of zero: who gained and who lost."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import label as label_of

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

_WAY: Final = "_way"
_TEXT: Final = "_text"


def diverging_bar(
    frame: pd.DataFrame, *, value: str, label: str, details: Sequence[str] = ()
) -> "Drawing":
    """Draw one bar per row from zero, up to the right and down to the left.

    Args:
        frame: ``value`` and ``label``, in the order to draw them; rows without a value, and
            those at zero, are left out.
        value: Column of the signed length.
        label: Column that names the bar.
        details: Further columns for the tooltip.
    """
    import altair as alt

    known = frame.loc[frame[value].notna() & frame[value].ne(0).fillna(value=False)]
    data = scales.plottable(known, [label, value, *details])
    ways = {theme.RISE.label: theme.RISE, theme.FALL.label: theme.FALL}
    marks = [theme.RISE if change > 0 else theme.FALL for change in data[value]]
    words = [
        f"{mark.symbol} {change:+,.0f}" for mark, change in zip(marks, data[value], strict=True)
    ]
    data = data.assign(
        **{
            _WAY: pd.Series([mark.label for mark in marks], dtype="object"),
            _TEXT: pd.Series(words, dtype="object"),
        }
    )
    reach = float(data[value].abs().max()) * 1.35 if len(data) else 1.0
    base: Any = alt.Chart().encode(
        y=alt.Y(field=label, type="nominal", sort=None, title=None).axis(**scales.NAMES),
        x=alt.X(
            field=value,
            type="quantitative",
            title=label_of(value),
            scale=alt.Scale(domain=[-reach, reach]),
            axis=alt.Axis(format="+~s"),
        ),
        tooltip=scales.tooltips([label, value, *details], data),
    )
    seen = {way: mark for way, mark in ways.items() if (data[_WAY] == way).any()}
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        color=scales.colour(_WAY, {way: mark.colour for way, mark in seen.items()}, legend=False)
    )
    layers = [bars]
    sides: dict[str, dict[str, Any]] = {
        theme.RISE.label: {"align": "left", "dx": 4},
        theme.FALL.label: {"align": "right", "dx": -4},
    }
    for way, side in sides.items():
        part = data.loc[data[_WAY] == way]
        if len(part):
            labels = alt.Chart(part).mark_text(**side, color=theme.UNKNOWN)
            layers.append(
                labels.encode(
                    y=alt.Y(field=label, type="nominal", sort=None),
                    x=alt.X(field=value, type="quantitative"),
                    text=alt.Text(field=_TEXT, type="nominal"),
                )
            )
    drawn: Drawing = alt.layer(*layers, data=data, height=alt.Step(24))
    return drawn
