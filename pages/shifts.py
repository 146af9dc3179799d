"""Spawn shifts: what shifted in the last day, how long do spawns last, which are overdue?"""

import streamlit as st

from swgdata.ui import data
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.headline import headline
from swgdata.ui.components.views import views
from swgdata.ui.scope import scope
from swgdata.ui.spawn_shifts import headline as shift_headline
from swgdata.ui.spawn_shifts import views as shift_views
from swgdata.ui.spawn_shifts.filters import read_filters

st.caption("What came into spawn and what left it, how long spawns last, and what is overdue.")

has_export = False

with error_boundary("Spawn shifts"):
    data.snapshot("resources")  # the newest export is fetched where it is due
    has_export = True
    headline(shift_headline.figures(scope()))

if has_export:
    views("shifts", read_filters, shift_views.VIEWS)
