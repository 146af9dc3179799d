"""swgtracker.com: the feeds of the default provider (docs/feeds.md)."""

from typing import Final

from swgdata.feeds.model import Feed
from swgdata.feeds.swgtracker.categories import CATEGORIES
from swgdata.feeds.swgtracker.cities import CITIES, CITY_HISTORY
from swgdata.feeds.swgtracker.datasets import MANIFEST, RESOURCES, SCHEMATIC_DETAILS, SCHEMATICS
from swgdata.feeds.swgtracker.economy import GCW, WEALTH
from swgdata.feeds.swgtracker.guilds import GUILD_HISTORY, GUILDS
from swgdata.feeds.swgtracker.professions import PROFESSIONS, TITLES
from swgdata.feeds.swgtracker.server import NEW_SPAWNS, PULSE, SERVER_STATUS

FEEDS: Final[dict[str, Feed]] = {
    feed.name: feed
    for feed in (
        MANIFEST,
        RESOURCES,
        SCHEMATICS,
        SCHEMATIC_DETAILS,
        CATEGORIES,
        CITIES,
        CITY_HISTORY,
        GUILDS,
        GUILD_HISTORY,
        PULSE,
        SERVER_STATUS,
        GCW,
        WEALTH,
        PROFESSIONS,
        TITLES,
        NEW_SPAWNS,
    )
}
