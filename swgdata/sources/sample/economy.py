"""Feeds of the war, wealth, professions, titles and players online."""

import colorsys
from datetime import UTC, datetime
from typing import Final

import numpy as np

from swgdata.game import PROFESSION_FAMILIES
from swgdata.sources.sample import generators
from swgdata.sources.sample.generators import Real, Record, Whole, uniform, wave

_KEYS: Final = tuple(key for keys in PROFESSION_FAMILIES.values() for key in keys)
_NAMES: Final = {
    "tkm": "Teras Kasi",
    "sl": "Squad Leader",
    "bio_engineer": "Bio-Engineer",
    "pilot_imp": "Imperial Pilot",
    "pilot_rebel": "Rebel Pilot",
    "pilot_neutral": "Freelance Pilot",
}
_TREND_DAYS: Final = 120
_LADDER: Final = ("novice", "master")


def profession_name(key: str) -> str:
    """Name a profession for display."""
    return _NAMES.get(key, key.replace("_", " ").title())


def _masters(seed: int, stamps: list[int]) -> Whole:
    """Masters, one row per profession and one column per time."""
    days, who = generators.days(stamps)[None, :], np.arange(len(_KEYS))[:, None]
    draw = uniform(seed, "popular", who)
    usual = 60.0 + 620.0 * draw * draw
    moving = 1.0 + 0.08 * wave(days, 60.0, seed, "trend", who) + 0.015 * wave(days, 6.0, seed, who)
    return np.asarray(np.rint(usual * moving).astype(np.int64))


def _color(index: int) -> str:
    red, green, blue = colorsys.hsv_to_rgb(index / len(_KEYS), 0.35, 0.69)
    return f"#{round(red * 255):02X}{round(green * 255):02X}{round(blue * 255):02X}"


def professions(seed: int, moment: datetime) -> Record:
    """Answer ``/api/professions.php``, in the newer of its two shapes."""
    hour, today = (generators.floor(moment, step) for step in (generators.HOUR, generators.DAY))
    labels = generators.every(generators.DAY, until=today, count=_TREND_DAYS)
    masters = _masters(seed, [*labels, hour])
    unseen = uniform(seed, "gap", np.arange(len(_KEYS))[:, None], np.array(labels)) < 0.004
    rows = [
        {
            "key": key,
            "name": profession_name(key),
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


def titles() -> Record:
    """Answer ``/api/titles.php``; two titles have no friendly name."""
    rows: list[dict[str, str]] = []
    for key in _KEYS[:31]:
        for step in _LADDER:
            code = f"title_{key}_{step}"
            rows.append(
                {
                    "friendly": f"{step.title()} {profession_name(key)}"
                    if len(rows) % 40 != 11
                    else "",
                    "titlekey": code,
                    "command": f"/title {code}",
                }
            )
    return {"results": rows}


# Europe, America: hour UTC, width, players
_EVENINGS: Final = ((19.5, 3.6, 250.0), (1.5, 3.2, 235.0))
_NIGHT: Final = 165.0
_MAINTENANCE: Final = (1, 10.0, 10.5)  # Tuesday, from and until this hour UTC


def online(seed: int, stamps: list[int]) -> Whole:
    """Players online at each time, unix seconds; 0 while the server is down for maintenance."""
    days = generators.days(stamps)
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
    latest = generators.floor(moment, generators.TEN_MINUTES)
    midnight = generators.floor(moment, generators.DAY)
    return list(range(midnight, latest + 1, generators.TEN_MINUTES))


def pulse(seed: int, moment: datetime) -> Record:
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


def _broadcasts(moment: datetime) -> list[Record]:
    midnight = generators.floor(moment, generators.DAY)
    return [
        {
            "id": midnight // generators.DAY // 7,
            "message": "Maintenance every Tuesday at 10:00 UTC; back within the half hour.",
            "created_at": midnight - 2 * generators.DAY,
        }
    ]


def status(seed: int, moment: datetime) -> Record:
    """Answer ``/api/server_status.php``, whose real shape nobody knows."""
    stamp = generators.floor(moment, generators.TEN_MINUTES)
    players = int(online(seed, [stamp])[0])
    weekday, _, end = _MAINTENANCE
    passed = (moment.astimezone(UTC).weekday() - weekday) % 7 * generators.DAY
    up = (passed + stamp % generators.DAY - int(end * generators.HOUR)) % (7 * generators.DAY)
    return {
        "status": "online" if players else "offline",
        "players": str(players),
        "uptime": up if players else 0,
        "checked_at": stamp,
    }


_WAR_DAYS: Final = 120
_SIDES: Final = {"imperial": 505.0, "rebel": 490.0}


def _strength(seed: int, side: str, stamps: list[int]) -> list[int]:
    days = generators.days(stamps)
    strength = (
        1.0 + 0.16 * wave(days, 45.0, seed, side) + 0.05 * wave(days, 9.0, seed, side, "push")
    )
    strength = strength + 0.03 * (uniform(seed, side, np.array(stamps)) - 0.5)
    counts: list[int] = np.rint(_SIDES[side] * strength).astype(int).tolist()
    return counts


def gcw(seed: int, moment: datetime) -> Record:
    """Answer ``/api/gcw.php``: one record a day, and the count of this hour."""
    hour, today = (generators.floor(moment, step) for step in (generators.HOUR, generators.DAY))
    stamps = [*generators.every(generators.DAY, until=today, count=_WAR_DAYS), hour]
    imperial, rebel = (_strength(seed, side, stamps) for side in _SIDES)
    return {
        "results": [
            {"timestamp": stamp, "imperial": dark, "rebel": light}
            for stamp, dark, light in zip(stamps[:-1], imperial, rebel, strict=False)
        ],
        "latest": {"imperial": imperial[-1], "rebel": rebel[-1]},
        "last_updated": hour,
    }


_RICH: Final = 34  # characters who may be among the top
_TOP: Final = 20
_SCANS: Final = 60
_SERIES: Final = 30


def _short(seed: int) -> list[str]:
    """Anonymised ids, four hex digits, all different."""
    found: dict[str, None] = {}
    turn = 0
    while len(found) < _RICH:
        found[f"{int(uniform(seed, 'id', turn) * 65_536):04x}"] = None
        turn += 1
    return list(found)


def _purses(seed: int, days: Real) -> Whole:
    """Credits, one row per rich character and one column per scan."""
    who, when = np.arange(_RICH)[:, None], days[None, :]
    usual = 2.2e9 * 0.96 ** (who + 4.0 * uniform(seed, "rich", who))
    moving = 1.0 + 0.20 * wave(when, 40.0, seed, "trade", who)
    moving = moving + 0.09 * wave(when, 5.0, seed, "deal", who)
    return np.asarray((usual * moving).astype(np.int64))


def _ranks(purses: Whole) -> Whole:
    """Rank of each character at each scan, 1 for the richest."""
    order = np.argsort(-purses, axis=0, kind="stable")
    return np.asarray(np.argsort(order, axis=0, kind="stable") + 1)


def _richest(ids: list[str], purses: Whole, ranks: Whole) -> list[Record]:
    """The top of the newest scan; what is not in the scan before has no change and no move."""
    found: list[Record] = []
    for at in np.argsort(ranks[:, -1])[:_TOP].tolist():
        rank, before = int(ranks[at, -1]), int(ranks[at, -2])
        known = before <= _TOP
        hidden = rank == _TOP  # one the site shows without an id
        found.append(
            {
                "rank": rank,
                "id": None if hidden else f"c_{ids[at]}",
                "short": None if hidden else ids[at],
                "credits": int(purses[at, -1]),
                "change": int(purses[at, -1] - purses[at, -2]) if known else None,
                "rank_move": before - rank if known else None,
                "is_new": not known,
            }
        )
    return found


def _series(ids: list[str], purses: Whole, ranks: Whole) -> list[Record]:
    """Everybody who was at the top at one of the scans, null where not; but nobody hidden now."""
    return [
        {
            "id": f"c_{ids[at]}",
            "short": ids[at],
            "latest_rank": int(ranks[at, -1]) if ranks[at, -1] <= _TOP else None,
            "credits": [
                purse if rank <= _TOP else None
                for purse, rank in zip(purses[at].tolist(), ranks[at].tolist(), strict=True)
            ],
        }
        for at in range(_RICH)
        if ranks[at].min() <= _TOP and ranks[at, -1] != _TOP
    ]


def wealth(seed: int, moment: datetime) -> Record:
    """Answer ``/api/wealth.php``."""
    today = generators.floor(moment, generators.DAY)
    stamps = generators.every(generators.DAY, until=today, count=_SCANS)
    days = generators.days(stamps)
    purses, ids = _purses(seed, days), _short(seed)
    ranks = _ranks(purses)
    mean = (1.8e7 * (1.0 + 0.10 * wave(days, 80.0, seed, "mean"))).astype(int).tolist()
    middle = (2.4e6 * (1.0 + 0.12 * wave(days, 50.0, seed, "median"))).astype(int).tolist()
    recent = slice(-_SERIES, None)
    return {
        "snapshot": {
            "avg": mean[-1],
            "med": middle[-1],
            "richest": _richest(ids, purses, ranks),
        },
        "history": [
            {"timestamp": stamp, "avg": avg, "med": med}
            for stamp, avg, med in zip(stamps, mean, middle, strict=True)
        ],
        "series": _series(ids, purses[:, recent], ranks[:, recent]),
        "labels": stamps[recent],
        "last_updated": today,
    }
