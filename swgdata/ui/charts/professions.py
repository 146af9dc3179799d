"""Professions: one bar each under the name of its family, and one line each over time."""

from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.charts.lines import lines

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

MEASURES: Final = ("Count", "Change since the start")
FAMILY_COLOURS: Final = {
    "crafter": "#1F9486",
    "ranged": "#C07A1A",
    "melee": "#C8502F",
    "healing": "#4F7CAC",
    "space": "#8F62C4",
    "hybrid": "#4C9A3F",
    "social": "#B05C86",
    "other": theme.UNKNOWN,
}
_HEADING: Final = "§"  # tells the name of a family from that of a profession


def family_bars(professions: pd.DataFrame) -> "Drawing":
    """Draw how many master each profession, under a heading per family.

    Args:
        professions: ``name`` (unique), ``family``, ``count``, ``share``, ``change_recent``, in
            the order to draw them, each family in one piece.
    """
    import altair as alt

    columns = ["name", "family", "count", "share", "change_recent"]
    data = _headed(scales.plottable(professions, columns))
    heading = f"indexof(datum.label, '{_HEADING}') == 0"
    axis = alt.Axis(
        labelLimit=150,
        labelFlush=False,
        labelOverlap=False,
        labelExpr=f"replace(datum.label, '{_HEADING}', '')",
        labelFontWeight=alt.condition(heading, alt.value(700), alt.value(400)),
        labelPadding=4,
        ticks=False,
    )
    base: Any = alt.Chart().encode(
        y=alt.Y(
            field="_label",
            type="nominal",
            sort=None,
            title=None,
            axis=axis,
            scale=alt.Scale(domain=data["_label"].tolist()),  # a row without a bar has a place too
        ),
        x=alt.X(
            field="count",
            type="quantitative",
            title="Characters mastering it",
            axis=alt.Axis(format=scales.COMPACT),
            scale=alt.Scale(domainMax=float(data["count"].max() or 1) * 1.28, nice=False),
        ),
    )
    colours = {name: shade for name, shade in FAMILY_COLOURS.items() if (data.family == name).any()}
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        color=scales.colour("family", colours, legend=False),
        tooltip=scales.tooltips(columns, data),
    )
    figures = base.mark_text(align="left", dx=5, color=theme.UNKNOWN).encode(
        text=alt.Text(field="_text", type="nominal")
    )
    drawn: Drawing = alt.layer(bars, figures, data=data, height=alt.Step(21))
    return drawn


def _headed(data: pd.DataFrame) -> pd.DataFrame:
    """Put a row without a bar above each family, and write the figures out."""
    moved = data["change_recent"]
    signs = moved.map(lambda change: theme.RISE.symbol if change > 0 else theme.FALL.symbol)
    told = (signs + moved.abs().map(" {:,.0f}".format)).where(moved.notna() & moved.ne(0), "")
    counted = data["count"].map("{:,.0f}".format).where(data["count"].notna(), "—")
    rows = data.assign(_label=data["name"], _text=counted + "   " + told)
    parts = []
    for family, part in rows.groupby("family", sort=False, dropna=False):
        title = _HEADING + str(family).capitalize()
        parts += [pd.DataFrame({"_label": [title], "_text": [""]}), part]
    return pd.concat(parts, ignore_index=True)


def course_lines(courses: pd.DataFrame, *, measure: str, zone: tzinfo | None = None) -> "Drawing":
    """Draw a line per profession.

    Args:
        courses: ``timestamp`` (or ``record``, where there are no times), ``profession``,
            ``count``, ``change``.
        measure: One of ``MEASURES``.
        zone: Clock of the time axis; UTC where None.
    """
    import altair as alt

    is_count = measure == MEASURES[0]
    value = "count" if is_count else "change"
    across = "record" if "record" in courses else "timestamp"
    course: Any = lines(courses, x=across, y=value, by="profession", zone=zone)
    drawn: Drawing = course.encode(
        y=alt.Y(
            field=value,
            type="quantitative",
            title="Characters mastering it" if is_count else "Change",
            scale=alt.Scale(zero=not is_count),
            axis=alt.Axis(format=scales.COMPACT, tickMinStep=1),
        )
    )
    return drawn
