"""The timetable of spawns.

The galaxy has a fixed number of places. In each, one resource follows the other for ever: the
k-th one starts near k times the place's usual life. So what is in spawn at any time, past or
future, is worked out directly, and two times agree on every resource they share.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from swgdata.game.classes import CLASSES, ancestors, is_leaf, planet_of_class
from swgdata.sources.sample.generators import Real, Whole, uniform

_HORIZON: Final = 365.0 * 6  # days
_FIRST_DAY: Final = 10_957  # 2000-01-01: counting from here keeps ids short
_LONG_LIFE, _SHORT_LIFE = 13.5, 7.5  # days, organic and the rest; a life lasts 0.4 to 1.6 of it
_SWAY: Final = 0.6  # share of a life by which its start may be off, in all
_MADE: Final = (
    "Blended", "Chemical", "Combined", "Conifer", "Deciduous", "Degraded", "Generic", "Ground",
    "High", "Homogenized", "Low", "Mixed", "Processed", "Smelted", "Synthesized", "Unknown",
    "Water", "Weak",
)  # fmt: skip
"""First words of classes that are made or only name a group: they never spawn."""


def _spawning() -> tuple[list[str], list[str]]:
    """Codes of the classes that spawn: those of one planet, and those found anywhere."""
    bound: list[str] = []
    free: list[str] = []
    for code, one in CLASSES.items():
        if one.caps and is_leaf(code) and one.name.split()[0] not in _MADE:
            (bound if planet_of_class(code) else free).append(code)
    return bound, free


@dataclass(frozen=True, slots=True)
class Spawns:
    """Resources known at one time, ordered by id; every array has one entry for each."""

    id: Whole  # unique, the same at all times
    kind: Whole  # position of the class in ``Timetable.codes``
    start: Whole  # when it was first seen, unix seconds
    end: Whole  # when it left or will leave, unix seconds
    alive: np.ndarray[tuple[int], np.dtype[np.bool_]]  # in spawn at that time


class Timetable:
    """The spawns of one seed, for a galaxy that remembers ``rows`` of them."""

    def __init__(self, seed: int, rows: int) -> None:
        self.seed = seed
        self.rows = rows
        believable = 600 * (rows / 4_000) ** (1.0 if rows < 4_000 else 0.13)
        self.places = int(max(believable, rows / 180, 2)) + 1

    @cached_property
    def _classes(self) -> tuple[list[str], list[str]]:
        return _spawning()

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of all classes that spawn."""
        bound, free = self._classes
        return (*bound, *free)

    @cached_property
    def _fixed(self) -> Whole:
        """Class of each place; -1 where any resource of no planet may turn up.

        Six places in ten belong to one class of one planet, as in the game, where each planet
        always has its own milk, hide or corn.
        """
        place = np.arange(self.places)
        bound = len(self._classes[0])
        order = np.argsort(uniform(self.seed, "order", np.arange(bound)), kind="stable")
        turn = np.cumsum(place % 10 < 6) - 1
        return np.where(place % 10 < 6, order[turn % bound], -1)

    @cached_property
    def _life(self) -> Real:
        """Usual life in each place, in days."""
        organic = np.array(["org" in ancestors(code) for code in self._classes[0]])
        return np.where((self._fixed >= 0) & organic[self._fixed], _LONG_LIFE, _SHORT_LIFE)

    @cached_property
    def _free_shares(self) -> Real:
        """Running total of how often each class without a planet turns up, up to 1."""
        weights = [0.25 if "ast" in ancestors(code) else 1.0 for code in self._classes[1]]
        return np.asarray(np.cumsum(weights) / sum(weights))

    def _starts(self, place: Whole, turn: Whole) -> Real:
        """When the ``turn``-th resource of a place starts, in days since 1970."""
        phase = uniform(self.seed, "phase", place)
        sway = (uniform(self.seed, "start", place, turn) - 0.5) * _SWAY
        return np.asarray(_FIRST_DAY + (turn + phase + sway) * self._life[place])

    def _kinds(self, place: Whole, turn: Whole) -> Whole:
        drawn = np.searchsorted(self._free_shares, uniform(self.seed, "kind", place, turn))
        return np.where(self._fixed[place] >= 0, self._fixed[place], len(self._classes[0]) + drawn)

    def _turns(self, day: float) -> tuple[Whole, Whole]:
        """Place and turn of everything that can have started in the years before ``day``."""
        counts = np.ceil(_HORIZON / self._life).astype(np.int64)
        last = np.floor((day - _FIRST_DAY) / self._life).astype(np.int64) + 1
        place = np.repeat(np.arange(self.places), counts)
        back = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
        return place, last[place] - back

    def _lives(self, stamp: int) -> tuple[Whole, Whole, Whole, Whole]:
        """Place, turn, start and end of all that can have started in the years before a time."""
        place, turn = self._turns(stamp / 86_400)
        start = (self._starts(place, turn) * 86_400).astype(np.int64)
        gap = uniform(self.seed, "gap", place, turn) * 0.06 * self._life[place]
        end = ((self._starts(place, turn + 1) - gap) * 86_400).astype(np.int64)
        return place, turn, start, end

    def between(self, since: int, until: int) -> Spawns:
        """List what was in spawn at some time from ``since`` to ``until``, unix seconds."""
        place, turn, start, end = self._lives(until)
        kept = np.flatnonzero((start <= until) & (end > since))
        ids = turn * self.places + place
        kept = kept[np.argsort(ids[kept])]
        kinds = self._kinds(place[kept], turn[kept])
        return Spawns(ids[kept], kinds, start[kept], end[kept], until < end[kept])

    def at(self, stamp: int) -> Spawns:
        """List what the galaxy knows at a time.

        Args:
            stamp: Unix seconds, 2010 or later.

        Returns:
            Everything in spawn and the despawned up to ``rows`` in all. The older a despawned
            one, the likelier it is left out.
        """
        place, turn, start, end = self._lives(stamp)
        alive = (start <= stamp) & (stamp < end)
        forgotten = (stamp - end) * uniform(self.seed, "forgotten", place, turn)
        forgotten = np.where(alive, -1.0, np.where(start > stamp, np.inf, forgotten))
        kept = np.argsort(forgotten, kind="stable")[: self.rows]
        ids = turn * self.places + place
        kept = kept[np.argsort(ids[kept])]
        kinds = self._kinds(place[kept], turn[kept])
        return Spawns(ids[kept], kinds, start[kept], end[kept], alive[kept])
