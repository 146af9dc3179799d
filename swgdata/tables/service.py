"""Tables about the service itself: what it holds, and how fetching went."""

from typing import Final

import pandas as pd

from swgdata.errors import FeedUnavailable
from swgdata.tables.inputs import Built, Inputs, State
from swgdata.tables.model import ANY_PROVIDER, Recipe, Table
from swgdata.tables.parameters import Parameter

_TIME: Final = "datetime64[s, UTC]"


def _state(inputs: Inputs, table: str) -> State:
    """The service's records; only where a service runs."""
    if inputs.archive.state is None:
        raise FeedUnavailable(table, "the service's own records are not at hand here")
    return inputs.archive.state


def _summary(inputs: Inputs) -> Built:
    """One row per feed, with the age of what is held."""
    frame = _state(inputs, "summary").summary()
    age = pd.Timestamp(inputs.now) - pd.to_datetime(frame["as_of"], utc=True)
    seconds: pd.Series = age.dt.total_seconds()
    return Built(frame.assign(age_seconds=seconds.clip(lower=0).round()), as_of=inputs.now)


def _sync_history(inputs: Inputs) -> Built:
    limit = inputs.parameters["limit"]
    runs = _state(inputs, "sync_history").sync_history(limit)
    return Built(runs.head(limit), as_of=inputs.now)


TABLES: Final = (
    Table(
        name="summary",
        question="What is held of each feed, and how old is it?",
        schema={
            "feed": "str",
            "rows": "Int64",
            "as_of": _TIME,
            "age_seconds": "Int64",
            "stale": "boolean",
            "source": "str",
        },
        recipes={ANY_PROVIDER: Recipe(_summary)},
        nulls=dict.fromkeys(("rows", "as_of", "age_seconds", "stale", "source"), "nothing held"),
    ),
    Table(
        name="sync_history",
        question="How did fetching go?",
        schema={
            "started": _TIME,
            "feed": "str",
            "ok": "boolean",
            "changed": "boolean",
            "rows": "Int64",
            "bytes": "Int64",
            "seconds": "Float64",
            "reason": "str",
        },
        parameters=(Parameter("limit", "whole", default=100, help="at most this many", low=1),),
        recipes={ANY_PROVIDER: Recipe(_sync_history)},
        nulls={
            "rows": "nothing was read",
            "bytes": "nothing was sent",
            "changed": "nothing was read",
            "reason": "it went well",
        },
    ),
)
