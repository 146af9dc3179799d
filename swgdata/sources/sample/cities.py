"""Player cities."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from swgdata.game import FACTIONS, PLAYER_CITY_PLANETS, RANKS, SPECIALISATIONS
from swgdata.sources.sample import generators
from swgdata.sources.sample.generators import Real, Record, Whole, active, dice, heads, record_times
from swgdata.sources.sample.guilds import Guild

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
    """What stays of a city."""

    name: str  # unique together with the planet only
    planet: str  # display name
    faction: str | None  # as the feed sends it
    mayor: str | None  # an invented person; None for a vacant office
    specializations: str | None  # one display string, or None
    # income, property and sales tax, as text; None where the site does not know
    taxes: tuple[str | None, str | None, str | None]
    waypoint: str | None  # in one of several spellings, blank or None
    guild: str | None  # tag, at times of a guild nobody lists, or None
    size: float  # usual number of citizens
    zeal: float  # usual share of active citizens; 0 for a ghost town
    held_back: int  # ranks below what its citizens allow (planets cap the higher ranks)
    ranked: bool  # false where the site does not know the level

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


def found_cities(seed: int, guilds: tuple[Guild, ...]) -> tuple[Town, ...]:
    """Found the cities of a seed; one name stands on two planets."""
    chance = dice(seed, "cities")
    planets = [planet for planet, count in _SITES.items() for _ in range(count)]
    names = generators.towns(chance, len(planets))
    names[-1] = names[0]
    return tuple(
        _town(chance, name, planet, guilds) for name, planet in zip(names, planets, strict=True)
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
        mayor=generators.person(chance) if chance.random() > 0.02 else None,
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


_FEWEST: Final = 5  # citizens; with fewer there is no city


class Cities:
    """The cities of one seed; see ``docs/feeds.md`` for the keys."""

    def __init__(self, seed: int, guilds: tuple[Guild, ...]) -> None:
        self._seed = seed
        self.known: tuple[Town, ...] = found_cities(seed, guilds)

    def counted(self, stamps: list[int]) -> tuple[Whole, Whole, Whole]:
        """Citizens, active ones and level, one row per city and one column per time.

        Ranks are settled once a week, so a level follows the citizens of last Monday. A city
        that is not there has 0 of everything.
        """
        days = generators.days(stamps)
        sizes: Real = np.array([town.size for town in self.known])
        zeal: Real = np.array([town.zeal for town in self.known])
        citizens = heads(self._seed, "city", sizes=sizes, days=days)
        busy = active(self._seed, "city", zeal=zeal, members=citizens, days=days)
        monday = np.floor((days - 4.0) / 7.0) * 7.0 + 4.0
        settled = heads(self._seed, "city", sizes=sizes, days=monday)
        needed = np.array([rank.citizens for rank in RANKS[1:]])
        reached = 1 + (settled[:, :, None] >= needed).sum(axis=2)
        held = np.array([town.held_back for town in self.known])[:, None]
        there = citizens >= _FEWEST
        return citizens * there, busy * there, np.maximum(reached - held, 1) * there

    def listing(self, moment: datetime) -> Record:
        """Answer ``/api/cities.php``."""
        hour = generators.floor(moment, generators.HOUR)
        citizens, busy, level = self.counted(generators.spark_times(hour))
        rows = [
            town.row()
            | {
                "citizens": int(citizens[at, -1]),
                "active_citizens": str(busy[at, -1]),
                "level": int(level[at, -1]) if town.ranked else None,
                "spark": busy[at][citizens[at] > 0].tolist(),
            }
            for at, town in enumerate(self.known)
            if citizens[at, -1]
        ]
        rows.sort(key=lambda row: (str(row["name"]), str(row["planet"])))
        return {
            "results": rows,
            "aggregate": self._aggregate(hour),
            "planets": list(PLAYER_CITY_PLANETS),
            "last_updated": hour,
        }

    def _aggregate(self, hour: int) -> Record:
        stamps = generators.weeks(hour)
        citizens, busy, level = self.counted(stamps)
        there = (citizens > 0).sum(axis=0)
        worlds = np.array([town.planet for town in self.known])
        return {
            "labels": [generators.label(stamp) for stamp in stamps],
            "active": busy.sum(axis=0).tolist(),
            "cities": there.tolist(),
            "level": np.round(level.sum(axis=0) / np.maximum(there, 1), 2).tolist(),
            "planet": {
                world: busy[worlds == world].sum(axis=0).tolist() for world in PLAYER_CITY_PLANETS
            },
        }

    def history(self, moment: datetime, query: Mapping[str, str]) -> Record:
        """Answer ``/api/city_history.php``; name and planet must both be given."""
        key = (query.get("name", ""), query.get("planet", ""))
        found = [at for at, town in enumerate(self.known) if (town.name, town.planet) == key]
        hour = generators.floor(moment, generators.HOUR)
        if not found or not self.counted([hour])[0][found[0], 0]:
            return {"error": "City not found"}
        at = found[0]
        stamps = record_times(self._seed, "city", who=at, hour=hour)
        columns = (counted[at].tolist() for counted in self.counted(stamps))
        history = [
            {
                "label": generators.label(stamp),
                "citizens": citizens,
                "active": busy,
                "level": level if self.known[at].ranked else None,
            }
            for stamp, citizens, busy, level in zip(stamps, *columns, strict=True)
            if citizens
        ]
        return {
            "city": self.known[at].heading(history[-1]),
            "history": history,
            "stats": {
                "peak_citizens": max(record["citizens"] for record in history),
                "peak_active": max(record["active"] for record in history),
            },
        }
