"""The civil war: how the active characters are split, and how the lead went back and forth."""

from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.charts.lines import lines

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

SIDES: Final = ("Imperial", "Rebel")
_AT: Final = "_at"


def split_bar(balance: pd.DataFrame) -> "Drawing":
    """Draw both sides as one bar, each with its figures written into it.

    Args:
        balance: ``faction``, ``active``, ``share`` (per cent), Imperial first.
    """
    import altair as alt

    data = scales.plottable(balance, ["faction", "active", "share"])
    marks = [theme.FACTION_MARKS[side] for side in data["faction"]]
    ends = (data["share"].cumsum() / 100).tolist()
    data = data.assign(
        _from=[0.0, *ends[:-1]],
        _to=ends,
        _name=[f"{mark.symbol} {mark.label}" for mark in marks],
        _figures=[
            f"{share:.1f} % · {active:,.0f}"
            for share, active in zip(data["share"], data["active"], strict=True)
        ],
    )
    across = alt.X(
        field="_from",
        type="quantitative",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=None,
    )
    colours = {side: theme.FACTION_MARKS[side].colour for side in SIDES}
    bars: Any = alt.Chart(data, height=76).mark_bar(height=76)
    layers = [
        bars.encode(
            x=across,
            x2=alt.X2(field="_to"),
            color=scales.colour("faction", colours, legend=False),
            tooltip=scales.tooltips(["faction", "active", "share"], data),
        )
    ]
    left: dict[str, Any] = {"align": "left", "dx": 10}
    right: dict[str, Any] = {"align": "right", "dx": -10}
    for row, edge, place in ((data.head(1), "_from", left), (data.tail(1), "_to", right)):
        for column, dy in (("_name", -13), ("_figures", 11)):
            words: Any = alt.Chart(row).mark_text(
                **place, dy=dy, fontSize=14, fontWeight=600, color="white"
            )
            layers.append(
                words.encode(
                    x=alt.X(field=edge, type="quantitative"),
                    text=alt.Text(field=column, type="nominal"),
                )
            )
    drawn: Drawing = alt.layer(*layers)
    return drawn


def both_sides(war: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw a line per side, marked where the other one took the lead.

    Args:
        war: ``timestamp``, ``imperial``, ``rebel``, ``took_lead``.
        zone: Clock of the time axis; UTC where None.
    """
    import altair as alt

    colours = {side.lower(): theme.FACTION_MARKS[side].colour for side in SIDES}
    course = lines(
        war,
        x="timestamp",
        y=list(colours),
        colours=colours,
        zone=zone,
        zero=False,
        title="Active characters",
    )
    held = war[list(colours)].max(axis=1)
    return alt.layer(course, *_crossovers(war.assign(_height=held), zone))


def gap(war: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw by how much the Empire leads: above the middle line Imperial, below it Rebel.

    Args:
        war: ``timestamp``, ``lead``, ``took_lead``.
        zone: Clock of the time axis; UTC where None.
    """
    import altair as alt

    course = lines(war, x="timestamp", y="lead", zone=zone, title="Rebel lead – Imperial lead")
    level: Any = alt.Chart(pd.DataFrame({"lead": [0]})).mark_rule(
        color=theme.UNKNOWN, strokeWidth=1.5
    )
    level = level.encode(y=alt.Y(field="lead", type="quantitative"))
    return alt.layer(level, course, *_crossovers(war.assign(_height=war["lead"]), zone))


def _crossovers(war: pd.DataFrame, zone: tzinfo | None) -> "list[Drawing]":
    """One layer per side: its symbol at ``_height`` wherever it took the lead."""
    import altair as alt

    taken = war.dropna(subset=["took_lead", "timestamp"])
    when = taken["timestamp"].dt.strftime("%Y-%m-%d %H:%M UTC")
    taken = taken.assign(**{_AT: scales.on_clock(taken["timestamp"], zone)}, when=when)
    layers: list[Drawing] = []
    for side in SIDES:
        columns = [_AT, "_height", "took_lead", "when", "imperial", "rebel"]
        data = scales.plottable(taken.loc[taken["took_lead"] == side], columns)
        if data.empty:
            continue
        mark = theme.FACTION_MARKS[side]
        points: Any = alt.Chart(data).mark_point(
            filled=True, opacity=1, size=150, color=mark.colour, shape=mark.shape, stroke="white"
        )
        layers.append(
            points.encode(
                x=alt.X(field=_AT, type="temporal", scale=alt.Scale(type="utc")),
                y=alt.Y(field="_height", type="quantitative"),
                tooltip=scales.tooltips(columns[2:], data),
            )
        )
    return layers
