"""Tables about the players online: day by day, and when nobody was or nothing was read."""

from datetime import timedelta
from typing import Final

from swgdata.analytics.daily import daily
from swgdata.analytics.outages import outages
from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.pulses import DAYS, NOT_READ, TIME, ZONE, online_samples, table, zone_of

_FIGURES: Final = ("mean", "peak", "low", "total")


def _daily(inputs: Inputs) -> Built:
    days = daily(online_samples(inputs), zone=zone_of(inputs), until=inputs.now)
    asked = inputs.parameters["days"]
    last = days if asked is None else days.tail(asked)
    return Built(last.assign(day=last["day"].dt.strftime("%Y-%m-%d")))


def _outages(inputs: Inputs) -> Built:
    """Nothing was missing before the first reading of all."""
    rows, days = online_samples(inputs), inputs.parameters["days"]
    if days is None or rows.empty:
        notes = {"kind": "nothing was read so far"} if rows.empty else {}
        return Built(outages(rows, until=inputs.now), notes)
    since = inputs.now - timedelta(days=days)
    had_begun = bool(rows["timestamp"].iloc[0] <= since)
    return Built(outages(rows, until=inputs.now, since=since if had_begun else None))


TABLES: Final = (
    table(
        _daily,
        "daily_online",
        "How many were on day by day, on average and at most?",
        {
            "day": "str",
            **dict.fromkeys(_FIGURES, "Float64"),
            "n": "int64",
            "hours": "float64",
            "start": TIME,
        },
        ZONE,
        DAYS,
        **dict.fromkeys(_FIGURES, NOT_READ),
    ),
    table(
        _outages,
        "outages",
        "When was nobody on, and when was nothing read?",
        {"kind": "str", "start": TIME, "end": TIME, "minutes": "Float64"},
        DAYS,
        end="it still lasts",
    ),
)
