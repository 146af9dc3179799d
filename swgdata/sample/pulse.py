"""How many are online, at any ten minutes of any day."""

from datetime import UTC, datetime
from typing import Final

import numpy as np

from swgdata.sample import times
from swgdata.sample.chance import Real, Whole, uniform, wave

_EVENINGS: Final = (
    (19.5, 3.6, 250.0),
    (1.5, 3.2, 235.0),
)  # Europe, America: hour UTC, width, players
_NIGHT: Final = 165.0
_MAINTENANCE: Final = (1, 10.0, 10.5)  # Tuesday, from and until this hour UTC


def online(seed: int, stamps: list[int]) -> Whole:
    """Players online at each time, unix seconds; 0 while the server is down for maintenance."""
    days = times.days(stamps)
    hours = days % 1.0 * 24.0
    weekday = (np.floor(days).astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    crowd: Real = np.full(len(days), _NIGHT)
    for peak, width, players in _EVENINGS:
        away = np.abs((hours - peak + 12.0) % 24.0 - 12.0)
        crowd = crowd + players * np.maximum(0.0, 1.0 - (away / (2.0 * width)) ** 2) ** 2
    crowd = crowd * np.where(weekday >= 5, 1.14, np.where(weekday == 4, 1.06, 1.0))
    crowd = crowd * (1.0 + 0.10 * wave(days, 28.0, seed, "crowd"))
    crowd = crowd * (1.0 + 0.05 * wave(days, 0.08, seed, "evening"))
    crowd = crowd + 12.0 * (uniform(seed, "head", np.array(stamps)) - 0.5)
    day, begin, end = _MAINTENANCE
    down = (weekday == day) & (hours >= begin) & (hours < end)
    return np.where(down, 0, np.rint(crowd)).astype(np.int64)


def _today(moment: datetime) -> list[int]:
    """Every ten minutes since midnight UTC."""
    latest = times.floor(moment, times.TEN_MINUTES)
    midnight = times.floor(moment, times.DAY)
    return list(range(midnight, latest + 1, times.TEN_MINUTES))


def pulse(seed: int, moment: datetime) -> dict[str, object]:
    """Answer ``/api/pulse.php``."""
    stamps = _today(moment)
    players = online(seed, stamps).tolist()
    return {
        "online": {
            "current": players[-1],
            "peak_today": max(players),
            "history": [
                {"timestamp": stamp, "online": count}
                for stamp, count in zip(stamps, players, strict=True)
            ],
        },
        "desktop_online": None,
        "broadcasts": _broadcasts(moment),
    }


def _broadcasts(moment: datetime) -> list[dict[str, object]]:
    week = times.floor(moment, times.DAY) // times.DAY // 7
    midnight = times.floor(moment, times.DAY)
    return [
        {
            "id": week,
            "message": "Maintenance every Tuesday at 10:00 UTC; back within the half hour.",
            "created_at": midnight - 2 * times.DAY,
        }
    ]


def status(seed: int, moment: datetime) -> dict[str, object]:
    """Answer ``/api/server_status.php``, whose real shape nobody knows."""
    stamp = times.floor(moment, times.TEN_MINUTES)
    players = int(online(seed, [stamp])[0])
    weekday, _, end = _MAINTENANCE
    passed = (moment.astimezone(UTC).weekday() - weekday) % 7 * times.DAY
    up = (passed + stamp % times.DAY - int(end * times.HOUR)) % (7 * times.DAY)
    return {
        "status": "online" if players else "offline",
        "players": str(players),
        "uptime": up if players else 0,
        "checked_at": stamp,
    }
