"""Cards about where people live, one function per view."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.memoize import memoize
from swgdata.game import ACTIVITY_LEVELS
from swgdata.tables import Result
from swgdata.tables.steps import Step, follow, step
from swgdata.ui import charts, data, theme
from swgdata.ui.charts.bars import ranked_places
from swgdata.ui.components import filters
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import Figure, best_row
from swgdata.ui.components.panel import panel
from swgdata.ui.population.charts import planet_bars
from swgdata.ui.scope import Scope
from swgdata.ui.text import DASH, count, trend_in_words

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

NO_PLANET: Final = "an unknown planet"
UNRATED: Final = "Not rated"
LEVELS: Final[Mapping[str, str]] = {
    mark.label: level for level, mark in theme.ACTIVITY_MARKS.items()
}
_SPANS: Final = {"change_24h": "24 h", "change_7d": "7 d"}
_HOW: Final = (
    "Active over registered citizens, by quarters of all cities: low, moderate, high, very high; "
    "dormant where nobody is active."
)


def columns(frame: pd.DataFrame) -> dict[str, Any]:
    """Labels and types of a population table's columns; levels with their symbols."""
    levels = frame["activity_level"].dropna().unique()
    return {
        "population": "Citizens",
        "change_24h": "Change in 24 h",
        "change_7d": "Change in 7 d",
        "change_last_record": "Change, last record",
        "activity_level": st.column_config.SelectboxColumn(
            "Activity",
            width=115,
            help=_HOW,
            options=list(dict.fromkeys([*ACTIVITY_LEVELS, *levels])),
            format_func=lambda level: theme.named(theme.ACTIVITY_MARKS, str(level)),
        ),
    }


def unknown(notes: Mapping[str, str], column: str = "") -> str:
    """Say which changes are not known yet, and why; "" where all are."""
    told = [
        f"Change in {span}: not known yet, {notes[one]}."
        for one, span in _SPANS.items()
        if one in notes and column in ("", one)
    ]
    return " ".join(told)


@memoize
def figures(planets: pd.DataFrame) -> tuple[Figure, ...]:
    """Headline figures of the citizens: how many, how many active, and where."""
    how = "Characters registered in player cities, which is not players online."
    cities = count(int(planets["cities"].sum()), "city", "cities")
    return (
        Figure("Citizens", _total(planets["population"]), since=f"in {cities}", help=how),
        Figure("Active citizens", _total(planets["active"]), since="as reported", help=how),
        _most("Largest", planets, "population", "citizens"),
        _most("Busiest", planets, "active", "active citizens"),
    )


def _total(numbers: "pd.Series[Any]") -> str:
    known = numbers.dropna()
    return f"{int(known.sum()):,}" if len(known) else DASH


def _most(label: str, rows: pd.DataFrame, column: str, unit: str) -> Figure:
    most = best_row(rows, column)
    if most is None:
        return Figure(label, DASH, help="The feed gives no figures.")
    return Figure(f"{label}: {planet_of(most)}", f"{int(most[column]):,}", since=unit)


def planet_of(row: "pd.Series[Any]") -> str:
    """The planet of a row, in words."""
    return NO_PLANET if pd.isna(row["planet"]) else str(row["planet"])


def trends_title(planets: pd.DataFrame) -> str:
    """Title of the population trends: where most people live."""
    most = best_row(planets, "population")
    if most is None:
        return "Population by planet"
    cities = count(int(most["cities"]), "city", "cities")
    return f"Most people live on {planet_of(most)}: {int(most['population']):,} in {cities}"


def spread(rows: pd.DataFrame) -> pd.DataFrame:
    """Count cities by planet and activity level.

    Returns:
        ``planet``, ``activity_level`` (null = not rated), ``cities``, ``population``, ``active``
        (sums of what is known; null where nothing is), by planet and from dormant upwards.
    """
    rank = {level: place for place, level in enumerate(ACTIVITY_LEVELS)}
    groups = rows.groupby(["planet", "activity_level"], dropna=False, sort=False)
    sums = groups[["population", "active"]].sum(min_count=1)
    counted = sums.assign(cities=groups.size().astype("Int64")).reset_index()
    ordered = counted.assign(_rank=counted["activity_level"].map(rank).fillna(len(rank)))
    ordered = ordered.sort_values(["planet", "_rank"], na_position="last", kind="stable")
    names = ["planet", "activity_level", "cities", "population", "active"]
    return ordered[names].reset_index(drop=True)


def spread_title(counted: pd.DataFrame) -> str:
    """Title of the spread: how many cities are dormant."""
    total = int(counted["cities"].sum())
    rated = counted.dropna(subset=["activity_level"])
    if rated.empty:
        return "Activity of cities"
    dormant = int(rated.loc[rated["activity_level"] == ACTIVITY_LEVELS[0], "cities"].sum())
    return f"{dormant} of {count(total, 'city is', 'cities are')} dormant"


def spread_chart(counted: pd.DataFrame) -> "Drawing":
    """Planets across, levels down, the busiest on top; the number of cities in each cell."""
    levels = counted["activity_level"].astype("object")
    words = [UNRATED if pd.isna(one) else theme.named(theme.ACTIVITY_MARKS, one) for one in levels]
    order = [theme.named(theme.ACTIVITY_MARKS, level) for level in reversed(ACTIVITY_LEVELS)]
    return charts.heat_grid(
        counted.assign(activity=words, planet=counted["planet"].fillna("Unknown")),
        x="planet",
        y="activity",
        value="cities",
        y_order=[*(one for one in order if one in words), *sorted(set(words) - set(order))],
        details=["population", "active"],
    )


_MOST: Final = (step("sort", by="-population"),)
_BUSIEST: Final = (step("sort", by="-active"),)
_GROWN: Final = (step("sort", by="-change_24h"),)
GROWTH: Final = 10
"""Citizens in 24 h: what counts as growing, unless asked otherwise."""


def most_people(view: Scope) -> None:
    """Cities with many citizens, and those that gain them."""
    with error_boundary("Popular cities"):
        popular(view)
    with error_boundary("Growing cities"):
        growing(view)


def popular(view: Scope) -> None:
    """Cities with many citizens, the largest first."""
    least = filters.at_least(
        "Citizens, at least", key="population_least", lowest=50, highest=150, step=10
    )
    found = data.answer("popular_locations", min_population=least, **view.parameters)
    rows = follow(found.frame, _MOST)
    which = f"of {least} citizens or more"
    title = ranking_title(rows, "population", which=which, unit="citizens")
    drawn = partial(ranking, value="population")
    _card(title, found, _MOST, key="popular", chart=drawn, caption="The largest 15 are drawn.")


def lively(view: Scope) -> None:
    """Cities of one activity level, the busiest first."""
    label = filters.one_of("Activity level", tuple(LEVELS), key="population_level", default="High")
    found = data.answer("active_locations", level=LEVELS[label], **view.parameters)
    rows = follow(found.frame, _BUSIEST)
    which = f"of {label.casefold()} activity"
    title = ranking_title(rows, "active", which=which, unit="active")
    drawn = partial(ranking, value="active")
    _card(title, found, _BUSIEST, key="active", chart=drawn, caption="The busiest 15 are drawn.")


def growing(view: Scope) -> None:
    """Cities that grew in a day; says why there are none while that is not known."""
    found = data.answer("growing_locations", min_growth=GROWTH, **view.parameters)
    rows, why = follow(found.frame, _GROWN), unknown(found.notes, "change_24h")
    drawn = partial(ranking, value="change_24h")
    _card(growing_title(rows, why), found, _GROWN, key="growing", chart=drawn, empty=why)


def everywhere(view: Scope) -> None:
    """All places: planets, then cities, most people first."""
    found = data.answer("population", **view.parameters)
    rows = follow(found.frame, _MOST)
    note = "A row without a city is a whole planet."
    _card(places_title(rows), found, _MOST, key="places", caption=note)


def _card(title: str, found: Result, steps: Sequence[Step], *, key: str, **more: Any) -> None:
    shown = columns(found.frame)
    panel(title, found, steps=steps, columns=shown, key=f"population_{key}", **more)


def places_title(rows: pd.DataFrame) -> str:
    """Title of the list of all places."""
    cities = int(rows["city"].notna().sum())
    planets = count(int(rows["city"].isna().sum()), "planet")
    return f"{count(cities, 'city', 'cities')} and {planets}"


def ranking_title(rows: pd.DataFrame, column: str, *, which: str, unit: str) -> str:
    """Title of a ranking: how many cities, and the first."""
    first = best_row(rows, column)
    many = f"{count(len(rows), 'city', 'cities') if len(rows) else 'No city'} {which}"
    if first is None:
        return many
    return f"{many}, first {first['city']} on {planet_of(first)}: {first[column]:,.0f} {unit}"


def growing_title(rows: pd.DataFrame, unknown_why: str) -> str:
    """Title of the growing places; that nothing is known is not that nothing grows."""
    if unknown_why:
        return "Growing cities: not known yet"
    which = f"grew by {GROWTH} or more in 24 h"
    return ranking_title(rows, "change_24h", which=which, unit="more")


def ranking(rows: pd.DataFrame, *, value: str) -> "Drawing":
    """Rank cities, each with its planet."""
    return ranked_places(rows.rename(columns={"city": "name"}), value=value)


def planets(view: Scope) -> None:
    """Citizens by planet, with what changed."""
    found = data.answer("population_trends", **view.parameters)
    panel(
        trends_title(found.frame),
        found,
        columns=columns(found.frame),
        key="population_trends",
        caption="Registered citizens, which is not players online. " + unknown(found.notes),
        chart=planet_bars,
    )


def activity(view: Scope) -> None:
    """How many cities are how active, and those of one level."""
    with error_boundary("Activity of cities"):
        found = data.answer("population", **view.parameters)
        counted = spread(found.frame.loc[found.frame["city"].notna()])
        panel(
            spread_title(counted),
            found,
            frame=counted,
            columns=columns(counted),
            key="population_levels",
            caption="Number of cities at each level of activity.",
            chart=spread_chart,
        )
    with error_boundary("Active cities"):
        lively(view)


def trend(_: Scope) -> None:
    """Active citizens of all cities together over time."""
    feed = data.snapshot("cities")
    rows = feed.tables["city_trend"][["label", "active", "cities"]]
    panel(
        trend_in_words(rows, "active", noun="active citizens"),
        feed,
        frame=rows,
        key="population_course",
        caption="All cities together, at the site's own dates, which carry no year.",
        chart=partial(charts.lines, x="label", y="active", zero=False),
    )
