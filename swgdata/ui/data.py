"""What pages read: named tables and single feeds. The only ``st.cache_*`` of the app.

What comes back is shared by all visitors. Never assign into it: ``.assign`` and ``.loc`` copy.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from swgdata import snapshot as snapshots
from swgdata import tables
from swgdata.answers import Records
from swgdata.errors import FeedError
from swgdata.snapshot import Snapshot
from swgdata.source import Source, active
from swgdata.tables import Result
from swgdata.ui import run
from swgdata.versions import Version
from swgdata.versions import stored as stored_versions

_SLOT: Final = 300  # seconds a table may hold on to the time its ages count to


def answer(table: str, /, **parameters: object) -> Result:
    """Answer a named table from the feeds as they are now.

    Args:
        table: Name of the table.
        **parameters: Its parameters; None and "" leave one out.

    Raises:
        FeedError: A feed it cannot do without has nothing to show.
        ParameterError: A parameter is unknown or has a value it cannot take.
    """
    run.enter_frame()
    typed = tables.read_parameters(tables.TABLES[table], parameters)
    source, now = active(), datetime.now(UTC)
    loaded = {feed: _tried(feed) for feed in tables.needs(table, source.provider)}

    def load(feed: str) -> Snapshot:
        one = loaded[feed]
        if isinstance(one, FeedError):
            raise one
        return one

    if not loaded:  # the service's own records change without any feed
        return _asked(table, typed, source, load, now)
    versions = tuple(
        (feed, one.version if isinstance(one, Snapshot) else str(one))
        for feed, one in loaded.items()
    )
    known = tuple(typed.items())
    slot = int(now.timestamp()) // _SLOT
    return _answered(table, known, source.name, versions, slot, source, load, now)


@st.cache_resource(max_entries=64, show_spinner=False)
def _answered(
    table: str,
    parameters: tuple[tuple[str, object], ...],
    name: str,
    versions: tuple[tuple[str, str], ...],
    slot: int,
    _source: Source,
    _load: Callable[[str], Snapshot],
    _now: datetime,
) -> Result:
    del name, versions, slot
    return _asked(table, dict(parameters), _source, _load, _now)


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
        histories=lambda feed: snapshots.remembered(feed, source=source),
        state=Records(source),
        versions=lambda feed: stored_versions(feed, source=source),
    )


def snapshot(feed: str, /, **parameters: str) -> Snapshot:
    """Load one feed as it is now.

    Raises:
        FeedError: It has nothing to show.
    """
    run.enter_frame()
    one = snapshots.load(feed, source=None, wait=None, **parameters)
    run.note(one)
    return one


def versions(export: str, /) -> list[Version]:
    """The stored versions of an export, newest first; nothing is fetched for them.

    Raises:
        NotOffered: The source has no such export.
    """
    run.enter_frame()
    return stored_versions(export, source=active())


def _tried(feed: str) -> Snapshot | FeedError:
    try:
        return snapshot(feed)
    except FeedError as error:
        return error
