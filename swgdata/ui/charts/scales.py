"""Colours, axes, tooltips and layers shared by all charts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.text import label
from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    import altair as alt

Drawing: TypeAlias = "alt.Chart | alt.LayerChart | alt.FacetChart | alt.VConcatChart"
MAX_MARKS: Final = 5000
"""A browser draws so many marks in about a second and a half."""
HEIGHT: Final = 320
NUMBER: Final = ",.0f"
COMPACT: Final = "~s"
PERCENT: Final = ".0%"
NAMES: Final[Mapping[str, Any]] = {"labelLimit": 160, "labelFlush": False}
"""An axis of names: cut where too long, each beside its own bar."""


def factions(values: Iterable[object]) -> dict[str, Mark]:
    """Marks of the factions that occur, the known ones first; others count as "Other"."""
    seen = {str(value) for value in values if isinstance(value, str) and value}
    known = {name: mark for name, mark in theme.FACTION_MARKS.items() if name in seen}
    return known | dict.fromkeys(sorted(seen - set(known)), theme.NO_FACTION)


def planets(values: Iterable[object]) -> dict[str, str]:
    """Colours of the planets that occur, in the fixed order; other worlds grey, last."""
    seen = {str(value) for value in values if isinstance(value, str) and value}
    known = {name: colour for name, colour in theme.PLANET_COLOURS.items() if name in seen}
    return known | dict.fromkeys(sorted(seen - set(known)), theme.UNKNOWN)


def colour(
    column: str, colours: Mapping[str, str], *, title: str = "", legend: bool = True
) -> "alt.Color":
    """Colour by a column of few values, each with its own fixed colour."""
    import altair as alt

    return alt.Color(
        field=column,
        type="nominal",
        title=title or label(column),
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=_beside(len(colours)) if legend else None,
    )


def colour_of_marks(column: str, marks: Mapping[str, Mark], *, title: str = "") -> "alt.Color":
    """Colour by a column whose values have marks."""
    return colour(column, {name: mark.colour for name, mark in marks.items()}, title=title)


def shape_of_marks(column: str, marks: Mapping[str, Mark], *, title: str = "") -> "alt.Shape":
    """Shape by the same column as the colour, so that the two share one legend."""
    import altair as alt

    return alt.Shape(
        field=column,
        type="nominal",
        title=title or label(column),
        scale=alt.Scale(domain=list(marks), range=[mark.shape for mark in marks.values()]),
        legend=_beside(len(marks)),
    )


def _beside(entries: int) -> "alt.Legend":
    """A legend above the chart, no wider than a phone."""
    import altair as alt

    return alt.Legend(orient="top", direction="horizontal", columns=3 if entries > 3 else 4)


def rows_axis(column: str) -> "alt.Y":
    """One row per name, in the order of the data."""
    import altair as alt

    axis = alt.Axis(**NAMES)
    return alt.Y(field=column, type="nominal", sort=None, title=None, axis=axis)


def layered(*charts: Any, data: Any = None, height: Any = None) -> "alt.LayerChart":
    """Lay charts without parameters over each other; the height may be that of one of them."""
    import altair as alt

    for chart in charts:
        if chart.height is not alt.Undefined:
            height, chart.height = height or chart.height, alt.Undefined
    settings = {"data": data, "height": height}
    given = {name: value for name, value in settings.items() if value is not None}
    return _plain_layers()(layer=list(charts), **given)


@cache
def _plain_layers() -> "type[alt.LayerChart]":
    """A ``LayerChart`` that does not look for data and parameters its layers share.

    Altair copies every part of every layer for it, several times, which takes longer than all the
    rest of a chart.
    """
    import altair as alt

    class PlainLayers(alt.LayerChart):
        def __init__(self, data: Any = alt.Undefined, layer: Any = (), **settings: Any) -> None:
            super(alt.LayerChart, self).__init__(data=data, layer=list(layer), **settings)

    return PlainLayers


def tooltips(columns: Sequence[str], frame: pd.DataFrame) -> "list[alt.Tooltip]":
    """Show columns of ``frame`` on hover, numbers in full; columns it lacks are left out."""
    import altair as alt

    def one(column: str) -> "alt.Tooltip":
        number = pd.api.types.is_numeric_dtype(frame[column].dtype)
        return alt.Tooltip(
            field=column,
            type="quantitative" if number else "nominal",
            title=label(column),
            format=",~r" if number else alt.Undefined,
        )

    return [one(column) for column in columns if column in frame.columns]


def plottable(frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Take the columns a chart needs, in types every browser reads; at most ``MAX_MARKS`` rows."""
    wanted = [column for column in dict.fromkeys(columns) if column in frame.columns]
    taken = frame.head(MAX_MARKS).reset_index(drop=True)
    return pd.DataFrame({column: _plain_type(taken[column]) for column in wanted}, taken.index)


def _plain_type(values: "pd.Series[Any]") -> "pd.Series[Any]":
    dtype = values.dtype
    if isinstance(dtype, pd.DatetimeTZDtype) or pd.api.types.is_bool_dtype(dtype):
        return values
    if pd.api.types.is_numeric_dtype(dtype):
        return values.astype("float64")
    missing: Any = None
    words = values.to_numpy(dtype="object", na_value=missing)
    return pd.Series(words, values.index, dtype="object")


def on_clock(times: "pd.Series[Any]", zone: tzinfo | None) -> "pd.Series[Any]":
    """Move UTC times so that a UTC axis reads as the clock of ``zone``.

    Vega knows only UTC and the browser's own zone; the chosen one may be neither.
    """
    if zone is None:
        return times
    moved: pd.Series[Any] = times.dt.tz_convert(zone).dt.tz_localize(None).dt.tz_localize("UTC")
    return moved


TIER_LEGEND: Final[Mapping[str, Any]] = {"orient": "top", "columns": 2}
"""As wide as a phone."""
_UNRATED: Final = Mark(theme.UNKNOWN, theme.NO_FACTION.symbol, theme.NO_FACTION.shape, "Not rated")


def tiers(
    rarity: "pd.Series[Any]", marks: Mapping[str, Mark], *, symbols: bool = True
) -> "pd.Series[Any]":
    """Each rarity as ``◆ Very rare``, or without its symbol; what has none as not rated."""
    words = {name: _word(mark, symbols=symbols) for name, mark in marks.items()}
    text = rarity.astype("object").map(words, na_action="ignore")
    return text.where(text.notna(), _word(_UNRATED, symbols=symbols)).astype("object")


def tier_looks(
    text: "pd.Series[Any]", marks: Mapping[str, Mark], *, symbols: bool = True
) -> dict[str, Mark]:
    """What ``tiers`` gave -> its look, in order, for those that occur."""
    looks = {_word(mark, symbols=symbols): mark for mark in (*marks.values(), _UNRATED)}
    seen = set(text)
    return {name: mark for name, mark in looks.items() if name in seen}


def _word(mark: Mark, *, symbols: bool) -> str:
    return f"{mark.symbol} {mark.label}" if symbols else mark.label
