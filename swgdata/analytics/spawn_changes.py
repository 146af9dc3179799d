"""What changed between two exports; spawned and despawned per day."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.class_planet import group_of
from swgdata.analytics.quality import class_relative
from swgdata.analytics.spawn_lifetimes import WIDEST_GAP, family_of
from swgdata.analytics.timeseries import day_of, observation_times
from swgdata.game import STATS, planet_texts
from swgdata.game.classes import CLASSES, name

KINDS: Final = (
    "spawned", "despawned", "planets_added", "planets_removed", "stats_edited", "added", "removed",
)  # fmt: skip
"""What can happen to a resource between two exports, in the order it is told."""
NEW: Final = "new"
BACK: Final = "back in spawn"
STILL_LISTED: Final = "still listed"
NOT_LISTED: Final = "no longer listed"
_FIFTH: Final = 5  # docs/formulas.md#spawn-shifts: a failed import makes everything look despawned
_KEPT: Final = ("id", "name", "class_code", "class_name", "in_spawn", "planets", "first_seen")
_COLUMNS: Final = (
    "change", "id", "name", "class_code", "class_name", "detail", "in_spawn", "planets",
    "quality", "first_seen",
)  # fmt: skip
_Part = tuple[str, pd.DataFrame, str | np.ndarray]  # change, rows, detail


def shifts(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Tell two versions of the resources export apart.

    Only facts about the resource count: its spawn, its planets, its ten stats. The site's
    opinions (rating, score, price) change daily without it.

    Args:
        before: Rows of the feed in the older version, each id once.
        after: The same of the newer.

    Returns:
        One row per id and change: ``change`` (ordered categories ``KINDS``), ``id``, ``name``,
        ``class_code``, ``class_name``, ``detail``, ``in_spawn`` (in the newer version),
        ``planets`` (bit mask), ``quality`` (class-relative, 0 to 100, NaN = not rateable),
        ``first_seen``. Values are those of the newer version, of the older where the id is no
        longer listed. By kind, then best quality first, then id.

        - ``spawned``: in spawn only after; ``detail`` is ``NEW`` or, where the id was listed
          before as out of spawn, ``BACK``.
        - ``despawned``: in spawn only before; ``STILL_LISTED`` or ``NOT_LISTED``.
        - ``planets_added``, ``planets_removed``: listed in both; which planets.
        - ``stats_edited``: listed in both; each stat as ``OQ 912 → 915``, 0 as ``none``.
        - ``added``, ``removed``: listed in only one of them, out of spawn there.
    """
    parts = [
        _rows(rows, change, detail)
        for change, rows, detail in (*_moves(before, after), *_corrections(before, after))
    ]
    every = pd.concat(parts, ignore_index=True)
    kinds = pd.Categorical(every["change"], categories=pd.Index(KINDS, dtype="str"), ordered=True)
    return (
        every.assign(change=kinds)
        .sort_values(["change", "quality", "id"], ascending=[True, False, True], ignore_index=True)
        .loc[:, list(_COLUMNS)]
    )


def _moves(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[_Part]:
    was = pd.Index(before["id"]).get_indexer(after["id"])  # place in the older one, -1 = new
    listed = was >= 0
    alive, was_alive = after["in_spawn"].to_numpy(), np.zeros(len(after), dtype=bool)
    lived = before["in_spawn"].to_numpy()
    was_alive[listed] = lived[was[listed]]
    gone = np.ones(len(before), dtype=bool)
    gone[was[listed]] = False
    last = before.assign(in_spawn=False)
    yield "spawned", after.loc[alive & ~listed], NEW
    yield "spawned", after.loc[alive & listed & ~was_alive], BACK
    yield "despawned", after.loc[was_alive & ~alive], STILL_LISTED
    yield "despawned", last.loc[gone & lived], NOT_LISTED
    yield "added", after.loc[~alive & ~listed], "listed, already out of spawn"
    yield "removed", last.loc[gone & ~lived], NOT_LISTED


def _corrections(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[_Part]:
    was = pd.Index(before["id"]).get_indexer(after["id"])
    both = np.flatnonzero(was >= 0)
    old, new = (
        frame["planets"].to_numpy()[places]
        for frame, places in ((before, was[both]), (after, both))
    )
    for change, masks in (("planets_added", new & ~old), ("planets_removed", old & ~new)):
        at = np.flatnonzero(masks)
        yield change, after.iloc[both[at]], planet_texts(masks[at])
    edits = np.full(len(both), "", dtype=object)
    for stat in STATS:
        value, now = before[stat].to_numpy()[was[both]], after[stat].to_numpy()[both]
        at = np.flatnonzero(value != now)
        edits[at] += np.array(
            [
                f", {stat.upper()} {old_value or 'none'} → {other or 'none'}"
                for old_value, other in zip(value[at].tolist(), now[at].tolist(), strict=True)
            ],
            dtype=object,
        )
    at = np.flatnonzero(edits)
    yield "stats_edited", after.iloc[both[at]], np.array([text[2:] for text in edits[at]], object)


def _rows(rows: pd.DataFrame, change: str, detail: "str | np.ndarray") -> pd.DataFrame:
    """Rows of one kind, with classes as text: two versions need not share their categories."""
    kept = rows.loc[:, list(_KEPT)].astype({"class_code": "str", "class_name": "str"})
    details = pd.Series(detail, index=rows.index, dtype="str")
    return kept.assign(change=change, detail=details, quality=class_relative(rows))


def by_class(changes: pd.DataFrame, *, within: str | None = None) -> pd.DataFrame:
    """Count what came and what went by family of classes.

    The rows are the subclasses of ``within``, None for the families below the roots.

    Returns:
        ``class_code``, ``class_name``, ``spawned``, ``despawned``, ``net`` (int64), in tree
        order, those without a class last under a null; families where nothing moved are left out.
    """
    codes = changes["class_code"].astype("str")
    level = 1 if within else 2
    family = {code: group_of(code, within=within, level=level) for code in codes.dropna().unique()}
    moved = changes["change"].astype("str")
    counts = pd.DataFrame(
        {
            "class_code": codes.map(family, na_action="ignore").astype("str"),
            "spawned": (moved == "spawned").astype("int64"),
            "despawned": (moved == "despawned").astype("int64"),
        }
    )
    counts = counts.loc[counts["spawned"].add(counts["despawned"]) > 0]
    totals = counts.groupby("class_code", dropna=False, as_index=False, sort=False).sum()
    ranks = {code: row for row, code in enumerate(CLASSES)}
    order = totals["class_code"].map(ranks).fillna(len(ranks)).sort_values(kind="stable")
    totals = totals.loc[order.index].reset_index(drop=True)
    named = totals["class_code"].map(name, na_action="ignore").astype("str")
    totals.insert(1, "class_name", named)
    return totals.assign(net=totals["spawned"] - totals["despawned"])


def sudden_drop(before: pd.DataFrame, after: pd.DataFrame) -> str | None:
    """Warn where under a fifth of what was ``in_spawn`` still is (docs/formulas.md#spawn-shifts).

    Returns:
        A sentence with both counts; None where there is nothing to warn of.
    """
    then, now = int(before["in_spawn"].sum()), int(after["in_spawn"].sum())
    if now * _FIFTH >= then:
        return None
    are = "is" if now == 1 else "are"
    return (
        f"Only {now:,} of the resources {are} in spawn, after {then:,} in the version before: "
        "the site's own import may have failed, so what looks despawned may still be there."
    )


def turnover(
    intervals: pd.DataFrame,
    observed: Iterable[datetime],
    *,
    zone: tzinfo,
    family: str | None = None,
) -> pd.DataFrame:
    """Count spawns that came and went on each local day of our own watch.

    In: on the site's date, if that lies within our watch; on the day we first saw it where the site
    has none (what was up at our very first look then came before), and where it came back. Out: on
    the day of the middle between the last look with it and the first without. Only spawns of
    ``family`` count, None for all.

    Returns:
        One row per day from the first look to the last: ``day`` (naive, datetime64[s]), ``looks``
        (int64), ``spawned``, ``despawned``, ``net``, ``vague`` (despawns in a gap longer than
        ``WIDEST_GAP``: the day may be wrong) (Int64; null = no look that day and none known).
    """
    seen = observation_times(observed)
    if seen.empty:
        return _empty()
    came, rows = _came(intervals, first=seen.iloc[0]), intervals
    if family is not None:
        chosen = family_of(intervals["class_code"]) == family
        came, rows = came.loc[chosen], intervals.loc[chosen]
    gap = rows["first_missing"] - rows["last_seen"]
    went = rows["last_seen"] + gap / 2
    observed_at = _looks(day_of(seen, zone=zone))
    came_on, went_on, vague = (
        _per_day(times, zone=zone, looks=observed_at)
        for times in (came, went, went.where(gap > WIDEST_GAP))
    )
    counts = {"spawned": came_on, "despawned": went_on, "net": came_on - went_on, "vague": vague}
    return pd.DataFrame({"looks": observed_at, **counts}).reset_index()


def _looks(days: pd.Series) -> pd.Series:
    every = pd.date_range(days.iloc[0], days.iloc[-1], freq="D", name="day", unit="s")
    return days.value_counts().reindex(every).fillna(0).astype("int64")


def _came(rows: pd.DataFrame, *, first: pd.Timestamp) -> pd.Series:
    """When each came; NaT where it was before our watch."""
    back = rows["entered"] > rows.groupby("resource_id")["entered"].transform("min")
    unknown = rows["first_seen"].isna() & (rows["entered"] > first)
    site = rows["first_seen"].where(rows["first_seen"] <= rows["entered"], rows["entered"])
    stated = site.where(rows["first_seen"].notna())
    came = rows["entered"].where(back | unknown, stated)
    return came.where(came >= first)


def _per_day(times: pd.Series, *, zone: tzinfo, looks: pd.Series) -> pd.Series:
    counts = day_of(times.dropna(), zone=zone).value_counts().reindex(looks.index).fillna(0)
    return counts.astype("Int64").mask((looks == 0) & (counts == 0))


def _empty() -> pd.DataFrame:
    counts = dict.fromkeys(("spawned", "despawned", "net", "vague"), "Int64")
    schema = {"day": "datetime64[s]", "looks": "int64", **counts}
    return pd.DataFrame(columns=list(schema)).astype(schema)
