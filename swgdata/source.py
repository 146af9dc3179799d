"""Where the bytes come from: the live site or the sample galaxy, each with a folder of its own."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar
from urllib.parse import urlsplit

from swgdata import settings
from swgdata.choosing import Chooser
from swgdata.client import Client
from swgdata.client.files import FileTransport
from swgdata.errors import NotOffered, SettingsError
from swgdata.feeds import Feed, feeds_of
from swgdata.settings import Settings
from swgdata.store.datasets import Datasets

if TYPE_CHECKING:
    from swgdata.history import History

T = TypeVar("T")

SAMPLE_SITE: Final = "http://sample.invalid"


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

    @_made_once
    def datasets(self) -> Datasets:
        """The stored exports."""
        return Datasets(self.folder / "datasets")

    @_made_once
    def history(self) -> "History":
        """What was seen when, and what past synchronisations did."""
        from swgdata import past
        from swgdata.history import History

        shared = self.settings.database_url if self.name == "live" else ""
        history = History(shared or f"sqlite:///{self.folder / 'history.sqlite'}")
        if self.name == "sample":
            past.remember(history, self.settings, datetime.now(UTC))
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


def live() -> Source:
    """The site of the settings."""
    with _making:
        return _live()


def sample() -> Source:
    """The sample galaxy; a galaxy of another size or seed is another folder."""
    with _making:
        return _sample()


def checked() -> Settings:
    """The settings of this process, their feed names held to the feeds there are.

    Raises:
        SettingsError: ``SWG_FRESH_FOR__…`` names a feed that the provider does not have.
    """
    chosen = settings.current()
    feeds = feeds_of(chosen.provider)
    unknown = [name for name in chosen.fresh_for if name not in feeds]
    if unknown:
        known = ", ".join(name.upper() for name in feeds)
        lines = [
            f"SWG_FRESH_FOR__{name.upper()}: no such feed; expected {known}" for name in unknown
        ]
        raise SettingsError("\n".join(lines))
    return chosen


@cache
def _live() -> Source:
    chosen = checked()
    host = re.sub(r"[^A-Za-z0-9.-]", "_", urlsplit(chosen.base_url).netloc)
    folder = chosen.data_dir / chosen.provider / (host if chosen.provider != "plain" else "")
    return Source("live", chosen.provider, folder, chosen)


@cache
def _sample() -> Source:
    chosen = checked()
    folder = chosen.data_dir / "sample" / f"{chosen.sample_rows}-{chosen.sample_seed}"
    return Source("sample", "swgtracker", folder, chosen)


@cache
def _chooser() -> Chooser:
    return Chooser(live, sample)


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
