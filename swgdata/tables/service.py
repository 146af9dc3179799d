"""Tables about the service itself: what it holds, and how fetching went."""

from dataclasses import asdict
from typing import Final

import pandas as pd

from swgdata.errors import FeedUnavailable
from swgdata.tables.model import ANY_PROVIDER, UTC_TIME, Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import Parameter


def _summary(inputs: TableInputs) -> TableRows:
    """One row per feed, with the age of what is held."""
    if inputs.stored.summary is None:
        raise FeedUnavailable("summary", "the service's own records are not at hand here")
    frame = inputs.stored.summary()
    age = pd.Timestamp(inputs.now) - pd.to_datetime(frame["as_of"], utc=True)
    seconds: pd.Series = age.dt.total_seconds()
    return TableRows(frame.assign(age_seconds=seconds.clip(lower=0).round()), as_of=inputs.now)


def _sync_history(inputs: TableInputs) -> TableRows:
    """What past synchronisations did, newest first, one row per feed and run."""
    runs = [asdict(run) for run in inputs.stored.history.runs(inputs.parameters["limit"])]
    return TableRows(pd.DataFrame(runs, columns=list(_RUN)), as_of=inputs.now)


_RUN: Final = {
    "started": UTC_TIME,
    "feed": "str",
    "ok": "boolean",
    "changed": "boolean",
    "rows": "Int64",
    "bytes": "Int64",
    "seconds": "Float64",
    "reason": "str",
}
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
        builders={ANY_PROVIDER: Builder(_summary)},
        nulls=dict.fromkeys(("rows", "as_of", "age_seconds", "stale", "source"), "nothing held"),
    ),
    Table(
        name="sync_history",
        question="How did fetching go?",
        schema=_RUN,
        parameters=(Parameter("limit", "whole", default=100, help="at most this many", low=1),),
        builders={ANY_PROVIDER: Builder(_sync_history)},
        nulls={
            "rows": "nothing was read",
            "bytes": "nothing was sent",
            "changed": "nothing was read",
            "reason": "it went well",
        },
    ),
)
