"""Guilds: what they hold, how active they are, and our index of their influence."""

from collections.abc import Mapping

import pandas as pd

from swgdata.analytics.territory import ambiguous, holdings, tag_key


def influence(guilds: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Our influence index with its components (feeds.md 4.2); no value of the game.

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
    held = holdings(cities).reindex(clear.to_numpy())
    owns = clear.notna()
    count = pd.Series(held["cities"].to_numpy(), index=guilds.index, dtype="Int64")
    people = pd.Series(held["citizens"].to_numpy(), index=guilds.index, dtype="Int64")
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
    told = guilds["active_pct"].astype("Float64").fillna(ours)
    return told.mask(guilds["members"] == 0)


def describe(
    guilds: pd.DataFrame, cities: pd.DataFrame | None, *, seats: Mapping[str, str | None]
) -> pd.DataFrame:
    """The guild model (feeds.md 4.2): one row per guild.

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
    told = pd.DataFrame(
        {"headquarters": keys.map(dict(seats)).astype("str")}, index=guilds.index
    ).assign(active_pct=active_percent(guilds))
    if cities is not None:
        told = told.join(influence(guilds, cities)[["territory_count", "influence"]])
    return guilds.assign(**{str(name): told[name] for name in told.columns})
