"""Source, age, staleness; why a card is empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import streamlit as st

from swgdata._version import __version__
from swgdata.sources.snapshot import Snapshot
from swgdata.tables import Result
from swgdata.tables.steps import Step
from swgdata.ui.run_state import Seen
from swgdata.ui.scope import scope
from swgdata.ui.text import ago, clock, count, plain

SAMPLE_BADGE: Final = ":orange-badge[:material/science: SAMPLE]"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the rows of one card come from.

    Attributes:
        meta: The meta of its exports; ``rows`` is set by the card.
        snapshots: The feeds it was made of.
        missing: Feeds it had to do without -> why.
        notes: Column -> why it may be missing.
        as_of: When the rows were true; None where nobody can tell.
    """

    meta: Mapping[str, Any]
    snapshots: tuple[Snapshot, ...]
    missing: Mapping[str, str]
    notes: Mapping[str, str]
    as_of: datetime | None = None

    @property
    def is_sample(self) -> bool:
        """The rows are of the invented galaxy."""
        return self.meta.get("source") == "sample"


def provenance_of(
    result: Result | Snapshot,
    applied: Mapping[str, object] | None = None,
    steps: Sequence[Step] = (),
) -> Provenance:
    """Read the origin off a table's answer or a single feed."""
    if not isinstance(result, Snapshot):
        meta = dict(result.meta())
        meta["parameters"] = {**result.parameters, **(applied or {})}
        if steps:
            meta["steps"] = [one.meta for one in steps]
        return Provenance(meta, result.snapshots, result.missing, result.notes, result.as_of)
    meta = {
        "table": result.feed.name,
        "source": result.source,
        "provider": result.provider,
        "as_of": result.as_of,
        "stale": result.stale,
        "parameters": dict(applied or {}),
        "rows": len(result.frame),
        "version": __version__,
    }
    return Provenance(meta, (result,), {}, {}, result.as_of)


def show_provenance(source: Provenance) -> None:
    """Write one line: source, as of, age, when it was read, and what is wrong with it."""
    now, zone = datetime.now(UTC), scope().zone
    parts = [SAMPLE_BADGE] if source.is_sample else []
    if source.snapshots:
        parts.append(f"Source: {plain(source.meta.get('provider'))}")
        times = [snapshot.as_of for snapshot in source.snapshots]
        as_of = min([*times, source.as_of] if source.as_of else times)
        read = min(snapshot.fetched_at for snapshot in source.snapshots)
        parts.append(f"as of {clock(as_of, zone)}, {ago(as_of, now)}")
        same_day = read.date() == as_of.date()
        parts.append(f"read {clock(read, zone)[11 * same_day :]}")
    else:
        parts.append(f"Source: this app's own records, as of {clock(now, zone)}")
    st.caption(" · ".join(parts) + "".join(_troubles(source)), help=_details(source, now))


def _troubles(source: Provenance) -> list[str]:
    badges = [
        f" :yellow-badge[:material/history: STALE: {plain(_reason(snapshot), length=160)}]"
        for snapshot in source.snapshots
        if snapshot.stale
    ]
    rejected = sum(snapshot.issues.rejected_count for snapshot in source.snapshots)
    if rejected:
        badges.append(f" :gray-badge[:material/rule: {count(rejected, 'record')} set aside]")
    for feed, why in source.missing.items():
        without = plain(f"without {feed}: {why}", length=160)
        badges.append(f" :gray-badge[:material/extension_off: {without}]")
    return badges


def _reason(snapshot: Snapshot) -> str:
    return f"{snapshot.feed.name}, {snapshot.reason or 'older than it should be'}"


def _details(source: Provenance, now: datetime) -> str | None:
    """One line per feed and the first few records set aside, for the question mark."""
    lines = [
        f"- {plain(snapshot.feed.name)}: {count(_listed(snapshot), 'row')}, "
        f"made {ago(snapshot.as_of, now)}, read {ago(snapshot.fetched_at, now)}"
        for snapshot in source.snapshots
    ]
    for snapshot in source.snapshots:
        for rejection in snapshot.issues.rejected[:5]:
            what = f"{rejection.field} “{rejection.value}”: {rejection.reason}"
            lines.append(f"- set aside, row {rejection.row}: {plain(what, length=160)}")
    return "\n".join(lines) or None


def _listed(snapshot: Snapshot) -> int:
    """Rows of the feed's main table; of all its tables where none bears its name."""
    main = snapshot.tables.get(snapshot.feed.name)
    return sum(map(len, snapshot.tables.values())) if main is None else len(main)


def why_empty(source: Provenance) -> str:
    """Say why a card has no rows, and what can be done about it.

    Three causes, three texts; the fourth, a feed that is down, is told by ``error_boundary``.
    """
    if not source.snapshots:
        return (
            ":material/hourglass_empty: **No data yet.** Nothing has been recorded so far; "
            "it fills with the next synchronisation (see Feed health)."
        )
    hollow = [plain(one.feed.name) for one in source.snapshots if not _listed(one)]
    if hollow:
        return (
            f":material/inbox: **The feed is empty.** {', '.join(hollow)} answered, "
            "but lists nothing at the moment."
        )
    total = max(_listed(snapshot) for snapshot in source.snapshots)
    return (
        f":material/filter_alt_off: **Nothing matches these filters.** The feed has "
        f"{count(total, 'row')}; loosen a filter on this page or in the sidebar."
    )


def banner(is_sample: bool, *, chosen: bool) -> None:  # noqa: FBT001 - the one subject
    """Say on every page that the galaxy is invented, and why it is shown."""
    if is_sample:
        why = (
            "because it was asked for (`SWG_SOURCE=sample`)."
            if chosen
            else "because the site cannot be reached and nothing was ever read from it. "
            "It is tried again every minute."
        )
        st.info(f"**SAMPLE** · This is an invented galaxy, shown {why}", icon=":material/science:")


def footer(seen: Sequence[Seen]) -> None:
    """List every feed the page has read, with its age."""
    now, zone = datetime.now(UTC), scope().zone
    if not seen:
        return
    ages = [
        f"{plain(one.feed.replace('_', ' '))} {ago(one.as_of, now)}"
        + (" :yellow-badge[stale]" if one.stale else "")
        for one in seen
    ]
    rejected = sum(one.rejected for one in seen)
    aside = f" · {count(rejected, 'record')} set aside" if rejected else ""
    st.caption(
        f":material/schedule: {clock(now, zone)} · " + " · ".join(ages) + aside,
        help="How long ago the source made what this page shows.",
    )
