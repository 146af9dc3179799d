"""People drawn: how many citizens of each planet are active."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

_ROOM: Final = 1.6  # of the longest bar, so that the words beside it fit on a phone


def planet_bars(planets: pd.DataFrame) -> "Drawing":
    """Draw citizens of each planet as a pale bar, the active ones inside it.

    Args:
        planets: ``planet``, ``population``, ``active``, ``activity_level``, ``cities``; in the
            order to be drawn.
    """
    import altair as alt

    names = planets["planet"].fillna("Unknown planet")
    levels = planets["activity_level"].astype("object")
    words = [theme.named(theme.ACTIVITY_MARKS, None if pd.isna(one) else one) for one in levels]
    columns = ["planet", "population", "active", "cities", "level"]
    says = _share(planets) + " · " + pd.Series(words, index=planets.index, dtype="str")
    data = scales.plottable(
        planets.assign(planet=names, level=words, _says=says), [*columns, "_says"]
    )
    reach = float(data["population"].max()) if data["population"].notna().any() else 1.0
    shades = scales.planets(data["planet"])
    paint = alt.Color(
        field="planet",
        type="nominal",
        scale=alt.Scale(domain=list(shades), range=list(shades.values())),
        legend=None,
    )
    base = alt.Chart().encode(
        y=alt.Y(field="planet", type="nominal", sort=None, title=None).axis(**scales.NAMES),
        tooltip=scales.tooltips(columns, data),
    )
    everyone = base.mark_bar(opacity=0.35, cornerRadiusEnd=2).encode(
        x=alt.X(
            field="population", type="quantitative", title="Citizens, active ones inside"
        ).scale(domain=[0, reach * _ROOM], nice=False),
        color=paint,
    )
    active = base.mark_bar(height=14, cornerRadiusEnd=2).encode(
        x=alt.X(field="active", type="quantitative"), color=paint
    )
    words_beside = base.mark_text(align="left", dx=5, color=theme.UNKNOWN).encode(
        x=alt.X(field="population", type="quantitative"),
        text=alt.Text(field="_says", type="nominal"),
    )
    return alt.layer(everyone, active, words_beside, data=data, height=alt.Step(34))


def _share(planets: pd.DataFrame) -> "pd.Series[str]":
    """``380 of 1,003``: active citizens of all; what is not known is left out."""
    parts = [
        " of ".join(f"{number:,}" for number in pair if not pd.isna(number))
        for pair in zip(planets["active"], planets["population"], strict=True)
    ]
    return pd.Series(parts, index=planets.index, dtype="str")
