"""Wealth: average and median with the distance between them, and the journey of the richest."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.ui import theme
from swgdata.ui.charts import scales
from swgdata.ui.charts.lines import lines

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
    """Draw average and median, and below them how many times the median the average is.

    Args:
        wealth: ``timestamp``, ``average``, ``median``, ``ratio``.
        log: Equal steps are equal factors, so that both lines show their movement.
        zone: Clock of the time axis; UTC where None.
    """
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
    """Draw every character's course in grey, and the followed ones in colour with their name.

    Args:
        ranks: ``timestamp``, ``character``, ``rank``, ``credits``; one row per character and scan.
        measure: One of ``MEASURES``.
        follow: Characters to stand out.
        zone: Clock of the time axis; UTC where None.
    """
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
    drawn: Drawing = alt.layer(*layers)
    return drawn


def _followed(
    data: pd.DataFrame, across: "alt.X", height: "alt.Y", columns: Sequence[str]
) -> "list[Drawing]":
    """Lines, points and a name at the last point of each."""
    import altair as alt

    base: Any = alt.Chart(data).encode(
        x=across, y=height, color=alt.Color(field="character", type="nominal", legend=None)
    )
    told = scales.tooltips(columns, data)
    last = data.groupby("character", sort=False).tail(1)
    words: Any = alt.Chart(last).mark_text(align="left", dx=7, fontWeight=600, limit=80)
    names = words.encode(
        x=across,
        y=height,
        color=alt.Color(field="character", type="nominal", legend=None),
        text=alt.Text(field="character", type="nominal"),
    )
    points = base.mark_point(filled=True, size=34, opacity=1).encode(tooltip=told)
    return [base.mark_line(strokeWidth=2.5), points, names]
