"""Tables about the service itself: what it holds, and how fetching went."""

from typing import Final

import pandas as pd

from swgdata.errors import FeedUnavailable
from swgdata.tables.model import (
    ANY_PROVIDER,
    UTC_TIME,
    Builder,
    State,
    Table,
    TableInputs,
    TableRows,
)
from swgdata.tables.parameters import Parameter


def _state(inputs: TableInputs, table: str) -> State:
    """The service's records; only where a service runs."""
    if inputs.archive.state is None:
        raise FeedUnavailable(table, "the service's own records are not at hand here")
    return inputs.archive.state


def _summary(inputs: TableInputs) -> TableRows:
    """One row per feed, with the age of what is held."""
    frame = _state(inputs, "summary").summary()
    age = pd.Timestamp(inputs.now) - pd.to_datetime(frame["as_of"], utc=True)
    seconds: pd.Series = age.dt.total_seconds()
    return TableRows(frame.assign(age_seconds=seconds.clip(lower=0).round()), as_of=inputs.now)


def _sync_history(inputs: TableInputs) -> TableRows:
    limit = inputs.parameters["limit"]
    runs = _state(inputs, "sync_history").sync_history(limit)
    return TableRows(runs.head(limit), as_of=inputs.now)


TABLES: Final = (
    Table(
        name="summary",
        question="What is held of each feed, and how old is it?",
        schema={
            "feed": "str",
            "rows": "Int64",
            "as_of": UTC_TIME,
            "age_seconds": "Int64",
            "stale": "boolean",
            "source": "str",
        },
        recipes={ANY_PROVIDER: Builder(_summary)},
        nulls=dict.fromkeys(("rows", "as_of", "age_seconds", "stale", "source"), "nothing held"),
    ),
    Table(
        name="sync_history",
        question="How did fetching go?",
        schema={
            "started": UTC_TIME,
            "feed": "str",
            "ok": "boolean",
            "changed": "boolean",
            "rows": "Int64",
            "bytes": "Int64",
            "seconds": "Float64",
            "reason": "str",
        },
        parameters=(Parameter("limit", "whole", default=100, help="at most this many", low=1),),
        recipes={ANY_PROVIDER: Builder(_sync_history)},
        nulls={
            "rows": "nothing was read",
            "bytes": "nothing was sent",
            "changed": "nothing was read",
            "reason": "it went well",
        },
    ),
)
