"""Whose tag flies over which city: matching cities to guilds by tag."""

from typing import Final

import pandas as pd

_UNKNOWN: Final = " (unknown guild)"
_AMBIGUOUS: Final = " (ambiguous tag)"


def tag_key(tags: pd.Series) -> pd.Series:
    """The form in which tags are compared: trimmed, case-folded, null when blank."""
    keys = tags.astype("str").str.strip().str.casefold()
    return keys.mask(keys == "")


def ambiguous(guilds: pd.DataFrame) -> pd.Series:
    """True for each guild that shares its tag with another; nobody can tell whose cities are whose.

    Args:
        guilds: ``tag``; one row per guild.
    """
    keys = tag_key(guilds["tag"])
    return keys.notna() & keys.duplicated(keep=False)


def holdings(cities: pd.DataFrame) -> pd.DataFrame:
    """What each tag holds.

    Args:
        cities: ``guild`` (raw tag, null = none) and ``citizens``; one row per city.

    Returns:
        ``cities`` (count) and ``citizens`` (sum of those known, null when none is), indexed by
        tag key.
    """
    groups = cities.assign(key=tag_key(cities["guild"])).groupby("key")
    return pd.DataFrame(
        {"cities": groups.size(), "citizens": groups["citizens"].sum(min_count=1)}
    ).astype({"cities": "Int64", "citizens": "Int64"})


def controlling_guild(tags: pd.Series, guilds: pd.DataFrame) -> pd.Series:
    """Full name of the guild behind each tag (feeds.md 4.3).

    Args:
        tags: Raw tag of each city, null = none.
        guilds: ``name`` and ``tag``; one row per guild.

    Returns:
        Text; a tag no guild carries, or several do, stays visible and is marked as such.
    """
    keys = tag_key(tags)
    shared = ambiguous(guilds)
    names = pd.Series(
        guilds["name"].where(~shared).to_numpy(), index=tag_key(guilds["tag"]), dtype="str"
    )
    names = names[names.notna().to_numpy() & names.index.notna()]
    found = keys.map(names).astype("str")
    twice = keys.isin(tag_key(guilds["tag"])[shared])
    plain = tags.astype("str").str.strip()
    marked = (plain + _UNKNOWN).mask(twice, plain + _AMBIGUOUS)
    return found.fillna(marked).where(keys.notna())


def heatmap(cities: pd.DataFrame, guilds: pd.DataFrame | None) -> pd.DataFrame:
    """Who holds how much where: one row per tag and planet with at least one city.

    Args:
        cities: ``guild`` (raw tag), ``planet``, ``citizens``, ``active_citizens``.
        guilds: ``name`` and ``tag``, or None where that feed is missing.

    Returns:
        ``guild`` (full name; null without the guilds), ``tag`` (as its first city spells it),
        ``planet`` (null = unknown), ``cities``, ``citizens``, ``active``: most cities first.
        Sums leave out unknown figures and are null where all are unknown.
    """
    tagged = cities.assign(key=tag_key(cities["guild"])).dropna(subset=["key"])
    groups = tagged.groupby(["key", "planet"], sort=False, dropna=False)
    held = pd.DataFrame(
        {
            "tag": groups["guild"].first(),
            "cities": groups.size(),
            "citizens": groups["citizens"].sum(min_count=1),
            "active": groups["active_citizens"].sum(min_count=1),
        }
    ).reset_index()
    first = held.groupby("key")["tag"].transform("first")
    named = None if guilds is None else controlling_guild(first, guilds)
    return held.assign(tag=first, guild=named).sort_values(
        ["cities", "citizens"], ascending=False, kind="stable", na_position="last"
    )
