"""Fill the history of the sample galaxy, as if somebody had watched it.

The live site's past cannot be had; nothing of the kind is ever done for it.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from swgdata.analytics import entity_changes
from swgdata.feeds import Feed
from swgdata.settings import Settings
from swgdata.sources.sample.galaxy import Galaxy
from swgdata.sources.sample.observations import Counted, Past
from swgdata.storage.datasets import DatasetStore
from swgdata.storage.datasets.ingest import ingest
from swgdata.storage.history import History, Observation, Samples, Spawn, SpawnObservation

_CHEAP: Final = 10_000  # rows; a larger sample is there to be measured, not to be looked at
_DAY: Final = 86_400
_BETWEEN_OBSERVATIONS: Final = _DAY // 2
_BETWEEN_SAMPLES: Final = 600
_AT_ONCE: Final = 40  # readings written together


def backfill_dataset(datasets: DatasetStore, feed: Feed, chosen: Settings) -> None:
    """Store the resources as the sample galaxy had them the day before, as its first version.

    Args:
        datasets: Of the sample.
        feed: The export that is about to be stored for the first time; others are passed over.
        chosen: Tells which galaxy.
    """
    if feed.export != "resources" or chosen.sample_rows > _CHEAP:
        return
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight - timedelta(days=1)
    galaxy = Galaxy(seed=chosen.sample_seed, rows=chosen.sample_rows, now=day)
    ingest([galaxy.answer(f"{feed.path}.gz").body], feed, {"as_of": day}, datasets)


def backfill_history(history: History, chosen: Settings, now: datetime) -> None:
    """Fill the sample's history as if somebody had observed it twice a day until now.

    Days that are remembered already stay as they are; after a pause the gap is filled. About one
    day in thirty nobody looked, as happens.

    Args:
        history: Of the sample.
        chosen: Tells which galaxy, and how many days it remembers; 0 for none.
        now: The time.
    """
    if not chosen.sample_days:
        return
    past = Galaxy(seed=chosen.sample_seed, rows=chosen.sample_rows).past
    until = int(now.timestamp())
    known = history.observed("server")
    begin = int(known[-1].timestamp()) if known else until - chosen.sample_days * _DAY
    if until - begin < _BETWEEN_OBSERVATIONS:
        return
    times = past.watched(_times(begin, until, _BETWEEN_OBSERVATIONS))
    for count, reading in enumerate(_readings(past, times, begin, until), start=1):
        history.record(reading)
        if not count % _AT_ONCE and not history.flush():
            return  # every visitor waits for this
    history.flush()


def _times(begin: int, until: int, step: int) -> list[int]:
    """Round times after ``begin``, none after ``until``."""
    return list(range(begin // step * step + step, until + 1, step))


def _readings(
    past: Past, times: list[int], begin: int, until: int
) -> Iterator[Observation | Samples | SpawnObservation]:
    """Oldest first within each kind."""
    yield from _measured(
        entity_changes.CITY_KIND, past.cities(times), times, entity_changes.city_key
    )
    yield from _measured(
        entity_changes.GUILD_KIND, past.guilds(times), times, entity_changes.guild_key
    )
    lived = past.spawns(begin, until)
    for time in times:
        if time % _DAY == 0:  # the export is made once a day
            up = tuple(
                Spawn(spawn.id, spawn.name, spawn.code, spawn.start)
                for spawn in lived
                if spawn.start <= time < spawn.end
            )
            yield SpawnObservation(_moment(time), up)
    seen = {time // _DAY for time in times}
    stamps = [at for at in _times(begin, until, _BETWEEN_SAMPLES) if at // _DAY in seen]
    yield Samples("server", _moment(until), {"online": past.online(stamps)})


def _measured(
    kind: str, counted: Counted, times: list[int], key_of: Callable[[str, str], str]
) -> Iterator[Observation]:
    keys = [key_of(*place) for place in counted.places]
    heads = next(iter(counted.figures.values()))  # without any, the place is not there
    measures = tuple(counted.figures)
    for column, time in enumerate(times):
        values = {
            (measure, key): float(figures[row, column])
            for measure, figures in counted.figures.items()
            for row, key in enumerate(keys)
            if heads[row, column]
        }
        yield Observation(kind, _moment(time), measures, values)


def _moment(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
