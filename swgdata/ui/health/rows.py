"""Condition of feeds and rejected records as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.errors import FeedError
from swgdata.sources import Source
from swgdata.sources.health import FeedHealth
from swgdata.sources.snapshot import Snapshot, stored
from swgdata.tables import Result
from swgdata.ui import theme
from swgdata.ui.health.charts import STATE_MARKS
from swgdata.ui.scope import scope

_TIME: Final = "datetime64[s, UTC]"
KINDS: Final = ("set aside", "value doubted")


def condition(feeds: Sequence[FeedHealth], runs: pd.DataFrame) -> pd.DataFrame:
    """One row per feed, in the order of the feeds.

    Returns:
        ``feed``, ``state`` (fresh, stale, missing), ``age_seconds`` (since it was last received or
        confirmed), ``lifetime_seconds``, ``rows``, ``last_error``, ``paused_until``, ``breaker``,
        ``as_of``, ``received``, ``bytes`` (of the last update; null where none is on record),
        ``refused``, ``flagged``, ``from_cache_pct`` (null without traffic), ``optional``.
    """
    last = runs.drop_duplicates("feed").set_index("feed")["bytes"]
    names = [feed.feed for feed in feeds]
    requests = pd.Series([feed.hits + feed.misses for feed in feeds], dtype="Float64")
    hits = pd.Series([feed.hits for feed in feeds], dtype="Float64")
    return pd.DataFrame(
        {
            "feed": pd.array(names, "str"),
            "state": pd.array([feed.state for feed in feeds], "str"),
            "age_seconds": pd.array([feed.age_seconds for feed in feeds], "Float64"),
            "lifetime_seconds": pd.array([feed.lifetime_seconds for feed in feeds], "Float64"),
            "rows": pd.array([feed.rows for feed in feeds], "Int64"),
            "last_error": pd.array([feed.last_error for feed in feeds], "str"),
            "paused_until": _times([feed.paused_until for feed in feeds]),
            "breaker": pd.array([feed.breaker for feed in feeds], "str"),
            "as_of": _times([feed.as_of for feed in feeds]),
            "received": _times([feed.received_at for feed in feeds]),
            "bytes": last.reindex(names).astype("Int64").array,
            "refused": pd.array([feed.refused for feed in feeds], "Int64"),
            "flagged": pd.array([feed.flagged for feed in feeds], "Int64"),
            "from_cache_pct": 100 * hits / requests.where(requests > 0),
            "optional": [feed.optional for feed in feeds],
        }
    ).round({"age_seconds": 0})


def _times(moments: Sequence[datetime | None]) -> "pd.Series[Any]":
    known = [pd.NaT if moment is None else pd.Timestamp(moment) for moment in moments]
    return pd.Series(pd.DatetimeIndex(known, dtype=_TIME))


def columns() -> dict[str, Any]:
    """How the columns of ``condition`` look in its table."""
    config = st.column_config
    return {
        "feed": config.TextColumn("Feed", pinned=True),
        "state": config.SelectboxColumn(
            "State",
            width=95,
            options=list(STATE_MARKS),
            format_func=lambda state: theme.named(STATE_MARKS, str(state)),
        ),
        "age_seconds": config.NumberColumn("Age", format="duration", width=120),
        "lifetime_seconds": config.NumberColumn("Lifetime", format="duration", width=95),
        "as_of": "Made by the source",
        "received": config.DatetimeColumn(
            "Last success", format="YYYY-MM-DD HH:mm", timezone=str(scope().zone), width=140
        ),
        "bytes": config.NumberColumn("Bytes, last update", format="bytes"),
        "refused": "Set aside",
        "flagged": "Values doubted",
        "paused_until": "Paused until",
        "from_cache_pct": "From cache %",
        "optional": config.CheckboxColumn(
            "Optional", help="The site may lack it; that is no fault."
        ),
    }


def held(feeds: Sequence[FeedHealth], source: Source) -> list[Snapshot]:
    """What is stored of each feed; one that an older release stored by looser rules is left out."""
    snapshots = []
    for feed in feeds:
        try:
            snapshot = stored(feed.feed, source=source)
        except FeedError:
            continue
        if snapshot is not None:
            snapshots.append(snapshot)
    return snapshots


def aside(held: Sequence[Snapshot]) -> pd.DataFrame:
    """Records that were set aside and values that are doubted, across feeds.

    Returns:
        ``feed``, ``kind`` (one of ``KINDS``), ``row`` (place in its list, from 0), ``field``,
        ``value``, ``reason``. Of large exports the first ones only.
    """
    rows = [
        (one.feed.name, kind, item.row, item.field or None, item.value, item.reason)
        for one in held
        for kind, items in zip(KINDS, (one.issues.rejected, one.issues.flagged), strict=True)
        for item in items
    ]
    names = ["feed", "kind", "row", "field", "value", "reason"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names, "str") | {"row": "Int64"})


def keep(frame: pd.DataFrame, wanted: Mapping[str, str | None]) -> pd.DataFrame:
    """Keep the rows that have the wanted values; None wants any."""
    for column, value in wanted.items():
        if value is not None:
            frame = frame.loc[(frame[column] == value).fillna(value=False)]
    return frame


def own(summary: Result, table: str, frame: pd.DataFrame) -> Result:
    """The app's own records under another name, for a panel and its downloads."""
    return replace(
        summary, table=table, frame=frame, parameters={}, notes={}, as_of=datetime.now(UTC)
    )
