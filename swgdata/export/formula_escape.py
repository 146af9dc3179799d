"""Neutralise texts that a spreadsheet would run as formulas.

A text that begins with ``= + - @``, TAB, CR, LF or a full-width form of these, be it behind
spaces, quotes or control characters, gets one leading apostrophe. The quotes passed over include
the apostrophe, so the rule is its own mark: a text that looks neutralised but was not is
neutralised once more, and ``restore`` gives back every text there is.
"""

import re
from typing import Final

_BLANKS: Final = (
    "\x00-\x20\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3000\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
_QUOTES: Final = "\"'`´«»‘-‟‹›「-』〝-〟＂＇｀｢｣"
_STARTERS: Final = "=+\\-@\t\r\n＝＋－＠"

# One spelling for Python's re and Arrow's RE2: no class here depends on the engine's Unicode.
RISKY: Final = f"^[{_BLANKS}{_QUOTES}]*[{_STARTERS}]"
_RISKY: Final = re.compile(RISKY)


def neutralise(text: str) -> str:
    """Put an apostrophe before ``text`` if a spreadsheet would run it, else return it as it is."""
    return f"'{text}" if _RISKY.match(text) else text


def restore(text: str) -> str:
    """Undo ``neutralise``: for every text ``restore(neutralise(text)) == text``.

    Only for cells of text columns and for headers; numbers are never neutralised.
    """
    return text[1:] if text.startswith("'") and _RISKY.match(text[1:]) else text
