"""Resource rows and classes.

A row is text for text what PHP makes of a database row: every number in quotes. It weighs about
1.5 KB like the site's, because of columns nobody reads; so benchmarks carry the real load.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from swgdata.game import PLANETS, STATS, planet_mask, planets_of
from swgdata.game.classes import CLASSES, ancestors, is_leaf, planet_of_class
from swgdata.sources.sample import generators
from swgdata.sources.sample.generators import Real, Whole, uniform
from swgdata.sources.sample.schematics import CRAFTS
from swgdata.sources.sample.spawns import Spawns, Timetable

_LEVELS: Final = 6


def _chain(code: str) -> dict[str, str | None]:
    """A leaf with its ancestors, root first, padded with nulls."""
    above: list[str | None] = [*reversed(ancestors(code))]
    above += [None] * (_LEVELS - len(above))
    row: dict[str, str | None] = {"code": code}
    for level, one in enumerate(above, start=1):
        row[f"level{level}"] = one
        row[f"level{level}_description"] = CLASSES[one].name if one else None
    return row


def categories() -> dict[str, object]:
    """Answer ``/api/categories.php``; the nested tree is an empty map, which PHP writes ``[]``."""
    leaves = [one for one in CLASSES.values() if is_leaf(one.code)]
    return {
        "resource_tree_flat": [_chain(leaf.code) for leaf in leaves],
        "resource_types": [
            {"resource_code": leaf.code, "resource_name": leaf.name} for leaf in leaves
        ],
        "schematic_categories": [{"parent": craft.parent} for craft in CRAFTS],
        "tree": [],
    }


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of some resources, one entry (or row of entries) for each."""

    id: Whole  # the resource
    name: list[str]  # its name
    code: list[str | None]  # code of its class; None where the site lost it
    title: list[str]  # name of its class
    stats: Whole  # ten per resource, 0 where the class lacks the stat
    caps: Whole  # ten per resource
    rating: Whole  # 0 to 1000
    score: Whole  # 0 to 100, -1 where unscored
    topcount: Whole  # formulas that rank it among their best five
    tenths: Whole  # voted credits per unit in tenths, 0 where nobody voted
    source: Whole  # 1 SWGAide, 2 Galaxy Harvester, 3 by hand
    status: Whole  # 1 in spawn, else 0
    first_seen: Whole  # unix seconds, 0 unknown
    despawned: Whole  # unix seconds, 0 unknown or still in spawn
    planets: Whole  # bitmask over ``PLANETS``
    kind: Whole  # number of the class


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


_BLOCK: Final = 20_000  # rows made at once: what stands in memory is some 60 MB
_ANYWHERE: Final = np.array([0.3] * 10 + [0.08, 0.12])  # odds per planet of PLANETS
_LOST_CLASS_AGE: Final = 300 * generators.DAY  # rows this old may have lost their class


def caps(timetable: Timetable) -> Whole:
    """Caps of every spawning class, one row per class and one column per stat."""
    found = [CLASSES[code].caps or () for code in timetable.codes]
    return np.array(found, dtype=np.int64)


def stats(seed: int, spawns: Spawns, limits: Whole) -> Whole:
    """Roll the stats of each spawn.

    Args:
        seed: The galaxy.
        spawns: What to roll for.
        limits: Caps, one row per spawn.

    Returns:
        One row per spawn: 0 where the cap is 0, else 1 to the cap. Two rolls are averaged, so
        the top is rare; a lucky spawn is a little better throughout. A class with a low cap
        has a narrow range, as in the game.
    """
    ids, columns = spawns.id[:, None], np.arange(len(STATS))
    middle = (uniform(seed, "s1", ids, columns) + uniform(seed, "s2", ids, columns)) / 2.0
    luck = uniform(seed, "luck", ids) - 0.5
    share = middle + luck * middle * (1.0 - middle)
    lowest = np.where(limits < 1_000, limits * 11 // 20, 1)
    rolled = lowest + (share * (limits - lowest + 1)).astype(np.int64)
    return np.where(limits > 0, np.clip(rolled, 1, limits), 0)


def quality(values: Whole, limits: Whole) -> Whole:
    """Mean share of the cap over the stats a spawn has, 0 to 1000."""
    per_mille = values * 1_000 // np.maximum(limits, 1)
    return np.asarray(per_mille.sum(axis=1) // np.maximum((limits > 0).sum(axis=1), 1))


def planets(seed: int, timetable: Timetable, spawns: Spawns) -> Whole:
    """Where each spawn is or was, as bitmasks: its own planet, several, or none in space."""
    here = uniform(seed, "planet", spawns.id[:, None], np.arange(len(PLANETS))) < _ANYWHERE
    masks = (here * (1 << np.arange(len(PLANETS)))).sum(axis=1)
    masks = np.where(masks, masks, 1 << (uniform(seed, "only", spawns.id) * 10).astype(int))
    home = np.array([planet_mask([planet_of_class(code) or ""]) for code in timetable.codes])
    space = np.array(["ast" in ancestors(code) for code in timetable.codes])
    masks = np.where(home[spawns.kind] > 0, home[spawns.kind], masks)
    unseen = space[spawns.kind] | (uniform(seed, "unseen", spawns.id) < 0.004)
    return np.where(unseen, 0, masks)


def _votes(seed: int, spawns: Spawns, worth: Whole) -> Whole:
    """Voted credits per unit in tenths; 0 where nobody voted, which is most."""
    voted = uniform(seed, "voted", spawns.id) * 1_000 < worth * 0.75 - 150
    share: Real = uniform(seed, "vote", spawns.id)
    return np.where(voted, 5 + (share * share * share * worth * 0.35).astype(np.int64), 0)


def _block(timetable: Timetable, spawns: Spawns, stamp: int) -> Columns:
    """Work out every column of some spawns."""
    seed, ids, codes = timetable.seed, spawns.id, timetable.codes
    limits = caps(timetable)[spawns.kind]
    values = stats(seed, spawns, limits)
    worth = quality(values, limits)
    lost = (uniform(seed, "lost", ids) < 0.003) & (stamp - spawns.end > _LOST_CLASS_AGE)
    scored = uniform(seed, "scored", ids) > 0.12
    score = np.clip(
        (worth - 300) * 100 // 680 + (uniform(seed, "taste", ids) * 9).astype(int), 1, 100
    )
    wanted = (uniform(seed, "uses", ids) * 10).astype(int) * (spawns.alive & (score > 60))
    dated = spawns.alive | (uniform(seed, "dated", ids) > 0.02)
    noticed = ~spawns.alive & (uniform(seed, "noticed", ids) > 0.35)
    return Columns(
        id=ids,
        name=generators.resources(seed, ids),
        code=[None if gone else codes[k] for gone, k in zip(lost, spawns.kind, strict=True)],
        title=[CLASSES[codes[kind]].name for kind in spawns.kind.tolist()],
        stats=values,
        caps=np.where(lost[:, None], 1_000, limits),
        rating=worth,
        score=np.where(scored, score, -1),
        topcount=wanted,
        tenths=_votes(seed, spawns, worth),
        source=1 + (uniform(seed, "source", ids) * 3).astype(int),
        status=spawns.alive.astype(int),
        first_seen=np.where(dated, spawns.start // 60 * 60, 0),
        despawned=np.where(noticed, spawns.end // 60 * 60, 0),
        planets=planets(seed, timetable, spawns),
        kind=spawns.kind,
    )


def export(timetable: Timetable, stamp: int) -> Iterator[bytes]:
    """Write the export of a day in pieces; joined they are one JSON document."""
    spawns = timetable.at(stamp)
    yield b'{"results":['
    for begin in range(0, len(spawns.id), _BLOCK):
        part = _cut(spawns, slice(begin, begin + _BLOCK))
        text = render(_block(timetable, part, stamp))
        yield (("," if begin else "") + text).encode()
    yield b"]}"


def _cut(spawns: Spawns, part: slice | Whole) -> Spawns:
    return Spawns(
        spawns.id[part], spawns.kind[part], spawns.start[part], spawns.end[part], spawns.alive[part]
    )


def new_spawns(
    timetable: Timetable, moment: datetime, query: Mapping[str, str]
) -> dict[str, object]:
    """Answer ``/api/new_spawns.php``: what started in the last ``since`` minutes, newest first."""
    since = query.get("since", "30")
    minutes = int(since) if since.isascii() and since.isdigit() else 30
    stamp = int(moment.timestamp())
    spawns = timetable.at(stamp)
    fresh = np.flatnonzero(spawns.alive & (spawns.start > stamp - minutes * 60))
    part = _cut(spawns, fresh[np.argsort(-spawns.start[fresh], kind="stable")])
    row = _block(timetable, part, stamp)
    rows = []
    for at in range(len(part.id)):
        worlds = planets_of(int(row.planets[at]))
        rows.append(
            {
                "name": row.name[at],
                "category": row.title[at],
                "planet": worlds[0] if worlds else "",
                "rating": str(row.rating[at] / 10),
            }
            | {stat: str(value) for stat, value in zip(STATS, row.stats[at], strict=True)}
        )
    return {"new_spawns": rows}
