"""Cities: rank, travel, control, specialisations and which way they move."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.activity import cut_points, levels
from swgdata.analytics.territory import controlling_guild
from swgdata.analytics.waypoints import parse_waypoint
from swgdata.vocabulary import SHUTTLEPORT_LEVEL, rank_title

_SEPARATORS: Final = re.compile(r"[,;/|]")


def travel_hub(level: pd.Series) -> pd.Series:
    """Whether the city may build a shuttleport (feeds.md 4.3); nobody knows if it did.

    Returns:
        Three-valued: true from level 4, false from 1 to 3, null for a missing or odd level.
    """
    known = level.where(level >= 1)
    return (known >= SHUTTLEPORT_LEVEL).astype("boolean").rename("travel_hub")


def guild_controlled(tag: pd.Series, known: pd.Series) -> pd.Series:
    """Whether a guild's tag is on the city: null where the feed does not say (feeds.md 4.3).

    Args:
        tag: Trimmed tag, null when blank.
        known: True where the feed carried the key at all.
    """
    return tag.notna().astype("boolean").where(known).rename("guild_controlled")


def rank_titles(level: pd.Series) -> pd.Series:
    """Title of each level, Outpost to Metropolis; null for a missing or unknown level."""
    titles = {one: rank_title(int(one)) for one in level.dropna().unique()}
    return level.astype("object").map(titles).astype("str").rename("rank")


def specialisation_lists(raw: pd.Series) -> pd.Series:
    """Split the feed's one display string, whatever separates its parts.

    Returns:
        Objects: a tuple of names as written, empty for a blank text, None for a missing one.
    """
    parts = np.empty(len(raw), dtype=object)
    for place, text in enumerate(raw.array):
        if not pd.isna(text):
            parts[place] = tuple(p.strip() for p in _SEPARATORS.split(str(text)) if p.strip())
    return pd.Series(parts, index=raw.index, name="specialisations", dtype=object)


def movement(current: pd.Series, spark: pd.Series) -> pd.Series:
    """Which way the recent series points (feeds.md 2.10): current count against its first point.

    Args:
        current: Active count now.
        spark: Lists of numbers, oldest first; missing points are skipped.

    Returns:
        ``movement``: "up" where current >= first, else "down"; null with fewer than two points
        or no current count. The time covered is unknown: "recent".
    """
    first = np.array([_first(points) for points in spark.array], dtype="float64")
    now = current.to_numpy(dtype="float64", na_value=np.nan)
    named = np.where(now >= first, "up", "down").astype(object)
    named[np.isnan(first) | np.isnan(now)] = None
    return pd.Series(named, index=current.index, name="movement", dtype="str")


def _first(points: Sequence[float | None] | None) -> float:
    """First number of a series that has at least two, else NaN."""
    if not isinstance(points, (list, tuple, np.ndarray)):
        return np.nan
    numbers = [float(point) for point in points if point is not None and not np.isnan(point)]
    return numbers[0] if len(numbers) > 1 else np.nan


def coordinates(waypoint: pd.Series) -> pd.DataFrame:
    """Read ``x`` and ``y`` (metres, Float64) from the waypoint text; null where unreadable."""
    read = [None if pd.isna(text) else parse_waypoint(str(text)) for text in waypoint.array]
    pairs = np.array([pair or (np.nan, np.nan) for pair in read], dtype="float64").reshape(-1, 2)
    frame = pd.DataFrame(pairs, index=waypoint.index, columns=["x", "y"])
    return frame.astype("Float64")


def describe(cities: pd.DataFrame, guilds: pd.DataFrame | None) -> pd.DataFrame:
    """The city model (feeds.md 4.3): one row per city.

    Args:
        cities: Rows of the feed, all of them: activity is rated against the whole feed.
        guilds: Rows of the guilds feed; None where it is missing: then no full guild names.

    Returns:
        The feed's columns and ``x``, ``y``, ``active``, ``guild_tag``, ``controlling_guild``,
        ``guild_controlled``, ``rank``, ``travel_hub``, ``specialisations``,
        ``activity_level``, ``movement``; rows and order of ``cities``.
    """
    place = coordinates(cities["waypoint"])
    active = cities["active_citizens"]
    tag = cities["guild"]
    return cities.assign(
        x=place["x"],
        y=place["y"],
        active=active,
        guild_tag=tag,
        controlling_guild=None if guilds is None else controlling_guild(tag, guilds),
        guild_controlled=guild_controlled(tag, cities["guild_known"]),
        rank=rank_titles(cities["level"]),
        travel_hub=travel_hub(cities["level"]),
        specialisations=specialisation_lists(cities["specializations"]),
        activity_level=levels(active, cities["citizens"], cuts=cut_points(cities)),
        movement=movement(active, cities["spark"]),
    )
