"""Where the bytes come from now: the live site or the sample galaxy, as the settings say."""

import re
from functools import cache
from urllib.parse import urlsplit

from swgdata import settings
from swgdata.errors import SettingsError
from swgdata.feeds import feeds_of
from swgdata.settings import Settings
from swgdata.source.choosing import Chooser
from swgdata.source.making import MAKING
from swgdata.source.place import Source

__all__ = ["Source", "active", "checked", "forget", "live", "sample"]


def live() -> Source:
    """The site of the settings."""
    with MAKING:
        return _live()


def sample() -> Source:
    """The sample galaxy; a galaxy of another size or seed is another folder."""
    with MAKING:
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
            with MAKING:
                chooser = _chooser()
            return chooser.choose()


def forget() -> None:
    """Close what is open and read the settings anew at the next use."""
    with MAKING:
        for made in (_live, _sample):
            if made.cache_info().currsize:
                made().close()
        for cached in (_live, _sample, _chooser, settings.current):
            cached.cache_clear()
