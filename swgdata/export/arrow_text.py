"""Turn Arrow columns into text columns."""

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

Cell = Callable[[pa.Array], pa.Array]  # values -> large_string, one text per value, none missing
_ROWS_AT_A_TIME = 16_384  # bounds the memory: texts of one slice are alive at once, not of all


def is_text(kind: pa.DataType) -> bool:
    """Tell whether values of ``kind`` are text rather than numbers, flags or times."""
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_list(kind: pa.DataType) -> bool:
    """Tell whether each value of ``kind`` is a list."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def spell(column: pa.Array) -> pa.Array:
    """Spell each value: shortest number that reads back equal, true or false, ISO-8601 UTC time.

    Fractions keep a point (``12.0``) so that they read back as what they are. Null stays null.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        # Dropping the zone keeps the UTC instant, and unlike formatting with it needs no zone
        # database, which Windows lacks.
        instant = column.cast(pa.timestamp(column.type.unit)).cast(pa.large_string())
        return glue(pc.replace_substring(instant, " ", "T"), "Z")
    text = column.cast(pa.large_string())
    if pa.types.is_floating(column.type):
        whole = pc.match_substring_regex(text, r"^-?\d+$")
        text = pc.if_else(whole, glue(text, ".0"), text)
    return text


def glue(*parts: pa.Array | str, between: str = "") -> pa.Array:
    """Join texts row by row; a plain string stands in every row. Null where any part is null."""
    ends = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*ends, pa.scalar(between, pa.large_string()))


def glue_items(lists: pa.Array, cell: Cell, *, between: str) -> pa.Array:
    """Spell each list by spelling its items with ``cell``; a missing list stays null."""
    lengths = pc.fill_null(pc.list_value_length(lists), 0).cast(pa.int64())
    ends = pa.concat_arrays([pa.array([0], pa.int64()), pc.cumulative_sum(lengths)])
    texts = pa.LargeListArray.from_arrays(ends, cell(lists.flatten()), mask=lists.is_null())
    return pc.binary_join(texts, pa.scalar(between, pa.large_string()))


def lines(
    table: pa.Table, cells: Sequence[Cell], *, before: str = "", between: str = "", after: str
) -> Iterator[bytes]:
    """Yield the rows of ``table`` as UTF-8, ``cells[i]`` spelling column ``i``, slice by slice."""
    for batch in table.to_batches(max_chunksize=_ROWS_AT_A_TIME):
        spelled = [cell(column) for cell, column in zip(cells, batch.columns, strict=True)]
        if spelled:
            rows = glue(before, glue(*spelled, between=between), after)
            yield "".join(rows.to_pylist()).encode()
