"""The cards of the economy page, in its views: the war, wealth, who masters what."""

from functools import partial

from swgdata.analytics.economy import lead_changes, wealth_ratio
from swgdata.ui import data, filters, professions, war, wealth
from swgdata.ui.charts.professions import family_bars
from swgdata.ui.charts.war import both_sides, gap, split_bar
from swgdata.ui.charts.wealth import average_and_median
from swgdata.ui.guard import guard
from swgdata.ui.panel import panel
from swgdata.ui.scope import Scope
from swgdata.ui.spans import days_of, within


def war_now_and_then(view: Scope) -> None:
    """Who is ahead now, and how the lead went back and forth."""
    with guard("Faction balance"):
        _balance()
    with guard("Course of the war"):
        _course(view)


def _balance() -> None:
    feed = data.snapshot("gcw")
    split = war.balance(feed.tables["gcw_latest"])
    panel(
        war.stand(split),
        feed,
        frame=split,
        key="economy_balance",
        caption=war.NOT_CONTROL,
        empty="No data yet: the site gives no latest count.",
        chart=split_bar if split["share"].notna().all() else None,
    )


def _course(view: Scope) -> None:
    course = data.answer("gcw", days=days_of(view.window))
    sides = filters.one_of("Course of the war as", war.VIEWS, key="economy_war_as")
    rows = lead_changes(course.frame)
    panel(
        war.tide(rows),
        course,
        frame=rows,
        key="economy_war",
        caption="■ and ▲ mark the records at which the Empire or the Rebellion took the lead. "
        "The time window of the sidebar ends with the newest record.",
        chart=partial(both_sides if sides == war.VIEWS[0] else gap, zone=view.zone),
    )


def wealth_course(view: Scope) -> None:
    """Average and median wealth over time."""
    log = filters.toggle("Wealth on a logarithmic scale", key="economy_log")
    scans = data.answer("wealth")
    rows = wealth_ratio(within(scans.frame, view.window))
    panel(
        wealth.riches(rows),
        scans,
        frame=rows,
        applied={"days": days_of(view.window)},
        key="economy_wealth",
        caption=wealth.HONESTLY,
        chart=partial(average_and_median, log=log, zone=view.zone),
    )


def richest(view: Scope) -> None:
    """Who holds most now, and how they came there."""
    with guard("The richest"):
        found = data.answer("wealth_top")
        rows = wealth.with_movement(found.frame, data.snapshot("wealth").tables["wealth_richest"])
        panel(
            wealth.richest_hold(rows),
            found,
            frame=rows,
            key="economy_top",
            caption=wealth.NAMELESS,
            columns={"rank_move": "Places gained"},
            height=33 * (min(len(rows), 20) + 1) + 3,  # all twenty in sight
        )
    with guard("Journeys of the richest"):
        wealth.journey_panel(data.snapshot("wealth"), view)


def served(_: Scope) -> None:
    """How many master each profession, by family."""
    family = filters.choice(
        "Family", professions.FAMILIES, key="economy_family", naming=str.capitalize
    )
    found = data.answer("professions", family=family)
    rows = professions.arranged(found.frame)
    panel(
        professions.served(rows),
        found,
        frame=rows,
        key="economy_professions",
        caption=professions.MASTERIES,
        chart=family_bars,
    )
