"""Under which kind and key a city, guild or profession is remembered."""

from typing import Final

from swgdata.analytics.population import city_key

CITY: Final = "city"
GUILD: Final = "guild"
PROFESSION: Final = "profession"


def city(name: str | None, planet: str | None) -> str:
    """Key of a city: a name is unique only together with its planet."""
    return "|".join(city_key(name, planet))


def guild(tag: str | None, name: str | None) -> str:
    """Key of a guild; tags alone are not unique."""
    return f"{str(tag or '').strip()}|{str(name or '').strip()}".casefold()
