"""The cards of the population page about where people live, in its views."""

from functools import partial

from swgdata.ui import charts, city_rankings, data, population
from swgdata.ui.charts.people import planet_bars
from swgdata.ui.courses import course
from swgdata.ui.guard import guard
from swgdata.ui.panel import panel
from swgdata.ui.scope import Scope


def planets(view: Scope) -> None:
    """Citizens by planet, with what changed."""
    found = data.answer("population_trends")
    rows = view.keep(found.frame)
    panel(
        population.trends_title(rows),
        found,
        frame=rows,
        applied=view.applied,
        columns=population.columns(rows),
        key="population_trends",
        caption="Registered citizens, which is not players online. "
        + population.unknown(found.notes),
        chart=planet_bars,
    )


def activity(view: Scope) -> None:
    """How many cities are how active, and those of one level."""
    with guard("Activity of cities"):
        found = data.answer("population")
        cities = found.frame.loc[found.frame["city"].notna()]
        counted = population.spread(view.keep(cities))
        panel(
            population.spread_title(counted),
            found,
            frame=counted,
            applied=view.applied,
            columns=population.columns(counted),
            key="population_levels",
            caption="Number of cities at each level of activity.",
            chart=population.spread_chart,
        )
    with guard("Active cities"):
        city_rankings.lively(view)


def trend(_: Scope) -> None:
    """Active citizens of all cities together over time."""
    feed = data.snapshot("cities")
    rows = feed.tables["city_trend"][["label", "active", "cities"]]
    panel(
        course(rows, "active", noun="active citizens"),
        feed,
        frame=rows,
        key="population_course",
        caption="All cities together, at the site's own dates, which carry no year.",
        chart=partial(charts.lines, x="label", y="active", zero=False),
    )
