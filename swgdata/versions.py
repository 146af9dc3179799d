"""The stored versions of an export: which there are, and the rows of each."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from swgdata.errors import FeedUnavailable
from swgdata.feeds import Feed
from swgdata.source import Source
from swgdata.store.datasets import Datasets, Stored, frame
from swgdata.store.labels import Label


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version of an export; its rows are read when they are asked for.

    Attributes:
        feed: The export.
        sha256: Digest of the document, lower-case hex.
        as_of: When the source made it.
        received_at: When we had it.
        warnings: What makes all of it doubtful, in sentences for a visitor.
    """

    feed: Feed
    sha256: str
    as_of: datetime
    received_at: datetime
    warnings: tuple[str, ...]
    _datasets: Datasets

    @property
    def frame(self) -> pd.DataFrame:
        """The main table, read-only, on the memory of its file.

        Raises:
            FeedUnavailable: It was removed meanwhile, or is damaged.
        """
        stored = self._datasets.open(self.feed.export, sha256=self.sha256)
        if stored is None:
            told = f"the version of {self.as_of:%Y-%m-%d} is no longer stored"
            raise FeedUnavailable(self.feed.name, told)
        return frame(stored.tables[self.feed.name], self.feed.tables[self.feed.name])


def stored(name: str, *, source: Source) -> list[Version]:
    """Every stored version of an export, the newest first; nothing is fetched.

    Raises:
        NotOffered: This source has no such feed.
    """
    feed, datasets = source.feed(name), source.datasets
    newest = datasets.open(feed.export)
    kept: list[Label | Stored] = [version.label for version in datasets.versions(feed.export)]
    if newest is not None and not newest.on_disk:
        kept.insert(0, newest)
    return [
        Version(feed, one.sha256, one.as_of, one.received_at, one.noticed.warnings, datasets)
        for one in kept
    ]
