"""The text of the resources export: columns in, JSON objects out."""

import json
from dataclasses import dataclass
from typing import Final

import numpy as np

from swgdata.sample.chance import Whole, uniform
from swgdata.vocabulary import PLANETS, STATS, planets_of


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of some resources, one entry (or row of entries) for each.

    Attributes:
        id: The resource.
        name: Its name.
        code: Code of its class; None where the site lost it.
        title: Name of its class.
        stats: Ten per resource, 0 where the class lacks the stat.
        caps: Ten per resource.
        rating: 0 to 1000.
        score: 0 to 100, -1 where unscored.
        topcount: Formulas that rank it among their best five.
        tenths: Voted credits per unit in tenths, 0 where nobody voted.
        source: 1 SWGAide, 2 Galaxy Harvester, 3 by hand.
        status: 1 in spawn, else 0.
        first_seen: Unix seconds, 0 unknown.
        despawned: Unix seconds, 0 unknown or still in spawn.
        planets: Bitmask over ``PLANETS``.
        kind: Number of the class.
    """

    id: Whole
    name: list[str]
    code: list[str | None]
    title: list[str]
    stats: Whole
    caps: Whole
    rating: Whole
    score: Whole
    topcount: Whole
    tenths: Whole
    source: Whole
    status: Whole
    first_seen: Whole
    despawned: Whole
    planets: Whole
    kind: Whole


_WEIGHTINGS: Final = tuple(
    f"weighted_{trade}{number}"
    for trade, count in (("as", 1), ("chef", 9), ("med", 5), ("ws", 7), ("art", 1), ("sw", 4))
    for number in range(1, count + 1)
)
_FLAGS: Final = tuple(f"planet_{p.replace(' ', '').replace('IV', '4').lower()}" for p in PLANETS)


def _template() -> str:
    """One object of the export, with a place for each value in the order of ``_columns``."""
    quoted = '"{}":"%d"'.format
    return (
        "{"
        + ",".join(
            [
                quoted("id"),
                '"name":"%s","type_code":%s,"type_name":%s',
                *map(quoted, STATS),
                *(quoted(f"{stat}_max") for stat in STATS),
                '"rating":"%d","score":%s,"topcount":"%d","value_rating":"%d","cpu":%s',
                '"swgaide_id":"%d","status":"%d","timestamp":"%d","inactive_at":%s',
                *map(quoted, _FLAGS),
                '"planetSearch":%s,"source":"%d","resource_type_id":"%d","deleted":"0"',
                '"galaxy":"115","added_by":"0","updated_by":"0","locked":"0","comment":null',
                *map(quoted, _WEIGHTINGS),
            ]
        )
        + "}"
    )


_TEMPLATE: Final = _template()


def _price(tenths: int, chance: float) -> str:
    """A vote as PHP sends it: ``"9.4"``; nobody's vote is mostly 0, at times null."""
    if tenths:
        return f'"{tenths // 10}.{tenths % 10}"'
    return "null" if chance < 0.02 else '"0"'


def _columns(row: Columns) -> list[list[int] | list[str]]:
    """The values of ``_TEMPLATE``, column by column."""
    worlds = {mask: ", ".join(planets_of(mask)) for mask in set(row.planets.tolist())}
    flags = row.planets[:, None] >> np.arange(len(PLANETS)) & 1
    weights = 1 + np.arange(len(STATS) * len(_WEIGHTINGS)).reshape(len(STATS), -1) * 7 % 19
    weighted = row.stats @ weights // weights.sum(axis=0)
    text = {known: json.dumps(known) for known in {*row.code, *row.title}}
    rare = uniform("cpu", row.id).tolist()
    return [
        row.id.tolist(),
        row.name,
        [text[one] for one in row.code],
        [text[one] for one in row.title],
        *row.stats.T.tolist(),
        *row.caps.T.tolist(),
        row.rating.tolist(),
        ["null" if one < 0 else str(one) for one in row.score.tolist()],
        row.topcount.tolist(),
        np.maximum(row.score, 0).tolist(),
        [_price(tenths, chance) for tenths, chance in zip(row.tenths.tolist(), rare, strict=True)],
        np.where(row.source == 1, row.id + 90_000, 0).tolist(),
        row.status.tolist(),
        row.first_seen.tolist(),
        [f'"{one}"' if one else "null" for one in row.despawned.tolist()],
        *flags.T.tolist(),
        [f'"{worlds[mask]}"' if mask else "null" for mask in row.planets.tolist()],
        row.source.tolist(),
        (row.kind + 1).tolist(),
        *weighted.T.tolist(),
    ]


def render(row: Columns) -> str:
    """Write the objects of ``row``, joined by commas."""
    return ",".join(_TEMPLATE % values for values in zip(*_columns(row), strict=True))
