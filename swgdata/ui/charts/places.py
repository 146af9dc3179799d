"""Places by name: told apart where several share one, and ranked under a heading per planet."""

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import label as label_of

if TYPE_CHECKING:
    import altair as alt

    from swgdata.ui.charts.scales import Drawing

_ROW: Final = "_row"
_SKIP: Final = 6  # "0012 ·" stands before a row's name, for its place and its kind
_WORDS: Final = f"slice(datum.label, {_SKIP})"
_IS_HEADING: Final = f"datum.label[{_SKIP - 1}] == '#'"


def named_apart(frame: pd.DataFrame, name: str = "name", planet: str = "planet") -> pd.Series:
    """Name places, with the planet where several have one name: ``Arkhaven (Lok)``."""
    twice = frame.duplicated(name, keep=False)
    longer = frame[name] + " (" + frame[planet].fillna("unknown planet") + ")"
    named: pd.Series = frame[name].where(~twice, longer)
    return named


def grouped_bars(frame: pd.DataFrame, *, value: str, group: str, per_group: int) -> "Drawing":
    """Rank rows by a number under a heading for each group, the group with most rows first.

    Args:
        frame: ``name``, ``value``, ``group``; groups and rows in the order to be drawn.
        value: Column of the bar's length.
        group: Column of planets.
        per_group: So many bars of each group at most.
    """
    import altair as alt

    rows = _with_headings(frame, group=group, per_group=per_group)
    data = scales.plottable(rows, [_ROW, "name", group, value])
    base = alt.Chart(data, height=alt.Step(22)).encode(
        y=_rows(list(data[_ROW])),
        x=alt.X(field=value, type="quantitative", title=label_of(value)).axis(format="~s"),
        tooltip=scales.tooltips(["name", group, value], data),
    )
    shades = scales.planets(data[group])
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        color=alt.Color(
            field=group,
            type="nominal",
            scale=alt.Scale(domain=list(shades), range=list(shades.values())),
            legend=None,
        )
    )
    figures = base.mark_text(align="left", dx=4, color=theme.UNKNOWN).encode(
        text=alt.Text(field=value, type="quantitative", format=",d")
    )
    drawn: Drawing = bars + figures
    return drawn


def _with_headings(frame: pd.DataFrame, *, group: str, per_group: int) -> pd.DataFrame:
    """Put a row with the group's name and size above the rows of each group."""
    known = frame.assign(**{group: frame[group].fillna("Unknown planet")})
    parts: list[pd.DataFrame] = []
    for name, rows in known.groupby(group, sort=False):
        heading = pd.DataFrame({"name": [f"{name} · {len(rows)}"], group: [name], "_kind": ["#"]})
        parts.extend((heading, rows.head(per_group).assign(_kind="·")))
    if not parts:
        return known.assign(**{_ROW: ""})
    whole: pd.DataFrame = pd.concat(parts, ignore_index=True)
    places = [f"{place:04d} " for place in range(len(whole))]
    return whole.assign(**{_ROW: places + whole["_kind"] + whole["name"]})


def _rows(keys: list[str]) -> "alt.Y":
    """One row per key, shown without its number; headings, which have no number to draw, too."""
    import altair as alt

    weight: Any = {"condition": {"test": _IS_HEADING, "value": "bold"}, "value": "normal"}
    axis = alt.Axis(
        labelExpr=_WORDS, labelFontWeight=weight, labelLimit=160, labelFlush=False, ticks=False
    )
    every = alt.Scale(domain=keys)
    return alt.Y(field=_ROW, type="nominal", sort=None, title=None, axis=axis, scale=every)
