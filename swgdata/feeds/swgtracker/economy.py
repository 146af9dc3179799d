"""api/gcw.php and api/wealth.php: the civil war, and who owns how much."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from swgdata.feeds.coerce import listing, mapping, moment
from swgdata.feeds.json_body import decode_list, decode_object
from swgdata.feeds.model import Parsed
from swgdata.feeds.records import (
    TIME,
    Column,
    Columns,
    json_feed,
    oldest_first,
    parsed,
    read_one,
    read_rows,
)

_GCW: Final[Columns] = {
    "timestamp": Column(TIME),
    "imperial": Column("Int32"),
    "rebel": Column("Int32"),
}
_GCW_LATEST: Final[Columns] = {"imperial": Column("Int32"), "rebel": Column("Int32")}
_WEALTH: Final[Columns] = {
    "timestamp": Column(TIME),
    "average": Column("Float64", ("avg",)),
    "median": Column("Float64", ("med",)),
}
_WEALTH_NOW: Final[Columns] = {
    "average": Column("Float64", ("avg",)),
    "median": Column("Float64", ("med",)),
}
_RICHEST: Final[Columns] = {
    "rank": Column("Int32"),
    "character": Column("str", ("short",)),
    "character_id": Column("str", ("id",)),
    "credits": Column("Int64"),
    "change": Column("Int64", signed=True),
    "rank_move": Column("Int32", signed=True),
    "is_new": Column("bool"),
}
_SERIES: Final[Columns] = {
    "timestamp": Column(TIME),
    "character": Column("str", ("short",)),
    "character_id": Column("str", ("id",)),
    "latest_rank": Column("Int32"),
    "credits": Column("Int64"),
}


def _parse_gcw(body: bytes) -> Parsed:
    """Active characters on each side, oldest first, and the latest count on its own."""
    results, document = decode_list("gcw", body, key="results")
    tables = {
        "gcw": oldest_first(read_rows(results, _GCW)),
        "gcw_latest": read_one(document.get("latest"), _GCW_LATEST, at="latest"),
    }
    return parsed(tables, as_of=moment(document.get("last_updated")))


def _parse_wealth(body: bytes) -> Parsed:
    """Credits: mean and median over time, the richest, and the journey of each of them."""
    document = decode_object("wealth", body, any_of=("snapshot", "history"))
    snapshot = mapping(document.get("snapshot"))
    labels = listing(document.get("labels"))
    journeys = [
        record
        for series in listing(document.get("series"))
        for record in (_journey(series, labels) if isinstance(series, dict) else [series])
    ]
    tables = {
        "wealth": oldest_first(read_rows(listing(document.get("history")), _WEALTH)),
        "wealth_now": read_one(snapshot, _WEALTH_NOW, at="snapshot"),
        "wealth_richest": read_rows(listing(snapshot.get("richest")), _RICHEST, at="richest"),
        "wealth_series": read_rows(journeys, _SERIES, at="series"),
    }
    return parsed(tables, as_of=moment(document.get("last_updated")))


def _journey(series: Mapping[str, object], labels: list[object]) -> list[object]:
    """A record per amount that has a time; either list may be the shorter one."""
    amounts = listing(series.get("credits"))
    return [
        {**series, "timestamp": label, "credits": amount}
        for label, amount in zip(labels, amounts, strict=False)
    ]


GCW: Final = json_feed(
    "gcw", timedelta(hours=1), _parse_gcw, {"gcw": _GCW, "gcw_latest": _GCW_LATEST}
)
WEALTH: Final = json_feed(
    "wealth",
    timedelta(hours=1),
    _parse_wealth,
    {
        "wealth": _WEALTH,
        "wealth_now": _WEALTH_NOW,
        "wealth_richest": _RICHEST,
        "wealth_series": _SERIES,
    },
)
