"""Write JSON."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from swgdata.export.arrow_table import as_json, table
from swgdata.export.arrow_text import glue, glue_items, is_list, is_text, lines, spell

_CONTROLS: Final = "[\x00-\x1f]"
_BETWEEN: Final = ",\n"


def write(frame: pd.DataFrame, meta: Mapping[str, object]) -> bytes:
    """Write ``frame`` under ``data`` and ``meta`` beside it.

    Missing is ``null``, whole numbers have no point, times are ISO-8601 UTC text.
    """
    arrow = table(frame)
    cells = [partial(_member, as_json(name)) for name in arrow.column_names]
    rows = b"".join(lines(arrow, cells, before="{", between=",", after="}" + _BETWEEN))
    rows = rows.removesuffix(_BETWEEN.encode())
    return b'{"meta": %b, "data": [\n%b\n]}\n' % (as_json(meta).encode(), rows)


def _member(name: str, column: pa.Array) -> pa.Array:
    return glue(f"{name}:", _value(column))


def _value(column: pa.Array) -> pa.Array:
    """Spell the values of one column as JSON; null is the word."""
    if is_list(column.type):
        text = glue("[", glue_items(column, _value, between=","), "]")
    elif is_text(column.type):
        text = glue('"', _escaped(spell(column)), '"')
    elif pa.types.is_timestamp(column.type):
        text = glue('"', spell(column), '"')
    else:
        text = spell(column)
    return pc.fill_null(text, "null")


def _escaped(text: pa.Array) -> pa.Array:
    text = pc.replace_substring(text, "\\", "\\\\")
    text = pc.replace_substring(text, '"', '\\"')
    if pc.any(pc.match_substring_regex(text, _CONTROLS)).as_py():
        for code in range(0x20):
            text = pc.replace_substring(text, chr(code), f"\\u{code:04x}")
    return text
