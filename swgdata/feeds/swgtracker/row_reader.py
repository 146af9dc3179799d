"""Lists of resource rows, decoded: all at once where they are right, one by one where not."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from swgdata.feeds import Refusal
from swgdata.feeds.coerce import whole
from swgdata.feeds.reading import Remarks
from swgdata.feeds.records import excerpt
from swgdata.feeds.swgtracker.odd_rows import coerced, forgiving, loosely, without_blanks
from swgdata.feeds.swgtracker.resource_rows import HIGHEST_ID, FullRow, Row

_ROWS: Final = msgspec.json.Decoder(list[FullRow], strict=False)
_ROW: Final = msgspec.json.Decoder(FullRow, strict=False)
_PARTS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeError, RecursionError)


class RowReader:
    """Decodes lists of rows; counts them, and what could not be used.

    Attributes:
        records: Records seen so far.
        skipped: Positions of the records set aside.
        refused: Why: they have no usable id.
        flagged: Values that could not be used.
    """

    def __init__(self) -> None:
        self.records = 0
        self.skipped: list[int] = []
        self.refused = Remarks()
        self.flagged = Remarks()

    def decode(self, listed: bytes) -> Sequence[Row] | None:
        """The rows of a JSON list in their order; None if it is not a whole list.

        One odd row sends its neighbours through one by one, but only it is coerced.
        """
        try:
            rows: Sequence[Row] = _ROWS.decode(listed)
        except _UNREADABLE:
            parts = _split(listed)
            if parts is None:
                return None
            found = [self._one(part, self.records + place) for place, part in enumerate(parts)]
            self.records += len(parts)
            return [row for row in found if row is not None]
        self.records += len(rows)
        return rows

    def _one(self, part: object, position: int) -> Row | None:
        if isinstance(part, msgspec.Raw):
            try:
                row: Row = _ROW.decode(part)
            except _UNREADABLE:
                return self._odd(loosely(part), position)
            return row
        return self._odd(part, position)

    def _odd(self, record: object, position: int) -> Row | None:
        if not isinstance(record, dict):
            self._skip(Refusal(position, "", excerpt(record), "expected an object"))
            return None
        try:
            return without_blanks(record)
        except msgspec.ValidationError:
            pass
        identity = whole(record.get("id"))
        if identity is None or not 1 <= identity <= HIGHEST_ID:
            reason = f"expected a number from 1 to {HIGHEST_ID}"
            self._skip(Refusal(position, "id", excerpt(record.get("id")), reason))
            return None
        return coerced(identity, record, position, self.flagged)

    def _skip(self, refusal: Refusal) -> None:
        self.skipped.append(refusal.row)
        self.refused.add(refusal)


def _split(listed: bytes) -> Sequence[Any] | None:
    """The records of a list, still undecoded where its text is sound; None if it is not whole."""
    try:
        return _PARTS.decode(listed)
    except _UNREADABLE:
        pass
    try:
        parts: list[Any] = forgiving(listed)
    except (ValueError, RecursionError):
        return None
    return parts
