"""Reference data of the game: planets, city ranks, stats, professions, tiers."""

from swgdata.game.cities import (
    CITY_CAPS,
    PLAYER_CITY_PLANETS,
    RANKS,
    SHUTTLEPORT_LEVEL,
    SPECIALISATIONS,
    CityCap,
    CityRank,
    rank_title,
)
from swgdata.game.constants import (
    ACTIVITY_LEVELS,
    FACTIONS,
    PROFESSION_FAMILIES,
    RARITIES,
    STAT_NAMES,
    STATS,
    faction_name,
    profession_family,
)
from swgdata.game.planets import (
    PLANET_CODES,
    PLANETS,
    RESTRICTED_PLANETS,
    planet_mask,
    planet_name,
    planet_texts,
    planet_tuples,
    planets_of,
)

__all__ = [
    "ACTIVITY_LEVELS",
    "CITY_CAPS",
    "FACTIONS",
    "PLANETS",
    "PLANET_CODES",
    "PLAYER_CITY_PLANETS",
    "PROFESSION_FAMILIES",
    "RANKS",
    "RARITIES",
    "RESTRICTED_PLANETS",
    "SHUTTLEPORT_LEVEL",
    "SPECIALISATIONS",
    "STATS",
    "STAT_NAMES",
    "CityCap",
    "CityRank",
    "faction_name",
    "planet_mask",
    "planet_name",
    "planet_texts",
    "planet_tuples",
    "planets_of",
    "profession_family",
    "rank_title",
]
