"""Changes between two exports: choice, titles, columns."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics.spawn_changes import BACK, KINDS, NOT_LISTED, by_class
from swgdata.game import planet_mask
from swgdata.sources.snapshot import Snapshot
from swgdata.storage.datasets import DatasetVersion
from swgdata.tables.spawn_shifts import digest
from swgdata.ui import theme
from swgdata.ui.charts.diverging_bars import in_out_bars
from swgdata.ui.components import filters
from swgdata.ui.components.headline import Figure
from swgdata.ui.components.provenance import provenance_of, show_provenance
from swgdata.ui.resources.titles import called, where
from swgdata.ui.text import count, plain
from swgdata.ui.theme import Mark

CHANGE_MARKS: Final[Mapping[str, Mark]] = {
    "spawned": Mark(theme.RISE.colour, "▲", theme.RISE.shape, "Spawned"),
    "despawned": Mark(theme.FALL.colour, "▼", theme.FALL.shape, "Despawned"),
    "planets_added": Mark(theme.TEAL, "＋", "cross", "Planets added"),
    "planets_removed": Mark(theme.AMBER, "－", "stroke", "Planets removed"),
    "stats_edited": Mark(theme.AMBER, "✎", "square", "Stats edited"),
    "added": Mark(theme.UNKNOWN, "◇", "diamond", "Listed"),
    "removed": Mark(theme.UNKNOWN, "✕", "diamond", "Unlisted"),
}
chart: Final = partial(in_out_bars, label="class_name", came="spawned", went="despawned")
_FIRST: Final = (
    "change", "name", "class_name", "detail", "quality", "planets", "first_seen", "in_spawn",
)  # fmt: skip
_KINDS_BY_LABEL: Final = {CHANGE_MARKS[kind].label: kind for kind in KINDS}


def alone(kept: Sequence[DatasetVersion], feed: Snapshot) -> None:
    """Say that there is nothing to compare with yet."""
    with st.container(border=True, key="shifts_alone"):
        name = f", of {_names(kept)[0]}" if kept else ""
        st.markdown(
            f":material/hourglass_empty: **One version so far**{plain(name) if name else ''}. "
            "The next daily export makes a comparison possible."
        )
        show_provenance(provenance_of(feed))


def pick(kept: Sequence[DatasetVersion]) -> tuple[DatasetVersion, DatasetVersion] | None:
    """Ask for two versions; the older one comes first, whichever way they are chosen.

    Returns:
        None where the same version is chosen twice.
    """
    names = _names(kept)
    with st.grid(columns=2, min_column_width=240):
        since = filters.one_of_many("From", names, key="shifts_since", default=names[1])
        until = filters.one_of_many("To", names, key="shifts_until")
    newer, older = sorted((names.index(since), names.index(until)))
    return None if newer == older else (kept[older], kept[newer])


def _names(kept: Sequence[DatasetVersion]) -> list[str]:
    """Each version by the time it was made, and by its digest too where that is not enough."""
    times = [f"{version.as_of.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for version in kept]
    return [
        time if times.count(time) == 1 else f"{time} ({digest(version)})"
        for time, version in zip(times, kept, strict=True)
    ]


def warn(pair: Sequence[DatasetVersion], feed: Snapshot) -> None:
    """Repeat what made the two versions doubtful; what the frame says of the newest, it says."""
    for version in pair:
        for text in version.issues.warnings:
            if text not in feed.warnings:
                day = f"{version.as_of.astimezone(UTC):%Y-%m-%d}"
                told = f"**Data quality, export of {day}.** {plain(text, length=300)}"
                st.warning(told, icon=":material/warning:")


def draw() -> dict[str, Any]:
    """Draw the filters of its own; parameters of the ``spawn_shifts`` table."""
    with st.grid(columns=2, min_column_width=145):
        change = filters.choice("Change", tuple(_KINDS_BY_LABEL), key="shifts_change")
        return {
            "change": _KINDS_BY_LABEL.get(change or ""),
            "name": filters.search("Name", key="shifts_name", placeholder="Part of it"),
        }


def figures(changes: pd.DataFrame) -> list[Figure]:
    """Headline figures: in, out, planets, stats."""
    kinds = changes["change"].astype("str").value_counts()
    number = {kind: int(kinds.get(kind, 0)) for kind in KINDS}
    moved = changes.loc[changes["change"].isin(["spawned", "despawned"]), "detail"]
    back = int((moved == BACK).sum())
    gone = int((moved == NOT_LISTED).sum())
    return [
        Figure("Spawned", f"{number['spawned']:,}", since=f"of them {back:,} back again"),
        Figure("Despawned", f"{number['despawned']:,}", since=f"of them {gone:,} unlisted"),
        Figure(
            "Planets added",
            f"{number['planets_added']:,}",
            since=f"and {number['planets_removed']:,} with fewer",
            help="Resources that are now known on more planets than before.",
        ),
        Figure(
            "Stats edited",
            f"{number['stats_edited']:,}",
            since="resources corrected",
            help="A resource never changes in the game: somebody has corrected the record.",
        ),
    ]


def listing(changes: pd.DataFrame) -> pd.DataFrame:
    """The ``spawn_shifts`` table with the columns that tell most in front."""
    return changes[[*_FIRST, *(column for column in changes.columns if column not in _FIRST)]]


def title(rows: pd.DataFrame) -> str:
    """Title of the list: how many changes, and the best of what spawned."""
    text = count(len(rows), "change")
    fresh = rows.loc[(rows["change"] == "spawned") & rows["quality"].notna()]
    if fresh.empty:
        return text
    best = fresh.iloc[0]
    place = where(planet_mask(best["planets"] or ()))
    return (
        f"{text}; best that spawned: {called(best['name'])}, {best['quality']:.1f} % of caps{place}"
    )


def families(rows: pd.DataFrame, class_code: str | None) -> pd.DataFrame:
    """What came and went by class: the subclasses of the chosen one, else the families."""
    counts = by_class(rows, within=class_code)
    return counts.assign(class_name=counts["class_name"].fillna("(no class)"))


def busiest(families: pd.DataFrame) -> str:
    """Title of the chart: the family in which most moved."""
    if families.empty:
        return "Nothing came or went"
    moved = families["spawned"] + families["despawned"]
    most = families.iloc[int(moved.argmax())]
    return f"{most['class_name']} moved most: {most['spawned']} in, {most['despawned']} out"


def between(before: DatasetVersion, after: DatasetVersion) -> str:
    """Say which two versions are compared, and what that means for the time of a change."""
    first, last = _names((before, after))
    return f"Between the exports of {first} and {last}; when in between, the site does not tell."


def columns() -> dict[str, Any]:
    """Column types of the list."""
    return {
        "change": st.column_config.SelectboxColumn(
            "Change",
            width=150,
            options=KINDS,
            format_func=lambda kind: theme.named(CHANGE_MARKS, str(kind)),
        ),
        "quality": st.column_config.ProgressColumn(
            "Quality",
            min_value=0,
            max_value=100,
            format="%.1f",
            help="Mean share of its class's caps, in per cent",
        ),
        "class_name": "Class",
        "class_code": "Class code",
    }
