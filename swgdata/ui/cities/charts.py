"""Charts of the cities page: trend, travel hubs, map, rank margins, room per planet."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.city_ranks import BELOW, ENOUGH, STANDINGS, WITHIN
from swgdata.ui import charts, theme
from swgdata.ui.charts import galaxy_map, scales
from swgdata.ui.charts.bars import bars_by_planet, named_apart
from swgdata.ui.cities.rows import BY_PLANET
from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

PER_PLANET: Final = 5
"""Travel hubs drawn for each planet, where they stand on several."""
DRAWN: Final = 14  # rank margins: a picture of about the height of the map beside it
STANDING_MARKS: Final = {
    BELOW: theme.FALL,
    WITHIN: Mark(theme.TEAL, "●", "circle", WITHIN),
    ENOUGH: theme.RISE,
}


def trend_chart(frame: pd.DataFrame, *, series: str) -> "Drawing":
    """The trend of one of ``SERIES``."""
    if series != BY_PLANET:
        return charts.lines(frame, x="label", y=series.lower(), zero=False)
    colours = scales.planets(frame["planet"])
    return charts.stacked_area(frame, x="label", y="active", by="planet", colours=colours)


def hub_bars(hubs: pd.DataFrame) -> "Drawing":
    """The busiest hubs of each planet, or of the only one."""
    several = hubs["planet"].nunique(dropna=False) > 1
    most = PER_PLANET if several else PER_PLANET * 5
    return bars_by_planet(hubs, value="active", per_planet=most)


map_chart = partial(galaxy_map, details=["name", "rank", "waypoint"], written=3)


def margin_bars(margins: pd.DataFrame, *, top: int = DRAWN) -> "Drawing":
    """Draw each city's rank as a bar from threshold to next threshold, its citizens as a point."""
    import altair as alt

    first = margins.head(top)
    label, until = named_apart(first), first["next_threshold"]
    ends = until.fillna(first[["citizens", "threshold"]].max(axis=1).astype("Int64"))
    columns = ["threshold", "next_threshold", "citizens", "spare", "missing", "rank", "standing"]
    data = scales.plottable(
        first.assign(_name=label, _until=ends), ["_name", "_until", "name", "planet", *columns]
    )
    looks = {one: STANDING_MARKS[one] for one in STANDINGS if (data["standing"] == one).any()}
    across: Any = {"type": "quantitative", "title": "Citizens"}
    base = alt.Chart().encode(
        y=alt.Y(
            field="_name", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=160)
        ),
        tooltip=scales.tooltips(["name", "planet", *columns], data),
    )
    bars = base.mark_bar(height=9, opacity=0.35, color=theme.UNKNOWN, cornerRadius=3).encode(
        x=alt.X(field="threshold", **across), x2=alt.X2(field="_until")
    )
    start = base.mark_tick(color=theme.UNKNOWN, thickness=2, size=14).encode(
        x=alt.X(field="threshold", **across)
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X(field="citizens", **across),
        color=scales.colour_of_marks("standing", looks),
        shape=scales.shape_of_marks("standing", looks),
    )
    return scales.layered(bars, start, points, data=data, height=alt.Step(24))


def room_bars(room: pd.DataFrame) -> "Drawing":
    """Draw the cities of each planet as a bar inside the frame of its cap."""
    import altair as alt

    says = room["cities"].astype("str") + " of " + room["cap"].astype("str")
    full = room["free"].le(0).fillna(value=False)
    says = says.mask(full, says + " · full").where(
        room["cap"].notna(), room["cities"].astype("str")
    )
    data = scales.plottable(room.assign(_says=says), ["planet", "cities", "cap", "free", "_says"])
    data = data.assign(_end=data[["cities", "cap"]].max(axis=1))
    base = alt.Chart().encode(
        y=scales.rows_axis("planet"),
        tooltip=scales.tooltips(["planet", "cities", "cap", "free"], data),
    )
    caps = base.mark_bar(filled=False, stroke=theme.UNKNOWN, strokeDash=[3, 2]).encode(
        x=alt.X(field="cap", type="quantitative", title="Cities")
    )
    held = base.mark_bar(height=14).encode(
        x=alt.X(field="cities", type="quantitative"),
        color=scales.colour("planet", scales.planets(data["planet"]), legend=False),
    )
    words = base.mark_text(align="left", dx=5, color=theme.UNKNOWN).encode(
        x=alt.X(field="_end", type="quantitative"), text=alt.Text(field="_says", type="nominal")
    )
    return scales.layered(caps, held, words, data=data, height=alt.Step(26))
