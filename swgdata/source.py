"""Where the bytes come from: the live site or the sample galaxy, each with a folder of its own."""

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar
from urllib.parse import urlsplit

from swgdata import settings
from swgdata.client import Client
from swgdata.client.files import FileTransport
from swgdata.errors import FeedError, FeedUnreachable, NotOffered
from swgdata.feeds import Feed, feeds_of
from swgdata.settings import Settings
from swgdata.store.datasets import Datasets
from swgdata.store.history import History

T = TypeVar("T")

SAMPLE_SITE: Final = "http://sample.invalid"
FIRST_LOOK: Final = 5.0  # seconds a first visitor waits to learn whether the site can be reached
LOOK_AGAIN: Final = 60.0  # seconds the sample stands in before the site is asked again


_making = threading.RLock()  # two visitors at once must not open one store twice


class _made_once(cached_property[T]):  # noqa: N801 - used as a decorator
    """A property made at its first use, by one thread, and kept."""

    if not TYPE_CHECKING:  # the type is the parent's

        def __get__(self, instance, owner=None):
            with _making:
                return super().__get__(instance, owner)


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

    @_made_once
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
            raise NotOffered(name, "not offered by this source")
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

    @_made_once
    def datasets(self) -> Datasets:
        """The stored exports."""
        return Datasets(self.folder / "datasets")

    @_made_once
    def history(self) -> History:
        """What past synchronisations did."""
        shared = self.settings.database_url if self.name == "live" else ""
        return History(shared or f"sqlite:///{self.folder / 'history.sqlite'}")

    def ever_stored(self) -> bool:
        """Whether anything was ever received from here."""
        return any(client.ever_stored() for client in self.clients)

    def close(self) -> None:
        """Give files and connections back."""
        for name in ("_site_client", "_document_clients", "history"):
            held = self.__dict__.pop(name, None)
            for item in held.values() if isinstance(held, dict) else [held]:
                if item is not None:
                    item.close()

    @_made_once
    def _site_client(self) -> Client:
        if self.name == "sample":
            from swgdata.sample import Galaxy, SampleTransport

            galaxy = Galaxy(seed=self.settings.sample_seed, rows=self.settings.sample_rows)
            return Client(SAMPLE_SITE, store=self.folder, transport=SampleTransport(galaxy))
        return self._live_client(self.settings.base_url, self.folder)

    @_made_once
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

    def _document(self, name: str) -> str:
        return str(getattr(self.settings, f"plain_{name}", ""))


def _path_of(place: str) -> str:
    """What follows the host in an address; a local file has but one."""
    if "://" not in place:
        return "/"
    parts = urlsplit(place)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def live() -> Source:
    """The site of the settings."""
    with _making:
        return _live()


def sample() -> Source:
    """The sample galaxy; a galaxy of another size or seed is another folder."""
    with _making:
        return _sample()


@cache
def _live() -> Source:
    chosen = settings.current()
    host = re.sub(r"[^A-Za-z0-9.-]", "_", urlsplit(chosen.base_url).netloc)
    folder = chosen.data_dir / chosen.provider / (host if chosen.provider != "plain" else "")
    return Source("live", chosen.provider, folder, chosen)


@cache
def _sample() -> Source:
    chosen = settings.current()
    folder = chosen.data_dir / "sample" / f"{chosen.sample_rows}-{chosen.sample_seed}"
    return Source("sample", "swgtracker", folder, chosen)


class _Chooser:
    """Decides, for ``auto``, whether the sample stands in for a site never yet reached."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._look_at = 0.0
        self._first = True

    def choose(self) -> Source:
        site = live()
        if site.ever_stored():
            return site
        with self._lock:  # one visitor looks, the others take what it found
            if time.monotonic() < self._look_at:
                return sample()
            patience, self._first = (FIRST_LOOK if self._first else 0.0), False
            if self._reached(site, patience):
                return site
            self._look_at = time.monotonic() + LOOK_AGAIN
            return sample()

    @staticmethod
    def _reached(site: Source, patience: float) -> bool:
        feed = next((feed for feed in site.feeds.values() if not feed.parameters), None)
        if feed is None:
            return True
        try:
            site.client(feed).fetch(feed, wait=patience)
        except FeedUnreachable:
            return False
        except FeedError:
            # It answered, if not with data; a first look that merely ran out of time did not.
            return patience > 0 and site.client(feed).status(feed).last_error is not None
        return True


@cache
def _chooser() -> _Chooser:
    return _Chooser()


def active() -> Source:
    """The source to read from now, as ``SWG_SOURCE`` says.

    ``auto`` is the live site; the sample stands in only while the site cannot be reached and
    nothing was ever stored from it.
    """
    match settings.current().source:
        case "live":
            return live()
        case "sample":
            return sample()
        case _:
            with _making:
                chooser = _chooser()
            return chooser.choose()


def forget() -> None:
    """Close what is open and read the settings anew at the next use."""
    with _making:
        for made in (_live, _sample):
            if made.cache_info().currsize:
                made().close()
        for cached in (_live, _sample, _chooser, settings.current):
            cached.cache_clear()
