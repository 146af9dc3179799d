"""How long spawns last: by age, and the chance of one of an age to last on."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from swgdata.analytics.ages import by_age
from swgdata.analytics.lasting import FEWEST_AT_RISK, chance, median
from swgdata.analytics.leaving import ALL
from swgdata.analytics.survival import Curve, families, fit
from swgdata.tables import watched
from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.model import Recipe, Table
from swgdata.tables.parameters import Parameter
from swgdata.tables.selection import of_class
from swgdata.vocabulary.classes import name

TOO_FEW: Final = f"fewer than {FEWEST_AT_RISK} spawns were watched at that age"
_CALLED: Final = {"family": "str", "family_name": "str"}


def curves(inputs: Inputs) -> Mapping[str, Curve]:
    """Family -> its curve, that of all classes last; the one class asked for in their place."""
    lives, code = watched.lives(inputs), inputs.parameters["class_code"]
    if not code:
        return {**families(lives), ALL: fit(lives)}
    code = code.strip().casefold()
    return {code: fit(lives.loc[of_class(lives["class_code"], code)]), ALL: fit(lives)}


def _lifetimes(inputs: Inputs) -> Built:
    every = inputs.parameters["every"]
    parts = []
    for family, curve in curves(inputs).items():
        if not len(curve.entries):
            continue
        rows = by_age(curve, every=every).rename(columns={"age": "age_hours"})
        middle = median(curve).age
        told = {"family": family, "family_name": _called(family), "median_hours": middle}
        parts.append(rows.assign(**told).astype({"median_hours": "Float64"}))
    schema = SPAWN_LIFETIMES.schema
    none = pd.DataFrame(columns=list(schema)).astype(dict(schema))
    return Built(pd.concat(parts, ignore_index=True) if parts else none)


def _called(family: str) -> str:
    return "All classes" if family == ALL else name(family)


def _chances(inputs: Inputs) -> Built:
    asked = inputs.parameters
    rows = []
    for family, curve in curves(inputs).items():
        odds = chance(curve, age=asked["age"], ahead=asked["ahead"])
        half = median(curve)
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
    return Built(pd.DataFrame(rows, columns=list(SPAWN_CHANCES.schema)))


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
        watched.CLASS,
        Parameter("every", "whole", default=6, help="hours between two ages", low=1, high=168),
    ),
    recipes={"swgtracker": Recipe(_lifetimes, feeds=(watched.FEED,))},
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
        watched.CLASS,
        Parameter("age", "number", default=24.0, help="its age in hours", low=0, high=100_000),
        Parameter("ahead", "number", default=24.0, help="hours it shall last", low=0, high=8784),
    ),
    recipes={"swgtracker": Recipe(_chances, feeds=(watched.FEED,))},
    nulls={
        "median_hours": "median_reason says why",
        "median_reason": "the median is known",
        **dict.fromkeys(("chance", "low", "high"), "reason says why"),
        "reason": "the chance is known",
    },
)
