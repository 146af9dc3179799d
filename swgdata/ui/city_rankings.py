"""The cards of popular, active and growing cities, and of all places."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.tables import Result
from swgdata.ui import data, filters
from swgdata.ui.charts.places import ranked_places
from swgdata.ui.guard import guard
from swgdata.ui.panel import panel
from swgdata.ui.population import LEVELS, best, columns, planet_of, unknown
from swgdata.ui.scope import Scope
from swgdata.ui.text import count

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

GROWTH: Final = 10
"""Citizens in 24 h: what counts as growing, unless asked otherwise."""


def most_people(view: Scope) -> None:
    """Cities with many citizens, and those that gain them."""
    with guard("Popular cities"):
        popular(view)
    with guard("Growing cities"):
        growing(view)


def popular(view: Scope) -> None:
    """Cities with many citizens, the largest first."""
    least = filters.at_least(
        "Citizens, at least", key="population_least", lowest=50, highest=150, step=10
    )
    found = data.answer("popular_locations", min_population=least)
    rows = _ranked(found, view, "population")
    which = f"of {least} citizens or more"
    title = ranking_title(rows, "population", which=which, unit="citizens")
    drawn = partial(ranking, value="population")
    _card(title, found, rows, view, key="popular", chart=drawn, caption="The largest 15 are drawn.")


def lively(view: Scope) -> None:
    """Cities of one activity level, the busiest first."""
    label = filters.one_of("Activity level", tuple(LEVELS), key="population_level", default="High")
    found = data.answer("active_locations", level=LEVELS[label])
    rows = _ranked(found, view, "active")
    which = f"of {label.casefold()} activity"
    title = ranking_title(rows, "active", which=which, unit="active")
    drawn = partial(ranking, value="active")
    _card(title, found, rows, view, key="active", chart=drawn, caption="The busiest 15 are drawn.")


def growing(view: Scope) -> None:
    """Cities that grew in a day; says why there are none while that is not known."""
    found = data.answer("growing_locations", min_growth=GROWTH)
    rows, why = _ranked(found, view, "change_24h"), unknown(found.notes, "change_24h")
    drawn = partial(ranking, value="change_24h")
    _card(growing_title(rows, why), found, rows, view, key="growing", chart=drawn, empty=why)


def everywhere(view: Scope) -> None:
    """All places: planets, then cities, most people first."""
    found = data.answer("population")
    rows = _ranked(found, view, "population")
    note = "A row without a city is a whole planet."
    _card(places_title(rows), found, rows, view, key="places", caption=note)


def _ranked(found: Result, view: Scope, column: str) -> pd.DataFrame:
    return view.keep(found.frame).sort_values(column, ascending=False, kind="stable")


def _card(
    title: str, found: Result, rows: pd.DataFrame, view: Scope, *, key: str, **more: Any
) -> None:
    panel(
        title,
        found,
        frame=rows,
        applied=view.applied,
        columns=columns(rows),
        key=f"population_{key}",
        **more,
    )


def places_title(rows: pd.DataFrame) -> str:
    """Title of the list of all places."""
    cities = int(rows["city"].notna().sum())
    planets = count(int(rows["city"].isna().sum()), "planet")
    return f"{count(cities, 'city', 'cities')} and {planets}"


def ranking_title(rows: pd.DataFrame, column: str, *, which: str, unit: str) -> str:
    """Title of a ranking: how many cities, and the first.

    Args:
        rows: Cities: ``city``, ``planet`` and ``column``.
        column: What they are ranked by.
        which: Which cities these are, to follow the word.
        unit: What ``column`` counts.
    """
    first = best(rows, column)
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
