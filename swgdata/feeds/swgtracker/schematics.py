"""``exports/schematics.json``: what can be crafted. A few megabytes, so it is decoded whole."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

import pandas as pd
import pyarrow as pa

from swgdata.feeds.body import decode_list
from swgdata.feeds.coerce import flag
from swgdata.feeds.columns import Column, Columns, declared
from swgdata.feeds.reading import KEPT, OnRows, Reading
from swgdata.feeds.records import Rows, last_of, read_rows

_COLUMNS: Final[Columns] = {
    "id": Column("Int32", ("id", "schematic_id", "schematicId"), required=True),
    "name": Column("str"),
    "profession": Column("str", ("parent",)),
    "category": Column("Int32"),
    "crate_size": Column("Int32"),
    "active": Column("bool", read=lambda value: value is None or flag(value)),
    "viewed": Column("Int32"),
}
TABLES: Final = {"schematics": {**declared(_COLUMNS), "id": "int32"}}


def read(
    blocks: Iterable[bytes],
    *,
    count: int | None = None,
    on_rows: OnRows | None = None,
) -> Reading:
    """Read the export; see `Reader`. A crate size of 0 is one that nobody knows: null."""
    results, _ = decode_list("schematics", b"".join(blocks), key="results")
    rows = last_of(read_rows(results, _COLUMNS), ["id"], what="schematic")
    tables = {"schematics": changed(rows, crate_size=positive)}
    return reading_of(tables, records=len(results), on_rows=on_rows)


def positive(values: pd.Series) -> pd.Series:
    """Null instead of 0."""
    return values.mask(values == 0)


def changed(rows: Rows, **changes: Callable[[pd.Series], pd.Series]) -> Rows:
    """The same rows with some columns worked over."""
    columns = {name: change(rows.frame[name]) for name, change in changes.items()}
    return replace(rows, frame=rows.frame.assign(**columns))


def reading_of(tables: Mapping[str, Rows], *, records: int, on_rows: OnRows | None) -> Reading:
    """Finished tables as Arrow, with the remarks of all of them in table order."""
    if on_rows is not None:
        on_rows(records)
    refused = [remark for rows in tables.values() for remark in rows.refused]
    flagged = [remark for rows in tables.values() for remark in rows.flagged]
    return Reading(
        tables={name: _arrow(rows.frame) for name, rows in tables.items()},
        records=records,
        refused=tuple(refused[:KEPT]),
        refused_count=len(refused),
        flagged=tuple(flagged[:KEPT]),
        flagged_count=len(flagged),
    )


def _arrow(frame: pd.DataFrame) -> pa.Table:
    """The values alone: what pandas would add of itself differs between its versions."""
    table = pa.Table.from_pandas(frame.reset_index(drop=True), preserve_index=False)
    return table.replace_schema_metadata(None)
