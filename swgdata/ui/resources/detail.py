"""Card of one resource looked up by its name."""

from datetime import datetime
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.analytics.resources import rank_in_pool, stat_sheet
from swgdata.analytics.spawn_lifetimes import family_of
from swgdata.errors import FeedError
from swgdata.sources.snapshot import Snapshot
from swgdata.tables.resource_query import of_class, rated
from swgdata.ui import data, theme
from swgdata.ui.components.headline import Figure, headline
from swgdata.ui.components.panel import panel
from swgdata.ui.resources import charts, titles
from swgdata.ui.text import DASH, lifetime_sentence, spell_days

SAME_NAME: Final = 4
"""Resources of one name that are shown, those in spawn and the newest first."""


def detail(feed: Snapshot, name: str, *, now: datetime) -> None:
    """Draw a card for each resource of a name."""
    applied, found = {"name": name}, named(feed, name)
    if not len(found):
        panel(
            f"No resource is called {name}",
            feed,
            frame=feed.frame.iloc[:0],
            key="resources_detail",
            applied=applied,
            empty="Names are matched whole, in any case. Part of a name goes into the filter Name.",
        )
    for turn, place in enumerate(found[:SAME_NAME]):
        headline(figures(feed, int(place), now=now))
        panel(
            title(feed, int(place)),
            feed,
            frame=sheet(feed, int(place)),
            key=f"resources_detail{turn or ''}",
            applied=applied | {"id": int(feed.frame["id"].iloc[place])},
            chart=partial(charts.bullets, marks=theme.BAND_MARKS),
            caption=f"{outlook(feed, int(place), now=now)}{caption(feed, int(place))}",
        )
    if len(found) > SAME_NAME:
        st.caption(f"{len(found) - SAME_NAME} older resources bear the same name.")


def named(feed: Snapshot, name: str) -> np.ndarray:
    """Positions of the resources of this name, any case: in spawn first, then the newest."""
    if not name.strip():
        return np.array([], dtype=int)
    names = feed.frame["name"]
    found = np.flatnonzero((names.str.lower() == name.strip().lower()).to_numpy(dtype=bool))
    rows = feed.frame[["in_spawn", "first_seen"]].iloc[found].reset_index(drop=True)
    order = rows.sort_values(["in_spawn", "first_seen"], ascending=False, kind="stable")
    sorted_places: np.ndarray = found[order.index.to_numpy()]
    return sorted_places


def figures(feed: Snapshot, place: int, *, now: datetime) -> list[Figure]:
    """What there is to say of one resource: quality and score with their ranks, state, price."""
    one = feed.frame.iloc[place]
    alike = of_class(feed.frame["class_code"], str(one["class_code"]))
    alive = alike & feed.frame["in_spawn"].to_numpy()
    quality, rarity = (values.iloc[place] for values in rated(feed))
    ranks = [_rank(rated(feed)[0][pool], quality) for pool in (alike, alive)]
    score = feed.frame["score"]
    tier = theme.named(theme.RARITY_MARKS, None if pd.isna(rarity) else str(rarity))
    return [
        Figure(
            "Quality",
            DASH if pd.isna(quality) else f"{quality:.1f} %",
            since=f"rank {ranks[0]} ever" if ranks[0] else "",
            help=f"Mean share of its class's caps. In spawn now: {ranks[1] or 'not ranked'}.",
        ),
        Figure(
            "Site score",
            DASH if pd.isna(one["score"]) else str(one["score"]),
            since=f"rank {_rank(score[alike], one['score'])} ever"
            if pd.notna(one["score"])
            else "",
            help="The site's own score, 0 to 100, ranked among the scored of its class.",
        ),
        Figure("Rarity", tier, help="How few spawns of its class are this good."),
        _state(one, now),
    ]


def _rank(pool: pd.Series, value: float) -> str:
    place, of = rank_in_pool(pool, value)
    return "" if place is None else f"{place:,} of {of:,}"


def _state(one: pd.Series, now: datetime) -> Figure:
    seen = one["first_seen"]
    days = None if pd.isna(seen) else max((pd.Timestamp(now) - seen).days, 0)
    known = "age unknown" if days is None else "new today" if not days else f"{days:,} d old"
    return Figure("Status", "In spawn" if one["in_spawn"] else "Gone", since=known)


def title(feed: Snapshot, place: int) -> str:
    """Title of the detail: what it is and where."""
    one = feed.frame.iloc[place]
    tense = "" if one["in_spawn"] else " (last seen there)"
    where = titles.where(int(one["planets"]))
    return f"{titles.called(one['name'])}: {one['class_name']}{where}{tense if where else ''}"


def caption(feed: Snapshot, place: int) -> str:
    """When it was first seen and what a unit is voted to be worth."""
    one = feed.frame.iloc[place]
    seen = "at an unknown time" if pd.isna(one["first_seen"]) else f"{one['first_seen']:%Y-%m-%d}"
    price = f"{one['cpu']:.1f} credits a unit" if one["cpu"] > 0 else "no price"
    return (
        f"First seen {seen}; the community votes {price}. Each bar reaches to the cap of its class."
    )


def outlook(feed: Snapshot, place: int, *, now: datetime) -> str:
    """How long it has been up and its chance to last a day more; "" where nothing is known."""
    one = feed.frame.iloc[place]
    if not one["in_spawn"] or pd.isna(one["first_seen"]) or pd.isna(one["class_code"]):
        return ""
    hours = max(int((pd.Timestamp(now) - one["first_seen"]).total_seconds() // 3600), 0)
    family = str(family_of(pd.Series([one["class_code"]]))[0])
    try:
        odds = data.answer("spawn_chances", class_code=family, age=hours).frame
    except FeedError:
        return ""
    known = odds.loc[odds["chance"].notna()]
    if known.empty:
        return ""
    return f"In spawn for {spell_days(hours)}; {lifetime_sentence(known.iloc[0], '24 h')}. "


def sheet(feed: Snapshot, place: int) -> pd.DataFrame:
    """Its stats against the caps of its class, one row each."""
    return stat_sheet(feed.frame.iloc[[place]])
