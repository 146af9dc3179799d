"""Professions by family, in the grouping of swgtracker's own profession page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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
        "hybrid": (
            "sl",
            "commando",
            "creature_handler",
            "bounty_hunter",
            "scout",
            "smuggler",
        ),
        "social": ("dancer", "entertainer", "musician", "image_designer"),
    }
)
"""Family -> keys of the professions feed; ``sl`` is squad leader, ``tkm`` Teras Kasi master."""

_FAMILY_OF: Final = {key: family for family, keys in PROFESSION_FAMILIES.items() for key in keys}


def profession_family(key: str) -> str:
    """Name the family of a profession of the feed, "other" for a key not listed here."""
    return _FAMILY_OF.get(key.strip().casefold(), "other")
