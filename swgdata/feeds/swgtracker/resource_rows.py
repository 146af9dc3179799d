"""One row of ``resources.json``: fast decoder, slow tolerant fallback."""

import json
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Annotated, Any, Final

import msgspec

from swgdata.feeds.coerce import decimal, flag, moment, text, whole
from swgdata.feeds.model import KEPT, Rejection
from swgdata.feeds.records import excerpt
from swgdata.game import PLANETS, STATS

HIGHEST: Final = 2**15 - 1
HIGHEST_ID: Final = 2**31 - 1
_LATEST: Final = 253_402_300_799  # the last second of the year 9999
SMALL: Final = (*STATS, *(f"{stat}_max" for stat in STATS), "rating", "topcount")
FLAGS: Final = tuple(f"planet_{name.replace(' IV', '4').lower()}" for name in PLANETS)
_Small = Annotated[int, msgspec.Meta(ge=0, le=HIGHEST)]
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=_LATEST)]


class Row(msgspec.Struct, gc=False):
    """The fields msgspec builds; it reads text as numbers, and skips what is not named here."""

    id: Annotated[int, msgspec.Meta(ge=1, le=HIGHEST_ID)]
    name: str | None = None
    type_code: str | None = None
    type_name: str | None = None
    score: _Small | msgspec.UnsetType | None = msgspec.UNSET
    value_rating: _Small | None = None
    cpu: float | None = None
    status: int | bool | None = None
    timestamp: _Seconds | None = None
    inactive_at: _Seconds | None = None

    def shown_score(self) -> int | None:
        """The score, null where it is null; where the key is missing its sortable twin."""
        return self.value_rating if isinstance(self.score, msgspec.UnsetType) else self.score


# The fields of SMALL and FLAGS as well.
FullRow: Final[Any] = msgspec.defstruct(
    "FullRow",
    [(name, _Small, 0) for name in SMALL] + [(name, bool | None, None) for name in FLAGS],
    bases=(Row,),
    gc=False,
)
small_values: Final = attrgetter(*SMALL)
planet_flags: Final = attrgetter(*FLAGS)
_DIGITS: Final = 40  # more are no number of this game, and Python refuses some thousands


def forgiving(document: bytes) -> Any:
    """Decode JSON with broken text in it: half surrogate pairs, bad UTF-8, control characters.

    Raises:
        ValueError: It is no JSON all the same.
        RecursionError: It is nested without end.
    """
    plain = document.decode("utf-8", "replace")
    return json.loads(plain, strict=False, parse_int=_whole)


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _DIGITS else float(digits)


def loosely(part: msgspec.Raw) -> object:
    """Decode one record whatever stands in it; None where that is not possible."""
    for decode in (msgspec.json.decode, forgiving):
        try:
            return decode(bytes(part))
        except (ValueError, RecursionError):
            continue
    return None


def without_blanks(record: Mapping[str, object]) -> Row:
    """The row, where blanks and nulls are all that is odd: a missing key means the same.

    Raises:
        msgspec.ValidationError: They are not all.
    """
    values = {key: value for key, value in record.items() if value is not None and value != ""}
    if "score" in record:  # save here: a score that is null is unscored
        values.setdefault("score", None)
    row: Row = msgspec.convert(values, FullRow, strict=False)
    return row


class FirstRejections(list[Rejection]):
    """The first ``KEPT`` word for word, and the ``total`` of all."""

    total = 0

    def add(self, rejection: Rejection) -> None:
        """Count one more."""
        self.total += 1
        if len(self) < KEPT:
            self.append(rejection)


def coerced(
    identity: int, record: Mapping[str, object], position: int, flagged: FirstRejections
) -> Row:
    """The row by the rules of docs/feeds.md: 0 for stats and counters, null elsewhere.

    Each number that cannot be used gets a remark at ``position``.
    """

    def usable(name: str) -> int | None:
        value = whole(record.get(name))
        if value is not None and 0 <= value <= HIGHEST:
            return value
        if record.get(name) not in (None, ""):
            reason = f"expected a number from 0 to {HIGHEST}"
            flagged.add(Rejection(position, name, excerpt(record[name]), reason))
        return None

    row: Row = FullRow(
        identity,
        name=text(record.get("name")),
        type_code=text(record.get("type_code")),
        type_name=text(record.get("type_name")),
        score=usable("score") if "score" in record else msgspec.UNSET,
        value_rating=usable("value_rating"),
        cpu=decimal(record.get("cpu")),
        status=flag(record.get("status")),
        timestamp=_seconds(record.get("timestamp")),
        inactive_at=_seconds(record.get("inactive_at")),
        **{name: usable(name) or 0 for name in SMALL},
        **{name: flag(record.get(name)) for name in FLAGS},
    )
    return row


def _seconds(value: object) -> int | None:
    known = moment(value)
    return int(known.timestamp()) if known else None


_ROWS: Final = msgspec.json.Decoder(list[FullRow], strict=False)
_ROW: Final = msgspec.json.Decoder(FullRow, strict=False)
_PARTS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeError, RecursionError)


class RowReader:
    """Decodes lists of rows; counts them, and what could not be used.

    ``skipped`` are the positions of records without a usable id, ``rejected`` says why; ``flagged``
    are values that could not be used.
    """

    def __init__(self) -> None:
        self.records = 0
        self.skipped: list[int] = []
        self.rejected = FirstRejections()
        self.flagged = FirstRejections()

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
            decoded = [self._one(part, self.records + index) for index, part in enumerate(parts)]
            self.records += len(parts)
            return [row for row in decoded if row is not None]
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
            self._skip(Rejection(position, "", excerpt(record), "expected an object"))
            return None
        try:
            return without_blanks(record)
        except msgspec.ValidationError:
            pass
        identity = whole(record.get("id"))
        if identity is None or not 1 <= identity <= HIGHEST_ID:
            reason = f"expected a number from 1 to {HIGHEST_ID}"
            self._skip(Rejection(position, "id", excerpt(record.get("id")), reason))
            return None
        return coerced(identity, record, position, self.flagged)

    def _skip(self, rejection: Rejection) -> None:
        self.skipped.append(rejection.row)
        self.rejected.add(rejection)


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
