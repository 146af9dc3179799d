"""The spawn table of the resources page: what matches, as many rows as are read at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from swgdata import tables
from swgdata.snapshot import Snapshot
from swgdata.tables import Result
from swgdata.tables.rating import bands_of, quality
from swgdata.tables.selection import positions
from swgdata.ui import data, resource_filters, resource_weights
from swgdata.ui.panel import Whole, panel
from swgdata.ui.resources import called, where
from swgdata.ui.sheet import MOST_ROWS
from swgdata.ui.text import count
from swgdata.ui.tiers import LEGEND, rarity_column, tier_column, tier_lists
from swgdata.vocabulary import STATS

FIRST: Final = (
    "name", "class_name", "tiers", "weighted_quality", "quality", "score", "rarity", "planets",
    "age_days", "ecpu", "in_spawn", *STATS,
)  # fmt: skip
"""Columns of the spawn table in front; the others follow."""


def spawns(feed: Snapshot, found: np.ndarray, asked: Mapping[str, Any], *, now: datetime) -> None:
    """Draw the table.

    Args:
        feed: The resources feed.
        found: Positions that match the filters.
        asked: Those filters.
        now: The time ages count to.
    """
    page = first_page(asked)
    rows = listing(page.frame, feed, asked)
    panel(
        best_of(feed, found, asked),
        page,
        frame=rows,
        whole=Whole(len(found), partial(everything, feed, asked, now)),
        key="resources_spawns",
        columns=columns(),
        caption=f"{resource_weights.rule(asked)} {LEGEND} "
        "Select a row to see it in detail.".strip(),
        on_pick=partial(resource_filters.look_up, rows["name"]),
    )


def first_page(asked: Mapping[str, object]) -> Result:
    """The rows that travel; its parameters are those of the whole, for the downloads."""
    page = data.answer("resources", **asked, limit=MOST_ROWS)
    given = {name: value for name, value in page.parameters.items() if name != "limit"}
    return replace(page, parameters=given)


def listing(
    rows: pd.DataFrame, feed: Snapshot, asked: Mapping[str, object] = MappingProxyType({})
) -> pd.DataFrame:
    """Rows of the ``resources`` table as the page lists them, in its order.

    Returns:
        The rows with ``tiers`` and, where weights are asked for, ``weighted_quality``.
    """
    found = positions(feed, rows["id"])
    wide = rows.assign(tiers=tier_lists(bands_of(feed, found)))
    if asked.get("weights"):
        wide = wide.assign(weighted_quality=quality(feed, asked)[found])
    return wide[[column for column in dict.fromkeys((*FIRST, *wide.columns)) if column in wide]]


def everything(feed: Snapshot, asked: Mapping[str, object], now: datetime) -> pd.DataFrame:
    """All rows of the listing, for a download."""
    whole = tables.answer("resources", asked, load=lambda _: feed, provider=feed.provider, now=now)
    return listing(whole.frame, feed, asked)


def columns() -> dict[str, Any]:
    """Column types of the spawn table."""
    bar = partial(st.column_config.ProgressColumn, min_value=0, max_value=100)
    return {
        "tiers": tier_column(),
        "rarity": rarity_column(),
        "weighted_quality": resource_weights.column(),
        "quality": bar(
            "Quality", format="%.1f", help="Mean share of its class's caps, in per cent"
        ),
        "score": bar("Score", format="%d", help="The site's own score, 0 to 100"),
        "age_days": "Age, days",
        "top_count": "In top 5 of",
        "class_name": "Class",
        "class_code": "Class code",
    }


def best_of(feed: Snapshot, found: np.ndarray, asked: Mapping[str, object]) -> str:
    """Title of the spawn table: how many match, and the best of them."""
    known = quality(feed, asked)[found]
    if not len(found) or np.isnan(known).all():
        return f"{count(len(found), 'resource')} found"
    best = feed.frame.iloc[[found[int(np.nanargmax(known))]]].iloc[0]
    unit = "of 1000" if asked.get("weights") else "% of caps"
    return (
        f"{count(len(found), 'resource')} found; best {called(best['name'])}, "
        f"{np.nanmax(known):.1f} {unit}{where(int(best['planets']))}"
    )
