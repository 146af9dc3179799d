"""Coordinates out of the waypoint text that a player would paste into the game."""

import re
from typing import Final

from swgdata.vocabulary import PLANETS, planet_name

REACH: Final = 8192  # metres from the middle of a planet to the edge of its map

_COMMAND: Final = re.compile(r"\s*/[a-z]+", re.IGNORECASE)
# "Yavin 4" ends in a digit that is no coordinate, so the longer spelling is tried first.
_PLANETS: Final = tuple(
    re.compile(rf"\s*((?:planet_)?[a-z]+{ending})(?![a-z0-9_.])", re.IGNORECASE)
    for ending in (r"\s*(?:iv|4)", "")
)
_WHOLE: Final = r"[+-]?[0-9]{1,9}(?=[\s,;)]|$)"
_RUN: Final = re.compile(rf"[\s,:(]*({_WHOLE}(?:[\s,]+{_WHOLE})*)")


def parse_waypoint(text: object) -> tuple[int, int] | None:
    """Read the place out of a waypoint (``feeds.md`` 1.33); the feed's format is unverified.

    Takes ``/waypoint naboo -342 -4466 Home``, ``/wp -342 -4466``, ``(-342, -4466)`` and
    ``-342, -4466``: a command and a planet, both optional, then whole numbers. Of three
    numbers the middle one is the height.

    Args:
        text: The waypoint as the feed has it; a missing value is fine.

    Returns:
        x and y in metres from the middle of the planet, east and north positive. None where
        the text has another form or a coordinate lies beyond ``REACH``: never a guess.
    """
    if not isinstance(text, str):
        return None
    start = command.end() if (command := _COMMAND.match(text)) else 0
    run = _RUN.match(text, _after_planet(text, start))
    numbers = [int(number) for number in re.split(r"[\s,]+", run[1])] if run else []
    if len(numbers) not in (2, 3):
        return None
    x, y = numbers[0], numbers[-1]
    return (x, y) if max(abs(x), abs(y)) <= REACH else None


def _after_planet(text: str, start: int) -> int:
    """Where the text goes on behind a planet in any spelling, or ``start`` if none stands there."""
    for pattern in _PLANETS:
        found = pattern.match(text, start)
        if found and planet_name(found[1]) in PLANETS:
            return found.end()
    return start
