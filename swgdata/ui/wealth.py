"""Wealth in words: mean and median, the richest and their journeys."""

from datetime import timedelta
from typing import Final

import pandas as pd

from swgdata.analytics.economy import top_total, wealth_ranks
from swgdata.snapshot import Snapshot
from swgdata.ui import theme
from swgdata.ui.spans import since, within
from swgdata.ui.text import compact, count

FOLLOWED: Final = 5
HONESTLY: Final = (
    "Credits per character in the site's scan: the median is the one in the middle, the mean is "
    "pulled up by the richest. A rising ratio means the richest draw away from the middle; "
    "how wealth is spread among all, two figures cannot say."
)
NAMELESS: Final = (
    "Movement since the previous scan. Characters go by the site's own pseudonyms; "
    "who they are is not known here."
)


def signed(change: float | None) -> str:
    """Write a change with its sign: ``+3.7K``, ``-12``, ``0``; "" where unknown."""
    if change is None:
        return ""
    return f"{'+' if change > 0 else '-' if change < 0 else ''}{compact(abs(change))}"


def riches(wealth: pd.DataFrame) -> str:
    """Title of the wealth course: where the median went, and how far the mean is above it.

    Args:
        wealth: Rows of ``wealth_ratio``, oldest first.
    """
    known = wealth.dropna(subset=["median"])
    if len(known) < 2:
        return "Not enough history for a course"
    first, last = known.iloc[0], known.iloc[-1]
    change = 100 * (last["median"] / first["median"] - 1) if first["median"] else 0.0
    way = (
        "unchanged"
        if abs(change) < 0.05
        else f"{'up' if change > 0 else 'down'} {abs(change):.1f} %"
    )
    told = f"Median wealth is {compact(float(last['median']))} credits, {way}{since(known)}"
    ratio = last["ratio"]
    return told if pd.isna(ratio) else f"{told}; the mean is {ratio:.1f} times that"


def with_movement(top: pd.DataFrame, richest: pd.DataFrame) -> pd.DataFrame:
    """Write the movement since the previous scan with its symbol, after the rank.

    Args:
        top: Rows of the table ``wealth_top``.
        richest: The feed's own rows, with ``is_new``; the same rows in the same order.
    """
    moves = [
        theme.STEADY.symbol + " same"
        if move == 0
        else f"{theme.RISE.symbol} {move}"
        if move > 0
        else f"{theme.FALL.symbol} {-move}"
        for move in top["rank_move"].fillna(0).tolist()
    ]
    told = pd.Series(moves, index=top.index, dtype="str").where(top["rank_move"].notna())
    told = told.mask(richest["is_new"].to_numpy(dtype=bool), "✦ new")
    return top.assign(movement=told)[["rank", "movement", *[c for c in top if c != "rank"]]]


def richest_hold(top: pd.DataFrame) -> str:
    """Title of the top list: what its characters hold together, and how that changed."""
    total, change = top_total(top)
    if top.empty or not total:
        return "The richest characters"
    moved = f", {signed(change)} since the previous scan" if change is not None else ""
    return f"The {len(top)} richest hold {compact(total)} credits together{moved}"


def journeys(wealth: Snapshot, window: timedelta | None) -> pd.DataFrame:
    """The course of every character on the list.

    Returns:
        ``timestamp``, ``character`` (the site's pseudonym; unique), ``rank`` (Int32), ``credits``,
        ``latest_rank`` (null: has dropped out); oldest first.
    """
    series = wealth.tables["wealth_series"]
    ranks = within(wealth_ranks(series), window).dropna(subset=["timestamp"])
    alike = ranks.groupby("character")["character_id"].transform("nunique").gt(1)
    who = ranks["character"].fillna(ranks["character_id"])
    named = ranks.assign(character=who.mask(alike, ranks["character_id"]))
    columns = ["timestamp", "character", "rank", "credits", "latest_rank"]
    return named.dropna(subset=["character"])[columns].sort_values("timestamp", kind="stable")


def listed(ranks: pd.DataFrame) -> tuple[str, ...]:
    """Characters of the journeys, the richest now first, those who dropped out last."""
    last = ranks.drop_duplicates("character", keep="last")
    return tuple(last.sort_values("latest_rank", na_position="last")["character"])


def climber(ranks: pd.DataFrame) -> str:
    """Title of the journeys: who gained the most places between first and last scan on record."""
    ends = ranks.groupby("character", sort=False)["rank"].agg(["first", "last"])
    gained = (ends["first"] - ends["last"]).sort_values(ascending=False, kind="stable")
    if gained.empty or gained.iloc[0] <= 0:
        return "Nobody has climbed on the list"
    best = ends.loc[gained.index[0]]
    places = count(int(gained.iloc[0]), "place")
    start, end = int(best["first"]), int(best["last"])
    return f"{gained.index[0]} climbed most{since(ranks)}: {places}, from {start} to {end}"
