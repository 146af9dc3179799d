"""War and economy: faction balance, wealth, professions."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from swgdata.analytics.memoize import memoize
from swgdata.game import PROFESSION_FAMILIES, profession_family

_SIDES: Final = {"imperial": "Imperial", "rebel": "Rebel"}


def faction_balance(gcw: pd.DataFrame) -> pd.DataFrame:
    """Add the Imperial share to ``imperial`` and ``rebel`` counts (docs/formulas.md#economy).

    Returns:
        The rows and ``imperial_share`` (per cent, Float64; null where nobody was counted).
    """
    imperial = gcw["imperial"].astype("Float64")
    both = imperial + gcw["rebel"].astype("Float64")
    return gcw.assign(imperial_share=100 * imperial / both.where(both > 0))


def last_change(series: pd.Series) -> float | None:
    """Last minus previous value; None with fewer than two, or a gap in either."""
    last = series.tail(2)
    if len(last) < 2 or last.isna().any():
        return None
    return float(last.iloc[1]) - float(last.iloc[0])


def top_total(richest: pd.DataFrame) -> tuple[int, int | None]:
    """Sum the ``credits`` of the listed characters, and their ``change`` since the last scan.

    Returns:
        The sum, and the sum of the known changes (None where none is known).
    """
    known = richest["change"].dropna()
    return int(richest["credits"].sum()), int(known.sum()) if len(known) else None


def wealth_ranks(series: pd.DataFrame) -> pd.DataFrame:
    """Rank the listed characters at each scan (docs/formulas.md#economy).

    Args:
        series: ``timestamp``, ``character``, ``character_id``, ``credits``: one row per
            character and scan, null = not in that scan.

    Returns:
        The rows with known credits and ``rank``: 1 + the number of characters with strictly
        more credits at that scan.
    """
    known = series.dropna(subset=["credits"])
    ranks = known.groupby("timestamp", dropna=False)["credits"].rank(method="min", ascending=False)
    return known.assign(rank=ranks.astype("Int32"))


def profession_shares(professions: pd.DataFrame, *, total: int | None) -> pd.DataFrame:
    """Add family and share to the profession counts (docs/formulas.md#economy).

    Args:
        professions: ``key`` and ``count`` (characters mastering it); one row per profession.
        total: The feed's own denominator. A character may master several professions, so it
            counts masteries, not players.

    Returns:
        The rows with ``family`` ("other" for an unknown key) and ``share`` (per cent,
        Float64; null without a total above 0).
    """
    families = professions["key"].map(profession_family, na_action="ignore").astype("str")
    count = professions["count"].astype("Float64")
    share = 100 * count / (total if total and total > 0 else pd.NA)
    return professions.assign(family=families, share=share.astype("Float64"))


@memoize
def lead_changes(balance: pd.DataFrame) -> pd.DataFrame:
    """Mark the records at which the other side took the lead.

    The records have ``imperial`` and ``rebel``, oldest first.

    Returns:
        The rows with ``lead`` (Int64: Imperial minus Rebel; null where either is) and
        ``took_lead`` ("Imperial" or "Rebel" at the first record on which a side is ahead that
        was not the last one ahead, else missing). A tie or an unknown count changes nothing,
        and the first side ever ahead took nothing over.
    """
    lead = balance["imperial"].astype("Int64") - balance["rebel"].astype("Int64")
    ahead = pd.Series(pd.NA, index=balance.index, dtype="str")
    ahead = ahead.mask(lead.gt(0).fillna(value=False), "Imperial")
    ahead = ahead.mask(lead.lt(0).fillna(value=False), "Rebel")
    before = ahead.ffill().shift()
    taken = ahead.notna() & before.notna() & ahead.ne(before)
    return balance.assign(lead=lead, took_lead=ahead.where(taken))


def wealth_ratio(wealth: pd.DataFrame) -> pd.DataFrame:
    """Add how many times the ``median`` the ``average`` is.

    Two figures cannot say how wealth is spread; a mean far above the median only says that some
    hold much more than most, and a rising ratio that the distance grows.

    Returns:
        The rows and ``ratio`` (Float64; null where either is unknown or the median is 0).
    """
    median = wealth["median"].astype("Float64")
    ratio = wealth["average"].astype("Float64") / median.where(median > 0)
    return wealth.assign(ratio=ratio)


def since_first(history: pd.DataFrame, *, by: str, value: str) -> pd.DataFrame:
    """Add each row's change since the first known value of its series.

    The rows come oldest first; ``by`` names the series.

    Returns:
        The rows and ``change`` (Float64; 0 at the first known value, null where unknown).
    """
    number = history[value].astype("Float64")
    first = number.groupby(history[by], observed=True).transform("first")
    return history.assign(change=number - first)


@memoize
def balance(latest: pd.DataFrame) -> pd.DataFrame:
    """The latest count, one row per side.

    Returns:
        ``faction``, ``active`` (Int64), ``share`` (Float64, per cent of both; null where one is
        unknown or nobody was counted), Imperial first; no rows where the site has no latest count.
    """
    latest = latest.head(1)
    counts = pd.array([latest[side].iloc[0] for side in _SIDES] if len(latest) else [], "Int64")
    names = pd.array(list(_SIDES.values())[: len(counts)], "str")
    split = pd.DataFrame({"faction": names, "active": counts})
    both = split["active"].sum(skipna=False)
    total = pd.NA if pd.isna(both) or both == 0 else both
    return split.assign(share=(100 * split["active"].astype("Float64") / total).astype("Float64"))


def wealth_journeys(series: pd.DataFrame) -> pd.DataFrame:
    """The course of every character that was ever on the list.

    Args:
        series: As ``wealth_ranks`` takes it, with ``latest_rank`` (null: has dropped out).

    Returns:
        ``timestamp``, ``character`` (the site's pseudonym; its id where two share one), ``rank``
        (Int32), ``credits``, ``latest_rank``; oldest first.
    """
    ranks = wealth_ranks(series).dropna(subset=["timestamp"])
    alike = ranks.groupby("character")["character_id"].transform("nunique").gt(1)
    who = ranks["character"].fillna(ranks["character_id"])
    named = ranks.assign(character=who.mask(alike, ranks["character_id"]))
    columns = ["timestamp", "character", "rank", "credits", "latest_rank"]
    return named.dropna(subset=["character"])[columns].sort_values("timestamp", kind="stable")


def by_family(professions: pd.DataFrame) -> pd.DataFrame:
    """Gather professions by family, in the usual order of families, the largest first in each.

    Returns:
        The same rows and columns; ``name`` is made unique, and is the key where the feed has none.
    """
    order = {family: index for index, family in enumerate((*PROFESSION_FAMILIES, "other"))}
    name = professions["name"].fillna(professions["profession"])
    twice = name.duplicated(keep=False)
    name = name.mask(twice, name + " (" + professions["profession"] + ")")
    ranked = professions.assign(name=name, _place=professions["family"].map(order))
    ranked = ranked.sort_values(
        ["_place", "count"], ascending=[True, False], na_position="last", kind="stable"
    )
    return ranked.drop(columns="_place").reset_index(drop=True)


def profession_courses(
    history: pd.DataFrame, professions: Iterable[tuple[str, str]]
) -> pd.DataFrame:
    """The counts of some professions over time, by name.

    Args:
        history: ``timestamp``, ``profession`` (its key), ``count``.
        professions: Key and name of each that is wanted.

    Returns:
        ``timestamp``, ``profession`` (its name), ``count``, ``change`` (since the first known
        count); a ``record`` number in place of the time where the feed gives no times.
    """
    called = dict(professions)
    kept = history.loc[history["profession"].isin(list(called))]
    kept = kept.assign(profession=kept["profession"].map(called).astype("str"))
    kept = since_first(kept, by="profession", value="count")
    if len(kept) and kept["timestamp"].isna().all():
        number = kept.groupby("profession").cumcount() + 1
        kept = kept.drop(columns="timestamp").assign(record=number)
    first = "record" if "record" in kept else "timestamp"
    return kept[[first, "profession", "count", "change"]]
