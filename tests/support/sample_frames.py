"""Feed frames by hand, in the columns and dtypes of the feed contract."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from swgdata.feeds import feeds_of
from swgdata.feeds.model import ImportIssues, Snapshot
from swgdata.game import STATS, planet_mask

NOW = datetime(2026, 8, 20, 12, 0, 0, tzinfo=UTC)
AS_OF = datetime(2026, 8, 20, 11, 30, 0, tzinfo=UTC)
TIME = "datetime64[s, UTC]"
RESOURCES: Mapping[str, str] = {
    "id": "int32",
    "name": "str",
    "class_code": "category",
    "class_name": "category",
    **dict.fromkeys(STATS, "int16"),
    **{f"{stat}_max": "int16" for stat in STATS},
    "rating": "int16",
    "score": "Int16",
    "top_count": "int16",
    "cpu": "float32",
    "in_spawn": "bool",
    "first_seen": TIME,
    "despawned": TIME,
    "planets": "int16",
}
CITIES: Mapping[str, str] = {
    "name": "str",
    "planet": "str",
    "faction": "str",
    "citizens": "Int32",
    "active_citizens": "Int32",
    "mayor": "str",
    "specializations": "str",
    "income_tax": "Float64",
    "property_tax": "Float64",
    "sales_tax": "Float64",
    "waypoint": "str",
    "guild": "str",
    "guild_known": "bool",
    "level": "Int8",
    "spark": "object",
}
GUILDS: Mapping[str, str] = {
    "name": "str",
    "tag": "str",
    "faction": "str",
    "leader": "str",
    "members": "Int32",
    "active": "Int32",
    "active_pct": "Float64",
    "recruiting": "bool",
    "spark": "object",
}
PROFESSIONS: Mapping[str, str] = {
    "key": "str",
    "profession": "str",
    "color": "str",
    "count": "Int32",
    "change_recent": "Int32",
}
HISTORY: Mapping[str, str] = {"timestamp": TIME, "key": "str", "count": "Int32"}
WEALTH: Mapping[str, str] = {"timestamp": TIME, "average": "Float64", "median": "Float64"}
RICHEST: Mapping[str, str] = {
    "rank": "Int32",
    "character": "str",
    "character_id": "str",
    "credits": "Int64",
    "change": "Int64",
    "rank_move": "Int32",
    "is_new": "bool",
}
WEALTH_SERIES: Mapping[str, str] = {
    "timestamp": TIME,
    "character": "str",
    "character_id": "str",
    "latest_rank": "Int32",
    "credits": "Int64",
}
SCHEMATICS: Mapping[str, str] = {
    "id": "int32",
    "name": "str",
    "profession": "str",
    "category": "Int32",
    "crate_size": "Int32",
    "active": "bool",
    "viewed": "Int32",
}
DETAILS: Mapping[str, str] = {
    "schematic_id": "int32",
    "name": "str",
    "description": "str",
    "category": "str",
    "profession": "str",
    "quality": "str",
    "manufactured": "boolean",
    "crate_size": "Int32",
}
SLOTS: Mapping[str, str] = {
    "schematic_id": "int32",
    "slot": "str",
    "class_code": "str",
    "class_name": "str",
    "units": "Int32",
}
LINES: Mapping[str, str] = {
    "schematic_id": "int32",
    "line_id": "str",
    "line": "str",
    "active": "bool",
    "stat": "str",
    "weight": "int16",
}
PLAIN_MATERIALS: Mapping[str, str] = {
    "name": "str",
    "rarity": "str",
    "location": "str",
    "price": "Float64",
    "last_seen": "str",
    "quantity": "Int64",
}
PLAIN_GUILDS: Mapping[str, str] = {
    "name": "str",
    "faction": "str",
    "member_count": "Int32",
    "territory_count": "Int32",
    "influence": "Float64",
    "headquarters": "str",
    "leader": "str",
}
PLAIN_CITIES: Mapping[str, str] = {
    "name": "str",
    "planet": "str",
    "x": "Float64",
    "y": "Float64",
    "population": "Int32",
    "mayor": "str",
    "guild_controlled": "boolean",
    "controlling_guild": "str",
    "travel_hub": "boolean",
}
PLAIN_POPULATION: Mapping[str, str] = {
    "planet": "str",
    "city": "str",
    "population": "Int32",
    "change_24h": "Float64",
    "change_7d": "Float64",
    "activity_level": "str",
    "peak_hours": "object",
}
_FILLED: Mapping[str, object] = {
    "int16": 0,
    "int32": 0,
    "bool": False,
}


def frame(columns: Mapping[str, str], *rows: Mapping[str, object]) -> pd.DataFrame:
    """Rows in the declared columns; what a row leaves out is missing, 0 or false."""
    data: dict[str, Any] = {}
    for name, dtype in columns.items():
        values = [row.get(name, _FILLED.get(dtype)) for row in rows]
        series: Any = pd.Series(values, dtype="object")
        data[name] = pd.to_datetime(series, utc=True) if dtype == TIME else series
        data[name] = data[name].astype(dtype)
    return pd.DataFrame(data)


def resources(*rows: Mapping[str, object]) -> pd.DataFrame:
    """Resource rows; ``planets`` may be a list of names, ``cpu`` defaults to not voted."""
    whole = []
    for place, row in enumerate(rows):
        planets = row.get("planets", ())
        mask = planet_mask(planets) if isinstance(planets, (list, tuple)) else planets
        ids = {"id": place + 1, "cpu": float("nan")}
        whole.append({**ids, **row, "planets": mask})
    return frame(RESOURCES, *whole)


def cities(*rows: Mapping[str, object]) -> pd.DataFrame:
    """City rows; the tag is known unless a row says otherwise."""
    return frame(CITIES, *({"guild_known": True, "spark": [], **row} for row in rows))


def guilds(*rows: Mapping[str, object]) -> pd.DataFrame:
    """Guild rows."""
    return frame(GUILDS, *({"spark": [], **row} for row in rows))


def snapshot_of(
    tables: Mapping[str, pd.DataFrame],
    *,
    provider: str = "swgtracker",
    rejected: Sequence[Any] = (),
    **changes: Any,
) -> Snapshot:
    """A snapshot of the feed that the first table is of."""
    name = next(iter(tables))
    feeds = [*feeds_of(provider).values(), *feeds_of("plain").values()]
    whole: dict[str, Any] = {
        "feed": next(feed for feed in feeds if name in feed.tables),
        "tables": tables,
        "source": "live",
        "provider": provider,
        "as_of": AS_OF,
        "fetched_at": AS_OF,
        "stale": False,
        "reason": None,
        "issues": ImportIssues.of(rejected),
        "version": "1",
    }
    return Snapshot(**(whole | changes))


def history(*citizens: int | None) -> pd.DataFrame:
    """A city's recorded citizens, oldest first."""
    columns = {
        "label": "str",
        "timestamp": TIME,
        "citizens": "Int32",
        "active": "Int32",
        "level": "Int8",
    }
    return frame(columns, *({"citizens": number} for number in citizens))


def frozen(table: pd.DataFrame) -> pd.DataFrame:
    """The same frame on arrays that refuse to be written, as memory-mapped ones do."""
    copy = table.copy()
    for name in copy.columns:
        values = copy[name].array
        inner: Any = getattr(values, "_ndarray", getattr(values, "_data", None))
        if isinstance(inner, np.ndarray):
            inner.flags.writeable = False
    return copy
