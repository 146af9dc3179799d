"""Guilds and profiles."""

import random
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from swgdata.game import FACTIONS
from swgdata.sources.sample import generators
from swgdata.sources.sample.generators import Real, Record, Whole, active, dice, heads, record_times

_BIOS: Final = (
    "We harvest by day and raid by night. New hands welcome.",
    "Crafters' circle: bring your own harvesters, share the surveys.",
    "Old friends, slow evenings & long flights.",
    "Weekly dungeon on Saturdays, trade fair on the first Sunday.",
    "Quiet guild for quiet people – «nihil festinantes».",
)


_COUNT: Final = 60


@dataclass(frozen=True, slots=True)
class Guild:
    """What stays of a guild."""

    name: str  # unique here
    tag: str  # what it wears; "" for none, and two guilds wear the same
    faction: str | None  # as the feed sends it; None or "None" for no faction
    leader: str  # an invented person
    size: float  # usual number of members; 0 for an empty guild
    zeal: float  # usual share of active members
    recruiting: int  # 0 or 1


def _invented(chance: random.Random, taken: set[str]) -> Guild:
    name = generators.guild(chance)
    return Guild(
        name=name,
        tag=generators.tag(name, taken),
        faction=chance.choices((*FACTIONS, None, "None"), (30, 32, 24, 8, 6))[0],
        leader=generators.person(chance),
        size=min(240.0, 8.0 + 24.0 * chance.lognormvariate(0.0, 0.8)),
        zeal=chance.triangular(0.05, 0.75, 0.35),
        recruiting=int(chance.random() < 0.4),
    )


def profile(chance: random.Random, guild: Guild, towns: list[str]) -> dict[str, object] | None:
    """The ``details`` of a guild: None where it never wrote any, and null for what it left out."""
    if chance.random() < 0.15:
        return None
    site = f"https://{guild.tag.lower()}.example"
    return {
        "recruiting": guild.recruiting,
        "city": chance.choice([None, *towns]) if chance.random() < 0.9 else "",
        "bio": chance.choice((None, *_BIOS)),
        "alt_contacts": chance.choice((None, None, "Ask any officer")),
        "discord": chance.choice((None, f"{site}/chat")),
        "website": chance.choice((None, site)),
    }


class Guilds:
    """The guilds of one seed; see ``docs/feeds.md`` for the keys."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        chance = dice(seed, "guilds")
        found: dict[str, Guild] = {}
        taken: set[str] = set()
        while len(found) < _COUNT:
            guild = _invented(chance, taken)
            found[guild.name] = guild
            taken.add(guild.tag)
        known = list(found.values())
        known[-1] = replace(known[-1], size=0.0)
        known[-2] = replace(known[-2], tag="", size=min(known[-2].size, 20.0))
        known[-3] = replace(known[-3], tag=known[-4].tag)
        self.known: tuple[Guild, ...] = tuple(known)

    def counted(self, stamps: list[int]) -> tuple[Whole, Whole]:
        """Members and active members, one row per guild and one column per time."""
        days = generators.days(stamps)
        sizes: Real = np.array([guild.size for guild in self.known])
        zeal: Real = np.array([guild.zeal for guild in self.known])
        members = heads(self._seed, "guild", sizes=sizes, days=days)
        return members, active(self._seed, "guild", zeal=zeal, members=members, days=days)

    def listing(self, moment: datetime) -> Record:
        """Answer ``/api/guilds.php``."""
        hour = generators.floor(moment, generators.HOUR)
        members, busy = self.counted(generators.spark_times(hour))
        rows = [
            self._row(at, int(members[at, -1]), int(busy[at, -1]))
            | {"recruiting": guild.recruiting, "spark": busy[at].tolist()}
            for at, guild in enumerate(self.known)
        ]
        rows.sort(key=lambda row: str(row["name"]))
        return {
            "results": rows,
            "aggregate": self._aggregate(hour),
            "factions": list(FACTIONS),
            "last_updated": hour,
        }

    def _row(self, at: int, members: int, busy: int) -> Record:
        guild = self.known[at]
        return {
            "name": guild.name,
            "abbrev": guild.tag,
            "faction": guild.faction,
            "leader": guild.leader,
            "members": members,
            "active": busy,
            "active_pct": round(100 * busy / members, 1) if members else None,
        }

    def _aggregate(self, hour: int) -> Record:
        stamps = generators.weeks(hour)
        members, busy = self.counted(stamps)
        sides = np.array([guild.faction or "" for guild in self.known])
        return {
            "labels": [generators.label(stamp) for stamp in stamps],
            "active": busy.sum(axis=0).tolist(),
            "members": members.sum(axis=0).tolist(),
            "guilds": (members > 0).sum(axis=0).tolist(),
            "faction": {side: busy[sides == side].sum(axis=0).tolist() for side in FACTIONS},
        }

    def history(self, moment: datetime, tag: str, towns: list[str]) -> Record:
        """Answer ``/api/guild_history.php``.

        Args:
            moment: The time; the newest record equals the list row of this hour.
            tag: What was asked for, any case. Of two guilds with one tag, the first answers.
            towns: Names of cities, for the guild hall.
        """
        wanted = tag.strip().casefold()
        found = [at for at, guild in enumerate(self.known) if guild.tag.casefold() == wanted]
        if not wanted or not found:
            return {"error": "Guild not found"}
        at, hour = found[0], generators.floor(moment, generators.HOUR)
        stamps = record_times(self._seed, "guild", who=at, hour=hour)
        members, busy = (counted[at].tolist() for counted in self.counted(stamps))
        return {
            "guild": self._row(at, members[-1], busy[-1]),
            "details": profile(dice(self._seed, "profile", at), self.known[at], towns),
            "history": [
                {"label": generators.label(stamp), "members": all_of_them, "active": some}
                for stamp, all_of_them, some in zip(stamps, members, busy, strict=True)
            ],
            "stats": {"peak_active": max(busy), "peak_members": max(members)},
        }
