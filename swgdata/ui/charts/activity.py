"""The past as we looked: one entity, a few side by side, and what is expected of the next days."""

from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.looks import GAP
from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.charts.lines import lines, open_gaps
from swgdata.ui.charts.records import record_lines

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

_AT: Final = "_at"
_FIGURES: Final = ["active", "expected", "low80", "high80", "low95", "high95", "baseline"]
_LINE: Final = "line"
_LINES: Final = {"active": "Seen", "expected": "Expected", "baseline": "Seasonal naive"}
_NAMES: Final = {"Seen": theme.UNKNOWN, "Expected": theme.TEAL, "Seasonal naive": theme.AMBER}


def guild_looks(rows: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw members and active members at each look; a day without one breaks the lines.

    Args:
        rows: Rows of ``guild_past``.
        zone: Clock of the axis; UTC where None.
    """
    open_rows = open_gaps(rows, time="timestamp", every=GAP)
    return lines(open_rows, x="timestamp", y=["members", "active"], zone=zone, title="Members")


def city_looks(rows: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw citizens and active citizens likewise, with a rule where the rank changed.

    Args:
        rows: Rows of ``city_past``.
        zone: Clock of the axis; UTC where None.
    """
    open_rows = open_gaps(rows, time="timestamp", every=GAP)
    local = scales.on_clock(open_rows["timestamp"], zone)
    named = open_rows.assign(label=local.dt.strftime("%Y-%m-%d %H:%M"))
    return record_lines(named, zone=zone)


def indexed_lines(rows: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw each entity's index, 100 at the start, as a line of its own; gaps stay open.

    Args:
        rows: Rows of ``compare``.
        zone: Clock of the axis; UTC where None.
    """
    rounded = rows.assign(index=rows["index"].round(1))
    open_rows = open_gaps(rounded, time="timestamp", every=GAP, by="entity")
    title = "100 = start of the window"
    settings: dict[str, Any] = {"zone": zone, "zero": False, "title": title}
    return lines(open_rows, x="timestamp", y="index", by="entity", **settings)


def activity_fan(rows: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw the days behind us, and those ahead with their intervals and the baseline.

    Args:
        rows: Rows of ``activity_forecast``.
        zone: Clock of the axis; UTC where None.
    """
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
    return alt.layer(*fan, _courses(told, across), height=scales.HEIGHT)


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
