"""Spawn shifts: what came into spawn, what left it, what was corrected between two exports?"""

import streamlit as st

from swgdata.tables.shifts import digest
from swgdata.ui import data, shifts
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline, panel
from swgdata.ui.scope import scope

st.caption("What came into spawn, what left it, and what was corrected between two exports.")
view = scope()

# Data: the newest export is fetched where it is due; then any two of the stored can be compared.
pair = None
with guard("Spawn shifts"):
    feed = data.snapshot("resources")
    kept = data.versions("resources")
    if len(kept) < 2:
        shifts.alone(kept, feed)
    else:
        pair = shifts.pick(kept)
        if pair is None:
            st.caption(":material/compare_arrows: Choose two different versions.")

if pair:
    before, after = pair
    versions = {"since": digest(before), "until": digest(after)}
    shifts.warn(pair, feed)
    with guard("Changes"):
        # Headline.
        every = data.answer("spawn_shifts", **versions)
        headline(shifts.figures(view.keep(every.frame, "planets")))

        # Filters: bound to the URL, so the address bar is the share button.
        asked = shifts.draw(view)
        found = data.answer("spawn_shifts", **versions, **asked)
        rows = shifts.listing(view.keep(found.frame, "planets"))
        same = "" if len(every.frame) else "The two exports agree on spawn, planets and stats."

        # Panels.
        panel(
            shifts.title(rows),
            found,
            frame=rows,
            key="shifts_changes",
            applied=view.applied,
            columns=shifts.columns(),
            caption=shifts.between(before, after),
            empty=same,
        )
        families = shifts.families(rows, asked["class_code"])
        panel(
            shifts.busiest(families),
            found,
            frame=families,
            key="shifts_families",
            applied=view.applied,
            chart=shifts.chart,
            caption="By class: up what spawned, down what despawned.",
            empty=same,
        )
