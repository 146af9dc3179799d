"""Schematics: recipes with their resource slots and experimentation lines."""

import pandas as pd


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
