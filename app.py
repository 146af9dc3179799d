"""The app: which pages there are, and the frame around the chosen one."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import streamlit as st

from swgdata import sources
from swgdata.errors import SettingsError
from swgdata.sources import scheduler
from swgdata.ui import frame, hide_errors
from swgdata.ui.text import plain

MENU: Final = {
    "Now": [
        ("glance", "Galaxy at a glance", "travel_explore", "Is the server busy; what is new"),
        ("population", "Population", "groups", "How many are on, when and where"),
    ],
    "Crafting": [
        ("resources", "Resources", "diamond", "What is worth harvesting now, and where"),
        ("shifts", "Spawn shifts", "swap_vert", "What spawned, what left, what was corrected"),
    ],
    "Galaxy": [
        ("guilds", "Guilds", "shield", "Who is big, who is growing, who holds what"),
        ("cities", "Cities & travel", "location_city", "Taxes, ranks, shuttleports"),
        ("economy", "GCW & economy", "balance", "The war, the wealth, the professions"),
    ],
    "Data": [
        ("health", "Feed health", "monitor_heart", "Is each feed fresh; what failed"),
    ],
}

st.set_page_config(page_title=frame.NAME, page_icon=frame.ICON, layout="wide")

hide_errors()

try:
    chosen = sources.validated_settings()
except SettingsError as error:
    for problem in str(error).splitlines():
        st.error(plain(problem, length=300), icon=":material/settings_alert:")
    st.stop()

scheduler.start_scheduler(timedelta(seconds=chosen.sync_every))

HERE: Final = Path(__file__).parent
pages = {
    group: [
        st.Page(
            f"pages/{name}.py",
            title=title,
            icon=f":material/{icon}:",
            help=question,
            default=name == "glance",
        )
        for name, title, icon, question in entries
        if (HERE / f"pages/{name}.py").exists()
    ]
    for group, entries in MENU.items()
}

frame.draw(st.navigation({group: found for group, found in pages.items() if found}), chosen)
