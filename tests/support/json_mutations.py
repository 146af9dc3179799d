"""What can befall a JSON document on its way: each kind as a function, document -> bytes."""

import codecs
import json
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any, Final

from tests.support.hostile_galaxy import hostile

Mutation = Callable[[Any], bytes]
Change = Callable[[Any], Any]
MARK: Final = "\x01"
ODD_DATES: Final = (
    "0000-00-00 00:00:00",
    "2016-12-31T23:59:60Z",
    "2026-03-29T02:30:00",
    "2026-13-45",
    "99999-01-01T00:00:00Z",
    -1,
    0,
    2**40,
    1786900205000,
    "2026-08-16T15:00:00+99:00",
)


def each(node: Any, change: Change, key: str = "") -> Any:
    """A copy with every scalar changed."""
    if isinstance(node, dict):
        return {name: each(value, change, name) for name, value in node.items()}
    if isinstance(node, list):
        return [each(value, change, key) for value in node]
    return change(node)


def inside(node: Any, change: Change) -> Any:
    """A copy with every object and list changed, the innermost first."""
    if isinstance(node, dict):
        return change({name: inside(value, change) for name, value in node.items()})
    if isinstance(node, list):
        return change([inside(value, change) for value in node])
    return node


def third(change: Change) -> Change:
    """The same change for every third value only."""
    turn = count()
    return lambda value: value if next(turn) % 3 else change(value)


def is_number(value: Any) -> bool:
    """A number, or one in a text."""
    text = str(value)
    return not isinstance(value, bool) and text.lstrip("-").replace(".", "", 1).isdecimal()


def scalars(change: Change) -> Mutation:
    """Every scalar."""
    return lambda document: json.dumps(each(document, change)).encode()


def some(change: Change) -> Mutation:
    """Every third scalar."""

    def changed(document: Any) -> bytes:
        return scalars(third(change))(document)

    return changed


def numbers(change: Change) -> Mutation:
    """Every number, those in texts included."""
    return scalars(lambda value: change(value) if is_number(value) else value)


def some_numbers(change: Change) -> Mutation:
    """Every third number."""

    def changed(document: Any) -> bytes:
        return numbers(third(change))(document)

    return changed


def texts(change: Change) -> Mutation:
    """Every third text that is no number."""

    def changed(document: Any) -> bytes:
        now = third(change)

        def one(value: Any) -> Any:
            return now(value) if isinstance(value, str) and not is_number(value) else value

        return scalars(one)(document)

    return changed


def structures(change: Change) -> Mutation:
    """Every object and list."""
    return lambda document: json.dumps(inside(document, change)).encode()


def literal(word: str) -> Mutation:
    """A bare word, which JSON does not know, in place of every third number."""
    marked = some_numbers(lambda _: MARK)
    return lambda document: marked(document).replace(json.dumps(MARK).encode(), word.encode())


def around(change: Callable[[bytes], bytes]) -> Mutation:
    """The bytes of the whole document."""
    return lambda document: change(json.dumps(document).encode())


def without(document: Any) -> bytes:
    """Every third key is missing."""
    turn = count()

    def fewer(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: inner for name, inner in value.items() if next(turn) % 3}

    return structures(fewer)(document)


def deep(document: Any) -> bytes:
    """One value is nested beyond any stack."""
    nested = b"[" * 100_000 + b"]" * 100_000
    return b'{"deep": ' + nested + b"," + json.dumps(document).encode()[1:]


def deepkey(document: Any) -> bytes:
    """Objects within objects in place of the first texts."""
    marked = texts(lambda _: MARK)(document)
    nested = b'{"a":' * 300 + b"1" + b"}" * 300
    return marked.replace(json.dumps(MARK).encode(), nested, 3).replace(b'"\\u0001"', b'"x"')


def twice(document: Any) -> bytes:
    """Every key stands twice, first with nothing."""

    def written(node: Any) -> str:
        if isinstance(node, dict):
            pairs = (
                f"{json.dumps(key)}: null, {json.dumps(key)}: {written(v)}"
                for key, v in node.items()
            )
            return "{" + ", ".join(pairs) + "}"
        if isinstance(node, list):
            return "[" + ", ".join(map(written, node)) + "]"
        return json.dumps(node)

    return written(document).encode()


def dates(document: Any) -> bytes:
    """Odd times in place of whole numbers that could be times, and of texts that look like one."""
    turn = count()

    def odd(value: Any) -> Any:
        is_time = isinstance(value, int) and not isinstance(value, bool) and value > 10**9
        is_text = isinstance(value, str) and value[:2] == "20" and "-" in value
        return ODD_DATES[next(turn) % len(ODD_DATES)] if is_time or is_text else value

    return scalars(odd)(document)


def swapped(value: Any) -> Any:
    """Lists become objects; the objects that are left keep their keys."""
    return dict(enumerate(value)) if isinstance(value, list) and len(value) % 2 else value


def arabic(value: Any) -> str:
    """The digits of another script."""
    return str(value).translate({48 + n: 0x0660 + n for n in range(10)})


MUTATIONS: Final[Mapping[str, Mutation]] = {
    "nulls": some(lambda _: None),
    "missing": without,
    "rename": structures(
        lambda v: {name.upper(): x for name, x in v.items()} if isinstance(v, dict) else v
    ),
    "extra": structures(
        lambda v: {**v, "extra": {"a": [1, {"b": None}]}} if isinstance(v, dict) else v
    ),
    "enum": texts(lambda value: f"unheard_of_{value[:3]}"),
    "dupkeys": twice,
    "numbers as text": numbers(str),
    "thousands": numbers(lambda value: f"{float(value):,.0f}"),
    "NaN": literal("NaN"),
    "Infinity": literal("-Infinity"),
    "1e999": literal("1e999"),
    "huge": some_numbers(lambda _: 10**300),
    "too many digits": literal("9" * 5000),
    "2**64": some_numbers(lambda _: 2**64),
    "negative": numbers(lambda value: -abs(float(value)) if value else -1),
    "booleans": some_numbers(bool),
    "deep": deep,
    "deepkey": deepkey,
    "longstr": texts(lambda value: value * (2**14 // max(len(value), 1))),
    "evil": around(hostile),
    "dates": dates,
    "half": structures(lambda v: v[: (len(v) + 1) // 2] if isinstance(v, list) else v),
    "emptied": structures(lambda v: [] if isinstance(v, list) else v),
    "wrong top": lambda document: json.dumps([[document]]).encode(),
    "null": lambda document: b"null",
    "swapped": structures(swapped),
    "surrogate": texts(lambda value: f"\ud800{value}"),
    "BOM": around(partial(bytes.__add__, codecs.BOM_UTF8)),
    "trailing": around(lambda body: body + b"<br>Warning: mysql"),
    "floats": numbers(lambda value: float(value) + 0.5),
    "other digits": some_numbers(arabic),
    "empty texts": texts(lambda _: ""),
    "blanks": texts(lambda _: " \t\n\u00a0"),
    "twice": structures(lambda v: v * 2 if isinstance(v, list) else v),
    "negative zero": some_numbers(lambda _: -0.0),
    "lists for values": texts(lambda value: [value]),
}
"""Kind -> document -> bytes; never the same object twice, so that a kind can be used again."""
