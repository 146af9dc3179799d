"""A galaxy whose players named everything to do harm."""

import json
import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any, Final

NAMES: Final = (
    '<img src="http://beacon.invalid/1.png" onerror="window.__pwned=1">'
    "<script>window.__pwned=2</script>",
    "![p](http://beacon.invalid/2.png)",
    "[click](javascript:window.__pwned=3) <javascript:alert(3)>",
    "[d](data:text/html,<script>top.__pwned=4;alert(4)</script>)",
    "www.beacon.invalid http://beacon.invalid/3 mailto:a@beacon.invalid b@beacon.invalid",
    "$\\href{http://beacon.invalid/4}{x}$ $$\\sum_{i}$$",
    ":smile: :material/home: :red[red] :blue-badge[badge] --> <- (c)",
    "\u202egnp.\u2066exe\u2069\u200b",
    "a\x00b\x1b[31m\r\nc",
    '=HYPERLINK("http://beacon.invalid/5","x")',
    '"><svg/onload=window.__pwned=5><iframe srcdoc="<script>top.__pwned=6</script>">',
    "{{constructor.constructor('window.__pwned=7')()}} ${window.__pwned=8}",
    "url(http://beacon.invalid/6) <a href=//beacon.invalid/7>x</a>",
    "`code` **bold** ~~no~~ # h | t | \\ [x]: http://beacon.invalid/8",
    "../../etc/passwd?key=1&c=2#x",
    "Z\u0335\u0336\u0337\u0338\u0321\u0322\u0327" * 20,
)
LITERAL: Final = ("![p](http://", "<img src=", "www.beacon.invalid", ":smile:", "[click](")
"""Parts by which a reader recognises names that are shown as they were sent."""

# These shape an answer; only now and then do they turn hostile, or no row would be shown at all.
_SHAPING: Final = frozenset(
    {"planet", "planets[]", "faction", "factions[]", "key", "color", "code", "resource_code"}
    | {"resourceTypeCode", "type_code", "status", "parent", "schematicCategoryParent"}
    | {f"level{depth}" for depth in range(1, 7)}
)
_COUNTS: Final = frozenset({"citizens", "members", "active", "crate_size", "rating"})
_KEPT: Final = frozenset({"url", "url_gz", "sha256", "type", "stat", "optional", "looted"})
_PLAIN: Final = re.compile(r"[-+.,:T Z\d]*|/wp .*")


def hostile(body: bytes) -> bytes:
    """The same answer with a hostile name before every name in it, one of them a megabyte long.

    Some counts are hostile text too, so that there is something to set aside.
    """
    words = cycle(NAMES)
    shaping = cycle(range(7))
    changed = _renamed(json.loads(body), "", words, shaping)
    return json.dumps(changed).encode().replace(b"Z\\u0335", b"Z" * 2**20 + b"\\u0335", 1)


def _renamed(node: Any, key: str, words: Iterator[str], shaping: Iterator[int]) -> Any:
    if isinstance(node, dict):
        return {name: _renamed(value, name, words, shaping) for name, value in node.items()}
    if isinstance(node, list):
        return [_renamed(value, f"{key}[]", words, shaping) for value in node]
    if isinstance(node, int) and key in _COUNTS and not next(shaping):
        return next(words)
    if not isinstance(node, str) or key in _KEPT or _PLAIN.fullmatch(node):
        return node
    if key in _SHAPING and next(shaping):
        return node
    return f"{next(words)} {node}"
