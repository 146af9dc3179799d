"""The tables ``schematics``, ``schematic_slots`` and ``schematic_lines``."""

from typing import Final

import pandas as pd

from swgdata.tables.model import Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import Parameter
from swgdata.tables.row_filters import contains, equals


def describe(
    schematics: pd.DataFrame, details: pd.DataFrame | None, slots: pd.DataFrame | None
) -> pd.DataFrame:
    """Add the number of resource slots, and crate sizes the list lacks.

    Args:
        schematics: Rows of the list.
        details: ``schematic_id`` and ``crate_size`` of those the site has described so far;
            None where that feed is missing.
        slots: ``schematic_id``, one row per resource slot.

    Returns:
        The rows with ``crate_size`` (the community's correction first; null = unknown, never
        the default of 100) and ``slots`` (Int32; null where there is no description).
    """
    if details is None or slots is None:
        return schematics
    counts = slots.groupby("schematic_id").size()
    described = details.drop_duplicates("schematic_id", keep="last").set_index("schematic_id")
    number = counts.reindex(described.index, fill_value=0)
    ids = schematics["id"]
    crates = schematics["crate_size"].fillna(ids.map(described["crate_size"]).astype("Int32"))
    return schematics.assign(slots=ids.map(number).astype("Int32"), crate_size=crates)


def shown_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """The experimentation lines the site has not switched off; one row per stat of a line."""
    return lines[lines["active"].astype("bool")]


_DETAILS: Final = "schematic_details"


def _schematics(inputs: TableInputs) -> TableRows:
    """The list, with the number of slots where a description is at hand."""
    details = inputs.optional(_DETAILS)
    slots = inputs.optional(_DETAILS, "schematic_slots")
    frame = describe(inputs.frame("schematics"), details, slots)
    asked = inputs.parameters
    if asked["profession"]:
        frame = frame[equals(frame["profession"], asked["profession"].replace("_", " "))]
    if asked["name"]:
        frame = frame[contains(frame["name"], asked["name"])]
    return TableRows(
        frame, {} if details is not None else {"slots": "the descriptions are missing"}
    )


def _slots(inputs: TableInputs) -> TableRows:
    return TableRows(_of_schematic(inputs, inputs.frame(_DETAILS, "schematic_slots")))


def _lines(inputs: TableInputs) -> TableRows:
    return TableRows(_of_schematic(inputs, shown_lines(inputs.frame(_DETAILS, "schematic_lines"))))


def _of_schematic(inputs: TableInputs, rows: pd.DataFrame) -> pd.DataFrame:
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
        builders={"swgtracker": Builder(_schematics, feeds=("schematics",), optional=(_DETAILS,))},
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
        builders={"swgtracker": Builder(_slots, feeds=(_DETAILS,))},
        nulls={"units": "the feed gives no figure", "class_code": "the feed names no class"},
    ),
    Table(
        name="schematic_lines",
        question="Which stats matter to a schematic, and how much?",
        schema={"schematic_id": "int32", "line": "str", "stat": "str", "weight": "int16"},
        parameters=(_SCHEMATIC,),
        builders={"swgtracker": Builder(_lines, feeds=(_DETAILS,))},
        nulls={"line": "the line has no title"},
    ),
)
