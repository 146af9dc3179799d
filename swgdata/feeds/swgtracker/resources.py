"""``exports/resources.json``: every resource ever seen, some ninety thousand rows.

Read as a stream into compact columns: the document never stands whole in memory, and fields
that are not wanted are never built (``budgets.md`` 1).
"""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from swgdata.feeds import Refusal
from swgdata.feeds.columns import TIME
from swgdata.feeds.reading import OnRows, Reading
from swgdata.feeds.stream import pieces
from swgdata.feeds.swgtracker.resource_columns import Columns
from swgdata.feeds.swgtracker.row_reader import RowReader
from swgdata.vocabulary import STATS

DTYPES: Final[Mapping[str, str]] = {
    "id": "int32",
    "name": "str",
    "class_code": "category",
    "class_name": "category",
    **dict.fromkeys(STATS, "int16"),
    **{f"{stat}_max": "int16" for stat in STATS},
    "rating": "int16",
    "score": "Int16",
    "top_count": "int16",
    "cpu": "float32",
    "in_spawn": "bool",
    "first_seen": TIME,
    "despawned": TIME,
    "planets": "int16",
}


def read(
    blocks: Iterable[bytes], *, count: int | None = None, on_rows: OnRows | None = None
) -> Reading:
    """Read the export; see `Reader`.

    One row per id: a later one replaces an earlier one, as in the site's own client. A stat of 0
    is one that the class lacks; ``cpu`` is NaN where nobody voted; ``planets`` is a bitmask.
    """
    reader, columns = RowReader(), Columns(count)
    keys = ("results", "resources")
    for rows in pieces(blocks, feed="resources", keys=keys, decode=reader.decode):
        columns.add(rows)
        if on_rows is not None:
            on_rows(reader.records)
    table = _last_of_each_id(columns, reader)
    return Reading(
        tables={"resources": table},
        records=reader.records,
        refused=tuple(sorted(reader.refused.kept, key=lambda remark: remark.row)),
        refused_count=reader.refused.count,
        flagged=tuple(reader.flagged.kept),
        flagged_count=reader.flagged.count,
    )


def _last_of_each_id(columns: Columns, reader: RowReader) -> pa.Table:
    """The finished table; rows whose id stands again further down are set aside."""
    ids = columns.ids
    in_order = np.sort(ids)
    if not (in_order[1:] == in_order[:-1]).any():
        return columns.table()
    _, from_behind = np.unique(ids[::-1], return_index=True)
    kept = np.sort(ids.size - 1 - from_behind)
    doubled = np.delete(np.arange(ids.size), kept)
    positions = np.delete(np.arange(reader.records), reader.skipped)[doubled]
    for position, identity in zip(positions.tolist(), ids[doubled].tolist(), strict=True):
        reason = "the same resource stands again further down"
        reader.refused.add(Refusal(position, "id", str(identity), reason))
    return columns.table().take(kept)
