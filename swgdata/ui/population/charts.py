"""Charts of the population page: usual day, days, outages, planets."""

from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import charts, theme
from swgdata.ui.charts import scales
from swgdata.ui.charts.forecast import day_axis

if TYPE_CHECKING:
    import altair as alt

    from swgdata.ui.charts.scales import Drawing

_DAYS: Final = 2_400  # two points each
_AT: Final = "_at"


def usual_day(slots: pd.DataFrame) -> "Drawing":
    """Draw today as a line over the band of the same weekday."""
    import altair as alt

    columns = ["time", "today", "low", "middle", "high", "n"]
    at = pd.to_datetime("2000-01-01 " + slots["time"], utc=True)
    data = scales.plottable(slots.assign(**{_AT: at}), [_AT, *columns])
    names = {"Today": theme.TEAL, "Usual": theme.AMBER}
    axis = alt.Axis(labelOverlap=True, format="%H:%M")
    base = _base(_naming(data, names), axis, scales.tooltips(columns, data))
    band = base.mark_area(opacity=0.25, color=theme.AMBER).encode(
        y=_people("low"), y2=alt.Y2(field="high")
    )
    middle = base.mark_line(strokeWidth=1.5, strokeDash=[5, 3]).encode(
        y=_people("middle"), color=_named("Usual", names)
    )
    today = base.mark_line(strokeWidth=2.5, point={"size": 14}).encode(
        y=_people("today"), color=_named("Today", names)
    )
    return scales.layered(band, middle, today, height=scales.HEIGHT)


def day_lines(days: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw the peak and the mean of each day; a day nobody read leaves both lines open."""
    details = ["day", "mean", "peak", "low", "n", "hours"]
    last = days.tail(_DAYS)
    at = scales.on_clock(last["start"], zone)
    data = scales.plottable(
        last.assign(**{_AT: at, "mean": last["mean"].round(1)}), [_AT, *details]
    )
    names = {"Peak": theme.AMBER, "Mean": theme.TEAL}
    base = _base(_naming(data, names), day_axis(at), scales.tooltips(details, data))
    peak = base.mark_line(strokeWidth=2, strokeDash=[6, 3], point={"size": 22, "shape": "square"})
    mean = base.mark_line(strokeWidth=2, point={"size": 22})
    return scales.layered(
        peak.encode(y=_people("peak"), color=_named("Peak", names)),
        mean.encode(y=_people("mean"), color=_named("Mean", names)),
        height=scales.HEIGHT,
    )


def _base(data: pd.DataFrame, axis: "alt.Axis", tips: "list[alt.Tooltip]") -> Any:
    """A chart along the time in ``_at``, which is moved to its clock already."""
    import altair as alt

    across = alt.X(field=_AT, type="temporal", title=None, scale=alt.Scale(type="utc"), axis=axis)
    chart: Any = alt.Chart(data)
    return chart.encode(x=across, tooltip=tips)


def _people(column: str) -> "alt.Y":
    import altair as alt

    axis = alt.Axis(format=scales.COMPACT)
    return alt.Y(field=column, type="quantitative", title="Players online", axis=axis)


def _naming(data: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Give each series a column that says its name, for the legend."""
    return data.assign(**{f"_{name}": name for name in names})


def _named(name: str, names: dict[str, str]) -> "alt.Color":
    """The colour of a series, which the legend above the chart names."""
    import altair as alt

    return alt.Color(
        field=f"_{name}",
        type="nominal",
        title=None,
        scale=alt.Scale(domain=list(names), range=list(names.values())),
        legend=alt.Legend(orient="top"),
    )


KINDS: Final = {
    "zero": ("Nobody on (0)", theme.FALL.colour),
    "missing": ("Nothing read", theme.UNKNOWN),
}
"""Kind of an outage -> what it is called, and its colour."""
_SPANS: Final = charts.MAX_MARKS // 2
_CLOCK: Final = "%Y-%m-%d %H:%M"


def outage_ticks(spans: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw each span as a tick, as long as it lasted: zero and missing on lines of their own."""
    import altair as alt

    details = ["what", "since", "until", "minutes"]
    told = _told(spans.tail(_SPANS), zone)
    data = scales.plottable(told, [_AT, "_until", *details])
    words, colours = zip(*KINDS.values(), strict=True)
    axis = day_axis(told[_AT])
    base: Any = alt.Chart(data).encode(
        x=alt.X(field=_AT, type="temporal", title=None, scale=alt.Scale(type="utc"), axis=axis),
        y=alt.Y(field="what", type="nominal", title=None, scale=alt.Scale(domain=list(words))),
        color=alt.Color(
            field="what",
            type="nominal",
            scale=alt.Scale(domain=list(words), range=list(colours)),
            legend=None,
        ),
        tooltip=scales.tooltips(details, data),
    )
    bars = base.mark_bar(height=26, opacity=0.5).encode(x2=alt.X2(field="_until"))
    ticks = base.mark_tick(height=34, thickness=2)
    return scales.layered(bars, ticks, height=alt.Step(64))


def _told(spans: pd.DataFrame, zone: tzinfo | None) -> pd.DataFrame:
    """The spans on the clock of ``zone``, with both ends in words."""
    lasted = pd.to_timedelta(spans["minutes"].astype("float64"), unit="min")
    start = scales.on_clock(spans["start"], zone)
    until = scales.on_clock((spans["start"] + lasted).astype(spans["start"].dtype), zone)
    return spans.assign(
        **{_AT: start, "_until": until},
        what=spans["kind"].map({kind: words for kind, (words, _) in KINDS.items()}),
        since=start.dt.strftime(_CLOCK),
        until=until.dt.strftime(_CLOCK).mask(spans["end"].isna(), "still so"),
    )


_ROOM: Final = 1.6  # of the longest bar, so that the words beside it fit on a phone


def planet_bars(planets: pd.DataFrame) -> "Drawing":
    """Draw citizens of each planet as a pale bar, the active ones inside it."""
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
    paint = scales.colour("planet", scales.planets(data["planet"]), legend=False)
    base = alt.Chart().encode(
        y=scales.rows_axis("planet"),
        tooltip=scales.tooltips(columns, data),
    )
    everyone = base.mark_bar(opacity=0.35, cornerRadiusEnd=2).encode(
        x=alt.X(
            field="population",
            type="quantitative",
            title="Citizens, active ones inside",
            scale=alt.Scale(domain=[0, reach * _ROOM], nice=False),
        ),
        color=paint,
    )
    active = base.mark_bar(height=14, cornerRadiusEnd=2).encode(
        x=alt.X(field="active", type="quantitative"), color=paint
    )
    words_beside = base.mark_text(align="left", dx=5, color=theme.UNKNOWN).encode(
        x=alt.X(field="population", type="quantitative"),
        text=alt.Text(field="_says", type="nominal"),
    )
    return scales.layered(everyone, active, words_beside, data=data, height=alt.Step(34))


def _share(planets: pd.DataFrame) -> "pd.Series[str]":
    """``380 of 1,003``: active citizens of all; what is not known is left out."""
    parts = [
        " of ".join(f"{number:,}" for number in pair if not pd.isna(number))
        for pair in zip(planets["active"], planets["population"], strict=True)
    ]
    return pd.Series(parts, index=planets.index, dtype="str")
