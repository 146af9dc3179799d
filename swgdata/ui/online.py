"""What the population page says of the players online today."""

from datetime import tzinfo
from typing import Final

from swgdata.analytics.online import Peak, busiest_hour, peak
from swgdata.snapshot import Snapshot
from swgdata.ui.panel import Figure
from swgdata.ui.text import DASH

CURVE: Final = (
    "Samples of the site since its midnight, whose time zone it does not tell. The day is not "
    "over, so its peak is provisional; what is usual is not known yet: it needs own history."
)


def figures(pulse: Snapshot, *, zone: tzinfo) -> list[Figure]:
    """Headline figures: online now, today's peak, the busiest hour so far.

    Args:
        pulse: The pulse feed.
        zone: Clock of the visitor.
    """
    now, most = _now(pulse), _peak(pulse)
    hour = busiest_hour(pulse.frame, zone=zone)
    return [
        Figure(
            "Online now",
            DASH if now is None else f"{now:,}",
            since="not known: the feed does not tell" if now is None else "players",
        ),
        Figure(
            "Today's peak so far",
            DASH if most is None else f"{most.online:,}",
            since=_highest(most, zone),
            help="Provisional: the day is not over.",
        ),
        Figure(
            "Busiest hour so far",
            DASH if hour is None else f"{hour.start:02d}:00",
            since="too few samples yet" if hour is None else f"{hour.mean:,.0f} on average",
            help="Today's samples only, so provisional; in the time zone of the sidebar.",
        ),
    ]


def title(pulse: Snapshot, *, zone: tzinfo) -> str:
    """Title of today's curve: how many are on, and the peak with its time."""
    now, most = _now(pulse), _peak(pulse)
    is_on = "Online now is not known" if now is None else f"{now:,} online now"
    if now == 0:
        is_on = "Nobody is online now"
    if most is None:
        return is_on
    return f"{is_on}; today's peak so far is {most.online:,}{_when(most, zone)}"


def _when(most: Peak, zone: tzinfo) -> str:
    """The time of the peak; "" where it lies between two samples."""
    if most.at is None or most.online != most.sample:
        return ""
    return f" at {most.at.astimezone(zone):%H:%M %Z}"


def _highest(most: Peak | None, zone: tzinfo) -> str:
    """When the peak was, or the highest sample where the peak lies between two."""
    if most is None or most.at is None:
        return "time not known"
    if most.online == most.sample:
        return _when(most, zone).strip()
    return f"highest sample {most.sample:,} at {most.at.astimezone(zone):%H:%M %Z}"


def _now(pulse: Snapshot) -> int | None:
    return _known(pulse, "online")


def _peak(pulse: Snapshot) -> Peak | None:
    return peak(pulse.frame, stated=_known(pulse, "peak_today"))


def _known(pulse: Snapshot, column: str) -> int | None:
    values = pulse.tables["pulse_now"][column].dropna()
    return int(values.iloc[0]) if len(values) else None
