"""Line and area charts with open gaps; the record of a city."""

from collections.abc import Mapping, Sequence
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.city_ranks import rank_changes
from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import label as label_of

if TYPE_CHECKING:
    import altair as alt

    from swgdata.ui.charts.scales import Drawing

_AT: Final = "_at"
_SERIES: Final = "series"
_VALUE: Final = "value"
_WORDS: Final = "replace(datum.label, '_', ' ')"
_DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3], [10, 4])


def open_gaps(frame: pd.DataFrame, *, time: str, every: timedelta, by: str = "") -> pd.DataFrame:
    """Add an empty row inside each gap, so that a line breaks instead of bridging it.

    Returns:
        The rows of ``frame`` and one more per gap (numbers missing), in the same order.
    """
    step = frame.groupby(by, observed=True)[time].diff() if by else frame[time].diff()
    after = step > every
    if not after.any():
        return frame
    keep = [time, by] if by else [time]
    holes = frame.loc[after, keep].assign(**{time: frame.loc[after, time] - step[after] / 2})
    return pd.concat([frame, holes], ignore_index=True).sort_values(
        keep[::-1], kind="stable", ignore_index=True
    )


def lines(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str | Sequence[str],
    by: str = "",
    colours: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
    zero: bool = True,
    title: str = "",
) -> "Drawing":
    """Draw one line per series; a missing number leaves its gap open."""
    import altair as alt

    if not isinstance(y, str):
        frame = frame.melt([x], list(y), var_name=_SERIES, value_name=_VALUE)
        y, by, title = _VALUE, _SERIES, title or " "
    data, across = _across(_thinned(frame, by), x, [y, by], zone)
    chart: Any = alt.Chart(data, height=scales.HEIGHT)
    chart = chart.mark_line(point=len(data) <= 60, strokeWidth=2).encode(
        x=across,
        y=alt.Y(
            field=y,
            type="quantitative",
            scale=alt.Scale(zero=zero),
            title=(title or label_of(y)).strip() or None,
            axis=alt.Axis(format=scales.COMPACT),
        ),
        tooltip=[_when(x), *scales.tooltips([by, y], data)],
    )
    looks = _looks(data, by, colours) if by else {"color": alt.value(theme.TEAL)}
    drawn: Drawing = chart.encode(**looks)
    return drawn


def _looks(data: pd.DataFrame, by: str, colours: Mapping[str, str] | None) -> dict[str, Any]:
    """Tell series apart by colour and dash, in one legend."""
    import altair as alt

    names = list(colours or dict.fromkeys(data[by].dropna()))
    dashes = [_DASHES[place % len(_DASHES)] for place in range(len(names))]
    shared: dict[str, Any] = {
        "field": by,
        "type": "nominal",
        "title": None,
        "legend": alt.Legend(orient="top", labelExpr=_WORDS),
    }
    shades = list(colours.values()) if colours else alt.Undefined
    return {
        "color": alt.Color(**shared, scale=alt.Scale(domain=names, range=shades)),
        "strokeDash": alt.StrokeDash(**shared, scale=alt.Scale(domain=names, range=dashes)),
    }


def stacked_area(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    by: str,
    colours: Mapping[str, str],
    zone: tzinfo | None = None,
) -> "Drawing":
    """Stack series on one another; arguments as for ``lines``."""
    import altair as alt

    data, across = _across(_thinned(frame, by), x, [y, by], zone)
    chart: Drawing = (
        alt.Chart(data, height=scales.HEIGHT)
        .mark_area(opacity=0.75, line={"strokeWidth": 1.5})
        .encode(
            x=across,
            y=alt.Y(
                field=y,
                type="quantitative",
                stack="zero",
                title=label_of(y),
                axis=alt.Axis(format=scales.COMPACT),
            ),
            color=scales.colour(by, colours),
            tooltip=[_when(x), *scales.tooltips([by, y], data)],
        )
    )
    return chart


def _thinned(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Keep evenly spaced rows of each series where there are too many, both ends included."""
    if len(frame) <= scales.MAX_MARKS:
        return frame
    share = scales.MAX_MARKS / len(frame)

    def spaced(size: int) -> list[int]:
        count = max(int(size * share), 2)
        return sorted({place * (size - 1) // (count - 1) for place in range(count)})

    if not by:
        return frame.iloc[spaced(len(frame))]
    parts = [part.iloc[spaced(len(part))] for _, part in frame.groupby(by, sort=False) if len(part)]
    return pd.concat(parts)


def _across(
    frame: pd.DataFrame, x: str, others: list[str], zone: tzinfo | None
) -> "tuple[pd.DataFrame, alt.X]":
    """Prepare the horizontal axis: time on the chosen clock, or labels in their order."""
    import altair as alt

    data = scales.plottable(frame, [x, *others])
    if not isinstance(data[x].dtype, pd.DatetimeTZDtype):
        axis = alt.Axis(labelAngle=0, labelOverlap=True)
        return data, alt.X(field=x, type="ordinal", sort=None, title=None, axis=axis)
    at = scales.on_clock(data[x], zone)
    data = data.assign(**{_AT: at, x: at.dt.strftime("%Y-%m-%d %H:%M")})
    scale = alt.Scale(type="utc")
    return data, alt.X(field=_AT, type="temporal", scale=scale, title=None)


def _when(x: str) -> "alt.Tooltip":
    import altair as alt

    return alt.Tooltip(field=x, type="nominal", title="When")


_RECORD_AT: Final = "_at"
_WHEN: Final = "when"
_PEOPLE: Final = ("citizens", "active")
_SKIP: Final = 5  # "0012 " stands before a label, so that equal labels stay apart


def record_lines(history: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw citizens and active citizens of one city, oldest first."""
    import altair as alt

    recent = history.tail(scales.MAX_MARKS // len(_PEOPLE))
    placed, across = _record_across(recent, zone)
    people = placed.melt([_RECORD_AT, _WHEN], list(_PEOPLE), var_name="who", value_name="people")
    data = scales.plottable(people, [_RECORD_AT, _WHEN, "who", "people"])
    shared: dict[str, Any] = {"field": "who", "type": "nominal", "title": None}
    legend = alt.Legend(orient="top", symbolType="stroke", symbolStrokeWidth=3, symbolSize=300)
    lines = (
        alt.Chart(data, height=scales.HEIGHT)
        .mark_line(point=len(data) <= 120, strokeWidth=2)
        .encode(
            x=across,
            y=alt.Y(field="people", type="quantitative", title="Citizens"),
            color=alt.Color(
                **shared,
                legend=legend,
                scale=alt.Scale(domain=list(_PEOPLE), range=[theme.AMBER, theme.TEAL]),
            ),
            strokeDash=alt.StrokeDash(
                **shared,
                legend=legend,
                scale=alt.Scale(domain=list(_PEOPLE), range=[[6, 3], [1, 0]]),
            ),
            tooltip=scales.tooltips([_WHEN, "who", "people"], data),
        )
    )
    return scales.layered(lines, *_rules(recent, placed, across))


def _record_across(history: pd.DataFrame, zone: tzinfo | None) -> "tuple[pd.DataFrame, alt.X]":
    """Place every record: by its time where all have one, else by its turn."""
    import altair as alt

    if "timestamp" in history and history["timestamp"].notna().all():
        at = scales.on_clock(history["timestamp"], zone)
        words = at.dt.strftime("%Y-%m-%d %H:%M")
        time = alt.X(field=_RECORD_AT, type="temporal", scale=alt.Scale(type="utc"), title=None)
        return history.assign(**{_RECORD_AT: at, _WHEN: words}), time
    turns = [f"{turn:04d} " for turn in range(len(history))]
    axis = alt.Axis(labelExpr=f"slice(datum.label, {_SKIP})", labelAngle=0, labelOverlap=True)
    keys = pd.Series(turns, index=history.index, dtype="str") + history["label"].fillna("")
    turn = alt.X(field=_RECORD_AT, type="ordinal", sort="ascending", title=None, axis=axis)
    return history.assign(**{_RECORD_AT: keys, _WHEN: history["label"]}), turn


def _rules(history: pd.DataFrame, placed: pd.DataFrame, across: "alt.X") -> "list[Drawing]":
    """A dashed rule with words at each change of rank."""
    import altair as alt

    changes = rank_changes(history)
    if changes.empty:
        return []
    at = placed[_RECORD_AT].iloc[changes["position"]].reset_index(drop=True)
    data = scales.plottable(changes.assign(**{_RECORD_AT: at}), [_RECORD_AT, "label", "change"])
    base = alt.Chart(data).encode(x=across, tooltip=scales.tooltips(["label", "change"], data))
    rules = base.mark_rule(strokeDash=[4, 3], color=theme.UNKNOWN)
    words = base.mark_text(angle=270, align="left", dy=-7, dx=4, color=theme.UNKNOWN).encode(
        y=alt.value("height"), text=alt.Text(field="change", type="nominal")
    )
    return [rules, words]
