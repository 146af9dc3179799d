"""The civil war: rows, titles, charts."""

from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.memoize import memoize
from swgdata.ui import theme
from swgdata.ui.charts import lines, scales
from swgdata.ui.text import day, since

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

_SIDE_COLUMNS: Final = ("Imperial", "Rebel")
_AT: Final = "_at"


def split_bar(balance: pd.DataFrame) -> "Drawing":
    """Draw both sides as one bar, each with its figures written into it."""
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
    colours = {side: theme.FACTION_MARKS[side].colour for side in _SIDE_COLUMNS}
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
                **place, dy=dy, fontSize=14, fontWeight=600, color=theme.ON_COLOUR
            )
            layers.append(
                words.encode(
                    x=alt.X(field=edge, type="quantitative"),
                    text=alt.Text(field=column, type="nominal"),
                )
            )
    drawn: Drawing = scales.layered(*layers)
    return drawn


def both_sides(war: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw a line per side, marked where the other one took the lead."""
    colours = {side.lower(): theme.FACTION_MARKS[side].colour for side in _SIDE_COLUMNS}
    curve = lines(
        war,
        x="timestamp",
        y=list(colours),
        colours=colours,
        zone=zone,
        zero=False,
        title="Active characters",
    )
    held = war[list(colours)].max(axis=1)
    return scales.layered(curve, *_crossovers(war.assign(_height=held), zone))


def gap(war: pd.DataFrame, *, zone: tzinfo | None = None) -> "Drawing":
    """Draw by how much the Empire leads: above the middle line Imperial, below it Rebel."""
    import altair as alt

    curve = lines(war, x="timestamp", y="lead", zone=zone, title="Rebel lead – Imperial lead")
    level: Any = alt.Chart(pd.DataFrame({"lead": [0]})).mark_rule(
        color=theme.UNKNOWN, strokeWidth=1.5
    )
    level = level.encode(y=alt.Y(field="lead", type="quantitative"))
    return scales.layered(level, curve, *_crossovers(war.assign(_height=war["lead"]), zone))


def _crossovers(war: pd.DataFrame, zone: tzinfo | None) -> "list[Drawing]":
    """One layer per side: its symbol at ``_height`` wherever it took the lead."""
    import altair as alt

    taken = war.dropna(subset=["took_lead", "timestamp"])
    when = taken["timestamp"].dt.strftime("%Y-%m-%d %H:%M UTC")
    taken = taken.assign(**{_AT: scales.on_clock(taken["timestamp"], zone)}, when=when)
    layers: list[Drawing] = []
    for side in _SIDE_COLUMNS:
        columns = [_AT, "_height", "took_lead", "when", "imperial", "rebel"]
        data = scales.plottable(taken.loc[taken["took_lead"] == side], columns)
        if data.empty:
            continue
        mark = theme.FACTION_MARKS[side]
        points: Any = alt.Chart(data).mark_point(
            filled=True,
            opacity=1,
            size=150,
            color=mark.colour,
            shape=mark.shape,
            stroke=theme.ON_COLOUR,
        )
        layers.append(
            points.encode(
                x=alt.X(field=_AT, type="temporal", scale=alt.Scale(type="utc")),
                y=alt.Y(field="_height", type="quantitative"),
                tooltip=scales.tooltips(columns[2:], data),
            )
        )
    return layers


NOT_CONTROL: Final = "Active factional characters, as the site counts them; not who holds a planet."
VIEWS: Final = ("Both sides", "The gap")


def stand(split: pd.DataFrame) -> str:
    """Title of the balance: who has more active characters now, and by how much."""
    if split["share"].isna().any() or split.empty:
        return "Faction balance: no count available"
    ahead = split.sort_values("active", ascending=False, kind="stable")
    first, second = ahead.iloc[0], ahead.iloc[1]
    if first["active"] == second["active"]:
        return f"Both sides are even: {first['active']:,} active characters each"
    return (
        f"{first['faction']} is ahead: {first['share']:.1f} % of active, "
        f"{first['active']:,} to {second['active']:,}"
    )


@memoize
def tide(war: pd.DataFrame) -> str:
    """Title of the war's course: how often the lead changed hands, and who took it last."""
    if len(war.dropna(subset=["lead"])) < 2:
        return "Not enough history for a course"
    taken, span = war.dropna(subset=["took_lead"]), since(war)
    if taken.empty:
        return f"The lead never changed hands{span}"
    times = {1: "once", 2: "twice"}.get(len(taken), f"{len(taken)} times")
    last = taken.iloc[-1]
    when = (
        "" if pd.isna(last["timestamp"]) else f", {day(last['timestamp'], war['timestamp'].max())}"
    )
    return f"The lead changed hands {times}{span}; last to {last['took_lead']}{when}"
