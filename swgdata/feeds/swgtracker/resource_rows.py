"""One row of ``exports/resources.json``, and the careful way for rows that are odd."""

import json
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Annotated, Any, Final

import msgspec

from swgdata.feeds import Refusal
from swgdata.feeds.coerce import decimal, flag, moment, text, whole
from swgdata.feeds.reading import Remarks
from swgdata.feeds.records import excerpt
from swgdata.vocabulary import PLANETS, STATS

_HIGHEST: Final = 2**15 - 1
_HIGHEST_ID: Final = 2**31 - 1
_LATEST: Final = 253_402_300_799  # the last second of the year 9999
SMALL: Final = (*STATS, *(f"{stat}_max" for stat in STATS), "rating", "topcount")
FLAGS: Final = tuple(f"planet_{name.replace(' IV', '4').lower()}" for name in PLANETS)

_Small = Annotated[int, msgspec.Meta(ge=0, le=_HIGHEST)]
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=_LATEST)]


class Row(msgspec.Struct, gc=False):
    """The fields that are wanted; msgspec reads text as numbers and skips what is not named."""

    id: Annotated[int, msgspec.Meta(ge=1, le=_HIGHEST_ID)]
    name: str | None = None
    type_code: str | None = None
    type_name: str | None = None
    score: _Small | msgspec.UnsetType | None = msgspec.UNSET
    value_rating: _Small | None = None
    cpu: float | None = None
    status: int | bool = 0
    timestamp: _Seconds = 0
    inactive_at: _Seconds | None = None

    def shown_score(self) -> int | None:
        """The score, null where it is null; where the key is missing its sortable twin."""
        return self.value_rating if isinstance(self.score, msgspec.UnsetType) else self.score


_FullRow: Final[Any] = msgspec.defstruct(
    "_FullRow",
    [(name, _Small, 0) for name in SMALL] + [(name, bool, False) for name in FLAGS],
    bases=(Row,),
    gc=False,
)
small_values: Final = attrgetter(*SMALL)
planet_flags: Final = attrgetter(*FLAGS)


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
        self._rows = msgspec.json.Decoder(list[_FullRow], strict=False)
        self._row = msgspec.json.Decoder(_FullRow, strict=False)
        self._parts = msgspec.json.Decoder(list[msgspec.Raw])

    def decode(self, listed: bytes) -> Sequence[Row] | None:
        """The rows of a JSON list in their order; None if it is not a whole list.

        The whole list at once is the fast way; one odd row sends its neighbours through one by
        one, and only the odd one itself is coerced.
        """
        try:
            rows: Sequence[Row] = self._rows.decode(listed)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            parts = self._split(listed)
            if parts is None:
                return None
            found = [self._one(part, self.records + i) for i, part in enumerate(parts)]
            self.records += len(parts)
            return [row for row in found if row is not None]
        self.records += len(rows)
        return rows

    def _split(self, listed: bytes) -> Sequence[object] | None:
        """The records still undecoded, or decoded by a parser that forgives broken text."""
        try:
            return self._parts.decode(listed)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            pass
        try:
            parts: list[object] = json.loads(listed.decode("utf-8", "replace"), strict=False)
        except (ValueError, RecursionError):
            return None
        return parts

    def _one(self, part: object, position: int) -> Row | None:
        if isinstance(part, msgspec.Raw):
            try:
                row: Row = self._row.decode(part)
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                part = _forgiving(bytes(part))
            else:
                return row
        if not isinstance(part, dict):
            self._skip(Refusal(position, "", excerpt(part), "expected an object"))
            return None
        identity = whole(part.get("id"))
        if identity is None or not 1 <= identity <= _HIGHEST_ID:
            reason = f"expected a number from 1 to {_HIGHEST_ID}"
            self._skip(Refusal(position, "id", excerpt(part.get("id")), reason))
            return None
        return self._coerced(identity, part, position)

    def _skip(self, refusal: Refusal) -> None:
        self.skipped.append(refusal.row)
        self.refused.add(refusal)

    def _coerced(self, identity: int, raw: Mapping[str, object], position: int) -> Row:
        """A row whose values are not all of their type, by the rules of ``feeds.md`` 1.0."""

        def usable(name: str, value: Any, highest: float) -> Any:
            if value is not None and 0 <= value <= highest:
                return value
            if raw.get(name) not in (None, ""):
                reason = f"expected a number from 0 to {highest}"
                self.flagged.add(Refusal(position, name, excerpt(raw[name]), reason))
            return None

        def seconds(name: str) -> int | None:
            known = moment(raw.get(name))
            return int(known.timestamp()) if known else None

        row: Row = _FullRow(
            identity,
            name=text(raw.get("name")),
            type_code=text(raw.get("type_code")),
            type_name=text(raw.get("type_name")),
            score=usable("score", whole(raw["score"]), _HIGHEST)
            if "score" in raw
            else msgspec.UNSET,
            value_rating=usable("value_rating", whole(raw.get("value_rating")), _HIGHEST),
            cpu=decimal(raw.get("cpu")),
            status=flag(raw.get("status")),
            timestamp=seconds("timestamp") or 0,
            inactive_at=seconds("inactive_at"),
            **{name: usable(name, whole(raw.get(name)), _HIGHEST) or 0 for name in SMALL},
            **{name: flag(raw.get(name)) for name in FLAGS},
        )
        return row


def _forgiving(part: bytes) -> object:
    try:
        return json.loads(part.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
