"""Card of the spawn table, prepared once for all visitors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache, partial
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from swgdata import tables
from swgdata.analytics.memoize import IdentityKey
from swgdata.analytics.resources import age_days
from swgdata.game import STATS
from swgdata.sources.snapshot import Snapshot
from swgdata.tables.resource_query import bands_of, matching_positions, positions, quality, weighted
from swgdata.tables.resources import selected
from swgdata.ui.components.columns import LEGEND, rarity_column, tier_column, tier_lists
from swgdata.ui.components.panel import AllRows, panel
from swgdata.ui.components.table import MOST_ROWS, PreparedTable, configured, readable
from swgdata.ui.resources import filters
from swgdata.ui.resources.titles import called, where
from swgdata.ui.scope import scope
from swgdata.ui.text import count

if TYPE_CHECKING:
    import pyarrow as pa

FIRST: Final = (
    "name", "class_name", "tiers", "weighted_quality", "quality", "score", "rarity", "planets",
    "age_days", "ecpu", "in_spawn", *STATS,
)  # fmt: skip
"""Columns in front; the others follow."""
_WEIGHTED: Final = "weighted_quality"
_preparing: Final = Lock()
_PAGES: Final = 32  # of some 100 kB


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


def first_page(
    feed: Snapshot, asked: Mapping[str, object], *, now: datetime, zone: tzinfo | None = None
) -> tuple[np.ndarray, PreparedTable]:
    """The first ``MOST_ROWS`` rows of ``everything``, taken from what is ready for all visitors.

    Returns:
        The position of each in the export, and the rows.
    """
    named = tables.read_parameters(tables.TABLES["resources"], {**asked, "limit": MOST_ROWS})
    with _preparing:  # a crowd that comes at once waits for the first of it
        known = _prepared(_Version(feed), is_up=named["in_spawn"] is True)
    key = (*named.values(), now)
    page = known.pages.get(key)
    if page is None:
        page = _taken(known, feed, named, now)
        if len(known.pages) >= _PAGES:
            known.pages.clear()
        known.pages[key] = page
    types = known.types(zone)
    own = {_WEIGHTED: filters.column()} if named["weights"] else {}
    return page.places, PreparedTable(page.rows, types | own)


def _taken(known: "_Prepared", feed: Snapshot, named: dict[str, Any], now: datetime) -> "_Page":
    import pyarrow as pa

    found = selected(feed, named, now=now)
    rows = known.rows.take(np.searchsorted(known.places, found))
    ages = age_days(feed.frame["first_seen"].iloc[found], now=now)
    rows = rows.set_column(rows.column_names.index("age_days"), "age_days", pa.array(ages))
    if named["weights"]:
        own = pa.array(weighted(feed, found, named), from_pandas=True)
        rows = rows.add_column(rows.column_names.index("quality"), _WEIGHTED, own)
    return _Page(found, rows)


class _Page(NamedTuple):
    """Some rows of the listing, and where in the export they are."""

    places: np.ndarray
    rows: "pa.Table"


class _Version(IdentityKey[pd.DataFrame]):
    """A version of the export: the same in every snapshot of it."""

    def __init__(self, feed: Snapshot) -> None:
        super().__init__(feed.frame)
        self.feed = feed


@dataclass(frozen=True)
class _Prepared:
    """The listing of all that is in spawn, or of all there ever was.

    Attributes:
        places: Positions in the export, ascending.
        rows: The row of each, safe to read; its age is that at the time of the export.
        first: Some of them, for the types of the columns.
        notes: Column -> why it is missing in any of the rows.
        pages: What is asked and when -> the page; most visitors begin with the same one.
    """

    places: np.ndarray
    rows: "pa.Table"
    first: pd.DataFrame
    notes: Mapping[str, str]
    pages: dict[tuple[object, ...], _Page] = field(default_factory=dict)
    _types: dict[tzinfo | None, dict[str, Any]] = field(default_factory=dict)

    def types(self, zone: tzinfo | None) -> dict[str, Any]:
        """The types of the columns, with times on this clock; shared, never assign."""
        if zone not in self._types:
            types = configured(self.first, columns=columns(), notes=self.notes, zone=zone)
            self._types[zone] = types
        return self._types[zone]


@lru_cache(maxsize=4)  # two versions: it holds on to them
def _prepared(version: _Version, *, is_up: bool) -> _Prepared:
    import pyarrow as pa

    feed, now = version.feed, version.feed.as_of
    asked = {"in_spawn": True} if is_up else {}
    named = tables.read_parameters(tables.TABLES["resources"], asked)
    whole = tables.answer("resources", named, load=lambda _: feed, provider=feed.provider, now=now)
    wide = readable(listing(whole.frame, feed))
    lean = wide.astype(dict.fromkeys(wide.select_dtypes("category"), "str"))
    rows = pa.Table.from_pandas(lean, preserve_index=False).replace_schema_metadata()
    return _Prepared(matching_positions(feed, named, now=now), rows, lean.head(), whole.notes)


def columns() -> dict[str, Any]:
    """Column types of the listing."""
    bar = partial(st.column_config.ProgressColumn, min_value=0, max_value=100)
    return {
        "tiers": tier_column(),
        "rarity": rarity_column(),
        "weighted_quality": filters.column(),
        "quality": bar(
            "Quality", format="%.1f", help="Mean share of its class's caps, in per cent"
        ),
        "score": bar("Score", format="%d", help="The site's own score, 0 to 100"),
        "planets": st.column_config.ListColumn("Planets"),
        "age_days": "Age, days",
        "top_count": "In top 5 of",
        "class_name": "Class",
        "class_code": "Class code",
    }


_PICK: Final = "Select a row to see it in detail."


def spawns(feed: Snapshot, found: np.ndarray, asked: Mapping[str, Any], *, now: datetime) -> None:
    """Draw the table."""
    places, first = first_page(feed, asked, now=now, zone=scope().zone)
    names = feed.frame["name"]  # as the feed has them: what is drawn is made safe to read
    panel(
        best_of(feed, found, asked),
        feed,
        applied=asked,
        whole=AllRows(len(found), partial(everything, feed, asked, now), first),
        key="resources_spawns",
        caption=f"{filters.rule(asked)} {LEGEND} {_PICK}".strip(),
        on_pick=lambda row: filters.look_up(names.iloc[places[row]]),
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
