"""Largest changes over a window, and sustained growth or decline, of cities and guilds."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from swgdata.analytics.entity_changes import (
    DAY,
    MONTH,
    WEEK,
    Window,
    change,
    movers,
    observation_pair,
)
from swgdata.analytics.trend_tests import METHOD, daily_values, sustained
from swgdata.tables import cities, entities, guilds
from swgdata.tables.entities import (
    CITIES,
    GUILDS,
    KINDS,
    MEASURE,
    NO_READING,
    Kind,
    Past,
    catalogue,
    with_names,
)
from swgdata.tables.model import UTC_TIME, Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import PLANET_FILTER, Parameter
from swgdata.tables.row_filters import rows_on_planets

WINDOWS: Final = {"24h": DAY, "7d": WEEK, "30d": MONTH}
_BOTH: Final = "both"
_WAYS: Final = ("rising", "falling")


def _movers(inputs: TableInputs) -> TableRows:
    """The largest changes of active people, or of all, over a window."""
    every = _all_changes(inputs)
    rows = movers(_listed(every.frame, inputs), most=inputs.parameters["limit"])
    return replace(every, frame=rows)


@entities.shared("kind", "measure", "window")
def _all_changes(inputs: TableInputs) -> TableRows:
    params, window = inputs.parameters, WINDOWS[inputs.parameters["window"]]
    kinds = list(KINDS.values()) if params["kind"] == _BOTH else [KINDS[params["kind"]]]
    pasts = {kind.name: Past.of(inputs, kind.key) for kind in kinds}
    parts = [_changed(inputs, kind, pasts[kind.name], window) for kind in kinds]
    lacking = {name: _lacking(past, window) for name, past in pasts.items()}
    told = "; ".join(f"{name}: {why}" for name, why in lacking.items() if why)
    last = [past.last for past in pasts.values() if past.last]
    rows = pd.concat(parts, ignore_index=True)
    return TableRows(rows, {"change": told} if told else {}, min(last, default=None))


def _changed(inputs: TableInputs, kind: Kind, past: Past, window: Window) -> pd.DataFrame:
    """Each entity at the last look and a window earlier; only points in between are read."""
    measure = kind.measure(inputs.parameters["measure"])
    last, earlier = observation_pair(past.looks, now=inputs.now, window=window)
    points = past.points(measure, since=earlier or last)
    found = change(points, past.looks, now=inputs.now, window=window)
    return with_names(found, catalogue(inputs, kind), kind).assign(measure=measure)


def _listed(rows: pd.DataFrame, inputs: TableInputs) -> pd.DataFrame:
    """The rows on the planets, and in the table of their kind with the same filters."""
    params, rows = inputs.parameters, rows_on_planets(rows, inputs.parameters)
    for kind, table in ((CITIES, cities), (GUILDS, guilds)):
        if any(params[item.name] != item.default for item in table.FILTERS):
            left = _left(inputs, kind) if kind.name in inputs.snapshots else []
            rows = rows[(rows["kind"] != kind.name) | rows["key"].isin(left)]
    return rows


def _left(inputs: TableInputs, kind: Kind) -> list[str]:
    if kind is CITIES:
        every = cities.model(inputs.frame("cities"), inputs.optional("guilds"))
        rows = every[cities.matching(every, inputs.parameters)]
    else:
        every = guilds.model(inputs.frame("guilds"), inputs.optional("cities"), ())
        rows = guilds.listed(every, inputs.parameters)
    return entities.keys(rows, kind)


def _lacking(past: Past, window: Window) -> str:
    """Why no change can be told; "" where one can."""
    if past.last is None:
        return NO_READING
    _, earlier = observation_pair(past.looks, now=past.now, window=window)
    if earlier is not None:
        return ""
    low, high = (_span(span.total_seconds() / 3600) for span in (window.least, window.most))
    return (
        f"a change takes a reading {low} to {high} before the last one, "
        f"ours begin {past.looks[0]:%Y-%m-%d %H:%M} UTC"
    )


def _span(hours: float) -> str:
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"


def _sustained(inputs: TableInputs) -> TableRows:
    """Which have been drifting, told from noise by ``METHOD``."""
    every, way = _all_trends(inputs), inputs.parameters["direction"]
    rows = _listed(every.frame, inputs)
    if way:
        rows = rows[(rows["direction"] == way).fillna(value=False)]
    return replace(every, frame=rows)


@entities.shared("kind", "measure", "zone", "days")
def _all_trends(inputs: TableInputs) -> TableRows:
    asked, kind = inputs.parameters, KINDS[inputs.parameters["kind"]]
    past, measure = Past.of(inputs, kind.key), kind.measure(asked["measure"])
    since = inputs.now - timedelta(days=asked["days"])
    points = past.points(measure, since=since)
    daily = daily_values(points, past.since(since), zone=ZoneInfo(asked["zone"]), now=inputs.now)
    found = with_names(sustained(daily), catalogue(inputs, kind), kind)
    ends = {end: found[end].dt.strftime("%Y-%m-%d") for end in ("first", "last")}
    rows = found.assign(measure=measure, **ends)
    notes = {} if len(found) else {"name": NO_READING}
    return TableRows(rows, notes, past.last)


_FILTERS: Final = tuple({item.name: item for item in (*cities.FILTERS, *guilds.FILTERS)}.values())
_NAMED: Final = {"kind": "str", "name": "str", "planet": "str", "tag": "str", "faction": "str"}
_NULLS: Final = {
    "name": "the feed gives none",
    "planet": "a guild has none, or the feed gives none",
    "tag": "a city has none, or the feed gives none",
    "faction": "none declared, or no longer in the feed",
}
TABLES: Final = (
    Table(
        name="movers",
        question="Which cities and guilds gained or lost most people, by our own readings?",
        schema={
            **_NAMED,
            "measure": "str",
            "value": "Int64",
            "before": "Int64",
            "change": "Int64",
            "at": UTC_TIME,
            "before_at": UTC_TIME,
        },
        builders={"swgtracker": Builder(_movers, optional=tuple(KINDS))},
        parameters=(
            Parameter(
                "kind",
                "choice",
                default=_BOTH,
                choices=(*KINDS, _BOTH),
                help="cities, guilds or both",
            ),
            MEASURE,
            Parameter("window", "choice", default="24h", choices=tuple(WINDOWS), help="how long"),
            *PLANET_FILTER,
            *_FILTERS,
            Parameter("limit", "whole", default=15, help="at most so many", low=1, high=5000),
        ),
        nulls=_NULLS,
    ),
    Table(
        name="sustained_changes",
        question=f"Which cities or guilds have been growing or fading for weeks? {METHOD}.",
        schema={
            **_NAMED,
            "measure": "str",
            "days": "Int64",
            "first": "str",
            "last": "str",
            "per_day": "Float64",
            "change": "Float64",
            "q": "Float64",
            "direction": "str",
            "reason": "str",
        },
        builders={"swgtracker": Builder(_sustained, optional=tuple(KINDS))},
        parameters=(
            entities.KIND,
            MEASURE,
            Parameter("zone", "zone", default="UTC", help="whose calendar days"),
            entities.days(90),
            Parameter("direction", "choice", choices=_WAYS, help="only what is called so"),
            *PLANET_FILTER,
            *_FILTERS,
        ),
        nulls=_NULLS
        | dict.fromkeys(("per_day", "change", "q"), "not tested; the reason says why")
        | {"direction": "no lasting change is proven", "reason": "it was tested"},
    ),
)
