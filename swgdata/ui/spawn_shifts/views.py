"""Cards of the spawn shifts page, one function per view."""

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd
import streamlit as st

from swgdata.tables.spawn_shifts import digest
from swgdata.ui import data
from swgdata.ui.charts.diverging_bars import daily_bars
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import headline
from swgdata.ui.components.panel import panel
from swgdata.ui.spawn_shifts import calendar, droughts, lifetimes
from swgdata.ui.spawn_shifts import changes as shift_changes
from swgdata.ui.spawn_shifts.filters import ShiftFilters
from swgdata.ui.spawn_shifts.lifetimes import why_empty


def changes(chosen: ShiftFilters) -> None:
    """What differs between two stored versions of the export."""
    feed, kept = data.snapshot("resources"), data.versions("resources")
    if len(kept) < 2:
        shift_changes.alone(kept, feed)
        return
    pair = shift_changes.pick(kept)
    if pair is None:
        st.caption(":material/compare_arrows: Choose two different versions.")
        return
    versions = {"since": digest(pair[0]), "until": digest(pair[1])}
    shift_changes.warn(pair, feed)
    with error_boundary("Changes"):
        _compared(chosen, versions, caption=shift_changes.between(*pair))


def _compared(chosen: ShiftFilters, versions: Mapping[str, str], *, caption: str) -> None:
    every = data.answer("spawn_shifts", **versions, **chosen.view.parameters)
    headline(shift_changes.figures(every.frame))
    result = data.answer("spawn_shifts", **versions, **chosen.parameters, **shift_changes.draw())
    rows = shift_changes.listing(result.frame)
    differ = len(every.frame) or len(data.answer("spawn_shifts", **versions).frame)
    same = "" if differ else "The two exports agree on spawn, planets and stats."
    panel(
        shift_changes.title(rows),
        result,
        frame=rows,
        key="shifts_changes",
        columns=shift_changes.columns(),
        caption=caption,
        empty=same,
    )
    families = shift_changes.families(rows, chosen.class_code)
    panel(
        shift_changes.busiest(families),
        result,
        frame=families,
        key="shifts_families",
        chart=shift_changes.chart,
        caption="By class: up what spawned, down what despawned.",
        empty=same,
    )


def per_day(chosen: ShiftFilters) -> None:
    """What came and went each day of the window."""
    window = chosen.view.window
    zone, days = str(chosen.view.zone), window.days if window else None
    result = data.answer("spawn_turnover", zone=zone, days=days, **chosen.parameters)
    panel(
        daily_title(result.frame),
        result,
        key="shifts_daily",
        chart=daily_bars,
        caption="Up what came, down what left, on the days of your clock. Shaded: nobody looked; "
        "what left meanwhile counts in the middle of the gap. The span is the sidebar's window.",
        columns={"vague": "Out, day uncertain"},
        empty=why_empty(result),
    )


def daily_title(rows: pd.DataFrame) -> str:
    """How many came and went on an average day, and on how many nobody looked."""
    seen = rows.loc[rows["looks"] > 0]
    if seen.empty:
        return "In and out each day"
    whole = rows.iloc[:-1] if len(rows) > 1 else rows  # at our last look that day was not over
    came, went = (whole[column].sum() / len(whole) for column in ("spawned", "despawned"))
    blank = len(rows) - len(seen)
    open_ = f"; nobody looked on {blank} of {len(rows)} days" if blank else ""
    return f"{came:.1f} in and {went:.1f} out a day, n={len(whole)}{open_}"


VIEWS: Final[Mapping[str, Callable[[ShiftFilters], None]]] = {
    "Changes": changes,
    "Per day": per_day,
    "Lifetimes": lambda chosen: lifetimes.lifetimes(chosen.parameters),
    "Leaving soon": lambda chosen: lifetimes.leaving_soon(chosen.parameters),
    "Calendar": lambda chosen: calendar.calendar(chosen.parameters, chosen.view),
    "Droughts": lambda chosen: droughts.droughts(chosen.parameters),
}
