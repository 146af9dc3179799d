"""Decode a body of JSON, or raise FeedMalformed."""

import codecs
import re
from typing import Final

import msgspec

from swgdata.errors import FeedMalformed
from swgdata.feeds.coerce import text

_SITE_WORDS: Final = 200  # characters of the site's own error text that are shown

# One escape at a time, so that an escaped backslash before a "u" is not taken for one.
_ESCAPES: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def decode(feed: str, body: bytes) -> object:
    """The JSON value in ``body``; a leading byte order mark is tolerated.

    NaN, Infinity, bad UTF-8, nesting bombs and trailing bytes are refused. Half a surrogate
    pair (one player's broken name) is replaced: it must not cost everybody the feed.

    Raises:
        FeedMalformed: The body is no JSON, or ``{"error": ...}`` with the site's own words.
    """
    try:
        document = _json(body.removeprefix(codecs.BOM_UTF8))
    except (ValueError, RecursionError, OverflowError) as error:
        raise FeedMalformed(feed, "the answer is not readable JSON") from error
    words = document.get("error") if isinstance(document, dict) else None
    if isinstance(words, str) and (shown := text(words)):
        raise FeedMalformed(feed, f"the site answered: {shown[:_SITE_WORDS]}")
    return document


def _json(body: bytes) -> object:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        mended = _ESCAPES.sub(lambda match: rb"\ufffd" if match[1] else match[0], body)
        if mended == body:
            raise
        return msgspec.json.decode(mended)


def decode_object(feed: str, body: bytes, *, any_of: tuple[str, ...] = ()) -> dict[str, object]:
    """The JSON object in ``body``, which must have one of the keys ``any_of``, if given.

    Raises:
        FeedMalformed: As `decode`, or it is not an object, or has none of the keys.
    """
    document = decode(feed, body)
    if not isinstance(document, dict):
        raise FeedMalformed(feed, f"expected an object, got {kind(document)}")
    if any_of and not any(key in document for key in any_of):
        raise FeedMalformed(feed, f"the answer lacks the key {' or '.join(any_of)}")
    return document


def decode_list(feed: str, body: bytes, *, key: str) -> tuple[list[object], dict[str, object]]:
    """The list under ``key``, and the object around it.

    A bare list is taken too (older versions of the site), unless it is empty: an empty one
    cannot be told from an answer gone wrong.

    Raises:
        FeedMalformed: As `decode`, or there is no such list.
    """
    document = decode(feed, body)
    if isinstance(document, list) and document:
        return document, {}
    if not isinstance(document, dict):
        raise FeedMalformed(feed, f"expected an object with the list {key}, got {kind(document)}")
    records = document.get(key)
    if not isinstance(records, list):
        raise FeedMalformed(feed, f"expected a list under {key}, got {kind(records)}")
    return records, document


def kind(value: object) -> str:
    """What a decoded JSON value is, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return {dict: "an object", str: "text", bool: "true or false"}.get(type(value), "a number")
