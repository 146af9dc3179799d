"""When the sample feeds change, and how they print a time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from swgdata.sample.chance import Real

DAY: Final = 86_400
HOUR: Final = 3_600
TEN_MINUTES: Final = 600


def floor(moment: datetime, seconds: int) -> int:
    """Unix seconds of the last whole ``seconds`` at or before ``moment``."""
    return int(moment.timestamp()) // seconds * seconds


def days(stamps: Iterable[int]) -> Real:
    """Unix seconds as days since 1970, one array."""
    return np.fromiter(stamps, dtype=np.int64).astype(np.float64) / DAY


def every(step: int, *, until: int, count: int) -> list[int]:
    """``count`` unix times ``step`` seconds apart, oldest first, the last being ``until``."""
    return [until - step * back for back in range(count - 1, -1, -1)]


def label(stamp: int) -> str:
    """The site's way to print a day: ``Aug 1``."""
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=stamp)
    return f"{day:%b} {day.day}"
