"""Write XML.

Every row has an element for every column, so that a column with nothing in it is still there;
a missing value is ``<column xsi:nil="true"/>`` and an empty text ``<column></column>``. A list
is its ``<item>`` elements. Control characters that XML cannot hold are removed; CR is ``&#13;``.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Final
from xml.sax.saxutils import quoteattr  # writes only: parses nothing

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from swgdata.export.arrow_table import as_json, plain, table
from swgdata.export.arrow_text import glue, glue_items, is_list, is_text, lines, spell

ILLEGAL: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
_SPELLED: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;"))
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


def write(frame: pd.DataFrame, meta: Mapping[str, object]) -> bytes:
    """Write ``frame`` as XML, with ``meta`` as attributes of the root.

    The meta's ``table`` is the attribute ``name``; what is None is left out; lists and mappings
    are JSON. ``columns`` names the columns, for a table without rows.
    """
    arrow = table(frame)
    known = {("name" if key == "table" else key): value for key, value in meta.items()}
    known["columns"] = " ".join(arrow.column_names)
    marks = [
        f" {_name(key)}={_attribute(value)}"
        for key, value in known.items()
        if plain(value) is not None
    ]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<table xmlns:xsi="{_XSI}"{"".join(marks)}>\n'
    cells = [partial(_element, name) for name in arrow.column_names]
    rows = lines(arrow, cells, before="<row>", after="</row>\n")
    return b"".join([head.encode(), *rows, b"</table>\n"])


def _element(name: str, column: pa.Array) -> pa.Array:
    """Wrap the values of one column; a name XML does not allow is kept in an attribute."""
    tag = _name(name)
    start = tag if tag == name else f"{tag} name={_attribute(name)}"
    inner = glue_items(column, _item, between="") if is_list(column.type) else _text(column)
    return pc.fill_null(glue(f"<{start}>", inner, f"</{tag}>"), f'<{start} xsi:nil="true"/>')


def _item(values: pa.Array) -> pa.Array:
    return pc.fill_null(glue("<item>", _text(values), "</item>"), '<item xsi:nil="true"/>')


def _text(column: pa.Array) -> pa.Array:
    text = spell(column)
    if is_text(column.type):
        text = pc.replace_substring_regex(text, ILLEGAL, "")
        for character, spelled in _SPELLED:
            text = pc.replace_substring(text, character, spelled)
    return text


def _name(text: str) -> str:
    """Make ``text`` the name of an element or attribute; one that already is one stays."""
    safe = re.sub(r"[^A-Za-z0-9_.-]", "_", text)
    return safe if re.match(r"[A-Za-z_]", safe) else f"_{safe}"


def _attribute(value: object) -> str:
    known = plain(value)
    text = known if isinstance(known, str) else as_json(known)
    return quoteattr(re.sub(ILLEGAL, "", text))
