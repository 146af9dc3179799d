"""Charts of lifetimes: survival curves, hours left."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.charts.scales import TIER_LEGEND, tier_looks, tiers
from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

_DAYS: Final = "age_days"
_HALF: Final = "median_days"
_DAY: Final = 24.0
_HEIGHT: Final = 420  # with a legend of six rows on top
_DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3], [10, 4])


def survival_steps(frame: pd.DataFrame, *, everything: str, age: float) -> "Drawing":
    """Draw a step line with its band per family, a diamond on its median, a rule at an age."""
    import altair as alt

    known = frame.loc[frame["survival"].notna()]
    days = known["age_hours"] / _DAY
    known = known.assign(**{_DAYS: days, _HALF: known["median_hours"] / _DAY})
    columns = ["family_name", _DAYS, "survival", "low", "high", "at_risk", _HALF]
    data = scales.plottable(known, columns)
    across = alt.X(field=_DAYS, type="quantitative", title="Age in days")
    looks = _looks(list(dict.fromkeys(data["family_name"])), everything)
    base: Any = alt.Chart(data, height=_HEIGHT).encode(x=across, color=looks["color"])
    share = alt.Axis(format=scales.PERCENT)
    whole = alt.Scale(domain=[0, 1])
    up = alt.Y(field="survival", type="quantitative", title="Still up", axis=share, scale=whole)
    band = base.mark_area(opacity=0.13, interpolate="step-after").encode(
        y=alt.Y(field="low", type="quantitative"), y2=alt.Y2(field="high")
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2).encode(
        y=up,
        strokeDash=looks["strokeDash"],
        tooltip=scales.tooltips(["family_name", _DAYS, "survival", "low", "high", "at_risk"], data),
    )
    halves = data.dropna(subset=[_HALF]).drop_duplicates("family_name")
    spots: Any = alt.Chart(halves).mark_point(filled=True, size=80, shape="diamond", opacity=1)
    spots = spots.encode(
        x=alt.X(field=_HALF, type="quantitative"),
        y=alt.datum(0.5),
        color=looks["color"],
        tooltip=scales.tooltips(["family_name", _HALF], halves),
    )
    chosen = pd.DataFrame({_DAYS: [age / _DAY]})
    rule: Any = alt.Chart(chosen).mark_rule(color=theme.AMBER, strokeDash=[4, 4])
    return scales.layered(band, line, rule.encode(x=across), spots)


def _looks(names: list[str], everything: str) -> dict[str, Any]:
    """Families by colour and dash in one legend; all classes grey."""
    import altair as alt

    own = [name for name in names if name != everything]
    shades = {
        name: theme.SERIES_COLOURS[place % len(theme.SERIES_COLOURS)]
        for place, name in enumerate(own)
    }
    dashes = {name: _DASHES[place % len(_DASHES)] for place, name in enumerate(own)}
    if everything in names:
        shades, dashes = shades | {everything: theme.UNKNOWN}, dashes | {everything: [1, 0]}
    look: dict[str, Any] = {
        "orient": "top",
        "columns": 2,
        "columnPadding": 6,
        "labelFontSize": 10,
        "symbolType": "stroke",
        "symbolOpacity": 1,
        "symbolStrokeWidth": 3,
        "symbolSize": 110,
    }
    shared: dict[str, Any] = {"field": "family_name", "type": "nominal", "title": None}
    return {
        "color": scales.colour("family_name", shades).title(None).legend(**look),
        "strokeDash": alt.StrokeDash(
            **shared,
            scale=alt.Scale(domain=list(dashes), range=list(dashes.values())),
            legend=alt.Legend(**look),
        ),
    }


def hours_left(frame: pd.DataFrame, *, marks: Mapping[str, Mark], top: int = 20) -> "Drawing":
    """Draw a dot at the hours each may have left, on the range most of its age have."""
    import altair as alt

    known = frame.loc[frame["hours_left"].notna()].head(top)
    columns = ["name", "class_name", "hours_low", "hours_left", "hours_high", "chance_24h", "n",
               "basis", "rarity"]  # fmt: skip
    named = known.assign(rarity=tiers(known["rarity"], marks, symbols=False))
    data = scales.plottable(named, columns)
    text = data["hours_left"].map("{:.0f} h".format).astype("object")
    data = data.assign(_text=data["class_name"] + " · " + text, _low=data["hours_low"].fillna(0.0))
    looks = tier_looks(data["rarity"], marks, symbols=False)
    reach = float(data["hours_high"].fillna(data["hours_left"]).max()) if len(data) else 1.0
    base: Any = alt.Chart().encode(
        y=scales.rows_axis("name"),
        tooltip=scales.tooltips(columns, data),
    )
    width = alt.Scale(domain=[0, reach * 1.02], nice=False)
    across = alt.X(field="hours_left", type="quantitative", title="Hours left", scale=width)
    span = base.mark_rule(strokeWidth=3, opacity=0.35).encode(
        x=alt.X(field="_low", type="quantitative"),
        x2=alt.X2(field="hours_high"),
        color=alt.value(theme.UNKNOWN),
    )
    dots = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=across,
        color=scales.colour_of_marks("rarity", looks, title="Rarity").legend(**TIER_LEGEND),
        shape=scales.shape_of_marks("rarity", looks, title="Rarity").legend(**TIER_LEGEND),
    )
    words = base.mark_text(align="left", dy=-11, color=theme.UNKNOWN, fontSize=10).encode(
        x=alt.value(2), text=alt.Text(field="_text", type="nominal")
    )
    return scales.layered(span, dots, words, data=data, height=alt.Step(32))
