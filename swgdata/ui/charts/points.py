"""Point charts: two numbers against each other, and places on a planet."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import label as label_of
from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    import altair as alt

    from swgdata.ui.charts.scales import Drawing

MAP_EDGE: Final = 8192  # metres from the middle of a planet's map to its edge
_PLOTTED: Final = "_mark"


def scatter(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    mark: str = "",
    marks: Mapping[str, Mark] | None = None,
    size: str = "",
    details: Sequence[str] = (),
    guides: Sequence[float] = (),
) -> "Drawing":
    """Plot one point per row, told apart by colour and shape."""
    import altair as alt

    known = frame.loc[frame[x].notna() & frame[y].notna()]
    data = scales.plottable(known, [x, y, mark, size, *details])
    points: Any = alt.Chart(data, height=scales.HEIGHT).mark_point(
        filled=True, opacity=0.8, size=70
    )
    points = points.encode(
        x=alt.X(field=x, type="quantitative", title=label_of(x)),
        y=alt.Y(field=y, type="quantitative", title=label_of(y)),
        tooltip=scales.tooltips([*details, x, y, mark, size], data),
    )
    if mark:
        looks = _looks(data, mark, marks)
        data[_PLOTTED] = data[mark].where(data[mark].isin(list(looks)), theme.NO_FACTION.label)
        points = points.encode(
            color=scales.colour_of_marks(_PLOTTED, looks, title=label_of(mark)),
            shape=scales.shape_of_marks(_PLOTTED, looks, title=label_of(mark)),
        )
    else:
        points = points.encode(color=alt.value(theme.TEAL))
    if size:
        points = points.encode(size=_area(size))
    drawn: Drawing = scales.layered(*_guides(data, x, guides), points) if guides else points
    return drawn


def galaxy_map(
    frame: pd.DataFrame,
    *,
    x: str = "x",
    y: str = "y",
    mark: str = "faction",
    size: str = "active",
    details: Sequence[str] = (),
    written: int = 0,
) -> "Drawing":
    """Place rows on the square map of one planet, north up."""
    import altair as alt

    known = frame.loc[frame[x].notna() & frame[y].notna()]
    data = scales.plottable(known, [x, y, mark, size, *details])
    looks = _looks(data, mark, None)
    data[_PLOTTED] = data[mark].where(data[mark].isin(list(looks)), theme.NO_FACTION.label)
    edge = alt.Scale(domain=[-MAP_EDGE, MAP_EDGE], nice=False)
    ticks = alt.Axis(values=[-8000, -4000, 0, 4000, 8000], format="d", grid=True)
    points = alt.Chart(data, height=440).encode(
        x=alt.X(field=x, type="quantitative", scale=edge, axis=ticks, title="West – east, m"),
        y=alt.Y(field=y, type="quantitative", scale=edge, axis=ticks, title="South – north, m"),
        tooltip=scales.tooltips([*details, mark, size, x, y], data),
    )
    marks = points.mark_point(filled=True, opacity=0.8).encode(
        color=scales.colour_of_marks(_PLOTTED, looks, title=label_of(mark)),
        shape=scales.shape_of_marks(_PLOTTED, looks, title=label_of(mark)),
        size=_area(size, legend=False),
    )
    if not written:
        return scales.layered(marks)
    largest = data.nlargest(written, size)
    names = points.properties(data=largest).mark_text(dy=-14, limit=130, color=theme.UNKNOWN)
    return scales.layered(marks, names.encode(text=alt.Text(field=details[0], type="nominal")))


def _looks(data: pd.DataFrame, column: str, marks: Mapping[str, Mark] | None) -> dict[str, Mark]:
    """Looks of the values that occur; whatever has none shares one more."""
    given = theme.FACTION_MARKS if marks is None else marks
    looks = {name: look for name, look in given.items() if (data[column] == name).any()}
    if not data[column].isin(list(looks)).all():
        looks[theme.NO_FACTION.label] = theme.NO_FACTION
    return looks


def _area(column: str, *, legend: bool = True) -> "alt.Size":
    import altair as alt

    return alt.Size(
        field=column,
        type="quantitative",
        scale=alt.Scale(range=[30, 500]),
        title=label_of(column),
        legend=alt.Legend(orient="top", direction="horizontal", tickCount=3) if legend else None,
    )


def _guides(data: pd.DataFrame, x: str, slopes: Sequence[float]) -> "list[Drawing]":
    """Draw dashed lines from the origin, each with its slope written at its end."""
    import altair as alt

    reach = float(data[x].max()) if len(data) else 1.0
    drawn: list[Drawing] = []
    for slope in slopes:
        ends = {x: [0.0, reach], "_height": [0.0, reach * slope], "_slope": ["", f"{slope:.0%}"]}
        base = alt.Chart(pd.DataFrame(ends)).encode(
            x=alt.X(field=x, type="quantitative"), y=alt.Y(field="_height", type="quantitative")
        )
        drawn.append(base.mark_line(strokeDash=[3, 4], color=theme.UNKNOWN, strokeWidth=1))
        says = base.mark_text(align="right", dy=-7, color=theme.UNKNOWN)
        drawn.append(says.encode(text=alt.Text(field="_slope", type="nominal")))
    return drawn
