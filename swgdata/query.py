"""Answer a named table from the active source, for scripts and the command line."""

from datetime import UTC, datetime

import pandas as pd

from swgdata import tables
from swgdata.sources import Source, active, datasets, health, snapshot
from swgdata.tables import Result, StoredData


def table(
    table: str,
    /,
    *,
    source: Source | None = None,
    now: datetime | None = None,
    **parameters: object,
) -> Result:
    """Answer a named table.

    Args:
        table: Its name; ``TABLES`` has them all, with their parameters.
        source: Where from; by default the one the settings choose.
        now: The time ages count to; by default this moment.
        **parameters: The table's own, as text or native values.

    Raises:
        UnknownTable: There is no such table.
        ParameterError: A parameter is unknown or has a value it cannot take.
        FeedError: A feed it cannot do without has nothing to show.
    """
    source = source or active()
    return tables.answer(
        table,
        parameters,
        load=lambda feed: snapshot.load(feed, source=source),
        provider=source.provider,
        now=now or datetime.now(UTC),
        stored=stored_data(source),
    )


def stored_data(source: Source, *, slot: int = 1) -> StoredData:
    """What is stored of a source beside the newest answers; ``slot`` as in ``StoredData``."""
    return StoredData(
        source=source.name,
        answers=lambda feed: snapshot.remembered(feed, source=source),
        versions=lambda feed: datasets.stored_versions(feed, source=source),
        history=source.history,
        summary=lambda: _summary(source),
        slot=slot,
    )


def _summary(source: Source) -> pd.DataFrame:
    """One row per feed: feed, rows, as_of, stale (null when nothing is held), source."""
    feeds = health.report(source, datetime.now(UTC))
    stale = [None if feed.state == "missing" else feed.state == "stale" for feed in feeds]
    return pd.DataFrame(
        {
            "feed": [feed.feed for feed in feeds],
            "rows": pd.array([feed.rows for feed in feeds], "Int64"),
            "as_of": pd.Series([feed.as_of for feed in feeds], dtype="datetime64[s, UTC]"),
            "stale": pd.array(stale, "boolean"),
            "source": [None if feed.rows is None else source.name for feed in feeds],
        }
    )


ask = table  # the name until 0.1; goes with the release after next
