"""City model: waypoints, activity levels, who controls a city."""

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from swgdata.analytics.guilds import controlling_guild
from swgdata.game import ACTIVITY_LEVELS, PLANETS, SHUTTLEPORT_LEVEL, planet_name, rank_title

SMALLEST_CITY: Final = 5
"""A city with fewer citizens is not rated: one player would swing it from end to end."""
FEWEST_CITIES: Final = 8
"""With fewer rateable cities the quartiles mean nothing and no city is rated."""
CutPoints: TypeAlias = tuple[float, float, float]


def activity_ratios(active: pd.Series, citizens: pd.Series) -> pd.Series:
    """Active over registered citizens.

    Returns:
        float64, not clamped (the feed may count more active than registered); NaN where a
        figure is missing or there are fewer than ``SMALLEST_CITY`` citizens.
    """
    people = citizens.to_numpy(dtype="float64", na_value=np.nan)
    present = active.to_numpy(dtype="float64", na_value=np.nan)
    rated = people >= SMALLEST_CITY
    share = np.divide(present, people, out=np.full(len(people), np.nan), where=rated)
    return pd.Series(share, index=citizens.index, name="ratio")


def activity_cut_points(cities: pd.DataFrame) -> CutPoints | None:
    """Quartiles of the activity ratio (docs/formulas.md#activity-level), dormant cities counted.

    Returns:
        First quartile, median, third quartile; None with fewer than ``FEWEST_CITIES`` rateable.
    """
    rated = activity_ratios(cities["active_citizens"], cities["citizens"]).dropna()
    if len(rated) < FEWEST_CITIES:
        return None
    low, middle, high = np.quantile(rated, (0.25, 0.5, 0.75))
    return float(low), float(middle), float(high)


def activity_levels(active: pd.Series, citizens: pd.Series, *, cuts: CutPoints | None) -> pd.Series:
    """Name the activity level of cities, or of pooled planets, against the same cut points.

    Returns:
        ``activity_level``: dormant at ratio 0, low below the first quartile, moderate below
        the median, high below the third quartile, else very_high; null where not rateable.
    """
    share = activity_ratios(active, citizens)
    if cuts is None:
        return pd.Series(None, index=share.index, name="activity_level", dtype="str")
    index = 1 + np.searchsorted(cuts, share.to_numpy(), side="right")
    index = np.where(share == 0, 0, index)
    named = pd.Series(np.array(ACTIVITY_LEVELS)[index], index=share.index)
    return named.astype("str").where(share.notna()).rename("activity_level")


REACH: Final = 8192  # metres from the middle of a planet to the edge of its map
_COMMAND: Final = re.compile(r"\s*/[a-z]+", re.IGNORECASE)

# "Yavin 4" ends in a digit that is no coordinate, so the longer spelling is tried first.
_PLANETS: Final = tuple(
    re.compile(rf"\s*((?:planet_)?[a-z]+{ending})(?![a-z0-9_.])", re.IGNORECASE)
    for ending in (r"\s*(?:iv|4)", "")
)
_WHOLE: Final = r"[+-]?[0-9]{1,9}(?=[\s,;)]|$)"
_RUN: Final = re.compile(rf"[\s,:(]*({_WHOLE}(?:[\s,]+{_WHOLE})*)")


def parse_waypoint(text: object) -> tuple[int, int] | None:
    """Read the place out of a waypoint (docs/formulas.md#waypoint); its format is unverified.

    Takes ``/waypoint naboo -342 -4466 Home``, ``/wp -342 -4466``, ``(-342, -4466)`` and
    ``-342, -4466``: a command and a planet, both optional, then whole numbers. Of three
    numbers the middle one is the height.

    Returns:
        x and y in metres from the middle of the planet, east and north positive. None where
        the text has another form or a coordinate lies beyond ``REACH``: never a guess.
    """
    if not isinstance(text, str):
        return None
    start = command.end() if (command := _COMMAND.match(text)) else 0
    run = _RUN.match(text, _after_planet(text, start))
    numbers = [int(number) for number in re.split(r"[\s,]+", run[1])] if run else []
    if len(numbers) not in (2, 3):
        return None
    x, y = numbers[0], numbers[-1]
    return (x, y) if max(abs(x), abs(y)) <= REACH else None


def _after_planet(text: str, start: int) -> int:
    """Where the text goes on behind a planet in any spelling, or ``start`` if none stands there."""
    for pattern in _PLANETS:
        match = pattern.match(text, start)
        if match and planet_name(match[1]) in PLANETS:
            return match.end()
    return start


_SEPARATORS: Final = re.compile(r"[,;/|]")


def travel_hub(level: pd.Series) -> pd.Series:
    """Whether the city may build a shuttleport (docs/formulas.md#cities); nobody knows if it did.

    Returns:
        Three-valued: true from level 4, false from 1 to 3, null for a missing or odd level.
    """
    known = level.where(level >= 1)
    return (known >= SHUTTLEPORT_LEVEL).astype("boolean").rename("travel_hub")


def guild_controlled(tag: pd.Series, known: pd.Series) -> pd.Series:
    """Whether a guild's tag is on the city (docs/formulas.md#cities); null where not told.

    ``known`` is True where the feed carried the key at all.
    """
    return tag.notna().astype("boolean").where(known).rename("guild_controlled")


def rank_titles(level: pd.Series) -> pd.Series:
    """Title of each level, Outpost to Metropolis; null for a missing or unknown level."""
    titles = {number: rank_title(int(number)) for number in level.dropna().unique()}
    return level.astype("object").map(titles).astype("str").rename("rank")


def specialisation_lists(raw: pd.Series) -> pd.Series:
    """Split the feed's one display string, whatever separates its parts.

    Returns:
        Objects: a tuple of names as written, empty for a blank text, None for a missing one.
    """
    parts = np.empty(len(raw), dtype=object)
    for index, text in enumerate(raw.array):
        if not pd.isna(text):
            parts[index] = tuple(p.strip() for p in _SEPARATORS.split(str(text)) if p.strip())
    return pd.Series(parts, index=raw.index, name="specialisations", dtype=object)


def movement(current: pd.Series, spark: pd.Series) -> pd.Series:
    """Compare the current count with the first point of the series (docs/formulas.md#movement).

    The series are lists of numbers, oldest first; missing points are skipped.

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
    """The city model (docs/formulas.md#cities): one row per city.

    Args:
        cities: Rows of the feed, all of them: activity is rated against the whole feed.
        guilds: Rows of the guilds feed; None where it is missing: then no full guild names.

    Returns:
        The feed's columns and ``x``, ``y``, ``active``, ``guild_tag``, ``controlling_guild``,
        ``guild_controlled``, ``rank``, ``travel_hub``, ``specialisations``,
        ``activity_level``, ``movement``; rows and order of ``cities``.
    """
    position = coordinates(cities["waypoint"])
    active = cities["active_citizens"]
    tag = cities["guild"]
    return cities.assign(
        x=position["x"],
        y=position["y"],
        active=active,
        guild_tag=tag,
        controlling_guild=None if guilds is None else controlling_guild(tag, guilds),
        guild_controlled=guild_controlled(tag, cities["guild_known"]),
        rank=rank_titles(cities["level"]),
        travel_hub=travel_hub(cities["level"]),
        specialisations=specialisation_lists(cities["specializations"]),
        activity_level=activity_levels(
            active, cities["citizens"], cuts=activity_cut_points(cities)
        ),
        movement=movement(active, cities["spark"]),
    )
