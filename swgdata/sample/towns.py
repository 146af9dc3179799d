"""The founding of cities: everything about them that does not change."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from swgdata.sample import names
from swgdata.sample.chance import dice
from swgdata.sample.guilds import Guild
from swgdata.vocabulary import FACTIONS, SPECIALISATIONS

_SITES: Final = {
    "Corellia": 20, "Dantooine": 23, "Lok": 23, "Naboo": 20, "Rori": 18, "Talus": 22,
    "Tatooine": 20,
}  # fmt: skip
_WAYPOINTS: Final = (
    "/wp {x} {y}",
    "/way {planet} {x} {y}",
    "/waypoint {planet} {x} {y} {name}",
    "/waypoint {planet} {x} 0 {y}",
    "({x}, {y})",
    "{x}, {y}",
    "{x} {y}",
    None,
    "",
)
_WAYPOINT_SHARES: Final = (62, 8, 8, 4, 4, 4, 3, 4, 3)


@dataclass(frozen=True, slots=True)
class Town:
    """What stays of a city.

    Attributes:
        name: Unique together with the planet only.
        planet: Display name.
        faction: As the feed sends it.
        mayor: An invented person; None for a vacant office.
        specializations: One display string, or None.
        taxes: Income, property and sales tax, as text; None where the site does not know.
        waypoint: In one of several spellings, blank or None.
        guild: Tag, at times of a guild nobody lists, or None.
        size: Usual number of citizens.
        zeal: Usual share of active citizens; 0 for a ghost town.
        held_back: Ranks below what its citizens allow (planets cap the higher ranks).
        ranked: False where the site does not know the level.
    """

    name: str
    planet: str
    faction: str | None
    mayor: str | None
    specializations: str | None
    taxes: tuple[str | None, str | None, str | None]
    waypoint: str | None
    guild: str | None
    size: float
    zeal: float
    held_back: int
    ranked: bool

    def row(self) -> dict[str, object]:
        """The keys of a list row that do not change."""
        income, on_property, sales = self.taxes
        return {
            "name": self.name,
            "planet": self.planet,
            "faction": self.faction,
            "mayor": self.mayor,
            "specializations": self.specializations,
            "income_tax": income,
            "property_tax": on_property,
            "sales_tax": sales,
            "waypoint": self.waypoint,
            "guild": self.guild,
        }

    def heading(self, latest: Mapping[str, object]) -> dict[str, object]:
        """The ``city`` of a history, with the figures of its newest record."""
        return {
            "name": self.name,
            "planet": self.planet,
            "mayor": self.mayor,
            "citizens": latest["citizens"],
            "active_citizens": latest["active"],
            "faction": self.faction,
            "specializations": self.specializations,
        }


def founded(seed: int, guilds: tuple[Guild, ...]) -> tuple[Town, ...]:
    """Found the cities of a seed; one name stands on two planets."""
    chance = dice(seed, "cities")
    planets = [planet for planet, count in _SITES.items() for _ in range(count)]
    called = names.towns(chance, len(planets))
    called[-1] = called[0]
    return tuple(
        _town(chance, name, planet, guilds) for name, planet in zip(called, planets, strict=True)
    )


def _town(chance: random.Random, name: str, planet: str, guilds: tuple[Guild, ...]) -> Town:
    size = min(190.0, 4.0 + 26.0 * chance.lognormvariate(0.0, 0.75))
    owner = chance.choices(guilds, [guild.size for guild in guilds])[0]
    tagged = chance.random() < 0.68
    side = owner.faction if tagged else chance.choice((*FACTIONS, "Neutral", None, "None"))
    return Town(
        name=name,
        planet=planet,
        faction=side,
        mayor=names.person(chance) if chance.random() > 0.02 else None,
        specializations=_specializations(chance, size),
        taxes=_taxes(chance),
        waypoint=_waypoint(chance, name, planet),
        guild=_tag(chance, owner) if tagged else chance.choice((None, None, "")),
        size=size,
        zeal=chance.triangular(0.05, 0.8, 0.38) if chance.random() > 0.05 else 0.0,
        held_back=int(chance.random() < 0.1),
        ranked=chance.random() > 0.02,
    )


def _tag(chance: random.Random, owner: Guild) -> str | None:
    """The owner's tag, at times in lower case; now and then one that no guild wears."""
    odd = chance.random()
    if odd < 0.03:
        return "GONE"
    return (owner.tag.lower() if odd < 0.07 else owner.tag) or None


def _specializations(chance: random.Random, size: float) -> str | None:
    if size < 32 or chance.random() < 0.25:
        return None
    count = 2 if size > 70 and chance.random() < 0.3 else 1
    return ", ".join(chance.sample(SPECIALISATIONS, count))


def _taxes(chance: random.Random) -> tuple[str | None, str | None, str | None]:
    """Income in credits per week, property and sales in percent."""
    if chance.random() < 0.03:
        return None, None, None
    income = chance.choice((0, 0, 0, 0, 100, 250, 500, 1_000, 2_000))
    on_property = chance.choice((0, 0, 5, 10, 10, 15, 20, 25, 50))
    return str(income), str(on_property), str(chance.choice((0, 0, 2, 5, 5, 8, 10, 15, 20)))


def _waypoint(chance: random.Random, name: str, planet: str) -> str | None:
    shape = chance.choices(_WAYPOINTS, _WAYPOINT_SHARES)[0]
    x, y = chance.randint(-7_200, 7_200), chance.randint(-7_200, 7_200)
    return shape and shape.format(x=x, y=y, planet=planet.lower(), name=name)
