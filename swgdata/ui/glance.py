"""What the first page says in words and draws of its own."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd

from swgdata.errors import FeedError
from swgdata.snapshot import Snapshot
from swgdata.ui import charts, data, theme
from swgdata.ui.charts.diverging import diverging_bar
from swgdata.ui.panel import Figure
from swgdata.ui.text import DASH, compact, count

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

SPANS: Final[Mapping[str, int]] = {"24 h": 0, "3 d": 2, "7 d": 6, "30 d": 29}
"""How long ago a spawn may have been first seen -> its age in whole days."""

WORTH: Final = 15
"""New spawns worth a look."""

_SIDE: Final = 8  # movers up, and as many down
_NAME: Final = "_place"


def figures(scoped: Mapping[str, object]) -> list[Figure]:
    """Headline figures; one whose feed is down says so and leaves the others alone.

    Args:
        scoped: Parameters of the ``resources`` table that the sidebar sets.
    """
    return [
        _tried("Players online", lambda: online(data.snapshot("pulse"))),
        _tried(
            "In spawn",
            lambda: in_spawn(
                data.answer("resources", in_spawn=True, sort="-quality", **scoped).frame
            ),
        ),
        _tried("War", lambda: lead(data.snapshot("gcw"))),
        _tried("Median wealth", lambda: wealth(data.snapshot("wealth"))),
        _tried(
            "Cities and guilds",
            lambda: counted(data.answer("cities").frame, data.answer("guilds").frame),
        ),
    ]


def _tried(label: str, build: Callable[[], Figure]) -> Figure:
    try:
        return build()
    except FeedError as error:
        return Figure(label, DASH, since="feed down", help=f"{error.feed}: {error.reason}")


def online(pulse: Snapshot) -> Figure:
    """Players online now, today's peak and the last samples.

    Args:
        pulse: The pulse feed.
    """
    now = pulse.tables["pulse_now"]
    samples = pulse.frame["online"].dropna().astype("float64").tolist()
    current = now["online"].iloc[0] if len(now) else pd.NA
    peak = now["peak_today"].iloc[0] if len(now) else pd.NA
    return Figure(
        "Players online",
        DASH if pd.isna(current) else f"{current:,}",
        since="" if pd.isna(peak) else f"peak today {peak:,}",
        help="Sampled by the site every ten minutes; the line is what it still remembers.",
        trend=samples,
    )


def in_spawn(rows: pd.DataFrame) -> Figure:
    """Resources in spawn, and how many of them are new.

    Args:
        rows: The ``resources`` table of what is in spawn.
    """
    fresh = int((rows["age_days"] == 0).sum())
    return Figure(
        "Resources in spawn",
        f"{len(rows):,}",
        f"+{fresh}" if fresh else "",
        "new in 24 h" if fresh else "none new in 24 h",
        help="New are those first seen in the last 24 hours.",
    )


def lead(gcw: Snapshot) -> Figure:
    """Which faction has more active characters, and by how many.

    Args:
        gcw: The war feed.
    """
    latest = gcw.tables["gcw_latest"]
    known = latest if len(latest) else gcw.frame[["imperial", "rebel"]].dropna().tail(1)
    if known.empty or known.iloc[0].isna().any():
        return Figure("War", DASH, help="The feed gives no count.")
    empire, rebels = int(known["imperial"].iloc[0]), int(known["rebel"].iloc[0])
    if empire == rebels:
        return Figure("Factions level", f"{empire:,}", since="active on each side", help=_WAR)
    side = "Imperial" if empire > rebels else "Rebel"
    most, least = max(empire, rebels), min(empire, rebels)
    return Figure(
        f"{side} lead {theme.FACTION_MARKS[side].symbol}",
        f"+{most - least:,}",
        since=f"{most:,} to {least:,} active",
        help=_WAR,
        trend=(gcw.frame["imperial"] - gcw.frame["rebel"]).dropna().astype("float64").tolist(),
    )


_WAR: Final = "Active factional characters. The line is Imperial minus Rebel over time."


def wealth(feed: Snapshot) -> Figure:
    """Median credits of a character, against the scan before.

    Args:
        feed: The wealth feed.
    """
    now, series = feed.tables["wealth_now"], feed.frame["median"].dropna()
    median = now["median"].iloc[0] if len(now) else pd.NA
    change = float(series.iloc[-1] - series.iloc[-2]) if len(series) > 1 else 0.0
    return Figure(
        "Median wealth",
        DASH if pd.isna(median) else compact(float(median)),
        f"{'+' if change > 0 else '-'}{compact(abs(change))}" if change else "",
        "since the last scan" if change else "credits",
        help="Half of the characters scanned own more credits, half own less.",
        trend=series.astype("float64").tolist(),
    )


def counted(cities: pd.DataFrame, guilds: pd.DataFrame) -> Figure:
    """How many player cities and guilds there are."""
    citizens = cities["citizens"].sum()
    return Figure(
        "Player cities",
        f"{len(cities):,}",
        since=f"and {count(len(guilds), 'guild')}",
        help=f"{int(citizens):,} citizens are registered in the cities.",
    )


def worth_title(rows: pd.DataFrame, span: str) -> str:
    """Title of the new spawns: how many, and the best of them.

    Args:
        rows: New spawns, best quality first.
        span: One of ``SPANS``.
    """
    known = rows.dropna(subset=["quality"])
    if known.empty:
        return f"No new spawns worth a look in {span}"
    best = known.iloc[0]
    places = best["planets"] or ()
    where = (
        f" on {places[0]}" + (f" and {len(places) - 1} more" if len(places) > 1 else "")
        if places
        else ""
    )
    return f"New in {span}: {best['name']}, {best['class_name']}{where}, is {best['quality']:.0f} % of caps"


def worth_chart(rows: pd.DataFrame) -> "Drawing":
    """The best new spawns by quality, coloured and marked by rarity."""
    named = rows.assign(
        **{_NAME: _distinct(rows, "class_name")},
        rarity=[theme.named(theme.RARITY_MARKS, tier) for tier in rows["rarity"].astype("object")],
    )
    shades = {
        theme.named(theme.RARITY_MARKS, tier): mark.colour
        for tier, mark in reversed(list(theme.RARITY_MARKS.items()))
    }
    seen = {name: shade for name, shade in shades.items() if (named["rarity"] == name).any()}
    return charts.ranked_bar(
        named,
        value="quality",
        label=_NAME,
        top=WORTH,
        colour="rarity",
        colours=seen,
        details=["class_name", "score", "age_days"],
    )


def _distinct(rows: pd.DataFrame, by: str) -> "pd.Series[str]":
    """Names for an axis: with ``by`` where one name stands for several rows."""
    twice = rows["name"].duplicated(keep=False)
    both = rows["name"].astype("str") + ", " + rows[by].astype("str")
    return rows["name"].astype("str").where(~twice, both).fillna("(unnamed)")


def movers(rows: pd.DataFrame) -> pd.DataFrame:
    """Those that gained and lost most: gains first, the largest on top, losses last.

    Args:
        rows: ``name``, ``active`` and ``active_change`` with anything else.
    """
    known = rows.loc[rows["active_change"].ne(0).fillna(value=False)]
    ordered = known.sort_values("active_change", ascending=False, kind="stable")
    up, down = ordered["active_change"] > 0, ordered["active_change"] < 0
    return pd.concat([ordered[up].head(_SIDE), ordered[down].tail(_SIDE)])


def movers_title(rows: pd.DataFrame, kind: str) -> str:
    """Title of the movers.

    Args:
        rows: What ``movers`` gives.
        kind: What they are, in the plural.
    """
    if rows.empty:
        return f"No {kind} moved recently"
    parts = []
    for one, verb in ((rows.iloc[0], "gained"), (rows.iloc[-1], "lost")):
        change = int(one["active_change"])
        if (change > 0) == (verb == "gained"):
            parts.append(f"{one['name']} {verb} {abs(change)}")
    return f"Recent movers among {kind}: {', '.join(parts)} active"


def movers_chart(rows: pd.DataFrame, *, by: str) -> "Drawing":
    """Gains to the right, losses to the left."""
    named = rows.assign(**{_NAME: _distinct(rows, by)})
    renamed = named.rename(columns={"active_change": "recent_change"})
    return diverging_bar(renamed, value="recent_change", label=_NAME, details=[by, "active"])


def hubs_title(rows: pd.DataFrame) -> str:
    """Title of the travel hubs: how many cities may have a shuttleport, and the busiest."""
    if rows.empty:
        return "No city may have a shuttleport"
    best = rows.iloc[0]
    active = "" if pd.isna(best["active"]) else f", {best['active']} active citizens"
    return (
        f"Busiest of {count(len(rows), 'travel hub')}: {best['name']} on {best['planet']}{active}"
    )


def hubs_chart(rows: pd.DataFrame) -> "Drawing":
    """The busiest travel hubs, coloured by planet."""
    return charts.ranked_bar(
        rows.assign(**{_NAME: _distinct(rows, "planet")}),
        value="active",
        label=_NAME,
        colour="planet",
        details=["citizens", "rank", "mayor"],
    )


def population_title(rows: pd.DataFrame) -> str:
    """Title of the population: where most people live."""
    known = rows.dropna(subset=["planet", "population"])
    if known.empty:
        return "Population by planet"
    most = known.sort_values("population", ascending=False).iloc[0]
    cities = count(int(most["cities"]), "city", "cities")
    return f"Most live on {most['planet']}: {most['population']:,} citizens in {cities}"


def population_chart(rows: pd.DataFrame) -> "Drawing":
    """Citizens of each planet, split into active and not active."""
    known = rows.assign(planet=rows["planet"].fillna("unknown"))
    both = known["active"].notna()
    split = known.assign(
        active=known["active"].fillna(0),
        other=(known["population"] - known["active"].fillna(0)).clip(lower=0),
    ).rename(columns={"other": "not active" if both.all() else "others"})
    parts = ["active", "not active" if both.all() else "others"]
    long = split.melt(["planet"], parts, var_name="citizens", value_name="people")
    return charts.stacked_bar(
        long.dropna(subset=["people"]),
        value="people",
        label="planet",
        part="citizens",
        colours={parts[0]: theme.TEAL, parts[1]: theme.UNKNOWN},
    )
