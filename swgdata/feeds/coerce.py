"""Coerce JSON values to numbers, flags, times, planets, factions; else None.

The site is PHP on MySQL: numbers come as text, flags as ``"1"``, empty maps as ``[]``
(docs/feeds.md).
"""

import math
import re
from datetime import UTC, datetime
from typing import Final

from swgdata.game import faction_name, planet_name

TEXT_LIMIT: Final = 500  # characters; longer text is cut and ends in an ellipsis
_LATEST: Final = 253_402_300_799  # 9999-12-31T23:59:59Z; milliseconds of our century lie beyond
_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]{1,40}|[0-9]{1,3}(?:,[0-9]{3}){1,12})?(?P<rest>\.[0-9]*)?(?P<power>[eE][+-]?[0-9]{1,3})?"
)
_BREAKS: Final = re.compile(r"[\t-\r\x85\u2028\u2029]+")

# Controls, and the marks that turn the reading direction of everything behind them.
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def whole(value: object) -> int | None:
    """A whole number: ``12``, ``9.4`` and ``"9.4"`` (cut, not rounded), ``"1,234"``.

    Booleans are no counts, and what does not fit 64 bits is not a number of this game: None.
    """
    if isinstance(value, str):
        value = _number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    number = int(value)
    return number if -(2**63) <= number < 2**63 else None


def decimal(value: object) -> float | None:
    """A finite number: ``9.4``, ``"9.4"``, ``"1,234.5"``; booleans are None."""
    if isinstance(value, str):
        value = _number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number + 0.0 if math.isfinite(number) else None  # + 0.0 turns -0.0 into 0.0


def _number(text: str) -> int | float | None:
    """The number a text spells, exact for whole numbers of any size."""
    match = _NUMBER.fullmatch(text.strip()) if len(text) < 100 else None
    if not match or not any(map(str.isdigit, match[0])):
        return None
    digits = match[0].replace(",", "")
    try:
        return float(digits) if match["rest"] or match["power"] else int(digits)
    except ValueError:
        return None


def flag(value: object) -> bool:
    """True for ``1``, ``"1"``, ``true`` and ``"true"``; everything else is False."""
    return flag_or_none(value) is True


def flag_or_none(value: object) -> bool | None:
    """As `flag`, with None where nothing readable stands."""
    word = value.strip().casefold() if isinstance(value, str) else value
    if word in (1, "1", "true"):
        return True
    return False if word in (0, "0", "false") else None


def text(value: object) -> str | None:
    """Text fit to be shown, else raw: entities and markup stay as they came.

    Line breaks become blanks, control characters and direction overrides go, more than
    ``TEXT_LIMIT`` characters are cut. Numbers become their digits; blank text is None.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = repr(value)
    if not isinstance(value, str):
        return None
    shown = _CONTROLS.sub("", _BREAKS.sub(" ", value))
    if len(shown) > TEXT_LIMIT:
        shown = shown[: TEXT_LIMIT - 1] + "…"
    return shown if shown.strip() else None


def trimmed(value: object) -> str | None:
    """As `text`, without the blanks around it."""
    shown = text(value)
    return shown.strip() if shown else None


def listing(value: object) -> list[object]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def mapping(value: object) -> dict[str, object]:
    """The object, or an empty one (PHP sends an empty map as ``[]``)."""
    return value if isinstance(value, dict) else {}


def numbers(value: object) -> list[float]:
    """The readable numbers of a list that are not below 0: a movement series skips its gaps."""
    points = map(decimal, listing(value))
    return [point for point in points if point is not None and point >= 0]


def texts(value: object) -> list[str]:
    """The readable texts of a list."""
    return [shown for shown in map(trimmed, listing(value)) if shown is not None]


def moment(value: object) -> datetime | None:
    """A time in UTC, whole seconds.

    Takes unix seconds (number or digits), ISO 8601 and ``YYYY-MM-DD HH:MM:SS``; a time
    without a zone is UTC. 0, what lies before 1970 and milliseconds are unknown: None.
    """
    seconds = whole(value)
    if seconds is None and isinstance(value, str) and len(value) < 100:
        seconds = _iso_seconds(value.strip())
    if seconds is None or not 0 < seconds <= _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _iso_seconds(value: str) -> int | None:
    try:
        parsed = datetime.fromisoformat(value)
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return math.floor(aware.timestamp())
    except (ValueError, OverflowError):
        return None


def planet(value: object) -> str | None:
    """The planet's display name; an unknown world verbatim (trimmed), blank is None."""
    return planet_name(text(value))


def faction(value: object) -> str | None:
    """Imperial, Rebel or Neutral; an unknown one verbatim (trimmed), "none" and "-" are None."""
    return faction_name(text(value))
