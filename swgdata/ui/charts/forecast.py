"""TODO."""

from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

_AT: Final = "_at"
_FIGURES: Final = ["active", "expected", "low80", "high80", "low95", "high95", "baseline"]
_LINE: Final = "line"
_LINES: Final = {"active": "Seen", "expected": "Expected", "baseline": "Seasonal naive"}
_NAMES: Final = {"Seen": theme.UNKNOWN, "Expected": theme.TEAL, "Seasonal naive": theme.AMBER}


def activity_fan(rows: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw the days behind us, and those ahead with their intervals and the baseline."""
    import altair as alt

    at = scales.on_clock(rows["timestamp"], zone)
    rounded = rows[_FIGURES].astype("Float64").round(1)
    told = rounded.assign(**{_AT: at, "day": rows["day"]})
    wide = scales.plottable(told, [_AT, "day", *_FIGURES])
    axis = alt.Axis(labelOverlap=True, format="%b %d")
    across = alt.X(field=_AT, type="temporal", title=None, scale=alt.Scale(type="utc"), axis=axis)
    tips = scales.tooltips(["day", *_FIGURES], wide)
    ends = alt.Chart(wide).encode(x=across, tooltip=tips)
    fan = [
        ends.mark_area(opacity=shade, color=theme.TEAL).encode(
            y=_people(f"low{level}"), y2=alt.Y2(field=f"high{level}")
        )
        for level, shade in ((95, 0.15), (80, 0.3))
    ]
    return scales.layered(*fan, _courses(told, across), height=scales.HEIGHT)


def _courses(told: pd.DataFrame, across: Any) -> Any:
    """The lines: what was seen, what is expected, and the baseline, by colour and dash."""
    import altair as alt

    named = told.rename(columns=_LINES)
    lines = named.melt([_AT, "day"], list(_NAMES), var_name=_LINE, value_name="people")
    data = scales.plottable(lines, [_AT, "day", _LINE, "people"])
    shared: dict[str, Any] = {"field": _LINE, "type": "nominal", "title": None}
    legend = alt.Legend(orient="top", columns=2, symbolType="stroke", symbolStrokeWidth=3)
    shades = alt.Scale(domain=list(_NAMES), range=list(_NAMES.values()))
    dashes = alt.Scale(domain=list(_NAMES), range=[[1, 0], [8, 3], [2, 3]])
    return (
        alt.Chart(data)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=across,
            y=_people("people"),
            color=alt.Color(**shared, legend=legend, scale=shades),
            strokeDash=alt.StrokeDash(**shared, legend=legend, scale=dashes),
            tooltip=scales.tooltips(["day", _LINE, "people"], data),
        )
    )


def _people(column: str) -> Any:
    import altair as alt

    axis, scale = alt.Axis(format=scales.COMPACT), alt.Scale(zero=False)
    return alt.Y(field=column, type="quantitative", title="Active citizens", axis=axis, scale=scale)
