"""One colour, one meaning; and for each meaning a symbol too, since colour alone is no signal.

Every colour here keeps a contrast of at least 3 to 1 on both page backgrounds, so one chart
specification serves light and dark alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Mark:
    """How one meaning looks.

    Attributes:
        colour: ``#RRGGBB``.
        symbol: One character for text and table cells.
        shape: Name of a Vega point shape.
        label: What it is called on screen.
    """

    colour: str
    symbol: str
    shape: str
    label: str


BACKGROUNDS: Final = ("#FAF8F3", "#12171E")
"""Page background by day and by night, as ``.streamlit/config.toml`` sets them."""
TEAL: Final = "#1F9486"
AMBER: Final = "#C07A1A"
UNKNOWN: Final = "#7B7D7E"
"""For values nobody knows, and for words and guide lines inside charts."""
RISE: Final = Mark("#2E9468", "▲", "triangle-up", "up")
FALL: Final = Mark("#C8502F", "▼", "triangle-down", "down")
STEADY: Final = Mark(UNKNOWN, "▬", "stroke", "unchanged")
HEAT: Final = ("#93A5AE", "#ABA88C", "#C8AA60", "#E2AA36", "#F2A20A")
"""Low to high; black text reads on every step."""
FACTION_MARKS: Final[Mapping[str, Mark]] = {
    "Imperial": Mark("#4F7CAC", "■", "square", "Imperial"),
    "Rebel": Mark("#C8502F", "▲", "triangle-up", "Rebel"),
    "Neutral": Mark("#8A8474", "●", "circle", "Neutral"),
}
NO_FACTION: Final = Mark(UNKNOWN, "◇", "diamond", "Other")
PLANET_COLOURS: Final[Mapping[str, str]] = {
    "Corellia": "#3D7AB8",
    "Dantooine": "#9A6FB0",
    "Dathomir": "#B0454F",
    "Endor": "#3F8048",
    "Lok": "#C4692F",
    "Naboo": "#4C9A3F",
    "Rori": "#5F8C99",
    "Talus": "#6C6CC0",
    "Tatooine": "#B08528",
    "Yavin IV": "#1F9486",
    "Kashyyyk": "#8A6A3B",
    "Mustafar": "#D9482F",
}
RARITY_MARKS: Final[Mapping[str, Mark]] = {
    "common": Mark("#8A8474", "·", "circle", "Common"),
    "uncommon": Mark("#3F8F5A", "▪", "square", "Uncommon"),
    "rare": Mark("#3D7AB8", "▲", "triangle-up", "Rare"),
    "very_rare": Mark("#8F62C4", "◆", "diamond", "Very rare"),
    "legendary": Mark("#C07A1A", "✚", "cross", "Legendary"),
}
ACTIVITY_MARKS: Final[Mapping[str, Mark]] = {
    "dormant": Mark("#8A8474", "○", "stroke", "Dormant"),
    "low": Mark("#5F8C99", "◔", "triangle-down", "Low"),
    "moderate": Mark("#1F9486", "◑", "circle", "Moderate"),
    "high": Mark("#B08528", "◕", "triangle-up", "High"),
    "very_high": Mark("#C8502F", "●", "diamond", "Very high"),
}

BAND_MARKS: Final[Mapping[str, Mark]] = {
    "poor": Mark("#8A8474", "·", "circle", "Poor, below 50 % of cap"),
    "ok": Mark("#3F8F5A", "▪", "square", "Ok, from 50 %"),
    "fair": Mark("#3D7AB8", "▲", "triangle-up", "Fair, from 80 %"),
    "good": Mark("#8F62C4", "◆", "diamond", "Good, from 90 %"),
    "great": Mark("#C07A1A", "★", "cross", "Great, from 96 %"),
}
FAMILY_COLOURS: Final = {
    "crafter": "#1F9486",
    "ranged": "#C07A1A",
    "melee": "#C8502F",
    "healing": "#4F7CAC",
    "space": "#8F62C4",
    "hybrid": "#4C9A3F",
    "social": "#B05C86",
    "other": UNKNOWN,
}
SERIES_COLOURS: Final = (
    *("#3D7AB8", "#C4692F", "#8F62C4", "#3F8F5A", "#B0454F", "#1F9486"),
    *("#B08528", "#6C6CC0", "#4C9A3F", "#5F8C99", "#9A6FB0"),
)
"""For series without a colour of their own meaning."""
ON_COLOUR: Final = "white"
"""Words and rims on top of a coloured area."""
ON_HEAT: Final = "#14181D"
"""Figures on any step of ``HEAT``."""
LOGO_AMBER: Final = "#C98A2B"


def named(marks: Mapping[str, Mark], value: str | None) -> str:
    """Write a tier or faction with its symbol, e.g. ``◆ Very rare``; a dash where unknown."""
    mark = marks.get(value or "")
    return f"{mark.symbol} {mark.label}" if mark else (value or "—")
