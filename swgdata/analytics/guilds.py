"""Guild model: influence index, territory."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

_UNKNOWN: Final = " (unknown guild)"
_AMBIGUOUS: Final = " (ambiguous tag)"


def tag_key(tags: pd.Series) -> pd.Series:
    """The form in which tags are compared: trimmed, case-folded, null when blank."""
    keys = tags.astype("str").str.strip().str.casefold()
    return keys.mask(keys == "")


def ambiguous(guilds: pd.DataFrame) -> pd.Series:
    """True for each guild that shares its tag with another: whose cities are whose is unknown."""
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
    """Full name of the guild behind each tag (docs/formulas.md#controlling-guild).

    ``guilds`` has one row per guild; a null tag is none.

    Returns:
        Text; a tag no guild carries, or several do, stays visible and is marked as such.
    """
    keys = tag_key(tags)
    shared = ambiguous(guilds)
    names = pd.Series(
        guilds["name"].where(~shared).to_numpy(), index=tag_key(guilds["tag"]), dtype="str"
    )
    names = names[names.notna().to_numpy() & names.index.notna()]
    full = keys.map(names).astype("str")
    twice = keys.isin(tag_key(guilds["tag"])[shared])
    plain = tags.astype("str").str.strip()
    marked = (plain + _UNKNOWN).mask(twice, plain + _AMBIGUOUS)
    return full.fillna(marked).where(keys.notna())


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
    rows = pd.DataFrame(
        {
            "tag": groups["guild"].first(),
            "cities": groups.size(),
            "citizens": groups["citizens"].sum(min_count=1),
            "active": groups["active_citizens"].sum(min_count=1),
        }
    ).reset_index()
    first = rows.groupby("key")["tag"].transform("first")
    named = None if guilds is None else controlling_guild(first, guilds)
    return rows.assign(tag=first, guild=named).sort_values(
        ["cities", "citizens"], ascending=False, kind="stable", na_position="last"
    )


def influence(guilds: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Our influence index with its components (docs/formulas.md#influence); no value of the game.

    Each term is the guild's amount divided by the largest of any guild, so the top guild has 1:
    active members; citizens of the cities with its tag; number of those cities. Influence =
    100 * (0.5 activity + 0.3 citizens + 0.2 territory), one decimal.

    Args:
        guilds: ``tag`` and ``active``; one row per guild.
        cities: ``guild`` (raw tag) and ``citizens``; one row per city.

    Returns:
        ``territory_count`` (Int64; 0 is a real value), ``activity``, ``citizens``,
        ``territory`` (0 to 1) and ``influence`` (0 to 100), rows of ``guilds``. A guild without
        a tag, or with one it shares, has only its activity, but that counts for the others.
    """
    clear = tag_key(guilds["tag"]).mask(ambiguous(guilds))
    owned = holdings(cities).reindex(clear.to_numpy())
    owns = clear.notna()
    count = pd.Series(owned["cities"].to_numpy(), index=guilds.index, dtype="Int64")
    people = pd.Series(owned["citizens"].to_numpy(), index=guilds.index, dtype="Int64")
    count = count.fillna(0).where(owns)
    people = people.mask(count == 0, 0).where(owns)
    terms = pd.DataFrame(
        {
            "activity": _scaled(guilds["active"]),
            "citizens": _scaled(people),
            "territory": _scaled(count),
        }
    )
    weighed = terms["activity"] * 50 + terms["citizens"] * 30 + terms["territory"] * 20
    return terms.assign(territory_count=count, influence=weighed.round(1))


def _scaled(amounts: pd.Series) -> pd.Series:
    """Divide by the largest amount; all 0 when that is 0, null stays null."""
    values = amounts.astype("Float64").clip(lower=0)
    largest = values.max()
    if pd.isna(largest) or largest == 0:
        return values * 0
    return values / largest


def active_percent(guilds: pd.DataFrame) -> pd.Series:
    """Active members in per cent, as the site rounds them.

    Args:
        guilds: ``members``, ``active``, ``active_pct`` (of the site, may be null).

    Returns:
        Float64; the site's figure, else our own to one decimal; null where there are no
        members, or no figures.
    """
    members = guilds["members"].astype("Float64").where(guilds["members"] > 0)
    ours = (100 * guilds["active"].astype("Float64") / members).round(1)
    percent = guilds["active_pct"].astype("Float64").fillna(ours)
    return percent.mask(guilds["members"] == 0)


def describe(
    guilds: pd.DataFrame, cities: pd.DataFrame | None, *, seats: Mapping[str, str | None]
) -> pd.DataFrame:
    """The guild model (docs/formulas.md#guilds): one row per guild.

    Args:
        guilds: Rows of the feed.
        cities: Rows of the cities feed; None where it is missing: then no territory and no
            influence, since a guess of 0 would be a lie.
        seats: Tag key -> city of the guild hall, for guilds whose profile was read.

    Returns:
        The feed's columns with ``active_pct`` made whole, and ``territory_count``,
        ``influence`` and ``headquarters``; rows and order of ``guilds``.
    """
    keys = tag_key(guilds["tag"]).mask(ambiguous(guilds))
    added = pd.DataFrame(
        {"headquarters": keys.map(dict(seats)).astype("str")}, index=guilds.index
    ).assign(active_pct=active_percent(guilds))
    if cities is not None:
        added = added.join(influence(guilds, cities)[["territory_count", "influence"]])
    return guilds.assign(**{str(name): added[name] for name in added.columns})
