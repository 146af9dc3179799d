"""api/guilds.php and api/guild_history.php: the guilds, now and on record."""

from datetime import timedelta
from typing import Final

from swgdata.feeds.coerce import faction, listing, mapping, moment, numbers
from swgdata.feeds.json_body import decode_list, decode_object
from swgdata.feeds.model import Parsed
from swgdata.feeds.records import (
    TIME,
    Column,
    Columns,
    json_feed,
    last_of,
    oldest_first,
    parsed,
    read_one,
    read_rows,
)
from swgdata.feeds.swgtracker.aggregate import trend, trend_by

_GUILDS: Final[Columns] = {
    "name": Column("str", required=True),
    "tag": Column("str", ("abbrev",)),
    "faction": Column("str", read=faction),
    "leader": Column("str"),
    "members": Column("Int32"),
    "active": Column("Int32"),
    "active_pct": Column("Float64"),
    "recruiting": Column("bool"),
    "spark": Column("object", read=numbers),
}
_TREND: Final[Columns] = {
    "label": Column("str"),
    "active": Column("Float64"),
    "members": Column("Float64"),
    "guilds": Column("Float64"),
}
_TREND_BY_FACTION: Final[Columns] = {
    "label": Column("str"),
    "faction": Column("str", read=faction),
    "active": Column("Float64"),
}
_HISTORY: Final[Columns] = {
    "label": Column("str"),
    "timestamp": Column(TIME, ("timestamp", "date")),
    "members": Column("Int32"),
    "active": Column("Int32"),
}
_GUILD: Final[Columns] = {
    "name": Column("str"),
    "tag": Column("str", ("abbrev",)),
    "faction": Column("str", read=faction),
    "leader": Column("str"),
    "members": Column("Int32"),
    "active": Column("Int32"),
    "active_pct": Column("Float64"),
}
_PROFILE: Final[Columns] = {
    "recruiting": Column("boolean"),
    "city": Column("str"),
    "bio": Column("str"),
    "alt_contacts": Column("str"),
    "discord": Column("str"),
    "website": Column("str"),
}
_PEAKS: Final[Columns] = {"peak_active": Column("Int32"), "peak_members": Column("Int32")}


def _parse_guilds(body: bytes) -> Parsed:
    """One row per name and tag: two guilds may share a tag, and both are shown."""
    results, document = decode_list("guilds", body, key="results")
    aggregate = mapping(document.get("aggregate"))
    tables = {
        "guilds": last_of(read_rows(results, _GUILDS), ["name", "tag"], what="guild"),
        "guild_trend": trend(aggregate, _TREND),
        "guild_trend_by_faction": trend_by(aggregate, "faction", _TREND_BY_FACTION),
    }
    return parsed(tables, as_of=moment(document.get("last_updated")))


def _parse_history(body: bytes) -> Parsed:
    """The records oldest first, the guild as it is now, its own profile, and its peaks."""
    document = decode_object("guild_history", body, any_of=("history", "guild"))
    history = listing(document.get("history"))
    tables = {
        "guild_history": oldest_first(read_rows(history, _HISTORY)),
        "guild": read_one(document.get("guild"), _GUILD, at="guild"),
        "guild_profile": read_one(document.get("details"), _PROFILE, at="details"),
        "guild_peaks": read_one(document.get("stats"), _PEAKS, at="stats"),
    }
    return parsed(tables)


GUILDS: Final = json_feed(
    "guilds",
    timedelta(hours=2),
    _parse_guilds,
    {"guilds": _GUILDS, "guild_trend": _TREND, "guild_trend_by_faction": _TREND_BY_FACTION},
)
GUILD_HISTORY: Final = json_feed(
    "guild_history",
    timedelta(hours=6),
    _parse_history,
    {"guild_history": _HISTORY, "guild": _GUILD, "guild_profile": _PROFILE, "guild_peaks": _PEAKS},
    parameters=("abbrev",),
)
