"""A small galaxy by hand: one snapshot for every feed the tables read."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa

from swgdata.errors import FeedUnavailable
from swgdata.feeds.model import NO_ISSUES, Snapshot
from swgdata.game import planet_mask
from swgdata.storage.datasets import DatasetVersion
from swgdata.storage.datasets.arrow_file import FileLabel
from swgdata.tables import Result, StoredData, answer
from tests.support import sample_frames
from tests.support.sample_frames import AS_OF, NOW, snapshot_of

DAY = timedelta(days=1)


def resources() -> pd.DataFrame:
    """20 Duranium steels of OQ 50 to 1000, the odd ones in spawn, and four others."""
    steel: list[dict[str, object]] = [
        {
            "name": f"Steel{n:02}",
            "class_code": "dustl",
            "class_name": "Duranium Steel",
            "oq": 50 * n,
            "oq_max": 1000,
            "in_spawn": n % 2 == 1,
            "planets": ["Naboo"] if n < 11 else ["Lok", "Yavin IV"],
            "cpu": float(n),
            "first_seen": NOW - n * DAY,
        }
        for n in range(1, 21)
    ]
    others: list[dict[str, object]] = [
        {"name": "Copperish", "class_code": "becpr", "oq": 400, "sr": 475, "in_spawn": True},
        {"name": "Gasp", "class_code": "elktv", "oq": 900, "oq_max": 1000, "dr": 300},
        {"name": '100% [odd] "name"', "class_code": "zz_new", "oq": 1, "in_spawn": True},
        {"name": None, "class_code": None, "in_spawn": True, "planets": ["Mustafar"]},
    ]
    return sample_frames.resources(*steel, *others)


def cities() -> pd.DataFrame:
    """Nine cities on three planets, one of them unknown to the game."""
    many: list[dict[str, object]] = [
        {
            "name": f"Town {n}",
            "planet": "Naboo",
            "citizens": 20 * n,
            "active_citizens": 2 * n * n,
            "level": n % 6 or None,
            "income_tax": 100.0 * n,
            "spark": [5.0, 6.0],
        }
        for n in range(1, 8)
    ]
    return sample_frames.cities(
        *many,
        {
            "name": "New Bestine",
            "planet": "Tatooine",
            "faction": "Rebel",
            "citizens": 41,
            "active_citizens": 17,
            "mayor": "Jarrex",
            "specializations": "Sample Rich, Research Center",
            "income_tax": 0.0,
            "waypoint": "/wp -342 -4466",
            "guild": "KRAYT",
            "level": 4,
            "spark": [12.0, 14.0],
        },
        {"name": "Echo", "planet": "Hoth", "guild_known": False, "citizens": 150},
    )


def guilds() -> pd.DataFrame:
    """Two guilds."""
    return sample_frames.guilds(
        {
            "name": "Krayt Riders",
            "tag": "KRAYT",
            "faction": "Rebel",
            "members": 88,
            "active": 31,
            "active_pct": 35.2,
            "recruiting": True,
        },
        {"name": "Nova", "tag": "NOVA", "members": 10, "active": 2},
    )


def times(*hours: int) -> list[datetime]:
    """Moments before now."""
    return [NOW - timedelta(hours=hour) for hour in hours]


def _economy() -> dict[str, dict[str, pd.DataFrame]]:
    pulse = {"timestamp": sample_frames.TIME, "online": "Int32"}
    now = {"online": "Int32", "peak_today": "Int32"}
    gcw = {"timestamp": sample_frames.TIME, "imperial": "Int32", "rebel": "Int32"}
    samples = zip(times(60, 30, 6, 0), (10, None, 30, 40), strict=True)
    counts = zip(times(96, 24, 0), (1, 2, 3), strict=True)
    points = zip(times(48, 24, 0), ("chef", "sl", "chef"), (1, 2, None), strict=True)
    return {
        "pulse": {
            "pulse": sample_frames.frame(
                pulse, *({"timestamp": t, "online": n} for t, n in samples)
            ),
            "pulse_now": sample_frames.frame(now, {"online": 40, "peak_today": 44}),
        },
        "gcw": {
            "gcw": sample_frames.frame(
                gcw, *({"timestamp": t, "imperial": n, "rebel": 1} for t, n in counts)
            ),
            "gcw_latest": sample_frames.frame(
                {"imperial": "Int32", "rebel": "Int32"}, {"imperial": 3, "rebel": 1}
            ),
        },
        "titles": {
            "titles": sample_frames.frame(
                dict.fromkeys(("title", "titlekey", "command"), "str"),
                {"title": "Master Chef", "titlekey": "chef_m", "command": "/title"},
                {"title": "Novice (a+)+", "titlekey": "novice", "command": "/title"},
            )
        },
        "wealth": {
            "wealth": sample_frames.frame(sample_frames.WEALTH, {"timestamp": NOW, "average": 5.0}),
            "wealth_richest": sample_frames.frame(
                sample_frames.RICHEST, {"rank": 1, "character": "91ab"}
            ),
            "wealth_series": sample_frames.frame(
                {
                    "timestamp": sample_frames.TIME,
                    "character": "str",
                    "character_id": "str",
                    "latest_rank": "Int32",
                    "credits": "Int64",
                },
                {"timestamp": NOW, "character": "91ab", "character_id": "c1", "credits": 9},
            ),
        },
        "professions": {
            "professions": sample_frames.frame(
                sample_frames.PROFESSIONS,
                {"key": "chef", "profession": "Chef", "count": 30},
                {"key": "sl", "profession": "Squad Leader", "count": 10},
            ),
            "professions_total": sample_frames.frame({"total": "Int32"}, {"total": 40}),
            "profession_history": sample_frames.frame(
                sample_frames.HISTORY,
                *({"timestamp": t, "key": k, "count": n} for t, k, n in points),
            ),
        },
    }


def _schematics() -> dict[str, dict[str, pd.DataFrame]]:
    slot = {"schematic_id": 7, "slot": "body", "class_code": "stl", "units": 40}
    line = {"schematic_id": 7, "line": "Condition", "active": True, "stat": "oq", "weight": 50}
    return {
        "schematics": {
            "schematics": sample_frames.frame(
                sample_frames.SCHEMATICS,
                {"id": 7, "name": "Chest Plate", "profession": "Armorsmith", "active": True},
                {"id": 8, "name": "Droid", "profession": "Droid Engineer", "active": True},
            )
        },
        "schematic_details": {
            "schematic_details": sample_frames.frame(
                sample_frames.DETAILS, {"schematic_id": 7, "name": "Chest Plate"}
            ),
            "schematic_slots": sample_frames.frame(
                sample_frames.SLOTS, slot, {**slot, "schematic_id": 9}
            ),
            "schematic_lines": sample_frames.frame(
                sample_frames.LINES, line, {**line, "active": False}
            ),
        },
    }


def feeds() -> dict[str, dict[str, pd.DataFrame]]:
    """Feed -> its tables."""
    return {
        "resources": {"resources": resources()},
        "cities": {"cities": cities()},
        "guilds": {"guilds": guilds()},
        **_economy(),
        **_schematics(),
    }


def empty() -> dict[str, dict[str, pd.DataFrame]]:
    """The same feeds without a single row."""
    return {
        feed: {name: table.iloc[:0] for name, table in tables.items()}
        for feed, tables in feeds().items()
    }


def _plain_population() -> pd.DataFrame:
    """Two cities and a planet as a whole."""
    return sample_frames.frame(
        sample_frames.PLAIN_POPULATION,
        {
            "planet": "Lok",
            "city": "Nova City",
            "population": 130,
            "change_24h": 12.0,
            "activity_level": "High",
            "peak_hours": ["20:00"],
        },
        {"planet": "Lok", "city": "Free Town", "population": 9, "change_24h": -3.0},
        {"planet": "Naboo", "population": 77},
    )


def plain() -> dict[str, dict[str, pd.DataFrame]]:
    """The three documents of the plain provider."""
    return {
        "materials": {
            "materials": sample_frames.frame(
                sample_frames.PLAIN_MATERIALS,
                {"name": "Ore", "rarity": "Very Rare", "location": "Naboo, Lok", "price": 5.5},
                {"name": "Gas", "rarity": "common", "last_seen": "yesterday", "quantity": 3},
                {"name": "Mist", "rarity": "mythic"},
            )
        },
        "guilds_cities": {
            "guilds": sample_frames.frame(
                sample_frames.PLAIN_GUILDS,
                {"name": "Nova", "faction": "Rebel", "member_count": 70, "influence": 12.34},
            ),
            "cities": sample_frames.frame(
                sample_frames.PLAIN_CITIES,
                {
                    "name": "Nova City",
                    "planet": "Lok",
                    "x": 1.5,
                    "population": 130,
                    "guild_controlled": True,
                    "controlling_guild": "Nova",
                    "travel_hub": False,
                },
                {"name": "Free Town", "planet": "Lok", "population": 9, "travel_hub": True},
            ),
        },
        "population": {"population": _plain_population()},
    }


def loader(
    tables: Mapping[str, Mapping[str, pd.DataFrame]], **changes: Any
) -> Callable[[str], Snapshot]:
    """Load from the given feeds; a feed that is not there is unavailable."""
    snapshots = {feed: snapshot_of(frames_, **changes) for feed, frames_ in tables.items()}

    def load(feed: str) -> Snapshot:
        if feed not in snapshots:
            raise FeedUnavailable(feed, "the site is down")
        return snapshots[feed]

    return load


def stored_version(sha256: str, as_of: datetime, rows: pd.DataFrame) -> DatasetVersion:
    """A stored version of the resources."""
    label = FileLabel(
        name="resources",
        table="resources",
        tables=("resources",),
        sha256=sha256,
        as_of=as_of,
        received_at=as_of,
        rows=len(rows),
        issues=NO_ISSUES,
    )
    arrow = pa.Table.from_pandas(rows, preserve_index=False)
    return DatasetVersion(label, in_memory={"resources": arrow})


def versions(feed: str) -> list[DatasetVersion]:
    """The resources as they are, and as they were the day before; newest first.

    Since then Steel01 came back, Copperish spawned, Steel02 despawned and Lost went for good;
    Gasp was listed and Forgotten unlisted; Naboo was added to Steel03 and Lok taken from Steel05;
    the OQ of Steel07 was corrected from 340.
    """
    assert feed == "resources"
    now = resources()
    was = now.loc[~now["name"].isin(["Copperish", "Gasp"])].set_index("name", drop=False)
    was.loc["Steel01", "in_spawn"] = False
    was.loc["Steel02", "in_spawn"] = True
    was.loc["Steel03", "planets"] = 0
    was.loc["Steel05", "planets"] = planet_mask(["Naboo", "Lok"])
    was.loc["Steel07", "oq"] = 340
    gone = sample_frames.resources(
        {"id": 98, "name": "Lost", "class_code": "becpr", "in_spawn": True, "planets": ["Lok"]},
        {"id": 99, "name": "Forgotten", "class_code": None},
    )
    then = pd.concat([was.reset_index(drop=True).astype(sample_frames.RESOURCES), gone])
    then = then.astype(sample_frames.RESOURCES).reset_index(drop=True)
    return [stored_version("ab" * 32, AS_OF, now), stored_version("cd" * 32, AS_OF - DAY, then)]


def ask(name: str, raw: Mapping[str, object] | None = None, **options: Any) -> Result:
    """Answer a table from the small galaxy; fields of ``StoredData`` can be given by name."""
    usual: dict[str, Any] = {"load": loader(feeds()), "provider": "swgtracker", "now": NOW}
    kept = {one.name: options.pop(one.name) for one in fields(StoredData) if one.name in options}
    stored = StoredData(**({"versions": versions} | kept))
    return answer(name, raw or {}, **(usual | {"stored": stored} | options))


def ask_plain(name: str, raw: Mapping[str, object] | None = None) -> Result:
    """Answer a table from the plain provider."""
    return ask(name, raw, load=loader(plain()), provider="plain")
