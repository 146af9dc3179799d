"""The game's nouns, spelled once; the tree of resource classes stands in ``classes``."""

from swgdata.vocabulary.cities import (
    CITY_CAPS,
    PLAYER_CITY_PLANETS,
    RANKS,
    SHUTTLEPORT_LEVEL,
    SPECIALISATIONS,
    CityCap,
    CityRank,
    rank_title,
)
from swgdata.vocabulary.factions import FACTIONS, faction_name
from swgdata.vocabulary.planets import (
    PLANET_CODES,
    PLANETS,
    RESTRICTED_PLANETS,
    planet_mask,
    planet_name,
    planet_texts,
    planet_tuples,
    planets_of,
)
from swgdata.vocabulary.professions import PROFESSION_FAMILIES, profession_family
from swgdata.vocabulary.stats import STAT_NAMES, STATS
from swgdata.vocabulary.tiers import ACTIVITY_LEVELS, RARITIES

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
