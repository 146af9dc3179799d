"""Headline figures of the first page: players, spawns, war, wealth, cities and guilds."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import pandas as pd

from swgdata.analytics.memoize import IdentityKey, memoize
from swgdata.sources.snapshot import Snapshot
from swgdata.tables.row_filters import on_planets
from swgdata.ui import data, theme
from swgdata.ui.components.headline import Figure, figures_or_dash
from swgdata.ui.scope import Scope, scope
from swgdata.ui.text import DASH, clock, compact, count

_DAY: Final = 24 * 3600
_WAR: Final = "Active factional characters. The line is Imperial minus Rebel over time."


def figures(view: Scope) -> list[Figure]:
    """Headline figures; one whose feed is down says so and leaves the others alone."""
    now = datetime.now(UTC)

    def places() -> list[Figure]:
        return [counted(data.answer("cities").frame, data.answer("guilds").frame)]

    made: Mapping[str, Callable[[], list[Figure]]] = {
        "Players online": lambda: [online(data.snapshot("pulse"), last_week())],
        "In spawn": lambda: [in_spawn(data.snapshot("resources").frame, view, now=now)],
        "War": lambda: [lead(data.snapshot("gcw"))],
        "Median wealth": lambda: [wealth(data.snapshot("wealth"))],
        "Cities and guilds": places,
    }
    return [figure for label, make in made.items() for figure in figures_or_dash(label, make)]


def last_week() -> float | None:
    """Players online in the same hour a week ago, on average; None where nobody read that."""
    found = data.answer("online_now", zone=str(scope().zone), weeks=1).frame
    last = found["last_week"].iloc[0]
    return None if pd.isna(last) else float(last)


def online(pulse: Snapshot, before: float | None = None) -> Figure:
    """Players online now against last week; while that is not known, today's peak."""
    now = pulse.tables["pulse_now"]
    samples = _numbers(pulse.frame, "online")
    current = now["online"].iloc[0] if len(now) else pd.NA
    peak = now["peak_today"].iloc[0] if len(now) else pd.NA
    change, since = "", "" if pd.isna(peak) else f"peak today {peak:,}"
    if pulse.stale:
        since = f"as of {clock(pulse.as_of, scope().zone)}"
    elif before is not None and not pd.isna(current):
        more = round(current - before)
        change, since = f"{more:+,}" if more else "", f"last week {before:,.0f}"
    return Figure(
        "Players online",
        DASH if pd.isna(current) else f"{current:,}",
        change,
        since,
        help="Against the mean of the same hour a week ago, where that was read. Sampled by the "
        "site every ten minutes; the line is what it still remembers.",
        trend=samples,
    )


def in_spawn(export: pd.DataFrame, view: Scope, *, now: datetime) -> Figure:
    """Resources in spawn on planets in scope, and how many of them are new."""
    up = _up(IdentityKey(export))
    near = on_planets(up["planets"].to_numpy(), view.parameters)
    number = int(near.sum())
    fresh = int((near & (up["seconds"].to_numpy() > int(now.timestamp()) - _DAY)).sum())
    return Figure(
        "In spawn",
        f"{number:,}",
        f"+{fresh}" if fresh else "",
        "new in 24 h" if fresh else "none new in 24 h",
        help="Resources that can be gathered now; new are those first seen in the last 24 hours.",
    )


def lead(gcw: Snapshot) -> Figure:
    """Which faction has more active characters, and by how many."""
    return _lead(gcw.tables["gcw_latest"], gcw.frame)


@memoize
def _lead(latest: pd.DataFrame, days: pd.DataFrame) -> Figure:
    known = latest if len(latest) else days[["imperial", "rebel"]].dropna().tail(1)
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
        trend=tuple((days["imperial"] - days["rebel"]).dropna().astype("float64")),
    )


def wealth(feed: Snapshot) -> Figure:
    """Median credits of a character, against the scan before."""
    return _wealth(feed.tables["wealth_now"], feed.frame)


@memoize
def _wealth(now: pd.DataFrame, scans: pd.DataFrame) -> Figure:
    series = scans["median"].dropna()
    median = now["median"].iloc[0] if len(now) else pd.NA
    change = float(series.iloc[-1] - series.iloc[-2]) if len(series) > 1 else 0.0
    return Figure(
        "Median wealth",
        DASH if pd.isna(median) else compact(float(median)),
        f"{'+' if change > 0 else '-'}{compact(abs(change))}" if change else "",
        "since last scan" if change else "credits",
        help="Half of the characters scanned own more credits, half own less.",
        trend=tuple(series.astype("float64")),
    )


@memoize
def counted(cities: pd.DataFrame, guilds: pd.DataFrame) -> Figure:
    """How many player cities and guilds there are."""
    citizens = cities["citizens"].sum()
    return Figure(
        "Player cities",
        f"{len(cities):,}",
        since=f"and {count(len(guilds), 'guild')}",
        help=f"{int(citizens):,} citizens are registered in the cities.",
    )


@lru_cache(maxsize=2)  # it holds on to the export
def _up(same: IdentityKey[pd.DataFrame]) -> pd.DataFrame:
    """What is in spawn: ``planets`` (bits), ``seconds`` of the epoch (when it came, 0 unknown)."""
    export = same.value
    rows = export.loc[export["in_spawn"], ["planets", "first_seen"]]
    seen = rows["first_seen"]
    seconds = seen.dt.as_unit("s").astype("int64").where(seen.notna(), 0)
    return pd.DataFrame({"planets": rows["planets"], "seconds": seconds})


@memoize
def _numbers(frame: pd.DataFrame, column: str) -> tuple[float, ...]:
    """What is known of a column, for the small line of a figure."""
    return tuple(frame[column].dropna().astype("float64"))
