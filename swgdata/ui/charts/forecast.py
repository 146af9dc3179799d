"""Chart of a forecast: what was observed, the fan of what is expected, the baseline."""

from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales

if TYPE_CHECKING:
    import altair as alt

    from swgdata.ui.charts.scales import Drawing

_AT: Final = "_at"
_LINE: Final = "line"
_FAN: Final = ["low80", "high80", "low95", "high95"]
_SHORT: Final = timedelta(days=10)  # an axis that has room for the name of each day
_LINES: Final = {
    "active": ("Seen", theme.UNKNOWN, [1, 0]),
    "expected": ("Expected", theme.TEAL, [8, 3]),
    "baseline": ("Seasonal naive", theme.AMBER, [2, 3]),
}
_ALONE: Final = {"expected": [1, 0], "baseline": [5, 3]}  # dashes where nothing observed is drawn


def forecast_fan(
    rows: pd.DataFrame, *, people: str, zero: bool = True, zone: tzinfo | None = None
) -> "Drawing":
    """Draw what is expected with its intervals, the baseline, and what was observed before it."""
    import altair as alt

    at = scales.on_clock(rows["timestamp"], zone)
    when = "day" if "day" in rows else "when"
    words = rows["day"] if "day" in rows else at.dt.strftime("%a %Y-%m-%d %H:%M")
    figures = [column for column in _LINES if column in rows] + _FAN
    shown = rows[figures].astype("Float64").round(1).assign(**{_AT: at, when: words})
    wide = scales.plottable(shown, [_AT, when, *figures])
    axis = day_axis(at)
    across = alt.X(field=_AT, type="temporal", title=None, scale=alt.Scale(type="utc"), axis=axis)
    height: dict[str, Any] = {
        "type": "quantitative",
        "title": people,
        "axis": alt.Axis(format=scales.COMPACT),
        "scale": alt.Scale(zero=zero),
    }
    ends = alt.Chart(wide).encode(x=across, tooltip=scales.tooltips([when, *figures], wide))
    fan = [
        ends.mark_area(opacity=shade, color=theme.TEAL).encode(
            y=alt.Y(field=f"low{level}", **height), y2=alt.Y2(field=f"high{level}")
        )
        for level, shade in ((95, 0.15), (80, 0.3))
    ]
    lines = _lines(shown, when).encode(x=across, y=alt.Y(field="people", **height))
    return scales.layered(*fan, lines, height=scales.HEIGHT)


def _lines(rows: pd.DataFrame, when: str) -> Any:
    """The lines, by colour and dash."""
    import altair as alt

    looks = {column: look for column, look in _LINES.items() if column in rows}
    names = [name for name, _, _ in looks.values()]
    dashes = [dash for _, _, dash in looks.values()] if "active" in looks else [*_ALONE.values()]
    named = rows.rename(columns={column: name for column, (name, _, _) in looks.items()})
    long = named.melt([_AT, when], names, var_name=_LINE, value_name="people")
    data = scales.plottable(long, [_AT, when, _LINE, "people"])
    shared: dict[str, Any] = {
        "field": _LINE,
        "type": "nominal",
        "title": None,
        "legend": alt.Legend(orient="top", columns=2, symbolType="stroke", symbolStrokeWidth=3),
    }
    shades = alt.Scale(domain=names, range=[colour for _, colour, _ in looks.values()])
    dashed = alt.Scale(domain=names, range=dashes)
    return (
        alt.Chart(data)
        .mark_line(strokeWidth=2.5)
        .encode(
            color=alt.Color(**shared, scale=shades),
            strokeDash=alt.StrokeDash(**shared, scale=dashed),
            tooltip=scales.tooltips([when, _LINE, "people"], data),
        )
    )


def day_axis(at: "pd.Series[Any]") -> "alt.Axis":
    """An axis of days, each named once however few there are."""
    import altair as alt

    is_short = len(at) > 0 and at.max() - at.min() <= _SHORT
    return alt.Axis(
        labelOverlap=True,
        format="%a %d" if is_short else "%b %d",
        tickCount="day" if is_short else alt.Undefined,
    )
