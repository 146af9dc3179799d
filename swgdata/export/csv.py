"""Write CSV.

Text is always quoted, numbers, times and flags never, and a missing value is nothing at all, so
``,,`` (missing) and ``,"",`` (empty text) differ. Lists are joined with ``|``. Text cells (lists
joined are text) and headers are neutralised (``formula_escape``); numbers never are.
"""

import re
from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from swgdata.export.arrow_table import table
from swgdata.export.arrow_text import glue, glue_items, is_list, is_text, lines, spell
from swgdata.export.formula_escape import RISKY, neutralise


def write(frame: pd.DataFrame, meta: Mapping[str, object]) -> bytes:
    """Write ``frame`` as CSV; ``meta`` has no place in the format and is left out."""
    del meta
    arrow = table(frame)
    header = ",".join(map(_header, arrow.column_names)) + "\n"
    # A row that is one missing value would be an empty line, which readers skip.
    missing = '""' if arrow.num_columns == 1 else ""
    cells = [lambda column: pc.fill_null(_cell(column), missing)] * arrow.num_columns
    return b"".join([header.encode(), *lines(arrow, cells, between=",", after="\n")])


def _header(name: str) -> str:
    safe = neutralise(name)
    return safe if re.fullmatch(r"\w+", safe) else '"' + safe.replace('"', '""') + '"'


def _cell(column: pa.Array) -> pa.Array:
    """Spell the values of one column, text in quotes; null stays null."""
    if is_list(column.type):
        return _quoted(joined(column))
    return _quoted(spell(column)) if is_text(column.type) else spell(column)


def joined(lists: pa.Array) -> pa.Array:
    """Join the items of each list with ``|``, a missing item being empty; null stays null."""
    return glue_items(lists, lambda items: pc.fill_null(spell(items), ""), between="|")


def _quoted(text: pa.Array) -> pa.Array:
    safe = pc.if_else(pc.match_substring_regex(text, RISKY), glue("'", text), text)
    return glue('"', pc.replace_substring(safe, '"', '""'), '"')
