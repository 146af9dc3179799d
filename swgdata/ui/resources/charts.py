"""Charts of the resources page: stats against caps, rank among all."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    import altair as alt

    from swgdata.ui.charts.scales import Drawing

LABELLED: Final = 6
"""So many resources are named in a strip at most."""
_BAND: Final = 1.0  # the crowd fills the lower part, the named ones stand above it
_STEP: Final = 0.22


def bullets(frame: pd.DataFrame, *, marks: Mapping[str, Mark]) -> "Drawing":
    """Draw one bar per stat up to its value, over the range up to its cap."""
    import altair as alt

    data = scales.plottable(frame, ["stat_name", "value", "cap", "percent", "band"])
    told = [
        f"{marks[band].symbol} {percent:.0f} %"
        for band, percent in zip(data["band"], data["percent"], strict=True)
    ]
    data = data.assign(_end=data["cap"].fillna(1000.0), _text=pd.Series(told, dtype="object"))
    seen = {band: marks[band] for band in reversed(list(marks)) if (data["band"] == band).any()}
    base: Any = alt.Chart().encode(
        y=scales.rows_axis("stat_name"),
        tooltip=scales.tooltips(["stat_name", "value", "cap", "percent", "band"], data),
    )
    across = alt.Scale(domain=[0, 1120], nice=False)
    axis = alt.Axis(values=[0, 250, 500, 750, 1000])
    reach = base.mark_bar(color=theme.UNKNOWN, opacity=0.25, height=18).encode(
        x=alt.X(field="_end", type="quantitative", scale=across, axis=axis, title="Value")
    )
    bars = base.mark_bar(height=9).encode(
        x=alt.X(field="value", type="quantitative"),
        color=scales.colour_of_marks("band", seen, title="Share of cap"),
    )
    caps = base.mark_tick(thickness=2, height=18, color=theme.UNKNOWN).encode(
        x=alt.X(field="_end", type="quantitative")
    )
    words = base.mark_text(align="left", dx=6, color=theme.UNKNOWN).encode(
        x=alt.X(field="_end", type="quantitative"), text=alt.Text(field="_text", type="nominal")
    )
    drawn: Drawing = scales.layered(reach, bars, caps, words, data=data, height=alt.Step(26))
    return drawn


def strip(frame: pd.DataFrame, *, marks: Mapping[str, Mark]) -> "Drawing":
    """Place every spawn by its quality; those that are ``selected`` stand out with their name."""
    import altair as alt

    columns = ["name", "class_name", "quality", "status"]
    crowd = scales.plottable(frame, columns)
    # Scattered, but every time the same way: a resource keeps its place.
    spread = (frame["id"].head(len(crowd)).to_numpy(dtype="int64") * 2_654_435_761) % 9_973
    crowd = crowd.assign(_height=spread / 9_973 * _BAND).iloc[::-1]  # what is in spawn on top
    named = _hoisted(scales.plottable(frame.loc[frame["selected"]].head(LABELLED), columns), crowd)
    top = _BAND + _STEP * (len(named) + 1)
    level = alt.Y(
        field="_height", type="quantitative", axis=None, scale=alt.Scale(domain=[-0.03, top])
    )
    place = alt.X(
        field="quality",
        type="quantitative",
        title="Quality, % of the class's caps",
        scale=alt.Scale(zero=False),
    )
    looks = {status: mark for status, mark in marks.items() if (crowd["status"] == status).any()}
    dots: Any = alt.Chart(crowd, height=scales.HEIGHT).mark_point(filled=True, size=28, opacity=0.5)
    dots = dots.encode(
        x=place,
        y=level,
        color=scales.colour_of_marks("status", looks),
        shape=scales.shape_of_marks("status", looks),
        tooltip=scales.tooltips(columns, crowd),
    )
    return scales.layered(dots, *_flags(named, place, level))


def _hoisted(named: pd.DataFrame, crowd: pd.DataFrame) -> pd.DataFrame:
    """Give each selected spawn a height, so that no name is crossed by another's pole.

    Names stand on the side where there is room, to the left of the knobs (``_left``) or to the
    right; the higher a knob, the further its name reaches over the shorter poles.
    """
    middle = (crowd["quality"].min() + crowd["quality"].max()) / 2 if len(crowd) else 0.0
    is_left = bool(named["quality"].median() >= middle) if len(named) else True
    order = named["quality"].rank(method="first", ascending=is_left)
    return named.assign(_height=_BAND + _STEP * order, _left=is_left)


def _flags(named: pd.DataFrame, place: "alt.X", level: "alt.Y") -> "list[Drawing]":
    """A pole, a knob and a name for each selected spawn."""
    import altair as alt

    if named.empty:
        return []
    base: Any = alt.Chart(named).encode(x=place, y=level)
    poles = base.mark_rule(color=theme.AMBER, strokeWidth=1.5).encode(y2=alt.datum(0))
    knobs = base.mark_point(filled=True, size=70, color=theme.AMBER, opacity=1)
    knobs = knobs.encode(tooltip=scales.tooltips(["name", "class_name", "quality"], named))
    side: dict[str, Any] = {"align": "right", "dx": -9} if named["_left"].all() else {"dx": 9}
    words = base.mark_text(**({"align": "left"} | side), color=theme.UNKNOWN, fontWeight=600)
    return [poles, knobs, words.encode(text=alt.Text(field="name", type="nominal"))]
