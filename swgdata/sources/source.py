"""Source: LiveSource, PlainSource, SampleSource."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar
from urllib.parse import urlsplit

from swgdata.client import Client
from swgdata.client.transport import FileTransport
from swgdata.errors import NotOffered
from swgdata.feeds import Feed, feeds_of
from swgdata.settings import Settings
from swgdata.storage.datasets import DatasetStore

if TYPE_CHECKING:
    from swgdata.storage.history import History

T = TypeVar("T")
_OPENING: Final = threading.RLock()  # two visitors at once must not open one store twice


class locked_cached_property(cached_property[T]):  # noqa: N801 - used as a decorator
    """A property made at its first use, by one thread, and kept."""

    if not TYPE_CHECKING:  # the type is the parent's

        def __get__(self, instance, owner=None):
            with _OPENING:
                return super().__get__(instance, owner)


SAMPLE_SITE: Final = "http://sample.invalid"


@dataclass(frozen=True)
class Source:
    """One place to read from, with everything that is remembered of it.

    Attributes:
        name: ``live`` or ``sample``.
        provider: Whose feeds these are.
        folder: Where its answers, datasets and history are kept.
        settings: The settings it was made with.
    """

    name: Literal["live", "sample"]
    provider: str
    folder: Path
    settings: Settings

    @locked_cached_property
    def feeds(self) -> Mapping[str, Feed]:
        """The feeds that are offered here, by name."""
        feeds = feeds_of(self.provider)
        if self.provider != "plain":
            return feeds
        return {
            name: replace(feed, path=_path_of(self._document(name)))
            for name, feed in feeds.items()
            if self._document(name)
        }

    def feed(self, name: str) -> Feed:
        """The feed of this name.

        Raises:
            NotOffered: This source has no such feed.
        """
        if name not in self.feeds:
            setting = f"SWG_PLAIN_{name.upper()}"
            told = f"; no document is set for it ({setting})" if self._could_have(name) else ""
            raise NotOffered(name, f"not offered by this source{told}")
        return self.feeds[name]

    def lifetime(self, feed: Feed) -> timedelta:
        """How long an answer of ``feed`` stays fresh."""
        return self.settings.lifetime(feed.name, feed.fresh_for)

    def client(self, feed: Feed) -> Client:
        """The client that fetches ``feed``; one per site."""
        return self._document_clients[feed.name] if self.provider == "plain" else self._site_client

    @property
    def clients(self) -> tuple[Client, ...]:
        """Every client in use here."""
        if self.provider == "plain":
            return tuple(self._document_clients.values())
        return (self._site_client,)

    @locked_cached_property
    def datasets(self) -> DatasetStore:
        """The stored exports."""
        return DatasetStore(self.folder / "datasets")

    @locked_cached_property
    def history(self) -> "History":
        """What was seen when, and what past synchronisations did."""
        from swgdata.sources.sample import backfill
        from swgdata.storage.history import History

        shared = self.settings.database_url if self.name == "live" else ""
        history = History(shared or f"sqlite:///{self.folder / 'history.sqlite'}")
        if self.name == "sample":
            backfill.backfill_history(history, self.settings, datetime.now(UTC))
        return history

    def ever_stored(self) -> bool:
        """Whether anything was ever received from here."""
        return any(client.ever_stored() for client in self.clients)

    def clear(self, feed: Feed | None = None) -> int:
        """Forget what is stored of one feed, or of all; returns how many answers that were."""
        feeds = self.feeds.values() if feed is None else [feed]
        exports = sum(self.datasets.clear(one.export) for one in feeds if one.export)
        clients = self.clients if feed is None else (self.client(feed),)
        return exports + sum(client.clear(feed) for client in clients)

    def close(self) -> None:
        """Give files and connections back."""
        for name in ("_site_client", "_document_clients", "history"):
            held = self.__dict__.pop(name, None)
            for item in held.values() if isinstance(held, dict) else [held]:
                if item is not None:
                    item.close()

    @locked_cached_property
    def _site_client(self) -> Client:
        if self.name == "sample":
            from swgdata.sources.sample import Galaxy, SampleTransport

            galaxy = Galaxy(seed=self.settings.sample_seed, rows=self.settings.sample_rows)
            return Client(SAMPLE_SITE, store=self.folder, transport=SampleTransport(galaxy))
        return self._live_client(self.settings.base_url, self.folder)

    @locked_cached_property
    def _document_clients(self) -> dict[str, Client]:
        clients = {}
        for name in self.feeds:
            place = self._document(name)
            folder = self.folder / f"{name}-{sha256(place.encode()).hexdigest()[:12]}"
            if "://" in place:
                parts = urlsplit(place)
                clients[name] = self._live_client(f"{parts.scheme}://{parts.netloc}", folder)
            else:
                transport = FileTransport(Path(place))
                clients[name] = Client("http://file.invalid", store=folder, transport=transport)
        return clients

    def _live_client(self, site: str, folder: Path) -> Client:
        return Client(
            site,
            store=self.settings.cache_url or folder,
            per_minute=self.settings.requests_per_minute,
            deadline=self.settings.deadline,
        )

    def _could_have(self, name: str) -> bool:
        return self.provider == "plain" and name in feeds_of(self.provider)

    def _document(self, name: str) -> str:
        return str(getattr(self.settings, f"plain_{name}", ""))


def _path_of(place: str) -> str:
    """What follows the host in an address; a local file has but one."""
    if "://" not in place:
        return "/"
    parts = urlsplit(place)
    return parts.path + (f"?{parts.query}" if parts.query else "")
