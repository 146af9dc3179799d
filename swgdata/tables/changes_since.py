"""What has changed since a time: spawns, cities, guilds, the war."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.entity_changes import movers
from swgdata.errors import ParameterError
from swgdata.game.classes import CLASSES
from swgdata.tables.entities import (
    CITIES,
    GUILDS,
    KINDS,
    NO_READING,
    Kind,
    catalogue,
    shared,
    with_names,
)
from swgdata.tables.model import UTC_TIME, Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import PLANET_FILTER, Parameter
from swgdata.tables.row_filters import on_planets

if TYPE_CHECKING:
    from swgdata.storage.history import History

_SPAWNS: Final = "spawns"
_WAR: Final = "gcw"
_SIDES: Final = ("imperial", "rebel")
_TELLING: Final = 10  # cities, and guilds, with the largest change
_SCHEMA: Final = {
    "subject": "str",
    "change": "str",
    "name": "str",
    "detail": "str",
    "before": "Int64",
    "value": "Int64",
    "difference": "Int64",
    "before_at": UTC_TIME,
    "at": UTC_TIME,
}


def moment(text: str | None, now: datetime) -> datetime:
    """Read the time to compare with; a day ago where none is given, UTC where no zone is.

    Raises:
        ParameterError: It is no time.
    """
    if text is None:
        return now - timedelta(days=1)
    try:
        told = datetime.fromisoformat(text.strip())
        aware = told if told.tzinfo else told.replace(tzinfo=UTC)
        return min(aware.astimezone(UTC), now)
    except (ValueError, OverflowError):
        shown = repr(text[:40])
        raise ParameterError(
            f"since must be a time such as 2026-08-20T11:30Z, not {shown}."
        ) from None


def _since(inputs: TableInputs) -> TableRows:
    """Cities on the planets that are asked for, and all else that has changed."""
    every = _all_since(inputs)
    rows = every.frame
    keep = on_planets(rows["detail"], inputs.parameters) | (rows["subject"] != CITIES.key)
    return replace(every, frame=rows[keep])


@shared("since", kinds=(CITIES.key, GUILDS.key, _SPAWNS, "server"))
def _all_since(inputs: TableInputs) -> TableRows:
    """Compare our last reading at or before that time with our last one of all."""
    then = moment(inputs.parameters["since"], inputs.now)
    history = inputs.stored.history
    parts: list[tuple[pd.DataFrame, str]] = [
        _war(inputs, history, then),
        *(_two(inputs, history, kind.key, then, _people(kind)) for kind in KINDS.values()),
        _two(inputs, history, _SPAWNS, then, _spawns),
    ]
    rows = pd.concat([_rows([]), *(part for part, _ in parts if len(part))], ignore_index=True)
    told = "; ".join(dict.fromkeys(why for _, why in parts if why))
    last = rows["at"].min() if len(rows) else None
    return TableRows(rows, {"subject": told} if told else {}, last)


Tell = Callable[[TableInputs, "History", datetime, datetime], pd.DataFrame]


def _two(
    inputs: TableInputs, history: "History", kind: str, then: datetime, tell: Tell
) -> tuple[pd.DataFrame, str]:
    """What two readings of a kind say, or why there are no two."""
    looks = history.observed(kind, until=inputs.now)
    named = {_SPAWNS: "spawns", "city": "cities", "guild": "guilds"}[kind]
    before = [look for look in looks if look <= then]
    if not looks:
        return _rows([]), f"{named}: {NO_READING}"
    if not before:
        return _rows([]), f"{named}: our readings begin {looks[0]:%Y-%m-%d %H:%M} UTC"
    if before[-1] == looks[-1]:
        return _rows([]), f"{named}: our last reading is of {looks[-1]:%Y-%m-%d %H:%M} UTC"
    found = tell(inputs, history, before[-1], looks[-1])
    return found.assign(**_times(found, before[-1], looks[-1])), ""


def _times(rows: pd.DataFrame, before: datetime, at: datetime) -> dict[str, Any]:
    ends = {"before_at": before, "at": at}
    return {name: pd.Series(end, index=rows.index, dtype=UTC_TIME) for name, end in ends.items()}


def _spawns(_: TableInputs, history: "History", before: datetime, at: datetime) -> pd.DataFrame:
    """What was up at one of the two only; what came and went in between shows in neither."""
    lived = history.intervals(since=before)
    entered, missing = lived["entered"], lived["first_missing"]
    was = set(lived.loc[(entered <= before) & ~(missing <= before), "resource_id"])
    now = set(lived.loc[(entered <= at) & ~(missing <= at), "resource_id"])
    last = lived.drop_duplicates("resource_id", keep="last")
    parts = []
    for word, ids in (("in", now - was), ("out", was - now)):
        rows = last.loc[last["resource_id"].isin(ids)].sort_values(["class_code", "name"])
        classes = {code: CLASSES[code].name for code in rows["class_code"] if code in CLASSES}
        detail = rows["class_code"].map(classes).fillna(rows["class_code"])
        parts.append(_rows(rows, subject="spawn", change=word, detail=detail))
    return pd.concat(parts, ignore_index=True)


def _people(kind: Kind) -> Tell:
    """Cities or guilds: who is new, who is gone, and whose active people changed most."""

    def tell(
        inputs: TableInputs, history: "History", before: datetime, at: datetime
    ) -> pd.DataFrame:
        measures = ("active", kind.people)
        was, all_was = (history.values_at(kind.key, measure, before) for measure in measures)
        now, all_now = (history.values_at(kind.key, measure, at) for measure in measures)
        there, here = was.index.union(all_was.index), now.index.union(all_now.index)
        every = there.union(here)
        ends = pd.DataFrame({"before": was.reindex(every), "value": now.reindex(every)})
        rows = ends.rename_axis("key").reset_index().astype({"key": "str"})
        rows = rows.assign(change=rows["value"] - rows["before"])
        new, gone = ~rows["key"].isin(there), ~rows["key"].isin(here)
        moved = movers(rows.loc[~new & ~gone], most=_TELLING)
        known, parts = catalogue(inputs, kind), []
        for word, part in (("new", rows[new]), ("gone", rows[gone]), ("active", moved)):
            named = with_names(part.drop(columns="change"), known, kind)
            subject = kind.key
            parts.append(
                _rows(
                    named,
                    subject=subject,
                    change=word,
                    detail=named[kind.by],
                    difference=part["change"].to_numpy(),
                )
            )
        return pd.concat(parts, ignore_index=True)

    return tell


def _war(inputs: TableInputs, history: "History", then: datetime) -> tuple[pd.DataFrame, str]:
    """The last count of each side before that time, and of all."""
    rows, why = [], ""
    for side in _SIDES:
        counts = _counts(inputs, history, side)
        before = counts.loc[counts.index <= then]
        if before.empty:
            begin = (
                f"our readings begin {counts.index[0]:%Y-%m-%d %H:%M} UTC" if len(counts) else ""
            )
            why = f"war: {begin or NO_READING}"
        elif before.index[-1] == counts.index[-1]:
            why = f"war: our last reading is of {counts.index[-1]:%Y-%m-%d %H:%M} UTC"
        elif before.iloc[-1] != counts.iloc[-1]:
            ends = {"before": before.iloc[-1], "value": counts.iloc[-1]}
            times = {"before_at": before.index[-1], "at": counts.index[-1]}
            moved = counts.iloc[-1] - before.iloc[-1]
            rows.append({"name": side.title(), **ends, **times, "difference": moved})
    return _rows(rows, subject="war", change="count"), why


def _counts(inputs: TableInputs, history: "History", side: str) -> pd.Series:
    """One side over time: what the feed dates itself, and what it told us before."""
    kept = history.samples(side, until=inputs.now)
    told = pd.Series((kept["total"] / kept["samples"]).to_numpy(), pd.Index(kept["timestamp"]))
    feed = inputs.optional(_WAR)
    if feed is not None:
        own = feed.loc[feed["timestamp"] <= inputs.now].set_index("timestamp")[side]
        told = pd.concat([told, own.astype("Float64").dropna().astype("float64")])
    return told[~told.index.duplicated(keep="last")].sort_index()


def _rows(rows: Any, **more: Any) -> pd.DataFrame:
    """Rows in the columns of the table."""
    frame = pd.DataFrame(rows).assign(**more).reindex(columns=list(_SCHEMA))
    figures = {name: frame[name].astype("Float64").round() for name in _FIGURES}
    return frame.assign(**figures).astype(_SCHEMA).reset_index(drop=True)


_FIGURES: Final = ("before", "value", "difference")
TABLES: Final = (
    Table(
        name="changes_since",
        question="What has changed since a time: spawns, cities, guilds, the war?",
        schema=_SCHEMA,
        builders={"swgtracker": Builder(_since, optional=(*KINDS, _WAR))},
        parameters=(
            Parameter("since", "text", help="such as 2026-08-20T11:30Z; a day ago where not given"),
            *(
                replace(item, help=f"{item.help}: cities alone, all else stays")
                for item in PLANET_FILTER
            ),
        ),
        nulls={
            **dict.fromkeys(_FIGURES, "a spawn has none, or it was not there or not known"),
            "name": "none is known",
            "detail": "the war has none, or none is known",
        },
    ),
)
