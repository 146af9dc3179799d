"""Bar charts: ranked, stacked, by planet."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.text import label as label_of

if TYPE_CHECKING:
    import altair as alt

    from swgdata.ui.charts.scales import Drawing


def ranked_bar(
    frame: pd.DataFrame,
    *,
    value: str,
    label: str,
    top: int = 15,
    colour: str = "",
    colours: Mapping[str, str] | None = None,
    details: Sequence[str] = (),
) -> "Drawing":
    """Rank rows by a number, longest bar first, each with its figure at the end."""
    import altair as alt

    known = frame.loc[frame[value].notna()]
    ranked = known.sort_values(value, ascending=False, kind="stable").head(top)
    data = scales.plottable(ranked, [label, value, colour, *details])
    shades = colours or (scales.planets(data[colour]) if colour else {})
    base = alt.Chart().encode(
        y=alt.Y(
            field=label,
            type="nominal",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=180, labelFlush=False),
        ),
        x=alt.X(
            field=value,
            type="quantitative",
            title=label_of(value),
            axis=alt.Axis(format=scales.COMPACT),
        ),
        tooltip=scales.tooltips([label, value, colour, *details], data),
    )
    paint: Any = scales.colour(colour, shades) if colour else alt.value(theme.TEAL)
    bars = base.mark_bar(cornerRadiusEnd=2).encode(color=paint)
    figures = base.mark_text(align="left", dx=4, color=theme.UNKNOWN).encode(
        text=alt.Text(field=value, type="quantitative", format=",.4~r")
    )
    ranking: Drawing = scales.layered(bars, figures, data=data, height=alt.Step(24))
    return ranking


def stacked_bar(
    frame: pd.DataFrame,
    *,
    value: str,
    label: str,
    part: str,
    colours: Mapping[str, str],
    share: bool = False,
) -> "Drawing":
    """Split one bar per label into parts."""
    import altair as alt

    data = scales.plottable(frame, [label, part, value])
    order = {name: place for place, name in enumerate(colours)}
    data = data.assign(_order=data[part].map(order).fillna(len(order)))
    length = alt.X(
        field=value,
        type="quantitative",
        stack="normalize" if share else "zero",
        title="Share" if share else label_of(value),
        axis=alt.Axis(format=scales.PERCENT if share else scales.COMPACT),
    )
    chart: Drawing = (
        alt.Chart(data, height=alt.Step(26))
        .mark_bar()
        .encode(
            y=scales.rows_axis(label),
            x=length,
            color=scales.colour(part, colours),
            order=alt.Order(field="_order", type="quantitative"),
            tooltip=scales.tooltips([label, part, value], data),
        )
    )
    return chart


_ROW: Final = "_row"
_SKIP: Final = 6  # "0012 ·" stands before a row's name, for its place and its kind
_PLACE: Final = "·"
_HEADING: Final = "#"
_WORDS: Final = f"slice(datum.label, {_SKIP})"
_IS_HEADING: Final = f"datum.label[{_SKIP - 1}] == '{_HEADING}'"


def named_apart(frame: pd.DataFrame, name: str = "name", planet: str = "planet") -> pd.Series:
    """Name places, with the planet where several have one name: ``Arkhaven (Lok)``."""
    twice = frame.duplicated(name, keep=False)
    longer = frame[name] + " (" + frame[planet].fillna("unknown planet") + ")"
    named: pd.Series = frame[name].where(~twice, longer)
    return named


def bars_by_planet(frame: pd.DataFrame, *, value: str, per_planet: int) -> "Drawing":
    """Rank places by a number, those of each planet under a heading with its name and size."""
    known = frame.assign(planet=frame["planet"].fillna("Unknown planet"), _kind=_PLACE)
    parts: list[pd.DataFrame] = []
    for planet, rows in known.groupby("planet", sort=False):
        heading = {"name": [f"{planet} · {len(rows)}"], "planet": [planet], "_kind": [_HEADING]}
        parts.extend((pd.DataFrame(heading), rows.head(per_planet)))
    whole: pd.DataFrame = pd.concat(parts, ignore_index=True) if parts else known
    return _bars(whole.assign(_says=_figures(whole[value])), value)


def ranked_places(frame: pd.DataFrame, *, value: str, top: int = 15) -> "Drawing":
    """Rank places by a number, each with its planet beside the figure."""
    known = frame.dropna(subset=[value]).head(top)
    planets = known["planet"].fillna("Unknown planet")
    says = _figures(known[value]) + " · " + planets
    return _bars(known.assign(planet=planets, _kind=_PLACE, _says=says), value)


def _figures(values: "pd.Series[Any]") -> "pd.Series[str]":
    words = [None if pd.isna(number) else f"{number:,.0f}" for number in values]
    return pd.Series(words, index=values.index, dtype="str")


def _bars(rows: pd.DataFrame, value: str) -> "Drawing":
    """One bar per row, coloured by planet, with ``_says`` at its end."""
    import altair as alt

    turns = [f"{place:04d} " for place in range(len(rows))]
    keys = pd.Series(turns, index=rows.index, dtype="str") + rows["_kind"] + rows["name"]
    data = scales.plottable(rows.assign(**{_ROW: keys}), [_ROW, "name", "planet", value, "_says"])
    reach = float(data[value].max()) if data[value].notna().any() else 1.0
    has_planets = data["_says"].str.contains("·").any()
    width = alt.Scale(domainMax=reach * (1.45 if has_planets else 1.1))
    base = alt.Chart().encode(
        y=_rows(list(data[_ROW])),
        x=alt.X(field=value, type="quantitative", title=label_of(value), scale=width),
        tooltip=scales.tooltips(["name", "planet", value], data),
    )
    paint = scales.colour("planet", scales.planets(data["planet"]), legend=False)
    bars = base.mark_bar(cornerRadiusEnd=2).encode(color=paint)
    figures = base.mark_text(align="left", dx=4, color=theme.UNKNOWN).encode(
        text=alt.Text(field="_says", type="nominal")
    )
    return scales.layered(bars, figures, data=data, height=alt.Step(22))


def _rows(keys: list[str]) -> "alt.Y":
    """One row per key, shown without its number; headings, which have no number to draw, too."""
    import altair as alt

    weight: Any = {"condition": {"test": _IS_HEADING, "value": "bold"}, "value": "normal"}
    axis = alt.Axis(
        labelExpr=_WORDS, labelFontWeight=weight, labelLimit=160, labelFlush=False, ticks=False
    )
    every = alt.Scale(domain=keys)
    return alt.Y(field=_ROW, type="nominal", sort=None, title=None, axis=axis, scale=every)
