"""api/cities.php and api/city_history.php: the player cities, now and on record."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from swgdata.feeds.coerce import faction, listing, mapping, moment, numbers, planet, trimmed
from swgdata.feeds.json_body import decode_list, decode_object
from swgdata.feeds.model import Parsed
from swgdata.feeds.records import (
    TIME,
    Column,
    Columns,
    Rows,
    json_feed,
    last_of,
    oldest_first,
    parsed,
    read_one,
    read_rows,
    remarks,
)
from swgdata.feeds.swgtracker.aggregate import trend, trend_by

_CITIES: Final[Columns] = {
    "name": Column("str", required=True),
    "planet": Column("str", read=planet),
    "faction": Column("str", read=faction),
    "citizens": Column("Int32"),
    "active_citizens": Column("Int32"),
    "mayor": Column("str"),
    "specializations": Column("str"),
    "income_tax": Column("Float64"),
    "property_tax": Column("Float64"),
    "sales_tax": Column("Float64"),
    "waypoint": Column("str"),
    "guild": Column("str", read=trimmed),
    "guild_known": Column("bool"),
    "level": Column("Int8"),
    "spark": Column("object", read=numbers),
}
_TREND: Final[Columns] = {
    "label": Column("str"),
    "active": Column("Float64"),
    "cities": Column("Float64"),
    "level": Column("Float64"),
}
_TREND_BY_PLANET: Final[Columns] = {
    "label": Column("str"),
    "planet": Column("str", read=planet),
    "active": Column("Float64"),
}
_HISTORY: Final[Columns] = {
    "label": Column("str"),
    "timestamp": Column(TIME, ("timestamp", "date")),
    "citizens": Column("Int32"),
    "active": Column("Int32"),
    "level": Column("Int8"),
}
_CITY: Final[Columns] = {
    "name": Column("str"),
    "planet": Column("str", read=planet),
    "mayor": Column("str"),
    "faction": Column("str", read=faction),
    "specializations": Column("str"),
    "citizens": Column("Int32"),
    "active_citizens": Column("Int32"),
}
_PEAKS: Final[Columns] = {"peak_citizens": Column("Int32"), "peak_active": Column("Int32")}


def _parse_cities(body: bytes) -> Parsed:
    """One row per name and planet, the last one where a pair stands twice."""
    results, document = decode_list("cities", body, key="results")
    records = [
        record | {"guild_known": "guild" in record} if isinstance(record, dict) else record
        for record in results
    ]
    aggregate = mapping(document.get("aggregate"))
    tables = {
        "cities": _doubted(last_of(read_rows(records, _CITIES), ["name", "planet"], what="city")),
        "city_trend": trend(aggregate, _TREND),
        "city_trend_by_planet": trend_by(aggregate, "planet", _TREND_BY_PLANET),
    }
    return parsed(tables, as_of=moment(document.get("last_updated")))


def _doubted(rows: Rows) -> Rows:
    """Flag more active citizens than citizens: the source's error, shown as it came."""
    doubtful = rows.frame["active_citizens"] > rows.frame["citizens"]
    active = rows.frame.loc[doubtful, "active_citizens"]
    flags = remarks(active, "expected at most as many as citizens")
    return replace(rows, flagged=(*rows.flagged, *flags))


def _parse_history(body: bytes) -> Parsed:
    """The records oldest first, the city as the site has it now, and its peaks."""
    document = decode_object("city_history", body, any_of=("history", "city"))
    history = listing(document.get("history"))
    tables = {
        "city_history": oldest_first(read_rows(history, _HISTORY)),
        "city": read_one(document.get("city"), _CITY, at="city"),
        "city_peaks": read_one(document.get("stats"), _PEAKS, at="stats"),
    }
    return parsed(tables)


CITIES: Final = json_feed(
    "cities",
    timedelta(hours=2),
    _parse_cities,
    {"cities": _CITIES, "city_trend": _TREND, "city_trend_by_planet": _TREND_BY_PLANET},
)
CITY_HISTORY: Final = json_feed(
    "city_history",
    timedelta(hours=6),
    _parse_history,
    {"city_history": _HISTORY, "city": _CITY, "city_peaks": _PEAKS},
    parameters=("name", "planet"),
)
