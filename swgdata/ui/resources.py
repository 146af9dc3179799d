"""What the resources page says in words and draws of its own."""

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
from swgdata.tables.rating import quality
from swgdata.tables.selection import places
from swgdata.ui import data, resource_weights
from swgdata.ui.panel import Figure
from swgdata.ui.sheet import MOST_ROWS
from swgdata.ui.text import DASH, count
from swgdata.ui.tiers import rarity_column, tier_column, tier_lists
from swgdata.vocabulary import STATS, planets_of

FIRST: Final = (
    "name", "class_name", "tiers", "weighted_quality", "quality", "score", "rarity", "planets",
    "age_days", "ecpu", "in_spawn", *STATS,
)  # fmt: skip
"""Columns of the spawn table in front; the others follow."""


def hits(feed: Snapshot, asked: Mapping[str, object], *, now: datetime) -> np.ndarray:
    """Positions of the resources that match, in the order of the export; nothing is copied."""
    return places(feed, tables.read_parameters(tables.TABLES["resources"], asked), now=now)


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
    export = feed.frame
    caps = [f"{stat}_max" for stat in STATS]
    found = np.flatnonzero(export["id"].isin(rows["id"]).to_numpy())
    known = export[["id", *STATS, *caps]].iloc[found]
    ids = known["id"].to_numpy()
    wide = rows.assign(tiers=tier_lists(known).set_axis(ids).reindex(rows["id"]).to_numpy())
    if asked.get("weights"):
        weighted = pd.Series(quality(feed, asked)[found], index=ids)
        wide = wide.assign(weighted_quality=weighted.reindex(rows["id"]).to_numpy())
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


def figures(rows: pd.DataFrame) -> list[Figure]:
    """Headline figures: how many, the best, the rarest, the richest planet.

    Args:
        rows: The ``resources`` table of what is in spawn, best quality first.
    """
    fresh = int((rows["age_days"] == 0).sum())
    rarest = rows["rarity"].value_counts()
    legends, rare = int(rarest.get("legendary", 0)), int(rarest.get("very_rare", 0))
    return [
        Figure("In spawn", f"{len(rows):,}", f"+{fresh}" if fresh else "", "new in 24 h"),
        _best(rows),
        Figure("Legendary now", str(legends), since=f"and {rare} very rare"),
        _richest(rows),
    ]


def _best(rows: pd.DataFrame) -> Figure:
    how = "Mean share of its class's caps over its stats; says nothing about one recipe."
    if rows.empty or pd.isna(rows["quality"].iloc[0]):
        return Figure("Best now", DASH, help=how)
    best = rows.iloc[0]
    return Figure(
        f"Best: {best['name']}", f"{best['quality']:.1f} %", since=str(best["class_name"]), help=how
    )


def _richest(rows: pd.DataFrame) -> Figure:
    worlds = rows["planets"].explode().value_counts()
    if worlds.empty:
        return Figure("Richest planet", DASH, help="No planet is recorded.")
    return Figure(f"Most on {worlds.index[0]}", f"{int(worlds.iloc[0])}", since="resources")


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


def where(mask: int) -> str:
    """Say on which planets, e.g. " on Lok and Naboo"; "" where none is recorded."""
    names = planets_of(mask)
    if len(names) > 3:
        return f" on {names[0]}, {names[1]} and {len(names) - 2} more"
    last = names[-1:]
    return f" on {' and '.join([', '.join(names[:-1]), *last] if names[:-1] else last)}" * bool(
        names
    )


def called(value: object) -> str:
    """A name, or what stands for a missing one."""
    return value if isinstance(value, str) and value.strip() else "(unnamed)"
