"""The sample galaxy's yesterday: an invented site has a past too, for two versions to compare."""

from datetime import UTC, datetime, timedelta
from typing import Final

from swgdata.feeds import Feed
from swgdata.source import Source
from swgdata.store.ingest import ingest

_EXPORT: Final = "resources"
_CHEAP: Final = 10_000  # rows; a larger sample is there to be measured, not to be looked at


def store(source: Source, feed: Feed) -> None:
    """Store the resources as the sample galaxy had them the day before, as its first version.

    The live site's past cannot be had, so nothing of the kind is ever done for it.

    Args:
        source: The sample.
        feed: The export that is about to be stored for the first time; others are passed over.
    """
    chosen = source.settings
    if source.name != "sample" or feed.export != _EXPORT or chosen.sample_rows > _CHEAP:
        return
    from swgdata.sample import Galaxy

    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight - timedelta(days=1)
    galaxy = Galaxy(seed=chosen.sample_seed, rows=chosen.sample_rows, now=day)
    ingest([galaxy.answer(f"{feed.path}.gz").body], feed, {"as_of": day}, source.datasets)
