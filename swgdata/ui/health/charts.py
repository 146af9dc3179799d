"""Charts of feed health: ages of feeds, runs of updates."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import age
from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

STATE_MARKS: Final = {
    "fresh": Mark(theme.RISE.colour, "●", "circle", "Fresh"),
    "stale": Mark(theme.AMBER, "◐", "triangle-up", "Stale"),
    "missing": Mark(theme.FALL.colour, "✕", "cross", "Missing"),
}
OUTCOME_MARKS: Final = {
    "changed": Mark(theme.TEAL, "▲", "triangle-up", "Changed"),
    "unchanged": Mark(theme.UNKNOWN, "●", "circle", "Unchanged"),
    "failed": Mark(theme.FALL.colour, "✕", "cross", "Failed"),
}
MEASURES: Final = ("Seconds", "Bytes")
_MOST: Final = 1.4  # lifetimes; what is older is drawn as that old


def ages(condition: pd.DataFrame) -> "Drawing":
    """Draw each feed's age as a share of its lifetime; past the line it is due."""
    import altair as alt

    columns = ["feed", "state", "age_seconds", "lifetime_seconds", "rows", "last_error"]
    data = scales.plottable(condition, columns)
    share = data["age_seconds"] / data["lifetime_seconds"]
    symbols = data["state"].map({name: mark.symbol for name, mark in STATE_MARKS.items()})
    text = symbols + " " + data["age_seconds"].map(_age).fillna("nothing held")
    of = (" of " + data["lifetime_seconds"].map(_age)).where(share <= 1, " · due")
    text = text.where(share.isna(), text + of)
    data = data.assign(_share=share.clip(upper=_MOST).fillna(0.0), _text=text)
    base: Any = alt.Chart().encode(
        y=scales.rows_axis("feed"),
        x=alt.X(
            field="_share",
            type="quantitative",
            title="Age as a share of the lifetime",
            scale=alt.Scale(domain=[0, _MOST + 0.7], nice=False),
            axis=alt.Axis(format=scales.PERCENT, values=[0, 0.5, 1]),
        ),
        tooltip=scales.tooltips(columns, data),
    )
    seen = {name: mark for name, mark in STATE_MARKS.items() if (data["state"] == name).any()}
    bars = base.mark_bar(cornerRadiusEnd=2).encode(color=scales.colour_of_marks("state", seen))
    words = base.mark_text(align="left", dx=5, color=theme.UNKNOWN).encode(
        text=alt.Text(field="_text", type="nominal")
    )
    due: Any = alt.Chart(pd.DataFrame({"_due": [1.0]})).mark_rule(
        color=theme.UNKNOWN, strokeDash=[4, 4]
    )
    line = due.encode(x=alt.X(field="_due", type="quantitative"))
    drawn: Drawing = scales.layered(bars, line, words, data=data, height=alt.Step(24))
    return drawn


def _age(seconds: float) -> str | None:
    """``40 s``, ``12 min``, ``3 h``, ``2 d``."""
    if pd.isna(seconds):
        return None
    return age(timedelta(seconds=float(seconds)))


def runs(history: pd.DataFrame, *, measure: str) -> "Drawing":
    """Place every fetch by what it took, one line of marks per feed."""
    import altair as alt

    ended = history["changed"].map({True: "changed", False: "unchanged"})
    ended = ended.mask(~history["ok"].astype(bool), "failed")
    when = history["started"].dt.strftime("%Y-%m-%d %H:%M:%S UTC")
    value = measure.lower()
    columns = ["feed", value, "outcome", "when", "rows", "reason"]
    data = scales.plottable(history.assign(outcome=ended, when=when), columns)
    seen = {name: mark for name, mark in OUTCOME_MARKS.items() if (data["outcome"] == name).any()}
    drawn: Drawing = (
        alt.Chart(data, height=alt.Step(24))
        .mark_point(filled=True, size=90, opacity=0.75)
        .encode(
            y=alt.Y(field="feed", type="nominal", title=None, axis=alt.Axis(**scales.NAMES)),
            x=alt.X(
                field=value,
                type="quantitative",
                title=measure,
                scale=alt.Scale(type="sqrt"),
                axis=alt.Axis(
                    format="~g" if measure == MEASURES[0] else scales.COMPACT, tickCount=6
                ),
            ),
            color=scales.colour_of_marks("outcome", seen),
            shape=scales.shape_of_marks("outcome", seen),
            tooltip=scales.tooltips(columns, data),
        )
    )
    return drawn
