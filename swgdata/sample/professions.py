"""Professions: how many characters master each, and the titles they may wear."""

import colorsys
from datetime import datetime
from typing import Final

import numpy as np

from swgdata.sample import times
from swgdata.sample.chance import Whole, uniform, wave
from swgdata.vocabulary import PROFESSION_FAMILIES

_KEYS: Final = tuple(key for keys in PROFESSION_FAMILIES.values() for key in keys)
_NAMES: Final = {
    "tkm": "Teras Kasi",
    "sl": "Squad Leader",
    "bio_engineer": "Bio-Engineer",
    "pilot_imp": "Imperial Pilot",
    "pilot_rebel": "Rebel Pilot",
    "pilot_neutral": "Freelance Pilot",
}
_DAYS: Final = 120
_LADDER: Final = ("novice", "master")


def called(key: str) -> str:
    """Name a profession for display."""
    return _NAMES.get(key, key.replace("_", " ").title())


def _masters(seed: int, stamps: list[int]) -> Whole:
    """Masters, one row per profession and one column per time."""
    days, who = times.days(stamps)[None, :], np.arange(len(_KEYS))[:, None]
    draw = uniform(seed, "popular", who)
    usual = 60.0 + 620.0 * draw * draw
    moving = 1.0 + 0.08 * wave(days, 60.0, seed, "trend", who) + 0.015 * wave(days, 6.0, seed, who)
    return np.asarray(np.rint(usual * moving).astype(np.int64))


def _color(place: int) -> str:
    red, green, blue = colorsys.hsv_to_rgb(place / len(_KEYS), 0.35, 0.69)
    return f"#{round(red * 255):02X}{round(green * 255):02X}{round(blue * 255):02X}"


def professions(seed: int, moment: datetime) -> dict[str, object]:
    """Answer ``/api/professions.php``, in the newer of its two shapes."""
    hour, today = times.floor(moment, times.HOUR), times.floor(moment, times.DAY)
    labels = times.every(times.DAY, until=today, count=_DAYS)
    masters = _masters(seed, [*labels, hour])
    unseen = uniform(seed, "gap", np.arange(len(_KEYS))[:, None], np.array(labels)) < 0.004
    rows = [
        {
            "key": key,
            "name": called(key),
            "color": _color(at),
            "count": int(masters[at, -1]),
            "change_recent": None if key == "sl" else int(masters[at, -1] - masters[at, -8]),
        }
        for at, key in enumerate(_KEYS)
    ]
    return {
        "professions": rows,
        "total": int(masters[:, -1].sum()),
        "labels": labels,
        "history": {
            key: [
                None if gap else count
                for count, gap in zip(masters[at].tolist(), unseen[at].tolist(), strict=False)
            ]
            for at, key in enumerate(_KEYS)
        },
        "last_updated": hour,
    }


def titles() -> dict[str, object]:
    """Answer ``/api/titles.php``; two titles have no friendly name."""
    rows: list[dict[str, str]] = []
    for key in _KEYS[:31]:
        for step in _LADDER:
            code = f"title_{key}_{step}"
            rows.append(
                {
                    "friendly": f"{step.title()} {called(key)}" if len(rows) % 40 != 11 else "",
                    "titlekey": code,
                    "command": f"/title {code}",
                }
            )
    return {"results": rows}
