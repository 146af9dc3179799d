"""Planets and factions as the site spells them -> as this package spells them."""

from swgdata.feeds.coerce import text
from swgdata.vocabulary import faction_name, planet_name


def planet(value: object) -> str | None:
    """The planet's display name; an unknown world verbatim (trimmed), blank is None."""
    return planet_name(text(value))


def faction(value: object) -> str | None:
    """Imperial, Rebel or Neutral; an unknown one verbatim (trimmed), "none" and "-" are None."""
    return faction_name(text(value))
