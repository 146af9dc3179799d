"""Names of the tiers the analytics sort resources and cities into, lowest first."""

from typing import Final

RARITIES: Final[tuple[str, ...]] = ("common", "uncommon", "rare", "very_rare", "legendary")
"""Quality tiers of a resource within its class; the game itself has no rarity attribute."""

ACTIVITY_LEVELS: Final[tuple[str, ...]] = ("dormant", "low", "moderate", "high", "very_high")
"""Tiers of a city by the share of its citizens who are active."""
