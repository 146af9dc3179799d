"""Rows of ``exports/resources.json`` that are not all of their types: the careful, slow way."""

import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from swgdata.feeds import Refusal
from swgdata.feeds.coerce import decimal, flag, moment, text, whole
from swgdata.feeds.reading import Remarks
from swgdata.feeds.records import excerpt
from swgdata.feeds.swgtracker.resource_rows import FLAGS, HIGHEST, SMALL, FullRow, Row

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


def coerced(identity: int, record: Mapping[str, object], position: int, flagged: Remarks) -> Row:
    """The row by the rules of ``feeds.md`` 1.0: 0 for stats and counters, null elsewhere.

    Args:
        identity: Its id.
        record: As decoded.
        position: Its place, for remarks.
        flagged: Gets a remark for each number that cannot be used.
    """

    def usable(name: str) -> int | None:
        value = whole(record.get(name))
        if value is not None and 0 <= value <= HIGHEST:
            return value
        if record.get(name) not in (None, ""):
            reason = f"expected a number from 0 to {HIGHEST}"
            flagged.add(Refusal(position, name, excerpt(record[name]), reason))
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
