"""Headline figures of the resources page; names and planets in words."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from swgdata import tables
from swgdata.analytics.memoize import memoize
from swgdata.game import planets_of
from swgdata.sources.snapshot import Snapshot
from swgdata.tables.resource_query import matching_positions
from swgdata.ui.components.headline import Figure
from swgdata.ui.text import DASH


def hits(feed: Snapshot, asked: Mapping[str, object], *, now: datetime) -> np.ndarray:
    """Positions of the resources that match, in the order of the export; nothing is copied."""
    return matching_positions(
        feed, tables.read_parameters(tables.TABLES["resources"], asked), now=now
    )


@memoize
def figures(rows: pd.DataFrame) -> tuple[Figure, ...]:
    """Headline figures: how many, the best, the rarest, the richest planet."""
    fresh = int((rows["age_days"] == 0).sum())
    rarest = rows["rarity"].value_counts()
    legends, rare = int(rarest.get("legendary", 0)), int(rarest.get("very_rare", 0))
    return (
        Figure("In spawn", f"{len(rows):,}", f"+{fresh}" if fresh else "", "new in 24 h"),
        _best(rows),
        Figure("Legendary now", str(legends), since=f"and {rare} very rare"),
        _richest(rows),
    )


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
