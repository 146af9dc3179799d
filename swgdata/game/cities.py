"""City ranks, caps and specialisations."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from swgdata.game.planets import PLANETS


@dataclass(frozen=True, slots=True)
class CityRank:
    """What a city of one level is called and needs.

    Attributes:
        level: 1 to 5, as in the feed. It is settled weekly and capped per planet, so a level
            below what the citizens would allow is normal: read the feed's, never infer it.
        title: Name of the rank.
        citizens: Citizens needed to hold it.
        radius: Metres of ground around the city hall.
    """

    level: int
    title: str
    citizens: int
    radius: int


@dataclass(frozen=True, slots=True)
class CityCap:
    """Most cities one planet may hold: of any rank, of level 3 and above, of level 4 and above."""

    cities: int
    from_level_3: int
    from_level_4: int


RANKS: Final[tuple[CityRank, ...]] = (
    CityRank(level=1, title="Outpost", citizens=16, radius=250),
    CityRank(level=2, title="Village", citizens=24, radius=350),
    CityRank(level=3, title="Township", citizens=32, radius=500),
    CityRank(level=4, title="City", citizens=48, radius=600),
    CityRank(level=5, title="Metropolis", citizens=64, radius=800),
)
SHUTTLEPORT_LEVEL: Final = 4
"""Lowest level that may build a shuttleport; no feed tells whether it was built."""
SPECIALISATIONS: Final[tuple[str, ...]] = (
    "Sample Rich",
    "Manufacturing Center",
    "Medical Center",
    "Clone Lab",
    "Research Center",
    "Improved Job Market",
    "Entertainment District",
    "Stronghold",
    "Industrial Society",
    "Scientific Society",
    "Storyteller",
    "Incubation Center",
)
"""Names in the game; the feed's spelling may differ, so match fragments ignoring case."""
_CROWDED: Final = CityCap(cities=20, from_level_3=15, from_level_4=10)
_ROOMY: Final = CityCap(cities=50, from_level_3=30, from_level_4=20)
CITY_CAPS: Final[Mapping[str, CityCap]] = MappingProxyType(
    {
        "Corellia": _CROWDED,
        "Dantooine": _ROOMY,
        "Lok": _ROOMY,
        "Naboo": _CROWDED,
        "Rori": _ROOMY,
        "Talus": _ROOMY,
        "Tatooine": _CROWDED,
    }
)
"""Planet -> its cap; a planet not listed allows no player cities."""
PLAYER_CITY_PLANETS: Final[tuple[str, ...]] = tuple(p for p in PLANETS if p in CITY_CAPS)
_TITLES: Final = {rank.level: rank.title for rank in RANKS}


def rank_title(level: int | None) -> str | None:
    """Name the rank of a city level; None for a missing level and for one the game lacks."""
    return None if level is None else _TITLES.get(level)
