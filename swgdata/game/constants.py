"""Stats, factions, professions, tiers of rarity and activity."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FACTIONS: Final[tuple[str, ...]] = ("Imperial", "Rebel", "Neutral")
_SPELLINGS: Final = {faction.casefold(): faction for faction in FACTIONS}
_NO_FACTION: Final = frozenset({"", "none", "-", "–", "—"})


def faction_name(text: str | None) -> str | None:
    """Spell a faction the one way.

    Returns:
        One of ``FACTIONS`` for any case of its name, an unknown faction verbatim (trimmed),
        None where none is declared (empty, "none", a dash).
    """
    trimmed = (text or "").strip()
    key = trimmed.casefold()
    return None if key in _NO_FACTION else _SPELLINGS.get(key, trimmed)


PROFESSION_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "crafter": (
            "architect",
            "artisan",
            "armorsmith",
            "weaponsmith",
            "shipwright",
            "droid_engineer",
            "chef",
            "merchant",
            "tailor",
        ),
        "ranged": ("carbineer", "sharpshooter", "sniper", "pistoleer"),
        "melee": ("berserker", "brawler", "lancer", "tkm", "fencer"),
        "healing": ("combat_medic", "bio_engineer", "doctor", "medic"),
        "space": ("pilot_imp", "pilot_rebel", "pilot_neutral"),
        "hybrid": ("sl", "commando", "creature_handler", "bounty_hunter", "scout", "smuggler"),
        "social": ("dancer", "entertainer", "musician", "image_designer"),
    }
)
"""Family -> keys of the professions feed; ``sl`` is squad leader, ``tkm`` Teras Kasi master."""
_FAMILY_OF: Final = {key: family for family, keys in PROFESSION_FAMILIES.items() for key in keys}


def profession_family(key: str) -> str:
    """Name the family of a profession of the feed, "other" for a key not listed here."""
    return _FAMILY_OF.get(key.strip().casefold(), "other")


STAT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "oq": "Overall quality",
        "cr": "Cold resistance",
        "cd": "Conductivity",
        "dr": "Decay resistance",
        "hr": "Heat resistance",
        "ma": "Malleability",
        "sr": "Shock resistance",
        "ut": "Unit toughness",
        "fl": "Flavor",
        "pe": "Potential energy",
    }
)
"""Stat -> its name on screen. A stat runs from 1 to 1000; 0 means the class lacks it."""
STATS: Final[tuple[str, ...]] = tuple(STAT_NAMES)
RARITIES: Final[tuple[str, ...]] = ("common", "uncommon", "rare", "very_rare", "legendary")
"""Quality tiers of a resource within its class; the game itself has no rarity attribute."""
ACTIVITY_LEVELS: Final[tuple[str, ...]] = ("dormant", "low", "moderate", "high", "very_high")
"""Tiers of a city by the share of its citizens who are active."""
