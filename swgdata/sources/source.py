"""The places to read from: the site, one's own documents, the sample galaxy."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeVar
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


@dataclass(frozen=True)
class Source(ABC):
    """One place to read from, with everything that is stored of it.

    Attributes:
        name: ``live`` or ``sample``.
        provider: Whose feeds these are.
        folder: Where its answers, datasets and history are kept.
        settings: The settings it was made with.
    """

    name: ClassVar[Literal["live", "sample"]] = "live"
    provider: ClassVar[str] = "swgtracker"
    folder: Path
    settings: Settings

    @locked_cached_property
    def feeds(self) -> Mapping[str, Feed]:
        """The feeds that are offered here, by name, with the lifetimes that are set."""
        lifetime = self.settings.lifetime
        return {
            name: replace(feed, fresh_for=lifetime(name, feed.fresh_for))
            for name, feed in self._offered().items()
        }

    def _offered(self) -> Mapping[str, Feed]:
        return feeds_of(self.provider)

    def feed(self, name: str) -> Feed:
        """The feed of this name.

        Raises:
            NotOffered: This source has no such feed.
        """
        if name not in self.feeds:
            raise NotOffered(name, self._why_not(name))
        return self.feeds[name]

    def _why_not(self, name: str) -> str:
        return "not offered by this source"

    def client(self, feed: Feed) -> Client:
        """The client that fetches ``feed``; one per site."""
        return self._clients[feed.name]

    @property
    def clients(self) -> tuple[Client, ...]:
        """Every client in use here."""
        return tuple(dict.fromkeys(self._clients.values()))

    @locked_cached_property
    def _clients(self) -> Mapping[str, Client]:
        return self._connected()

    @abstractmethod
    def _connected(self) -> Mapping[str, Client]:
        """A client for each feed, by name."""

    @locked_cached_property
    def datasets(self) -> DatasetStore:
        """The stored exports."""
        return DatasetStore(self.folder / "datasets")

    def before_first_download(self, feed: Feed) -> None:  # noqa: B027 - the sample alone does
        """Prepare the store for the first version of an export; nothing by default."""

    @locked_cached_property
    def history(self) -> "History":
        """What was seen when, and what past synchronisations did."""
        from swgdata.storage.history import History

        return History(self._database or f"sqlite:///{self.folder / 'history.sqlite'}")

    @property
    def _database(self) -> str:
        return self.settings.database_url

    def ever_stored(self) -> bool:
        """Whether anything was ever received from here."""
        return any(client.ever_stored() for client in self.clients)

    def clear(self, feed: Feed | None = None) -> int:
        """Forget what is stored of one feed, or of all; returns how many answers that were."""
        feeds = self.feeds.values() if feed is None else [feed]
        exports = sum(self.datasets.clear(item.export) for item in feeds if item.export)
        clients = self.clients if feed is None else (self.client(feed),)
        return exports + sum(client.clear(feed) for client in clients)

    def close(self) -> None:
        """Give files and connections back."""
        for client in dict.fromkeys(self.__dict__.pop("_clients", {}).values()):
            client.close()
        if "history" in self.__dict__:
            self.__dict__.pop("history").close()

    def _networked(self, site: str, folder: Path) -> Client:
        return Client(
            site,
            store=self.settings.cache_url or folder,
            per_minute=self.settings.requests_per_minute,
            deadline=self.settings.deadline,
        )


class LiveSource(Source):
    """The site of the settings."""

    def _connected(self) -> Mapping[str, Client]:
        return dict.fromkeys(self.feeds, self._networked(self.settings.base_url, self.folder))


class PlainSource(Source):
    """One's own documents (provider ``plain``): each at an address, or in a file."""

    provider = "plain"

    def _offered(self) -> Mapping[str, Feed]:
        return {
            name: replace(feed, path=_path_of(self._document(name)))
            for name, feed in feeds_of(self.provider).items()
            if self._document(name)
        }

    def _why_not(self, name: str) -> str:
        reason = super()._why_not(name)
        if name not in feeds_of(self.provider):
            return reason
        return f"{reason}; no document is set for it (SWG_PLAIN_{name.upper()})"

    def _connected(self) -> Mapping[str, Client]:
        return {name: self._client_of(name, self._document(name)) for name in self.feeds}

    def _client_of(self, name: str, document: str) -> Client:
        folder = self.folder / f"{name}-{sha256(document.encode()).hexdigest()[:12]}"
        if "://" not in document:
            return Client(
                "http://file.invalid", store=folder, transport=FileTransport(Path(document))
            )
        parts = urlsplit(document)
        return self._networked(f"{parts.scheme}://{parts.netloc}", folder)

    def _document(self, name: str) -> str:
        return str(getattr(self.settings, f"plain_{name}", ""))


def _path_of(document: str) -> str:
    """What follows the host in an address; a local file has but one."""
    if "://" not in document:
        return "/"
    parts = urlsplit(document)
    return parts.path + (f"?{parts.query}" if parts.query else "")


class SampleSource(Source):
    """The sample galaxy; nothing of it is shared with other instances."""

    name = "sample"
    _database = ""

    def _connected(self) -> Mapping[str, Client]:
        from swgdata.sources.sample import Galaxy, SampleTransport

        galaxy = Galaxy(seed=self.settings.sample_seed, rows=self.settings.sample_rows)
        transport = SampleTransport(galaxy)
        client = Client("http://sample.invalid", store=self.folder, transport=transport)
        return dict.fromkeys(self.feeds, client)

    def before_first_download(self, feed: Feed) -> None:
        """Store the resources of the day before, so that there is something to compare with."""
        from swgdata.sources.sample.backfill import backfill_dataset

        backfill_dataset(self.datasets, feed, self.settings)
