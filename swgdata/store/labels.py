"""What a stored version of an export says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from swgdata.feeds import Refusal

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT: Final = 1  # raised when older files can no longer be read


class Noticed(msgspec.Struct, frozen=True, kw_only=True):
    """What was noticed when an export arrived.

    Attributes:
        refused: The first records that were set aside.
        refused_count: How many were.
        flagged: The first values that could not be used, of records that are shown.
        flagged_count: How many such values there are.
        notes: What else, without harm, in sentences.
        warnings: What makes the whole version doubtful, in sentences for a visitor.
    """

    refused: tuple[Refusal, ...] = ()
    refused_count: int = 0
    flagged: tuple[Refusal, ...] = ()
    flagged_count: int = 0
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of itself, in its schema's metadata.

    Attributes:
        name: Name of the export.
        table: Name of the table in this file.
        tables: Names of all tables of the version this file is part of.
        sha256: Digest of the uncompressed document.
        as_of: When the source made it.
        received_at: When we had it.
        rows: Records it held, those set aside included.
        noticed: What was noticed on arrival.
        format: ``FORMAT`` when it was written.
        checksum: CRC-32 of all this, the schema and every value.
    """

    name: str
    table: str
    tables: tuple[str, ...]
    sha256: str
    as_of: datetime
    received_at: datetime
    rows: int
    noticed: Noticed
    format: int = FORMAT
    checksum: int = 0

    def of(self, table: str) -> "Label":
        """The label of one table of the same version."""
        return msgspec.structs.replace(self, table=table)


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """One whole version of an export.

    Attributes:
        name: Name of the export.
        tables: Table name -> Arrow table, mapped from its file.
        sha256: Digest of the uncompressed document, lower-case hex.
        as_of: When the source made it.
        received_at: When we had it.
        rows: Records the document held, those set aside included.
        noticed: What was set aside, and what else was noticed on arrival.
        on_disk: False while it lives in memory only, because it could not be written.
    """

    name: str
    tables: Mapping[str, "pa.Table"]
    sha256: str
    as_of: datetime
    received_at: datetime
    rows: int
    noticed: Noticed
    on_disk: bool = True

    @classmethod
    def labelled(
        cls, label: Label, tables: Mapping[str, "pa.Table"], *, on_disk: bool = True
    ) -> "Stored":
        """Tables with what their label says of them."""
        return cls(
            label.name,
            tables,
            label.sha256,
            label.as_of,
            label.received_at,
            label.rows,
            label.noticed,
            on_disk,
        )

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """The first records that were set aside; ``noticed.refused_count`` counts all."""
        return self.noticed.refused

    @property
    def flagged(self) -> tuple[Refusal, ...]:
        """The first values that could not be used; ``noticed.flagged_count`` counts all."""
        return self.noticed.flagged
