"""Table(): answer a named table from the active source (library, CLI, pages, API)."""

from dataclasses import asdict
from datetime import UTC, datetime

import pandas as pd

from swgdata import tables
from swgdata.sources import Source, active, datasets, health, snapshot
from swgdata.tables import Result, StoredData


class Records:
    """The service's own records, as the tables ``summary`` and ``sync_history`` want them.

    Attributes:
        source: ``live`` or ``sample``.
    """

    def __init__(self, of: Source) -> None:
        self.source: str = of.name
        self._of = of

    def summary(self) -> pd.DataFrame:
        """One row per feed: feed, rows, as_of, stale (null when nothing is held), source."""
        feeds = health.report(self._of, datetime.now(UTC))
        return pd.DataFrame(
            {
                "feed": [feed.feed for feed in feeds],
                "rows": pd.array([feed.rows for feed in feeds], "Int64"),
                "as_of": pd.Series([feed.as_of for feed in feeds], dtype="datetime64[s, UTC]"),
                "stale": pd.array(
                    [None if feed.state == "missing" else feed.state == "stale" for feed in feeds],
                    "boolean",
                ),
                "source": [None if feed.rows is None else self.source for feed in feeds],
            }
        )

    def sync_history(self, limit: int) -> pd.DataFrame:
        """What past synchronisations did, newest first, one row per feed and run."""
        columns = list(tables.TABLES["sync_history"].columns)
        runs = [asdict(run) for run in self._of.history.runs(limit)]
        return pd.DataFrame(runs, columns=columns)


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
    place = source or active()
    return tables.answer(
        table,
        parameters,
        load=lambda feed: snapshot.load(feed, source=place),
        provider=place.provider,
        now=now or datetime.now(UTC),
        archive=stored_data(place),
    )


def stored_data(source: Source) -> StoredData:
    """What is kept of a source beside the newest answers."""
    return StoredData(
        histories=lambda feed: snapshot.remembered(feed, source=source),
        versions=lambda feed: datasets.stored_versions(feed, source=source),
        memory=source.history,
        state=Records(source),
    )


ask = table  # the name until 0.1; goes with the release after next
