"""The Galactic Civil War: active characters of each side."""

from datetime import datetime
from typing import Final

import numpy as np

from swgdata.sample import times
from swgdata.sample.chance import uniform, wave

_DAYS: Final = 120
_SIDES: Final = {"imperial": 505.0, "rebel": 490.0}


def _strength(seed: int, side: str, stamps: list[int]) -> list[int]:
    days = times.days(stamps)
    strength = (
        1.0 + 0.16 * wave(days, 45.0, seed, side) + 0.05 * wave(days, 9.0, seed, side, "push")
    )
    strength = strength + 0.03 * (uniform(seed, side, np.array(stamps)) - 0.5)
    found: list[int] = np.rint(_SIDES[side] * strength).astype(int).tolist()
    return found


def gcw(seed: int, moment: datetime) -> dict[str, object]:
    """Answer ``/api/gcw.php``: one record a day, and the count of this hour."""
    hour, today = times.floor(moment, times.HOUR), times.floor(moment, times.DAY)
    stamps = [*times.every(times.DAY, until=today, count=_DAYS), hour]
    imperial, rebel = (_strength(seed, side, stamps) for side in _SIDES)
    return {
        "results": [
            {"timestamp": stamp, "imperial": dark, "rebel": light}
            for stamp, dark, light in zip(stamps[:-1], imperial, rebel, strict=False)
        ],
        "latest": {"imperial": imperial[-1], "rebel": rebel[-1]},
        "last_updated": hour,
    }
