"""Which source is read: the site, one's own documents, or the sample galaxy."""

import re
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlsplit

from swgdata import settings
from swgdata.errors import SettingsError
from swgdata.feeds import feeds_of
from swgdata.settings import Settings
from swgdata.sources.fallback import SampleFallback
from swgdata.sources.source import _OPENING, LiveSource, PlainSource, SampleSource, Source

__all__ = ["Source", "active", "live_source", "reset", "sample_source", "validated_settings"]


def live_source() -> Source:
    """The site of the settings."""
    with _OPENING:
        return _live()


def sample_source() -> Source:
    """The sample galaxy; a galaxy of another size or seed is another folder."""
    with _OPENING:
        return _sample()


def validated_settings() -> Settings:
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
    chosen = validated_settings()
    if chosen.provider == "plain":
        return PlainSource(chosen.data_dir / "plain", chosen)
    host = re.sub(r"[^A-Za-z0-9.-]", "_", urlsplit(chosen.base_url).netloc)
    return LiveSource(chosen.data_dir / chosen.provider / host, chosen)


@cache
def _sample() -> Source:
    from swgdata.sources.sample.backfill import backfill_history

    chosen = validated_settings()
    folder = chosen.data_dir / "sample" / f"{chosen.sample_rows}-{chosen.sample_seed}"
    source = SampleSource(folder, chosen)
    backfill_history(source.history, chosen, datetime.now(UTC))
    return source


@cache
def _chooser() -> SampleFallback:
    return SampleFallback(live_source, sample_source)


def active() -> Source:
    """The source to read from now, as ``SWG_SOURCE`` says.

    ``auto`` is the live site; the sample stands in only while the site cannot be reached and
    nothing was ever stored from it.
    """
    match settings.current().source:
        case "live":
            return live_source()
        case "sample":
            return sample_source()
        case _:
            with _OPENING:
                chooser = _chooser()
            return chooser.choose()


def reset() -> None:
    """Close what is open and read the settings anew at the next use."""
    with _OPENING:
        for made in (_live, _sample):
            if made.cache_info().currsize:
                made().close()
        for cached in (_live, _sample, _chooser, settings.current):
            cached.cache_clear()
