"""Bars on both sides of zero: gains and losses by name, in and out by class or by day."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import label as label_of

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing
    from swgdata.ui.theme import Mark

_AT: Final = "_at"
_SIGNED: Final = "_signed"
_TEXT: Final = "_text"
_WAY: Final = "_way"
_DAILY: Final = {"spawned": theme.RISE, "despawned": theme.FALL}
_BESIDE: Final = ({"align": "left", "dx": 4}, {"align": "right", "dx": -4})
_BEYOND: Final = (
    {"baseline": "bottom", "dy": -14, "lineBreak": "\n", "fontSize": 10},
    {"baseline": "top", "dy": 3, "lineBreak": "\n", "fontSize": 10},
)


def diverging_bar(
    frame: pd.DataFrame, *, value: str, label: str, details: Sequence[str] = ()
) -> "Drawing":
    """Draw one bar per row from zero, up to the right and down to the left."""
    import altair as alt

    known = frame.loc[frame[value].notna() & frame[value].ne(0).fillna(value=False)]
    data = scales.plottable(known, [label, value, *details])
    marks = [theme.RISE if change > 0 else theme.FALL for change in data[value]]
    words = [
        f"{mark.symbol} {change:+,.0f}" for mark, change in zip(marks, data[value], strict=True)
    ]
    ways = pd.Series([mark.label for mark in marks], dtype="object")
    data = data.assign(**{_WAY: ways, _TEXT: pd.Series(words, dtype="object")})
    reach = float(data[value].abs().max()) * 1.35 if len(data) else 1.0
    across = alt.X(
        field=value,
        type="quantitative",
        title=label_of(value),
        scale=alt.Scale(domain=[-reach, reach], nice=True),
        axis=alt.Axis(format="+~s"),
    )
    place: dict[str, Any] = {"x": across, "y": scales.rows_axis(label)}
    tips = scales.tooltips([label, value, *details], data)
    seen = {mark.label: mark for mark in (theme.RISE, theme.FALL) if mark in marks}
    bars = _bars(data, seen, legend=False, tooltip=tips, **place)
    return scales.layered(bars, *_figures(data, value, _BESIDE, place), height=alt.Step(24))


def in_out_bars(frame: pd.DataFrame, *, label: str, came: str, went: str) -> "Drawing":
    """Draw two bars per row: up from the line what came, down from it what went."""
    import altair as alt

    marks = {came: theme.RISE, went: theme.FALL}
    both = _both_ways(frame, marks)
    words = both["count"].map("{:,}".format).astype("str")
    symbols = both[_WAY].map({column: mark.symbol for column, mark in marks.items()})
    named = both[_WAY].map(label_of)
    both = both.assign(**{_TEXT: symbols.astype("str") + "\n" + words, _WAY: named})
    data = scales.plottable(both, [label, "count", _WAY, _SIGNED, _TEXT])
    longest = max(data["count"].max(), 1.0) if len(data) else 1.0
    low = min(data[_SIGNED].min(), 0.0) - longest / 4 if len(data) else -1.0
    high = max(data[_SIGNED].max(), 0.0) + longest / 4 if len(data) else 1.0
    names = alt.Axis(labelAngle=-40, labelLimit=120, labelOverlap=False)
    place: dict[str, Any] = {
        "x": alt.X(field=label, type="nominal", sort=None, title=None, axis=names),
        "y": _out_and_in(stack=None, scale=alt.Scale(domain=[low, high], nice=False)),
    }
    looks = {label_of(column): mark for column, mark in marks.items()}
    bars = _bars(data, looks, tooltip=scales.tooltips([label, "count"], data), **place)
    figures = _figures(data.loc[data["count"] > 0], _SIGNED, _BEYOND, place)
    return scales.layered(bars, _zero(data), *figures, height=scales.HEIGHT)


def daily_bars(frame: pd.DataFrame) -> "Drawing":
    """Draw one bar up and one down per day; a day without a look is shaded, not zero."""
    import altair as alt

    at = pd.to_datetime(frame["day"], utc=True).astype("datetime64[s, UTC]")
    days = scales.plottable(frame.assign(**{_AT: at}), [_AT, "day", "looks", *_DAILY])
    both = _both_ways(days, _DAILY).rename(columns={_WAY: "way"})
    data = both[[_AT, "day", "looks", "way", "count", _SIGNED]]
    across = alt.X(
        field=_AT,
        type="temporal",
        timeUnit="utcyearmonthdate",
        title=None,
        axis=alt.Axis(format="%d %b", labelOverlap=True),
    )
    tips = scales.tooltips(["day", "way", "count", "looks"], data)
    bars = _bars(data, _DAILY, way="way", x=across, y=_out_and_in(stack="zero"), tooltip=tips)
    blank = days.loc[days["looks"] == 0, [_AT, "day", "looks"]]
    shade: Any = alt.Chart(blank).mark_rect(color=theme.UNKNOWN, opacity=0.22)
    shade = shade.encode(x=across, tooltip=scales.tooltips(["day", "looks"], blank))
    return scales.layered(shade, bars, _zero(days), height=scales.HEIGHT)


def _both_ways(frame: pd.DataFrame, marks: "dict[str, Mark]") -> pd.DataFrame:
    """Each row once per column of ``marks``: the number as ``count``, and with its sign."""
    parts = []
    for column, mark in marks.items():
        signed = frame[column] if mark is theme.RISE else -frame[column]
        parts.append(frame.assign(count=frame[column], **{_WAY: column}, _signed=signed))
    return pd.concat(parts, ignore_index=True)


def _bars(
    data: pd.DataFrame,
    marks: "dict[str, Mark]",
    *,
    way: str = _WAY,
    legend: bool = True,
    **channels: Any,
) -> Any:
    import altair as alt

    colours = {name: mark.colour for name, mark in marks.items()}
    colour = scales.colour(way, colours, title=" " if legend else "Way", legend=legend)
    return alt.Chart(data).mark_bar(cornerRadiusEnd=2).encode(color=colour, **channels)


def _figures(
    data: pd.DataFrame, value: str, sides: Sequence[dict[str, Any]], place: dict[str, Any]
) -> "list[Drawing]":
    """The words in ``_text`` beyond the end of each bar."""
    import altair as alt

    text = alt.Text(field=_TEXT, type="nominal")
    parts = zip(sides, (data.loc[data[value] > 0], data.loc[data[value] < 0]), strict=True)
    return [
        alt.Chart(part).mark_text(color=theme.UNKNOWN, **side).encode(text=text, **place)
        for side, part in parts
        if len(part)
    ]


def _out_and_in(**settings: Any) -> Any:
    import altair as alt

    axis = alt.Axis(tickMinStep=1, labelExpr="format(abs(datum.value), ',.0f')")
    return alt.Y(field=_SIGNED, type="quantitative", title="Out and in", axis=axis, **settings)


def _zero(data: pd.DataFrame) -> Any:
    import altair as alt

    return alt.Chart(data.head(1)).mark_rule(color=theme.UNKNOWN).encode(y=alt.datum(0))
