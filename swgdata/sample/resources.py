"""Resources: what each spawn is like, and the rows of the export.

A row is text for text what PHP makes of a database row: every number in quotes. It weighs about
1.5 KB like the site's, because of columns nobody reads; so benchmarks carry the real load.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import numpy as np

from swgdata.sample import names, times
from swgdata.sample.chance import Real, Whole, uniform
from swgdata.sample.rows import Columns, render
from swgdata.sample.spawns import Spawns, Timetable
from swgdata.vocabulary import PLANETS, STATS, planet_mask, planets_of
from swgdata.vocabulary.classes import CLASSES, ancestors, planet_of_class

_BLOCK: Final = 20_000  # rows made at once: what stands in memory is some 60 MB
_ANYWHERE: Final = np.array([0.3] * 10 + [0.08, 0.12])  # odds per planet of PLANETS
_LOST_CLASS_AGE: Final = 300 * times.DAY  # rows this old may have lost their class


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
        name=names.resources(seed, ids),
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
