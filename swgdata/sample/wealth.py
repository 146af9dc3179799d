"""Wealth: a daily scan of all purses, and the twenty richest under made-up ids."""

from datetime import datetime
from typing import Final

import numpy as np

from swgdata.sample import times
from swgdata.sample.chance import Real, Whole, uniform, wave

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


def _richest(ids: list[str], purses: Whole, ranks: Whole) -> list[dict[str, object]]:
    """The top of the newest scan; what is not in the scan before has no change and no move."""
    found: list[dict[str, object]] = []
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


def _series(ids: list[str], purses: Whole, ranks: Whole) -> list[dict[str, object]]:
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


def wealth(seed: int, moment: datetime) -> dict[str, object]:
    """Answer ``/api/wealth.php``."""
    today = times.floor(moment, times.DAY)
    stamps = times.every(times.DAY, until=today, count=_SCANS)
    days = times.days(stamps)
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
