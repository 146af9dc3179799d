"""Provider ``plain``: three JSON documents of one's own, for servers without an API.

Their shapes are described in docs/feeds.md. Derived columns (rarity, influence, activity level,
changes, travel hub) come from the document and pass through as they are.
"""

from datetime import timedelta
from typing import Final

from swgdata.errors import FeedMalformed
from swgdata.feeds.coerce import decimal, faction, listing, planet, texts
from swgdata.feeds.json_body import decode, decode_object, kind
from swgdata.feeds.model import Feed, Parsed
from swgdata.feeds.records import Column, Columns, json_feed, last_of, parsed, read_rows

_REACH: Final = 8192  # metres from the middle of a planet to the edge of its map
_MATERIALS: Final[Columns] = {
    "name": Column("str", required=True),
    "rarity": Column("str"),
    "location": Column("str"),
    "price": Column("Float64"),
    "last_seen": Column("str"),
    "quantity": Column("Int64"),
}
_GUILDS: Final[Columns] = {
    "name": Column("str", required=True),
    "faction": Column("str", read=faction),
    "member_count": Column("Int32"),
    "territory_count": Column("Int32"),
    "influence": Column("Float64"),
    "headquarters": Column("str"),
    "leader": Column("str"),
}
_CITIES: Final[Columns] = {
    "name": Column("str", required=True),
    "planet": Column("str", read=planet),
    "x": Column("Float64", signed=True),
    "y": Column("Float64", signed=True),
    "population": Column("Int32"),
    "mayor": Column("str"),
    "guild_controlled": Column("boolean"),
    "controlling_guild": Column("str"),
    "travel_hub": Column("boolean"),
}
_POPULATION: Final[Columns] = {
    "planet": Column("str", read=planet),
    "city": Column("str"),
    "population": Column("Int32"),
    "change_24h": Column("Float64", signed=True),
    "change_7d": Column("Float64", signed=True),
    "activity_level": Column("str"),
    "peak_hours": Column("object", read=texts),
}


def _records(feed: str, body: bytes) -> list[object]:
    """The bare list, or the list under the feed's own name; an empty list is an answer."""
    document = decode(feed, body)
    records = document.get(feed) if isinstance(document, dict) else document
    if not isinstance(records, list):
        reason = f"expected a list, bare or under the key {feed}, got {kind(records)}"
        raise FeedMalformed(feed, reason)
    return records


def _parse_materials(body: bytes) -> Parsed:
    return parsed({"materials": read_rows(_records("materials", body), _MATERIALS)})


def _parse_population(body: bytes) -> Parsed:
    return parsed({"population": read_rows(_records("population", body), _POPULATION)})


def _parse_guilds_cities(body: bytes) -> Parsed:
    """Guilds by name and cities by name and planet, the last one where a pair stands twice."""
    document = decode_object("guilds_cities", body, any_of=("guilds", "cities"))
    guilds = read_rows(listing(document.get("guilds")), _GUILDS, at="guilds")
    records = [
        record | _place(record.get("coordinates")) if isinstance(record, dict) else record
        for record in listing(document.get("cities"))
    ]
    cities = read_rows(records, _CITIES, at="cities")
    tables = {
        "guilds": last_of(guilds, ["name"], what="guild"),
        "cities": last_of(cities, ["name", "planet"], what="city"),
    }
    return parsed(tables)


def _place(coordinates: object) -> dict[str, object]:
    """Both coordinates, or what stands there instead: half a place is none."""
    pair = [decimal(part) for part in listing(coordinates)]
    known = len(pair) == 2 and all(part is not None and abs(part) <= _REACH for part in pair)
    return {"x": pair[0], "y": pair[1]} if known else {"x": coordinates, "y": coordinates}


MATERIALS: Final = json_feed(
    "materials", timedelta(hours=1), _parse_materials, {"materials": _MATERIALS}, path=""
)
GUILDS_CITIES: Final = json_feed(
    "guilds_cities",
    timedelta(hours=2),
    _parse_guilds_cities,
    {"guilds": _GUILDS, "cities": _CITIES},
    path="",
)
POPULATION: Final = json_feed(
    "population", timedelta(minutes=30), _parse_population, {"population": _POPULATION}, path=""
)
FEEDS: Final[dict[str, Feed]] = {feed.name: feed for feed in (MATERIALS, GUILDS_CITIES, POPULATION)}
