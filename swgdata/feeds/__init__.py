"""What each endpoint sends: declaration and parser, bytes -> frames."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from swgdata.errors import NotOffered
from swgdata.feeds.model import Feed, Parsed

__all__ = ["Feed", "Parsed", "feeds_of"]
PROVIDERS: Final[Mapping[str, str]] = {
    "swgtracker": "swgdata.feeds.swgtracker",
    "plain": "swgdata.feeds.plain",
}


def feeds_of(provider: str) -> Mapping[str, Feed]:
    """The feeds of one provider, by name.

    Raises:
        NotOffered: There is no such provider.
    """
    if provider not in PROVIDERS:
        raise NotOffered(provider, f"no such provider, expected one of {', '.join(PROVIDERS)}")
    feeds: Mapping[str, Feed] = import_module(PROVIDERS[provider]).FEEDS
    return feeds
