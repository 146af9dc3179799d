"""Spawn shifts: what shifted in the last day, how long do spawns last, which are overdue?"""

import streamlit as st

from swgdata.ui import data, shift_cards, shift_figures
from swgdata.ui.guard import guard
from swgdata.ui.panel import headline
from swgdata.ui.scope import scope
from swgdata.ui.views import views

st.caption("What came into spawn and what left it, how long spawns last, and what is overdue.")

has_export = False
with guard("Spawn shifts"):
    data.snapshot("resources")  # the newest export is fetched where it is due
    has_export = True
    headline(shift_figures.figures(scope()))

if has_export:
    views("shifts", shift_cards.ask, shift_cards.VIEWS)
