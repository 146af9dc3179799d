"""The manifest: what the site says its exports are, and by which digest to know them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import pandas as pd

from swgdata.client import Answer
from swgdata.errors import FeedUnavailable
from swgdata.feeds import Feed, conform
from swgdata.source import Source
from swgdata.store.datasets import Stored
from swgdata.store.labels import Label

Entry = Mapping[str, Any]  # one row of the manifest


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the site says its exports are.

    Attributes:
        entries: Export -> its row: ``url``, ``url_gz``, ``bytes``, ``sha256``, ``count``, ...
        as_of: When the site wrote it.
        received_at: When we last had it, or had it confirmed.
        trouble: Why it is out of date, if it is.
    """

    entries: Mapping[str, Entry]
    as_of: datetime
    received_at: datetime
    trouble: str | None

    @classmethod
    def of(cls, feed: Feed, answer: Answer) -> "Manifest":
        """The manifest of one answer."""
        entries, as_of = _entries(feed, answer.body)
        trouble = answer.reason if answer.stale else None
        return cls(entries, as_of or answer.received_at, answer.received_at, trouble)

    def entry(self, feed: Feed) -> Entry:
        """The row of one export, with the manifest's own time as ``as_of``.

        Raises:
            FeedUnavailable: The manifest does not list it.
        """
        if feed.export not in self.entries:
            raise FeedUnavailable(feed.name, "the site's manifest does not list this export")
        return {**self.entries[feed.export], "as_of": self.as_of}

    def describes(self, feed: Feed, version: Stored | Label) -> bool:
        """Whether a stored version is the one the manifest lists."""
        entry = self.entries.get(feed.export, {})
        if entry.get("sha256"):
            return bool(str(entry["sha256"]).lower() == version.sha256.lower())
        return bool(entry.get("count") == version.rows)


@lru_cache(maxsize=4)  # asked on every run of a page that shows an export
def _entries(feed: Feed, body: bytes) -> tuple[Mapping[str, Entry], datetime | None]:
    parsed = conform(feed, feed.parse(body))
    rows = parsed.tables["manifest"].to_dict("records")
    entries = {
        str(row["dataset"]): {
            str(key): None if pd.isna(value) else value for key, value in row.items()
        }
        for row in rows
    }
    return entries, parsed.as_of


def read(source: Source, *, wait: float | None = None, anew: bool = False) -> Manifest:
    """What the site says its exports are.

    Args:
        source: Which site.
        wait: Seconds to wait for it; None for the client's usual.
        anew: Ask even where the stored one is still fresh.

    Raises:
        FeedError: It cannot be had and none is stored.
    """
    feed = source.feed("manifest")
    lifetime = source.lifetime(feed)
    answer = source.client(feed).fetch(feed, fresh_for=lifetime, wait=wait, force=anew)
    return Manifest.of(feed, answer)
