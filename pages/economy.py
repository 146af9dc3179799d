"""GCW & economy: who is winning, is wealth gathering at the top, which professions are served?"""

from functools import partial

import streamlit as st

from swgdata.analytics.economy import lead_changes, wealth_ratio
from swgdata.ui import data, economy, filters, professions, titles, war, wealth
from swgdata.ui.charts.professions import family_bars
from swgdata.ui.charts.war import both_sides, gap, split_bar
from swgdata.ui.charts.wealth import average_and_median
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline, panel
from swgdata.ui.scope import scope
from swgdata.ui.spans import days_of, within

st.caption("Who is winning, whether wealth gathers at the top, and which professions are served.")
view = scope()

with guard("Headline"):
    headline(economy.figures())

with guard("Faction balance"):
    feed = data.snapshot("gcw")
    split = war.balance(feed)
    panel(
        war.stand(split),
        feed,
        frame=split,
        key="economy_balance",
        caption=war.NOT_CONTROL,
        empty="No data yet: the site gives no latest count.",
        chart=split_bar if split["share"].notna().all() else None,
    )

with guard("Course of the war"):
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

with guard("Wealth"):
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

with guard("The richest"):
    richest = data.answer("wealth_top")
    rows = wealth.with_movement(richest.frame, data.snapshot("wealth").tables["wealth_richest"])
    panel(
        wealth.richest_hold(rows),
        richest,
        frame=rows,
        key="economy_top",
        caption=wealth.NAMELESS,
        columns={"rank_move": "Places gained"},
        height=33 * (min(len(rows), 20) + 1) + 3,  # all twenty in sight
    )

with guard("Journeys of the richest"):
    wealth.journey_panel(data.snapshot("wealth"), view)

with guard("Professions"):
    everything = professions.arranged(data.answer("professions").frame)
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
    professions.compare_panel(everything)

with guard("Titles"):
    titles.titles_panel()
