"""Gains and losses, in and out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import label as label_of
from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

_DIVERGING_WAY: Final = "_way"
_DIVERGING_TEXT: Final = "_text"


def diverging_bar(
    frame: pd.DataFrame, *, value: str, label: str, details: Sequence[str] = ()
) -> "Drawing":
    """Draw one bar per row from zero, up to the right and down to the left."""
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
            _DIVERGING_WAY: pd.Series([mark.label for mark in marks], dtype="object"),
            _DIVERGING_TEXT: pd.Series(words, dtype="object"),
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
    seen = {way: mark for way, mark in ways.items() if (data[_DIVERGING_WAY] == way).any()}
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        color=scales.colour(
            _DIVERGING_WAY, {way: mark.colour for way, mark in seen.items()}, legend=False
        )
    )
    layers = [bars]
    sides: dict[str, dict[str, Any]] = {
        theme.RISE.label: {"align": "left", "dx": 4},
        theme.FALL.label: {"align": "right", "dx": -4},
    }
    for way, side in sides.items():
        part = data.loc[data[_DIVERGING_WAY] == way]
        if len(part):
            labels = alt.Chart(part).mark_text(**side, color=theme.UNKNOWN)
            layers.append(
                labels.encode(
                    y=alt.Y(field=label, type="nominal", sort=None),
                    x=alt.X(field=value, type="quantitative"),
                    text=alt.Text(field=_DIVERGING_TEXT, type="nominal"),
                )
            )
    drawn: Drawing = alt.layer(*layers, data=data, height=alt.Step(24))
    return drawn


_IN_OUT_WAY: Final = "_way"
_IN_OUT_SIGNED: Final = "_signed"
_IN_OUT_TEXT: Final = "_text"


def in_out_bars(frame: pd.DataFrame, *, label: str, came: str, went: str) -> "Drawing":
    """Draw two bars per row: up from the line what came, down from it what went."""
    import altair as alt

    marks = {came: theme.RISE, went: theme.FALL}
    sides = [_side(frame[label], frame[column], mark) for column, mark in marks.items()]
    both = pd.concat(sides, ignore_index=True)
    data = scales.plottable(both, both.columns)
    longest = max(data["count"].max(), 1.0) if len(data) else 1.0
    low = min(data[_IN_OUT_SIGNED].min(), 0.0) - longest / 4 if len(data) else -1.0
    high = max(data[_IN_OUT_SIGNED].max(), 0.0) + longest / 4 if len(data) else 1.0
    whole = alt.Axis(tickMinStep=1, labelExpr="format(abs(datum.value), ',.0f')")
    base: Any = alt.Chart(data, height=scales.HEIGHT).encode(
        x=alt.X(field=label, type="nominal", sort=None, title=None).axis(
            labelAngle=-40, labelLimit=120, labelOverlap=False
        ),
        y=alt.Y(
            field=_IN_OUT_SIGNED,
            type="quantitative",
            stack=None,
            title="Out and in",
            scale=alt.Scale(domain=[low, high], nice=False),
            axis=whole,
        ),
        tooltip=scales.tooltips([label, "count"], data),
    )
    colours = {label_of(column): mark.colour for column, mark in marks.items()}
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        color=scales.colour(_IN_OUT_WAY, colours, title=" ")
    )
    line = alt.Chart(data.head(1)).mark_rule(color=theme.UNKNOWN).encode(y=alt.datum(0))
    return alt.layer(bars, line, *_figures(data, label))


def _side(names: "pd.Series[Any]", counts: "pd.Series[Any]", mark: Mark) -> pd.DataFrame:
    """One bar per name, upwards where the mark means a rise."""
    return pd.DataFrame(
        {
            names.name: names,
            "count": counts,
            _IN_OUT_WAY: label_of(str(counts.name)),
            _IN_OUT_SIGNED: counts if mark is theme.RISE else -counts,
            _IN_OUT_TEXT: mark.symbol + "\n" + counts.map("{:,}".format).astype("str"),
        }
    )


def _figures(data: pd.DataFrame, label: str) -> "list[Drawing]":
    """The count beyond the end of each bar; none for a bar of nothing."""
    import altair as alt

    drawn: list[Drawing] = []
    for is_up, part in data.loc[data["count"] > 0].groupby(data[_IN_OUT_SIGNED] > 0):
        side: dict[str, Any] = (
            {"baseline": "bottom", "dy": -14} if is_up else {"baseline": "top", "dy": 3}
        )
        words: Any = alt.Chart(part).mark_text(
            color=theme.UNKNOWN, lineBreak="\n", fontSize=10, **side
        )
        drawn.append(
            words.encode(
                x=alt.X(field=label, type="nominal", sort=None),
                y=alt.Y(field=_IN_OUT_SIGNED, type="quantitative"),
                text=alt.Text(field=_IN_OUT_TEXT, type="nominal"),
            )
        )
    return drawn


_AT: Final = "_at"
_DAILY_SIGNED: Final = "_signed"
_DAILY_WAY: Final = "way"
_WAYS: Final = {"spawned": theme.RISE, "despawned": theme.FALL}


def daily_bars(frame: pd.DataFrame) -> "Drawing":
    """Draw one bar up and one down per day; a day without a look is shaded, not zero."""
    import altair as alt

    at = pd.to_datetime(frame["day"], utc=True).astype("datetime64[s, UTC]")
    days = scales.plottable(frame.assign(**{_AT: at}), [_AT, "day", "looks", *_WAYS])
    sides = [
        days.assign(way=way, count=days[way], _signed=days[way] * sign)
        for way, sign in zip(_WAYS, (1, -1), strict=True)
    ]
    bars = pd.concat(sides, ignore_index=True)[
        [_AT, "day", "looks", _DAILY_WAY, "count", _DAILY_SIGNED]
    ]
    across = alt.X(
        field=_AT,
        type="temporal",
        timeUnit="utcyearmonthdate",
        title=None,
        axis=alt.Axis(format="%d %b", labelOverlap=True),
    )
    up: Any = alt.Y(
        field=_DAILY_SIGNED,
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
        color=scales.colour(_DAILY_WAY, colours, title=" "),
        tooltip=scales.tooltips(["day", _DAILY_WAY, "count", "looks"], bars),
    )
    line = alt.Chart(days.head(1)).mark_rule(color=theme.UNKNOWN).encode(y=alt.datum(0))
    blank = days.loc[days["looks"] == 0, [_AT, "day", "looks"]]
    shade = alt.Chart(blank).mark_rect(color=theme.UNKNOWN, opacity=0.22)
    return alt.layer(
        shade.encode(x=across, tooltip=scales.tooltips(["day", "looks"], blank)), drawn, line
    )
