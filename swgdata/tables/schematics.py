"""Schematic tables: recipes, their resource slots and their experimentation lines."""

from typing import Final

import pandas as pd

from swgdata.analytics.schematics import describe, shown_lines
from swgdata.tables.filters import contains, equals
from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.model import Recipe, Table
from swgdata.tables.parameters import Parameter

_DETAILS: Final = "schematic_details"


def _schematics(inputs: Inputs) -> Built:
    """The list, with the number of slots where a description is at hand."""
    details = inputs.optional(_DETAILS)
    slots = inputs.optional(_DETAILS, "schematic_slots")
    frame = describe(inputs.frame("schematics"), details, slots)
    asked = inputs.parameters
    if asked["profession"]:
        frame = frame[equals(frame["profession"], asked["profession"].replace("_", " "))]
    if asked["name"]:
        frame = frame[contains(frame["name"], asked["name"])]
    return Built(frame, {} if details is not None else {"slots": "the descriptions are missing"})


def _slots(inputs: Inputs) -> Built:
    return Built(_of_schematic(inputs, inputs.frame(_DETAILS, "schematic_slots")))


def _lines(inputs: Inputs) -> Built:
    return Built(_of_schematic(inputs, shown_lines(inputs.frame(_DETAILS, "schematic_lines"))))


def _of_schematic(inputs: Inputs, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of one schematic, asked for by number or by full name."""
    wanted = inputs.parameters["schematic"]
    if not wanted:
        return rows
    details = inputs.frame(_DETAILS)
    ids = details["schematic_id"]
    chosen = ids[(ids.astype("str") == wanted.strip()) | equals(details["name"], wanted)]
    return rows[rows["schematic_id"].isin(chosen)]


_SCHEMATIC: Final = Parameter("schematic", "text", help="its number, or its full name")

TABLES: Final = (
    Table(
        name="schematics",
        question="What can be crafted, by whom?",
        schema={
            "id": "int32",
            "name": "str",
            "profession": "str",
            "category": "Int32",
            "crate_size": "Int32",
            "slots": "Int32",
            "active": "bool",
        },
        parameters=(
            Parameter("profession", "text", help="name of the profession"),
            Parameter("name", "text", help="part of the name"),
        ),
        recipes={"swgtracker": Recipe(_schematics, feeds=("schematics",), optional=(_DETAILS,))},
        nulls={
            "crate_size": "nobody has told the site",
            "slots": "the site has not described this schematic yet",
        },
    ),
    Table(
        name="schematic_slots",
        question="Which resources does a schematic take, and how many units?",
        schema={
            "schematic_id": "int32",
            "slot": "str",
            "class_code": "str",
            "class_name": "str",
            "units": "Int32",
        },
        parameters=(_SCHEMATIC,),
        recipes={"swgtracker": Recipe(_slots, feeds=(_DETAILS,))},
        nulls={"units": "the feed gives no figure", "class_code": "the feed names no class"},
    ),
    Table(
        name="schematic_lines",
        question="Which stats matter to a schematic, and how much?",
        schema={"schematic_id": "int32", "line": "str", "stat": "str", "weight": "int16"},
        parameters=(_SCHEMATIC,),
        recipes={"swgtracker": Recipe(_lines, feeds=(_DETAILS,))},
        nulls={"line": "the line has no title"},
    ),
)
