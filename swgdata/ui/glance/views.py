"""Cards of the first page, one function per view."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.tables.steps import follow, step
from swgdata.ui import charts, data, run_state, theme
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.panel import panel
from swgdata.ui.resources import listing
from swgdata.ui.scope import Scope, scope
from swgdata.ui.text import count
from swgdata.ui.trends import movers as trend_movers

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

SPANS: Final[Mapping[str, int]] = {"24 h": 0, "3 d": 2, "7 d": 6, "30 d": 29}
"""How long ago a spawn may have been first seen -> its age in whole days."""
WORTH: Final = 15
"""New spawns worth a look."""
_NAME: Final = "_place"


def worth_title(rows: pd.DataFrame, span: str) -> str:
    """Title of the new spawns: how many, and the best of them."""
    known = np.flatnonzero(rows["quality"].notna())
    if not len(known):
        return f"No new spawns worth a look in {span}"
    name, kind, worlds, quality = (
        rows[column].iloc[known[0]] for column in ("name", "class_name", "planets", "quality")
    )
    worlds = worlds or ()
    more = f" and {len(worlds) - 1} more" if len(worlds) > 1 else ""
    where = f" on {worlds[0]}{more}" if worlds else ""
    return f"Best new spawn in {span}: {name}, {kind}{where}, {quality:.0f} % of caps"


def worth_chart(rows: pd.DataFrame) -> "Drawing":
    """The best new spawns by quality, coloured and marked by rarity."""
    best = rows.loc[rows["quality"].notna()].head(WORTH)
    named = best.assign(
        **{_NAME: _distinct(best, "class_name")},
        quality=best["quality"].round(1),
        rarity=[theme.named(theme.RARITY_MARKS, tier) for tier in best["rarity"]],
    )
    shades = {
        theme.named(theme.RARITY_MARKS, tier): mark.colour
        for tier, mark in reversed(list(theme.RARITY_MARKS.items()))
    }
    seen = {name: shade for name, shade in shades.items() if (named["rarity"] == name).any()}
    return charts.ranked_bar(
        named,
        value="quality",
        label=_NAME,
        colour="rarity",
        colours=seen,
        details=["class_name", "score", "age_days"],
    )


def _distinct(rows: pd.DataFrame, by: str) -> "pd.Series[str]":
    """Names for an axis: with ``by`` where one name stands for several rows."""
    twice = rows["name"].duplicated(keep=False)
    both = rows["name"].astype("str") + ", " + rows[by].astype("str")
    return rows["name"].astype("str").where(~twice, both).fillna("(unnamed)")


def hubs_title(rows: pd.DataFrame) -> str:
    """Title of the travel hubs: how many cities may have a shuttleport, and the busiest."""
    if rows.empty:
        return "No city may have a shuttleport"
    best = rows.iloc[0]
    active = "" if pd.isna(best["active"]) else f", {best['active']} active citizens"
    return (
        f"Busiest of {count(len(rows), 'travel hub')}: {best['name']} on {best['planet']}{active}"
    )


def hubs_chart(rows: pd.DataFrame) -> "Drawing":
    """The busiest travel hubs, coloured by planet."""
    best = rows.loc[rows["active"].notna()].head(WORTH)
    return charts.ranked_bar(
        best.assign(**{_NAME: _distinct(best, "planet")}),
        value="active",
        label=_NAME,
        colour="planet",
        details=["citizens", "rank", "mayor"],
    )


def population_title(rows: pd.DataFrame) -> str:
    """Title of the population: where most people live."""
    known = rows.dropna(subset=["planet", "population"])
    if known.empty:
        return "Population by planet"
    most = known.sort_values("population", ascending=False).iloc[0]
    cities = count(int(most["cities"]), "city", "cities")
    return f"Most live on {most['planet']}: {most['population']:,} citizens in {cities}"


def population_chart(rows: pd.DataFrame) -> "Drawing":
    """Citizens of each planet, split into active and not active."""
    known = rows.assign(planet=rows["planet"].fillna("unknown"))
    both = known["active"].notna()
    split = known.assign(
        active=known["active"].fillna(0),
        other=(known["population"] - known["active"].fillna(0)).clip(lower=0),
    ).rename(columns={"other": "not active" if both.all() else "others"})
    parts = ["active", "not active" if both.all() else "others"]
    long = split.melt(["planet"], parts, var_name="citizens", value_name="people")
    return charts.stacked_bar(
        long.dropna(subset=["people"]),
        value="people",
        label="planet",
        part="citizens",
        colours={parts[0]: theme.TEAL, parts[1]: theme.RARITY_MARKS["common"].colour},
    )


@st.fragment
def spawns() -> None:
    """What is new in spawn and worth a look."""
    with run_state.consistent_reads(), error_boundary("New spawns"):
        span = filters.one_of("First seen within", tuple(SPANS), key="glance_window")
        new = {"in_spawn": True, "max_age": SPANS[span], "sort": "-quality"}
        found = data.answer("resources", **new, **scope().parameters)
        rows = listing.listing(found.frame, data.snapshot("resources"))
        panel(
            worth_title(rows, span),
            found,
            frame=rows,
            key="glance_spawns",
            chart=worth_chart,
            columns=listing.columns(),
            caption="How close they come to the caps of their class, on average; the best 15.",
        )


@st.fragment
def movers() -> None:
    """Which cities or guilds gained or lost most, by our own readings."""
    with run_state.consistent_reads(), error_boundary("Movers"):
        with st.container(horizontal=True):
            kind = filters.one_of("Movers among", ("cities", "guilds"), key="glance_among")
            window = filters.one_of("Within", ("24 h", "7 d"), key="glance_movers_window")
        params = scope().parameters if kind == "cities" else {}
        trend_movers.movers(kind, window, params, key="glance_movers")


def hubs(view: Scope) -> None:
    """Cities that may have a shuttleport, the busiest first."""
    found, steps = data.answer("travel_hubs", **view.parameters), (step("sort", by="-active"),)
    panel(
        hubs_title(follow(found.frame, steps)),
        found,
        steps=steps,
        key="glance_hubs",
        chart=hubs_chart,
        caption="Cities of rank 4 and above may build a shuttleport; no feed tells which did.",
    )


def population(view: Scope) -> None:
    """Where most people live."""
    people = data.answer("population_trends", **view.parameters)
    panel(
        population_title(people.frame),
        people,
        key="glance_population",
        chart=population_chart,
        caption="Citizens registered in player cities, which is not players online.",
    )
