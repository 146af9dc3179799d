"""The spawn table of the resources page: what matches, as many rows as are read at once."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import numpy as np

from swgdata.snapshot import Snapshot
from swgdata.tables.rating import quality
from swgdata.ui import resource_filters, resource_weights
from swgdata.ui.panel import Whole, panel
from swgdata.ui.resource_listing import everything, first_page
from swgdata.ui.resources import called, where
from swgdata.ui.scope import scope
from swgdata.ui.text import count
from swgdata.ui.tiers import LEGEND

_PICK: Final = "Select a row to see it in detail."


def spawns(feed: Snapshot, found: np.ndarray, asked: Mapping[str, Any], *, now: datetime) -> None:
    """Draw the table.

    Args:
        feed: The resources feed.
        found: Positions that match the filters.
        asked: Those filters.
        now: The time ages count to.
    """
    places, first = first_page(feed, asked, now=now, zone=scope().zone)
    names = feed.frame["name"]  # as the feed has them: what is drawn is made safe to read
    panel(
        best_of(feed, found, asked),
        feed,
        applied=asked,
        whole=Whole(len(found), partial(everything, feed, asked, now), first),
        key="resources_spawns",
        caption=f"{resource_weights.rule(asked)} {LEGEND} {_PICK}".strip(),
        on_pick=lambda row: resource_filters.look_up(names.iloc[places[row]]),
    )


def best_of(feed: Snapshot, found: np.ndarray, asked: Mapping[str, object]) -> str:
    """Title of the spawn table: how many match, and the best of them."""
    known = quality(feed, asked)[found]
    if not len(found) or np.isnan(known).all():
        return f"{count(len(found), 'resource')} found"
    place = int(np.nanargmax(known))
    name, planets = (feed.frame[column].iloc[found[place]] for column in ("name", "planets"))
    unit = "of 1000" if asked.get("weights") else "% of caps"
    return (
        f"{count(len(found), 'resource')} found; best {called(name)}, "
        f"{known[place]:.1f} {unit}{where(int(planets))}"
    )
