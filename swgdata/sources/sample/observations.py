"""What an observer of the sample galaxy would have recorded, as figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from swgdata.sources.sample import economy, generators
from swgdata.sources.sample.cities import Cities
from swgdata.sources.sample.generators import Whole, uniform
from swgdata.sources.sample.guilds import Guilds
from swgdata.sources.sample.spawns import Timetable


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures of n places at t times."""

    places: Sequence[tuple[str, str]]  # name and planet of each city; tag and name of each guild
    figures: Mapping[str, Whole]  # measure -> n x t; 0 members or citizens = it is not there


@dataclass(frozen=True, slots=True)
class Lived:
    """One resource: unix seconds of its first sighting and of its end."""

    id: int
    name: str
    code: str
    start: int
    end: int


class Past:
    """The past of one galaxy; it agrees with what its feeds say at each time."""

    def __init__(self, seed: int, cities: Cities, guilds: Guilds, timetable: Timetable) -> None:
        self._seed = seed
        self._cities = cities
        self._guilds = guilds
        self._timetable = timetable

    def watched(self, stamps: Sequence[int]) -> list[int]:
        """Leave out the days on which nobody looked, about one in thirty."""
        days = np.array(stamps, dtype=np.int64) // generators.DAY
        seen = uniform(self._seed, "unwatched", days) > 0.03
        return [stamp for stamp, is_seen in zip(stamps, seen.tolist(), strict=True) if is_seen]

    def online(self, stamps: Sequence[int]) -> dict[int, float]:
        """Players online at each time."""
        players = economy.online(self._seed, list(stamps)).tolist()
        return dict(zip(stamps, map(float, players), strict=True))

    def cities(self, stamps: Sequence[int]) -> Counted:
        """Citizens, active citizens and rank of every city."""
        citizens, busy, level = self._cities.counted(list(stamps))
        places = [(town.name, town.planet) for town in self._cities.known]
        return Counted(places, {"citizens": citizens, "active": busy, "level": level})

    def guilds(self, stamps: Sequence[int]) -> Counted:
        """Members and active members of every guild."""
        members, busy = self._guilds.counted(list(stamps))
        places = [(guild.tag, guild.name) for guild in self._guilds.known]
        return Counted(places, {"members": members, "active": busy})

    def spawns(self, since: int, until: int) -> list[Lived]:
        """Every resource that was in spawn at some time between the two, by id."""
        found = self._timetable.between(since, until)
        called = generators.resources(self._seed, found.id)
        codes = [self._timetable.codes[kind] for kind in found.kind.tolist()]
        columns = (found.id.tolist(), called, codes, found.start.tolist(), found.end.tolist())
        return [Lived(*row) for row in zip(*columns, strict=True)]
