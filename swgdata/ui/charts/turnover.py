"""Day by day: up what came, down what went, and the days nobody looked."""

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

_AT: Final = "_at"
_SIGNED: Final = "_signed"
_WAY: Final = "way"
_WAYS: Final = {"spawned": theme.RISE, "despawned": theme.FALL}


def daily_bars(frame: pd.DataFrame) -> "Drawing":
    """Draw one bar up and one down per day; a day without a look is shaded, not zero.

    Args:
        frame: Rows of the table ``spawn_turnover``, oldest first.
    """
    import altair as alt

    at = pd.to_datetime(frame["day"], utc=True).astype("datetime64[s, UTC]")
    days = scales.plottable(frame.assign(**{_AT: at}), [_AT, "day", "looks", *_WAYS])
    sides = [
        days.assign(way=way, count=days[way], _signed=days[way] * sign)
        for way, sign in zip(_WAYS, (1, -1), strict=True)
    ]
    bars = pd.concat(sides, ignore_index=True)[[_AT, "day", "looks", _WAY, "count", _SIGNED]]
    across = alt.X(
        field=_AT,
        type="temporal",
        timeUnit="utcyearmonthdate",
        title=None,
        axis=alt.Axis(format="%d %b", labelOverlap=True),
    )
    up: Any = alt.Y(
        field=_SIGNED,
        type="quantitative",
        title="Out and in",
        stack="zero",
        axis=alt.Axis(tickMinStep=1, labelExpr="format(abs(datum.value), ',.0f')"),
    )
    colours = {way: mark.colour for way, mark in _WAYS.items()}
    drawn: Any = alt.Chart(bars, height=scales.HEIGHT).mark_bar()
    drawn = drawn.encode(
        x=across,
        y=up,
        color=scales.colour(_WAY, colours, title=" "),
        tooltip=scales.tooltips(["day", _WAY, "count", "looks"], bars),
    )
    line = alt.Chart(days.head(1)).mark_rule(color=theme.UNKNOWN).encode(y=alt.datum(0))
    blank = days.loc[days["looks"] == 0, [_AT, "day", "looks"]]
    shade = alt.Chart(blank).mark_rect(color=theme.UNKNOWN, opacity=0.22)
    return alt.layer(
        shade.encode(x=across, tooltip=scales.tooltips(["day", "looks"], blank)), drawn, line
    )
