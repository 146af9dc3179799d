"""Lifetimes of spawns: survival, chances to last, what leaves soon, droughts."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from swgdata.analytics import spawn_lifetimes
from swgdata.analytics.droughts import droughts
from swgdata.analytics.resources import planet_lists
from swgdata.analytics.spawn_lifetimes import ALL, by_age
from swgdata.analytics.survival import (
    FEWEST_AT_RISK,
    Curve,
    families,
    fit,
    median_lifetime,
    survival_chance,
)
from swgdata.game.classes import name
from swgdata.tables import spawn_history
from swgdata.tables.model import Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import PLANET_FILTER, Parameter
from swgdata.tables.resource_query import of_class, positions, quality, rated
from swgdata.tables.resources import FILTERS
from swgdata.tables.row_filters import on_planets

_TENTHS: Final = 10.0  # a weighted quality is of 1000
_WEIGHTS: Final = next(parameter for parameter in FILTERS if parameter.name == "weights")


def _build_droughts(inputs: TableInputs) -> TableRows:
    """Rate every spawn ever listed, then ask each class for its last good one."""
    snapshot, asked = inputs.snapshots[spawn_history.FEED], inputs.parameters
    export = snapshot.tables[spawn_history.FEED]
    share = quality(snapshot, asked)
    share = share / _TENTHS if asked["weights"] else share
    keep = on_planets(export["planets"].to_numpy(), asked)
    if asked["class_code"]:
        keep &= of_class(export["class_code"], asked["class_code"])
    rated = pd.Series(share, copy=False)
    return TableRows(
        droughts(export, quality=rated, threshold=asked["threshold"], now=inputs.now, among=keep)
    )


DROUGHTS: Final = Table(
    name="droughts",
    question="For how many days has no spawn of a class reached a quality?",
    schema={
        "class_code": "str",
        "class_name": "str",
        "days": "Int64",
        "last": "str",
        "last_seen_first": "datetime64[s, UTC]",
        "up": "int64",
        "good": "int64",
        "spawns": "int64",
    },
    parameters=(
        Parameter(
            "threshold",
            "number",
            default=80.0,
            help="least quality that counts, in per cent: of the caps of its class, or of what "
            "the weights can reach",
            low=0,
            high=100,
        ),
        _WEIGHTS,
        spawn_history.CLASS,
        *PLANET_FILTER,
    ),
    builders={"swgtracker": Builder(_build_droughts, feeds=(spawn_history.FEED,))},
    nulls={
        "days": "none was ever good enough, or its date is not known",
        "last": "none was ever good enough, or its date is not known",
        "last_seen_first": "none was ever good enough, or its date is not known",
    },
)
TOO_FEW: Final = f"fewer than {FEWEST_AT_RISK} spawns were watched at that age"
_CALLED: Final = {"family": "str", "family_name": "str"}


def curves(inputs: TableInputs) -> Mapping[str, Curve]:
    """Family -> its curve, that of all classes last; the one class asked for in their place."""
    lives, code = spawn_history.lives(inputs), inputs.parameters["class_code"]
    if not code:
        return {**families(lives), ALL: fit(lives)}
    code = code.strip().casefold()
    return {code: fit(lives.loc[of_class(lives["class_code"], code)]), ALL: fit(lives)}


def _lifetimes(inputs: TableInputs) -> TableRows:
    every = inputs.parameters["every"]
    parts = []
    for family, curve in curves(inputs).items():
        if not len(curve.entries):
            continue
        rows = by_age(curve, every=every).rename(columns={"age": "age_hours"})
        middle = median_lifetime(curve).age
        told = {"family": family, "family_name": _called(family), "median_hours": middle}
        parts.append(rows.assign(**told).astype({"median_hours": "Float64"}))
    schema = SPAWN_LIFETIMES.schema
    none = pd.DataFrame(columns=list(schema)).astype(dict(schema))
    return TableRows(pd.concat(parts, ignore_index=True) if parts else none)


def _called(family: str) -> str:
    return "All classes" if family == ALL else name(family)


def _chances(inputs: TableInputs) -> TableRows:
    asked = inputs.parameters
    rows = []
    for family, curve in curves(inputs).items():
        odds = survival_chance(curve, age=asked["age"], ahead=asked["ahead"])
        half = median_lifetime(curve)
        rows.append(
            {
                "family": family,
                "family_name": _called(family),
                "spawns": len(curve.entries),
                "ended": int(curve.left.sum()),
                "median_hours": half.age,
                "median_reason": half.reason,
                "age_hours": asked["age"],
                "ahead_hours": asked["ahead"],
                "chance": odds.value,
                "low": odds.low,
                "high": odds.high,
                "n": odds.n,
                "reason": odds.reason,
            }
        )
    return TableRows(pd.DataFrame(rows, columns=list(SPAWN_CHANCES.schema)))


SPAWN_LIFETIMES: Final = Table(
    name="spawn_lifetimes",
    question="What share of spawns is still up at each age, by family of classes?",
    schema={
        **_CALLED,
        "age_hours": "float64",
        "survival": "Float64",
        "low": "Float64",
        "high": "Float64",
        "at_risk": "int64",
        "left": "int64",
        "median_hours": "Float64",
    },
    parameters=(
        spawn_history.CLASS,
        Parameter("every", "whole", default=6, help="hours between two ages", low=1, high=168),
    ),
    builders={"swgtracker": Builder(_lifetimes, feeds=(spawn_history.FEED,))},
    nulls={
        "survival": TOO_FEW,
        "low": f"{TOO_FEW}, or all of them lasted, or none",
        "high": f"{TOO_FEW}, or all of them lasted, or none",
        "median_hours": "too few spawns were watched at once, or more than half of them last on",
    },
)
SPAWN_CHANCES: Final = Table(
    name="spawn_chances",
    question="How long do spawns last, and what is the chance of one of an age to last on?",
    schema={
        **_CALLED,
        "spawns": "int64",
        "ended": "int64",
        "median_hours": "Float64",
        "median_reason": "str",
        "age_hours": "float64",
        "ahead_hours": "float64",
        "chance": "Float64",
        "low": "Float64",
        "high": "Float64",
        "n": "int64",
        "reason": "str",
    },
    parameters=(
        spawn_history.CLASS,
        Parameter("age", "number", default=24.0, help="its age in hours", low=0, high=100_000),
        Parameter("ahead", "number", default=24.0, help="hours it shall last", low=0, high=8784),
    ),
    builders={"swgtracker": Builder(_chances, feeds=(spawn_history.FEED,))},
    nulls={
        "median_hours": "median_reason says why",
        "median_reason": "the median is known",
        **dict.fromkeys(("chance", "low", "high"), "reason says why"),
        "reason": "the chance is known",
    },
)


def _build_leaving_soon(inputs: TableInputs) -> TableRows:
    """Rank what both our last look and the newest export have in spawn."""
    lives, snapshot, asked = (
        spawn_history.lives(inputs),
        inputs.snapshots[spawn_history.FEED],
        inputs.parameters,
    )
    export = snapshot.tables[spawn_history.FEED]
    up = lives.loc[lives["up"]]
    listed = spawn_history.joined(snapshot, up["resource_id"], export["in_spawn"].to_numpy(), False)  # noqa: FBT003 - a value
    keep = listed.astype(bool)
    if asked["class_code"]:
        keep &= of_class(up["class_code"], asked["class_code"])
    keep &= on_planets(spawn_history.worlds(snapshot, up["resource_id"]), asked)
    ranked = spawn_lifetimes.leaving_soon(
        up.loc[keep], curves=families(lives), everything=fit(lives), now=inputs.now
    ).head(asked["limit"])
    places = positions(snapshot, ranked["resource_id"])
    quality, rarity = (values.iloc[places].reset_index(drop=True) for values in rated(snapshot))
    return TableRows(
        ranked.rename(columns={"age": "age_hours"}).assign(
            class_name=_names(ranked["class_code"]),
            planets=planet_lists(export["planets"].iloc[places]).reset_index(drop=True),
            quality=quality,
            rarity=rarity,
        )
    )


def _names(codes: pd.Series) -> pd.Series:
    return codes.map(name, na_action="ignore").astype("str")


_REFUSED: Final = f"{TOO_FEW}, or they last longer than any was watched"
LEAVING_SOON: Final = Table(
    name="leaving_soon",
    question="What is in spawn, and how much longer may it last?",
    schema={
        "resource_id": "int64",
        "name": "str",
        "class_code": "str",
        "class_name": "str",
        "family": "str",
        "age_hours": "float64",
        "hours_left": "Float64",
        "hours_low": "Float64",
        "hours_high": "Float64",
        "chance_24h": "Float64",
        "n": "int64",
        "basis": "str",
        "planets": "object",
        "quality": "Float64",
        "rarity": "category",
    },
    parameters=(
        spawn_history.CLASS,
        *PLANET_FILTER,
        Parameter("limit", "whole", help="at most this many rows", low=1),
    ),
    builders={"swgtracker": Builder(_build_leaving_soon, feeds=(spawn_history.FEED,))},
    nulls={
        **dict.fromkeys(("hours_left", "hours_low", "hours_high", "chance_24h"), _REFUSED),
        "class_code": "the export names no class",
        "planets": "no planet is recorded",
        "quality": "no stat with a known cap",
        "rarity": "no stat with a known cap",
    },
)
TABLES: Final = (
    SPAWN_LIFETIMES,
    SPAWN_CHANCES,
    LEAVING_SOON,
    DROUGHTS,
)
