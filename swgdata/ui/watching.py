"""What pages say where our own watch of the spawns has nothing to tell yet."""

from typing import Final

from swgdata.tables import Result
from swgdata.ui import data

NO_LOOKS: Final = (
    "No past yet: this app remembers what was in spawn each time it synchronises the export of "
    "resources, and tells from the second look on. Leave it running, or run "
    "“python -m swgdata sync” every day."
)


def looks() -> int:
    """How often we looked at the spawns."""
    return int(data.answer("spawn_turnover").frame["looks"].sum())


def why_empty(found: Result) -> str:
    """Why a table of our watch is empty; "" where the filters have left nothing."""
    return NO_LOOKS if found.frame.empty and looks() < 2 else ""
