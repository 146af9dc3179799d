"""Filters and cards of the spawn shifts page, one function per view."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.tables.spawn_shifts import digest
from swgdata.ui import data
from swgdata.ui.charts.diverging_bars import daily_bars
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import headline
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import Scope, scope
from swgdata.ui.spawn_shifts import calendar, droughts, lifetimes
from swgdata.ui.spawn_shifts import changes as shift_changes
from swgdata.ui.spawn_shifts.lifetimes import why_empty


@dataclass(frozen=True, slots=True)
class ShiftFilters:
    """What the filters above all views say.

    Attributes:
        class_code: With everything below it; None for any.
        planet: None for any.
        view: What the sidebar narrows every page to.
    """

    class_code: str | None
    planet: str | None
    view: Scope

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameters of the tables of spawns: the page's own planet is one of the sidebar's."""
        chosen = {"class_code": self.class_code, "planet": self.planet}
        given = {name: value for name, value in chosen.items() if value}
        return self.view.parameters | given


def read_filters() -> ShiftFilters:
    """Draw the filters; they are bound to the URL, so the address bar is the share button."""
    view = scope()
    with st.grid(columns=2, min_column_width=145):
        code = filters.resource_class("Class, with all below it", key="shifts_class")
        planet = filters.planet(key="shifts_planet", among=view.allowed)
    return ShiftFilters(code, planet, view)


def changes(asked: ShiftFilters) -> None:
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
        _compared(asked, versions, caption=shift_changes.between(*pair))


def _compared(asked: ShiftFilters, versions: Mapping[str, str], *, caption: str) -> None:
    every = data.answer("spawn_shifts", **versions, **asked.view.parameters)
    headline(shift_changes.figures(every.frame))
    found = data.answer("spawn_shifts", **versions, **asked.parameters, **shift_changes.draw())
    rows = shift_changes.listing(found.frame)
    differ = len(every.frame) or len(data.answer("spawn_shifts", **versions).frame)
    same = "" if differ else "The two exports agree on spawn, planets and stats."
    panel(
        shift_changes.title(rows),
        found,
        frame=rows,
        key="shifts_changes",
        columns=shift_changes.columns(),
        caption=caption,
        empty=same,
    )
    families = shift_changes.families(rows, asked.class_code)
    panel(
        shift_changes.busiest(families),
        found,
        frame=families,
        key="shifts_families",
        chart=shift_changes.chart,
        caption="By class: up what spawned, down what despawned.",
        empty=same,
    )


def per_day(asked: ShiftFilters) -> None:
    """What came and went each day of the window."""
    window = asked.view.window
    zone, days = str(asked.view.zone), window.days if window else None
    found = data.answer("spawn_turnover", zone=zone, days=days, **asked.parameters)
    panel(
        daily_title(found.frame),
        found,
        key="shifts_daily",
        chart=daily_bars,
        caption="Up what came, down what left, on the days of your clock. Shaded: nobody looked; "
        "what left meanwhile counts in the middle of the gap. The span is the sidebar's window.",
        columns={"vague": "Out, day uncertain"},
        empty=why_empty(found),
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
    "Lifetimes": lambda asked: lifetimes.lifetimes(asked.parameters),
    "Leaving soon": lambda asked: lifetimes.leaving_soon(asked.parameters),
    "Calendar": lambda asked: calendar.calendar(asked.parameters, asked.view),
    "Droughts": lambda asked: droughts.droughts(asked.parameters),
}
