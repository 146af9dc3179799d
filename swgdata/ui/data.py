"""What pages read: named tables and single feeds.

What comes back is shared by all visitors. Never assign into it: ``.assign`` and ``.loc`` copy.
Beside this, only the charts of ``components.chart_cache`` are kept in an ``st.cache_*``.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

import streamlit as st

from swgdata import tables
from swgdata.errors import FeedError
from swgdata.query import stored_data
from swgdata.sources import Source, active, datasets
from swgdata.sources import snapshot as snapshots
from swgdata.sources.datasets import stored_versions
from swgdata.sources.snapshot import Snapshot
from swgdata.storage.datasets import DatasetVersion
from swgdata.tables import Result
from swgdata.ui import run_state

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_SLOT: Final = 300  # seconds a table may hold on to the time its ages count to
_ANSWERS: Final = 64  # answers kept for all visitors,
_LONGEST: Final = 2_000  # of so many rows at most: some 64 MB whatever is asked for


def answer(table: str, /, **parameters: object) -> Result:
    """Answer a named table from the feeds as they are now.

    Raises:
        FeedError: A feed it cannot do without has nothing to show.
        ParameterError: A parameter is unknown or has a value it cannot take.
    """
    run_state.enter_frame()
    typed = tables.read_parameters(tables.TABLES[table], parameters)
    source, now = active(), datetime.now(UTC)
    loaded = {feed: _tried(source, feed) for feed in tables.needs(table, source.provider)}

    def load(feed: str) -> Snapshot:
        one = loaded[feed]
        if isinstance(one, FeedError):
            raise one
        return one

    def ask() -> Result:
        return _asked(table, typed, source, load, now)

    if not loaded:  # the service's own records change without any feed
        return ask()
    versions = tuple(
        (feed, one.version if isinstance(one, Snapshot) else str(one))
        for feed, one in loaded.items()
    )
    slot = int(now.timestamp()) // _SLOT
    try:
        # By keyword: Streamlit looks positional ones up in the signature, each time.
        return _kept(what=repr((source.name, table, typed, versions, slot)), _ask=ask)
    except _TooMuch as much:
        return much.result


class _TooMuch(Exception):
    """An answer too big to be kept; passed as an error, since those are not."""

    def __init__(self, result: Result) -> None:
        self.result = result


# No answer outlives its slot: each holds on to the feeds it was made of, whatever came after.
@st.cache_resource(max_entries=_ANSWERS, ttl=_SLOT, show_spinner=False)
def _kept(what: str, _ask: Callable[[], Result]) -> Result:
    del what
    result = _ask()
    if len(result.frame) > _LONGEST:
        raise _TooMuch(result)
    return result


def _asked(
    table: str,
    parameters: dict[str, object],
    source: Source,
    load: Callable[[str], Snapshot],
    now: datetime,
) -> Result:
    return tables.answer(
        table,
        parameters,
        load=load,
        provider=source.provider,
        now=now,
        stored=stored_data(source, slot=_SLOT),
    )


def snapshot(feed: str, /, **parameters: str) -> Snapshot:
    """Load one feed as it is now; for the rest of this run of the page it stays the same.

    Raises:
        FeedError: It has nothing to show.
    """
    run_state.enter_frame()
    return _loaded(active(), feed, parameters)


def _loaded(source: Source, feed: str, parameters: Mapping[str, str] = _NONE) -> Snapshot:
    known, key = run_state.loaded(), (source.name, feed, *map(str, sorted(parameters.items())))
    one = known.get(key)
    if one is None:
        patience = datasets.PAGE_WAIT
        one = snapshots.load(feed, source=source, wait=None, first_wait=patience, **parameters)
        known[key] = one
    run_state.note(one)
    return one


def offers(feed: str, /) -> bool:
    """Whether the source has such a feed."""
    return feed in active().feeds


def versions(export: str, /) -> list[DatasetVersion]:
    """The stored versions of an export, newest first; nothing is fetched for them.

    Raises:
        NotOffered: The source has no such export.
    """
    run_state.enter_frame()
    return stored_versions(export, source=active())


def _tried(source: Source, feed: str) -> Snapshot | FeedError:
    """One feed of the source that was chosen for the whole answer."""
    try:
        return _loaded(source, feed)
    except FeedError as error:
        return error
