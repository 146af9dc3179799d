"""api/pulse.php, server_status.php and new_spawns.php: what the server does right now."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from swgdata.feeds.coerce import flag_or_none, listing, mapping, planet
from swgdata.feeds.json_body import decode_list, decode_object
from swgdata.feeds.model import Parsed
from swgdata.feeds.records import TIME, Column, Columns, json_feed, oldest_first, parsed, read_rows
from swgdata.game import STATS


def _running(value: object) -> bool | None:
    """A flag, or the words of a status page."""
    word = value.strip().casefold() if isinstance(value, str) else value
    return {"online": True, "up": True, "offline": False, "down": False}.get(
        word if isinstance(word, str) else "", flag_or_none(value)
    )


_PULSE: Final[Columns] = {"timestamp": Column(TIME), "online": Column("Int32")}
_PULSE_NOW: Final[Columns] = {
    "online": Column("Int32", ("current",)),
    "peak_today": Column("Int32"),
}
_BROADCASTS: Final[Columns] = {
    "id": Column("str"),
    "message": Column("str", required=True),
    "created_at": Column(TIME),
}
_STATUS: Final[Columns] = {
    "online": Column("boolean", ("online", "status", "is_online", "up"), read=_running),
    "players": Column("Int32", ("players", "population", "current", "count")),
    "uptime": Column("str"),
    "checked_at": Column(TIME, ("last_updated", "timestamp", "checked_at")),
}
_NEW_SPAWNS: Final[Columns] = {
    "name": Column("str", required=True),
    "class_name": Column("str", ("category",)),
    "planet": Column("str", read=planet),
    "rating": Column("Float64"),
    **{stat: Column("Int16") for stat in STATS},
}


def _parse_pulse(body: bytes) -> Parsed:
    """Today's samples; ``pulse_now`` has one row always, null where the site is silent.

    Nobody online (0) is an answer of its own and stays 0.
    """
    keys = ("online", "broadcasts", "desktop_online")
    document = decode_object("pulse", body, any_of=keys)
    online = mapping(document.get("online"))
    broadcasts = listing(document.get("broadcasts"))
    tables = {
        "pulse": oldest_first(read_rows(listing(online.get("history")), _PULSE)),
        "pulse_now": read_rows([online], _PULSE_NOW, at="online"),
        "broadcasts": read_rows(broadcasts, _BROADCASTS, at="broadcasts"),
    }
    return parsed(tables)


def _parse_status(body: bytes) -> Parsed:
    """At most one row; none where the (undocumented) answer has nothing we know."""
    document = decode_object("server_status", body)
    rows = read_rows([document], _STATUS)
    return parsed({"server_status": replace(rows, frame=rows.frame.dropna(how="all"))})


def _parse_new_spawns(body: bytes) -> Parsed:
    """One row per spawn of the last half hour, as the site lists them."""
    records, _ = decode_list("new_spawns", body, key="new_spawns")
    return parsed({"new_spawns": read_rows(records, _NEW_SPAWNS)})


PULSE: Final = json_feed(
    "pulse",
    timedelta(minutes=3),
    _parse_pulse,
    {"pulse": _PULSE, "pulse_now": _PULSE_NOW, "broadcasts": _BROADCASTS},
)
SERVER_STATUS: Final = json_feed(
    "server_status", timedelta(minutes=3), _parse_status, {"server_status": _STATUS}, optional=True
)
NEW_SPAWNS: Final = json_feed(
    "new_spawns",
    timedelta(minutes=10),
    _parse_new_spawns,
    {"new_spawns": _NEW_SPAWNS},
    optional=True,
)
