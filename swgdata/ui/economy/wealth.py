"""Wealth: rows, titles, charts and the card of the journeys."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.economy import top_total
from swgdata.ui import data, theme
from swgdata.ui.charts import lines, scales
from swgdata.ui.components import filters
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import Scope
from swgdata.ui.text import compact, count, days_of, signed, since

if TYPE_CHECKING:
    import altair as alt

    from swgdata.ui.charts.scales import Drawing

MEASURES: Final = ("Rank", "Credits")
_AT: Final = "_at"
_COLOURS: Final = {"average": theme.AMBER, "median": theme.TEAL}
_RATIO_HEIGHT: Final = 120
_RANKS: Final = (1, 5, 10, 15, 20, 25)


def average_and_median(
    wealth: pd.DataFrame, *, log: bool = False, zone: tzinfo | None = None
) -> "Drawing":
    """Draw average and median, and below them how many times the median the average is."""
    import altair as alt

    known = wealth
    if log:  # which has no place for 0
        known = wealth.assign(
            **{column: wealth[column].where(wealth[column] > 0) for column in _COLOURS}
        )
    both: Any = lines(known, x="timestamp", y=list(_COLOURS), colours=_COLOURS, zone=zone)
    scale = alt.Scale(type="log", nice=False, padding=12) if log else alt.Scale(zero=True)
    axis = alt.Axis(format=scales.COMPACT, tickCount=4)
    above = both.encode(
        y=alt.Y(field="value", type="quantitative", title="Credits", scale=scale, axis=axis)
    ).properties(height=scales.HEIGHT - 60)
    ratio: Any = lines(
        wealth, x="timestamp", y="ratio", zone=zone, zero=False, title="Average ÷ median"
    )
    below = ratio.encode(
        y=alt.Y(
            field="ratio",
            type="quantitative",
            title="Average ÷ median",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(format=".2~f", tickCount=3),
        )
    ).properties(height=_RATIO_HEIGHT)
    drawn: Drawing = alt.vconcat(above, below, spacing=8)
    return drawn


def journey(
    ranks: pd.DataFrame,
    *,
    measure: str,
    follow: Sequence[str],
    zone: tzinfo | None = None,
) -> "Drawing":
    """Draw every character's course in grey, and the followed ones in colour with their name."""
    import altair as alt

    columns = [_AT, "character", "when", "rank", "credits"]
    when = ranks["timestamp"].dt.strftime("%Y-%m-%d %H:%M UTC")
    placed = ranks.assign(**{_AT: scales.on_clock(ranks["timestamp"], zone)}, when=when)
    data = scales.plottable(placed, columns)
    chosen = data["character"].isin(list(follow))
    is_rank = measure == MEASURES[0]
    height = alt.Y(
        field=measure.lower(),
        type="quantitative",
        title=measure,
        scale=alt.Scale(reverse=is_rank, zero=False, nice=not is_rank, padding=8),
        axis=alt.Axis(values=list(_RANKS), format="d")
        if is_rank
        else alt.Axis(format=scales.COMPACT),
    )
    across = alt.X(field=_AT, type="temporal", scale=alt.Scale(type="utc"), title=None)
    who = alt.Detail(field="character", type="nominal")
    crowd: Any = alt.Chart(data.loc[~chosen], height=380).mark_line(
        color=theme.UNKNOWN, opacity=0.35, strokeWidth=1.2
    )
    layers: list[Drawing] = [
        crowd.encode(x=across, y=height, detail=who, tooltip=scales.tooltips(columns[1:], data))
    ]
    if chosen.any():
        layers += _followed(data.loc[chosen], across, height, columns[1:])
    drawn: Drawing = scales.layered(*layers)
    return drawn


def _followed(
    data: pd.DataFrame, across: "alt.X", height: "alt.Y", columns: Sequence[str]
) -> "list[Drawing]":
    """Lines, points and a name at the last point of each."""
    import altair as alt

    base: Any = alt.Chart(data).encode(
        x=across, y=height, color=alt.Color(field="character", type="nominal", legend=None)
    )
    tooltip = scales.tooltips(columns, data)
    last = data.groupby("character", sort=False).tail(1)
    words: Any = alt.Chart(last).mark_text(align="left", dx=7, fontWeight=600, limit=80)
    names = words.encode(
        x=across,
        y=height,
        color=alt.Color(field="character", type="nominal", legend=None),
        text=alt.Text(field="character", type="nominal"),
    )
    points = base.mark_point(filled=True, size=34, opacity=1).encode(tooltip=tooltip)
    return [base.mark_line(strokeWidth=2.5), points, names]


FOLLOWED: Final = 5
HONESTLY: Final = (
    "Credits per character in the site's scan: the median is the one in the middle, the average is "
    "pulled up by the richest. A rising ratio means the richest draw away from the middle; "
    "how wealth is spread among all, two figures cannot say."
)
NAMELESS: Final = (
    "Movement since the previous scan. Characters go by the site's own pseudonyms; "
    "who they are is not known here."
)


def riches(wealth: pd.DataFrame) -> str:
    """Title of the wealth course: where the median went, and how far the average is above it."""
    known = wealth.dropna(subset=["median"])
    if len(known) < 2:
        return "Not enough history for a course"
    first, last = known.iloc[0], known.iloc[-1]
    change = 100 * (last["median"] / first["median"] - 1) if first["median"] else 0.0
    size = f"{abs(change):.1f} %"
    way = "unchanged" if size == "0.0 %" else f"{'up' if change > 0 else 'down'} {size}"
    text = f"Median wealth {compact(float(last['median']))}, {way}{since(known)}"
    ratio = last["ratio"]
    return text if pd.isna(ratio) else f"{text}; average {ratio:.1f} times that"


def richest_hold(top: pd.DataFrame) -> str:
    """Title of the top list: what its characters hold together, and how that changed."""
    total, change = top_total(top)
    if top.empty or not total:
        return "The richest characters"
    moved = f", {signed(change)} since the previous scan" if change is not None else ""
    return f"The {len(top)} richest hold {compact(total)} credits together{moved}"


def listed(ranks: pd.DataFrame) -> tuple[str, ...]:
    """Characters of the journeys, the richest now first, those who dropped out last."""
    last = ranks.drop_duplicates("character", keep="last")
    return tuple(last.sort_values("latest_rank", na_position="last")["character"])


def climber(ranks: pd.DataFrame) -> str:
    """Title of the journeys: who gained the most places between first and last scan on record."""
    ends = ranks.groupby("character", sort=False)["rank"].agg(["first", "last"])
    gained = (ends["first"] - ends["last"]).sort_values(ascending=False, kind="stable")
    if gained.empty or gained.iloc[0] <= 0:
        return "Nobody has climbed on the list"
    best = ends.loc[gained.index[0]]
    places = count(int(gained.iloc[0]), "place")
    start, end = int(best["first"]), int(best["last"])
    return f"{gained.index[0]} climbed most{since(ranks)}: {places}, from {start} to {end}"


def journey_panel(view: Scope) -> None:
    """The journeys of the richest, with a choice of whom to follow."""
    courses = data.answer("wealth_journeys", days=days_of(view.window))
    ranks = courses.frame
    everybody = listed(ranks)
    with st.grid(columns=2, min_column_width=240):
        follow = filters.several(
            "Follow", everybody, key="economy_follow", most=8, anything="The five richest"
        )
        measure = filters.one_of("Journeys by", MEASURES, key="economy_journey_by")
    panel(
        climber(ranks),
        courses,
        key="economy_journey",
        caption="Everybody who was among the twenty at some scan; the grey lines are the others. "
        "A rank is 1 more than the number of those with more credits at that scan.",
        columns={"latest_rank": "Rank now"},
        chart=partial(
            journey, measure=measure, follow=follow or everybody[:FOLLOWED], zone=view.zone
        ),
    )
