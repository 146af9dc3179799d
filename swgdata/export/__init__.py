"""Export formats: write a frame and its meta as the bytes of a file.

The same rows and columns in every format, the index never. A missing value (and a NaN or an
infinity, which no format can carry) is missing in all of them, never 0 and never a word.

======== ================= =================================================================
format   missing           values
======== ================= =================================================================
csv      nothing           see ``swgdata.export.csv`` (formulas) and ``restore``
json     ``null``          ``{"meta": ..., "data": [...]}``; lists stay lists
parquet  null              typed; the meta as JSON in the schema metadata under ``swgdata``
xlsx     empty cell        real numbers, dates and booleans; the meta on the sheet ``about``
xml      ``xsi:nil``       one element per column, lists as ``<item>``; the meta as attributes
======== ================= =================================================================

Times are UTC everywhere; text formats spell them ISO-8601 with a ``Z``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Final

import pandas as pd

from swgdata.export.file_names import file_name
from swgdata.export.formula_escape import neutralise, restore

__all__ = ["FORMATS", "Format", "Writer", "file_name", "neutralise", "restore"]
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Writer = Callable[[pd.DataFrame, Mapping[str, object]], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file.

    Attributes:
        extension: Without a dot; also the word for it on the command line.
        mime: Media type, without a charset: the text formats are UTF-8 without a BOM.
        write: Frame and meta -> bytes, the same bytes for the same input.
            Raises ``SwgError`` when the format cannot hold the frame.
    """

    extension: str
    mime: str
    write: Writer


def _writer(module: str) -> Writer:
    """Put off the import of a format's module, and of the libraries it needs, to its first use."""

    def write(frame: pd.DataFrame, meta: Mapping[str, object]) -> bytes:
        body: bytes = import_module(f"{__name__}.{module}").write(frame, meta)
        return body

    return write


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        known.extension: known
        for known in (
            Format("csv", "text/csv", _writer("csv")),
            Format("json", "application/json", _writer("json")),
            Format("parquet", "application/vnd.apache.parquet", _writer("parquet")),
            Format("xlsx", _EXCEL, _writer("excel")),
            Format("xml", "application/xml", _writer("xml")),
        )
    }
)
