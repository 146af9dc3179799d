"""Headline figures of players online: now, usual, busiest hours."""

from datetime import datetime, tzinfo
from typing import Any, Final, NamedTuple

import pandas as pd

from swgdata.analytics.memoize import memoize
from swgdata.analytics.online import FEWEST_WEEKS
from swgdata.ui.components.headline import Figure
from swgdata.ui.text import DASH, count

VERDICTS: Final = {"below": "fewer than usual", "usual": "as usual", "above": "more than usual"}


class Now(NamedTuple):
    """The row of ``online_now``; None where unknown."""

    at: datetime | None
    online: int | None
    verdict: str | None
    low: float | None
    middle: float | None
    high: float | None
    n: int
    last_week: float | None
    last_week_n: int
    peak_today: int | None
    peak_at: datetime | None

    @classmethod
    def of(cls, frame: pd.DataFrame) -> "Now":
        """Read the one row of the table."""
        return _read(frame)


@memoize
def _read(frame: pd.DataFrame) -> Now:
    row = frame.iloc[0]
    told: dict[str, Any] = {name: None if pd.isna(row[name]) else row[name] for name in Now._fields}
    return Now(**told)


def figures(now: Now, peaks: pd.DataFrame, *, zone: tzinfo) -> list[Figure]:
    """Headline figures: on now and whether that is usual, last week, today's peak, busy hours."""
    return [
        Figure(
            "Online now",
            _number(now.online),
            since=_verdict(now),
            help="Against the same weekday and time of past weeks: within the middle 8 of 10 "
            f"it is as usual. It takes {FEWEST_WEEKS} weeks (n says how many there are).",
        ),
        against_last_week(now),
        Figure(
            "Today's peak so far",
            _number(now.peak_today),
            since="time not known" if now.peak_at is None else f"at {_clock(now.peak_at, zone)}",
            help="Since the site's midnight; provisional: the day is not over.",
        ),
        busiest(peaks, zone=zone),
    ]


def against_last_week(now: Now) -> Figure:
    """Players online in the same hour a week ago, and how many more there are now."""
    if now.last_week is None:
        return Figure("Same hour last week", DASH, since="not known: nobody read it then")
    change = None if now.online is None else round(now.online - now.last_week)
    return Figure(
        "Same hour last week",
        f"{now.last_week:,.0f}",
        f"{change:+,}" if change else "",
        ("now" if change else "on average") + f" (n={now.last_week_n})",
        help="Mean of the readings in this hour of the clock a week ago.",
    )


def busiest(peaks: pd.DataFrame, *, zone: tzinfo) -> Figure:
    """The busiest hours of the clock; provisional while it is only today's."""
    return _busiest(peaks, datetime.now(zone).tzname())


@memoize
def _busiest(peaks: pd.DataFrame, named: str | None) -> Figure:
    label = "Busiest hours"
    if peaks.empty:
        return Figure(label, DASH, since="too few readings yet")
    first = peaks.iloc[0]
    told = f"{first['mean']:,.0f} on average (n={first['n']})"
    if pd.notna(first["provisional"]):
        return Figure("Busiest hour so far", first["hour"], since=f"today only: {told}")
    others = "; then " + ", ".join(
        f"{row['hour']}: {row['mean']:,.0f} (n={row['n']})"
        for row in peaks.iloc[1:].to_dict("records")
    )
    hours = ", ".join(hour.removesuffix(":00") for hour in peaks["hour"])
    return Figure(
        f"{label} ({named})" if named else label,
        f"{hours} h",
        since=told,
        help=f"{first['hour']}: {told}{others if len(peaks) > 1 else ''}. Over all that is kept, "
        f"{count(int(first['days']), 'day')}, in the time zone of the sidebar.",
    )


def _verdict(now: Now) -> str:
    if now.online is None:
        return "not known: no fresh reading"
    if now.verdict is None:
        return f"usual? too few weeks (n={now.n})"
    return f"{VERDICTS[now.verdict]} (n={now.n})"


def _number(number: int | None) -> str:
    return DASH if number is None else f"{number:,}"


def _clock(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%H:%M %Z}"
