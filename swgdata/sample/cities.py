"""Player cities: where they stand, who lives there, and how that changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import numpy as np

from swgdata.sample import times
from swgdata.sample.chance import Real, Whole
from swgdata.sample.growth import active, heads, record_days
from swgdata.sample.guilds import Guild
from swgdata.sample.towns import Town, founded
from swgdata.vocabulary import PLAYER_CITY_PLANETS, RANKS

_SPARK: Final = 14  # points, one every other day
_WEEKS: Final = 16
_HISTORY_DAYS: Final = 120
_FEWEST: Final = 5  # citizens; with fewer there is no city
Record = dict[str, object]


class Cities:
    """The cities of one seed; see ``feeds.md`` 1.10 and 1.11 for the keys."""

    def __init__(self, seed: int, guilds: tuple[Guild, ...]) -> None:
        self._seed = seed
        self.known: tuple[Town, ...] = founded(seed, guilds)

    def counted(self, stamps: list[int]) -> tuple[Whole, Whole, Whole]:
        """Citizens, active ones and level, one row per city and one column per time.

        Ranks are settled once a week, so a level follows the citizens of last Monday. A city
        that is not there has 0 of everything.
        """
        days = times.days(stamps)
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
        hour = times.floor(moment, times.HOUR)
        stamps = times.every(2 * times.DAY, until=hour, count=_SPARK)
        citizens, busy, level = self.counted(stamps)
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
        stamps = times.every(7 * times.DAY, until=hour, count=_WEEKS)
        citizens, busy, level = self.counted(stamps)
        there = (citizens > 0).sum(axis=0)
        worlds = np.array([town.planet for town in self.known])
        return {
            "labels": [times.label(stamp) for stamp in stamps],
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
        hour = times.floor(moment, times.HOUR)
        if not found or not self.counted([hour])[0][found[0], 0]:
            return {"error": "City not found"}
        at = found[0]
        today = hour // times.DAY
        days = record_days(self._seed, "city", who=at, today=today, span=_HISTORY_DAYS)
        stamps = [*(day * times.DAY for day in days), hour]
        columns = (counted[at].tolist() for counted in self.counted(stamps))
        history = [
            {
                "label": times.label(stamp),
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
