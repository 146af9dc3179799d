"""Titles and captions of the cards about players online."""

from collections.abc import Mapping
from datetime import timedelta, tzinfo
from typing import Any

import pandas as pd

from swgdata.analytics.online_patterns import FEWEST_DAYS
from swgdata.analytics.timeseries import SLOT_MINUTES
from swgdata.ui.population.headline import VERDICTS, Now
from swgdata.ui.text import age, count


def now_title(now: Now, *, zone: tzinfo) -> str:
    """Say how many are on and whether that is usual, with how many days it is compared with."""
    if now.online is None or now.at is None:
        return "Online now is not known"
    is_on = f"{now.online:,} on" if now.online else "Nobody is on"
    if now.verdict is None:
        return f"{is_on}: too few weeks to say whether that is usual (n={now.n})"
    local = now.at.astimezone(zone)
    slot = f"{local:%A} {local.hour:02d}:{local.minute // SLOT_MINUTES * SLOT_MINUTES:02d}"
    return f"{is_on}: {VERDICTS[now.verdict]} for a {slot} (n={now.n})"


def now_caption(notes: Mapping[str, str], weeks: int) -> str:
    """What line and band are; why there is no band yet."""
    told = (
        f"Solid: today. Dashed, with its band: the middle and the 10 to 90 % range of the same "
        f"weekday in the last {count(weeks, 'week')}; n past days at each time."
    )
    return f"{told} No verdict: {notes['verdict']}." if "verdict" in notes else told


def week_title(hours: pd.DataFrame) -> str:
    """Name the fullest hour of the week that was seen often enough."""
    rated = hours.loc[hours["days"] >= FEWEST_DAYS]
    if hours["n"].sum() == 0:
        return "Hour of week: nothing was read yet"
    if rated.empty:
        days = count(int(hours["days"].max()), "day")
        return f"Hour of week: too early to say, no hour was seen on more than {days}"
    best = rated.sort_values("mean", ascending=False, kind="stable").iloc[0]
    return (
        f"Fullest on {best['weekday']} at {best['hour']:02d}:00: {best['mean']:,.0f} on average "
        f"(n={best['n']}, {count(int(best['days']), 'day')})"
    )


def daily_title(days: pd.DataFrame) -> str:
    """Say the mean of the newest whole day, and the highest peak."""
    whole = days.iloc[:-1].dropna(subset=["mean"])
    if whole.empty:
        return "Day by day: no whole day was read yet"
    last = whole.iloc[-1]
    top = days.sort_values("peak", ascending=False, kind="stable").iloc[0]
    return (
        f"{last['mean']:,.0f} on average on {last['day']} (n={last['n']}); the highest peak of "
        f"{count(len(days), 'day')} was {top['peak']:,.0f} on {top['day']}"
    )


def outage_title(spans: pd.DataFrame, span: str) -> str:
    """Count both kinds and say how long they lasted."""
    if spans.empty:
        return f"No outage {span}"
    parts = []
    for kind, words in (("zero", "nobody was on"), ("missing", "nothing was read")):
        some = spans.loc[spans["kind"] == kind, "minutes"]
        if len(some):
            lasted = age(timedelta(minutes=float(some.sum())))
            parts.append(f"{words} {count(len(some), 'time')} ({lasted} in all)")
    told = " and ".join(parts)
    return f"{told[:1].upper()}{told[1:]} {span}"


def forecast_title(rows: pd.DataFrame, *, zone: tzinfo) -> str:
    """Say when most are expected, and how sure that is."""
    known = rows.dropna(subset=["expected"])
    if known.empty:
        return "No forecast yet"
    best = known.sort_values("expected", ascending=False, kind="stable").iloc[0]
    local = best["timestamp"].astimezone(zone)
    sure = "" if pd.isna(best["low80"]) else f" ({best['low80']:,.0f} to {best['high80']:,.0f})"
    return f"Most are expected on {local:%A} at {local:%H:%M}: about {best['expected']:,.0f}{sure}"


def errors_told(scores: pd.DataFrame) -> str:
    """Both back-test errors in a sentence; "" without."""
    if scores.empty:
        return ""
    ours, naive = (row for row in scores.head(2).to_dict("records"))
    return (
        f"Such forecasts were off by {_off(ours)}, the seasonal-naive baseline by {_off(naive)} "
        f"({ours['origins']} past forecasts)."
    )


def _off(score: Mapping[Any, Any]) -> str:
    share = "" if pd.isna(score["mape"]) else f", {score['mape']:.1%}"
    return f"{score['mae']:,.1f} players{share}"
