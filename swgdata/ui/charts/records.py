"""The record of one city: people over the site's own labels, with a rule where the rank changed."""

from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.standing import rank_changes
from swgdata.ui import theme
from swgdata.ui.charts import scales

if TYPE_CHECKING:
    import altair as alt

    from swgdata.ui.charts.scales import Drawing

_AT: Final = "_at"
_WHEN: Final = "when"
_PEOPLE: Final = ("citizens", "active")
_SKIP: Final = 5  # "0012 " stands before a label, so that equal labels stay apart


def record_lines(history: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw citizens and active citizens of one city, oldest first.

    Args:
        history: ``label``, ``citizens``, ``active``, ``level``. The axis is the labels in the
            feed's order, evenly spaced; time, where there is a ``timestamp`` in every record.
        zone: Clock of the time axis; UTC where None.
    """
    import altair as alt

    recent = history.tail(scales.MAX_MARKS // len(_PEOPLE))
    placed, across = _across(recent, zone)
    people = placed.melt([_AT, _WHEN], list(_PEOPLE), var_name="who", value_name="people")
    data = scales.plottable(people, [_AT, _WHEN, "who", "people"])
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
    return alt.layer(lines, *_rules(recent, placed, across))


def _across(history: pd.DataFrame, zone: tzinfo | None) -> "tuple[pd.DataFrame, alt.X]":
    """Place every record: by its time where all have one, else by its turn."""
    import altair as alt

    if "timestamp" in history and history["timestamp"].notna().all():
        at = scales.on_clock(history["timestamp"], zone)
        words = at.dt.strftime("%Y-%m-%d %H:%M")
        time = alt.X(field=_AT, type="temporal", scale=alt.Scale(type="utc"), title=None)
        return history.assign(**{_AT: at, _WHEN: words}), time
    turns = [f"{turn:04d} " for turn in range(len(history))]
    axis = alt.Axis(labelExpr=f"slice(datum.label, {_SKIP})", labelAngle=0, labelOverlap=True)
    keys = pd.Series(turns, index=history.index, dtype="str") + history["label"].fillna("")
    turn = alt.X(field=_AT, type="ordinal", sort="ascending", title=None, axis=axis)
    return history.assign(**{_AT: keys, _WHEN: history["label"]}), turn


def _rules(history: pd.DataFrame, placed: pd.DataFrame, across: "alt.X") -> "list[Drawing]":
    """A dashed rule with words at each change of rank."""
    import altair as alt

    changes = rank_changes(history)
    if changes.empty:
        return []
    at = placed[_AT].iloc[changes["position"]].reset_index(drop=True)
    data = scales.plottable(changes.assign(**{_AT: at}), [_AT, "label", "change"])
    base = alt.Chart(data).encode(x=across, tooltip=scales.tooltips(["label", "change"], data))
    rules = base.mark_rule(strokeDash=[4, 3], color=theme.UNKNOWN)
    words = base.mark_text(angle=270, align="left", dy=-7, dx=4, color=theme.UNKNOWN).encode(
        y=alt.value("height"), text=alt.Text(field="change", type="nominal")
    )
    return [rules, words]
