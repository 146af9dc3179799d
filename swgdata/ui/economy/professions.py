"""Professions: rows, titles, charts and the card of the comparison."""

from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.economy import by_family, profession_courses
from swgdata.game import PROFESSION_FAMILIES
from swgdata.tables import Result
from swgdata.tables.steps import step
from swgdata.ui import data, theme
from swgdata.ui.charts import lines, scales
from swgdata.ui.components import filters
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import Scope
from swgdata.ui.text import signed, since

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

MEASURES: Final = ("Count", "Change since the start")
_HEADING: Final = "§"  # tells the name of a family from that of a profession


def family_bars(professions: pd.DataFrame) -> "Drawing":
    """Draw how many master each profession, under a heading per family."""
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
    colours = {
        name: shade for name, shade in theme.FAMILY_COLOURS.items() if (data.family == name).any()
    }
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        color=scales.colour("family", colours, legend=False),
        tooltip=scales.tooltips(columns, data),
    )
    figures = base.mark_text(align="left", dx=5, color=theme.UNKNOWN).encode(
        text=alt.Text(field="_text", type="nominal")
    )
    drawn: Drawing = scales.layered(bars, figures, data=data, height=alt.Step(21))
    return drawn


def _headed(data: pd.DataFrame) -> pd.DataFrame:
    """Put a row without a bar above each family, and write the figures out."""
    moved = data["change_recent"]
    signs = moved.map(lambda change: theme.RISE.symbol if change > 0 else theme.FALL.symbol)
    text = (signs + moved.abs().map(" {:,.0f}".format)).where(moved.notna() & moved.ne(0), "")
    counted = data["count"].map("{:,.0f}".format).where(data["count"].notna(), "—")
    rows = data.assign(_label=data["name"], _text=counted + "   " + text)
    parts = []
    for family, part in rows.groupby("family", sort=False, dropna=False):
        title = _HEADING + str(family).capitalize()
        parts += [pd.DataFrame({"_label": [title], "_text": [""]}), part]
    return pd.concat(parts, ignore_index=True)


def course_lines(courses: pd.DataFrame, *, measure: str, zone: tzinfo | None = None) -> "Drawing":
    """Draw a line per profession."""
    import altair as alt

    is_count = measure == MEASURES[0]
    value = "count" if is_count else "change"
    across = "record" if "record" in courses else "timestamp"
    curve: Any = lines(courses, x=across, y=value, by="profession", zone=zone)
    drawn: Drawing = curve.encode(
        y=alt.Y(
            field=value,
            type="quantitative",
            title="Characters mastering it" if is_count else "Change",
            scale=alt.Scale(zero=not is_count),
            axis=alt.Axis(format=scales.COMPACT, tickMinStep=1),
        )
    )
    return drawn


FAMILIES: Final = (*PROFESSION_FAMILIES, "other")
RANGES: Final = {"7 d": 7, "30 d": 30, "90 d": 90, "all": None}
MASTERIES: Final = (
    "▲ ▼ is the site's recent change. Shares are of the site's own total; a character can master "
    "several professions, so shares may add up to more than 100 % and families overlap."
)
_COMPARED: Final = 4


def served(professions: pd.DataFrame) -> str:
    """Title of the bars: which profession most master, which fewest, and which grows most."""
    known = professions.dropna(subset=["count"]).sort_values("count", kind="stable")
    if known.empty:
        return "No counts of professions"
    most, fewest = known.iloc[-1], known.iloc[0]
    text = f"{most['name']} is mastered most ({most['count']:,})"
    if len(known) > 1:
        text += f", {fewest['name']} least ({fewest['count']:,})"
    grown = known.dropna(subset=["change_recent"]).sort_values("change_recent", kind="stable")
    if grown.empty or grown.iloc[-1]["change_recent"] <= 0:
        return text
    return f"{text}; {grown.iloc[-1]['name']} grew most (+{grown.iloc[-1]['change_recent']:,})"


def usual(professions: pd.DataFrame) -> tuple[str, ...]:
    """What is compared where nothing is chosen: the most mastered."""
    known = professions.dropna(subset=["count"])
    top = known.sort_values("count", ascending=False, kind="stable").head(_COMPARED)
    return tuple(top["name"])


def history(days: int | None) -> Result:
    """The counts of all professions over so many days; over all where that is one date or none."""
    result = data.answer("profession_history", days=days)
    times = result.frame["timestamp"]
    if times.nunique() > 1 or times.isna().all():
        return result
    return data.answer("profession_history")


_signed = partial(signed, zero="±0", write="{:,.0f}".format)


def changed(courses: pd.DataFrame) -> str:
    """Title of the comparison: which of the compared gained and which lost most."""
    last = courses.dropna(subset=["change"]).drop_duplicates("profession", keep="last")
    if last.empty:
        return "No history of these professions"
    ranked = last.sort_values("change", kind="stable")
    least, most = ranked.iloc[0], ranked.iloc[-1]
    span = since(courses) if "timestamp" in courses else ""
    text = f"{most['profession']} {_signed(most['change'])}"
    if len(ranked) > 1:
        text += f", {least['profession']} {_signed(least['change'])}"
    return f"Professions compared: {text}{span}"


def compared(view: Scope) -> None:
    """Up to eight professions over time, the most mastered where none is chosen."""
    everything = by_family(data.answer("professions").frame)
    with st.grid(columns=3, min_column_width=220):
        names = filters.several(
            "Compare",
            tuple(everything["name"]),
            key="economy_compare",
            most=8,
            anything="The four most mastered",
        )
        reach = filters.one_of("Over", tuple(RANGES), key="economy_over", default="30 d")
        measure = filters.one_of("Show", MEASURES, key="economy_compare_as")
    result = history(RANGES[reach])
    chosen = everything.loc[everything["name"].isin(names or usual(everything))]
    pairs = tuple(zip(chosen["profession"], chosen["name"], strict=True))
    panel(
        changed(profession_courses(result.frame, pairs)),
        result,
        steps=[step("professions compared", professions=pairs)],
        key="economy_courses",
        caption="The range ends with the newest record; fewer than two dates in it show them all.",
        chart=partial(course_lines, measure=measure, zone=view.zone),
    )
