"""No text in an export runs in a spreadsheet, ends its cell, or is lost."""

import csv
import random
import unicodedata
from datetime import datetime
from io import StringIO
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.export import FORMATS
from swgdata.export.formula_escape import neutralise, restore
from tests.support.export_readers import Columns, expected, reopen

EVIL: Final = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r\n@x",
    " \u200b\ufeff=1",
    '"=1',
    "'=1",
    "''=1",
    "'plain",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "\x00=1",
    "«-»",
    "a,b;c\td|e",
    '"',
    '""',
    "\\",
    "line\nbreak\r\nand\rmore",
    "<script>alert(1)</script>",
    "]]>&amp;",
    "<r>x</r>",
    '<r></r></is></c><c r="Z9"><f>1+1</f></c><c r="Z8" t="inlineStr"><is><r></r>',
    "_x0041_",
    "\x01\x1f\x7f\u2028\uffff",
    "nan",
    "null",
    "",
    " ",
    "héllo ✓ 𝔘 🙂",
    "http://example.invalid/",
    "1e5",
    "0012",
]


def _opened(frame: pd.DataFrame, extension: str) -> Columns:
    return reopen(FORMATS[extension].write(frame, {}), extension, frame)


def _would_run(cell: str) -> bool:
    """Tell, by a rule written apart from the one under test, whether a spreadsheet might run it."""
    for character in cell:
        if character in "=+-@\t\r\n＝＋－＠":
            return True
        skipped = character.isspace() or unicodedata.category(character) in ("Cc", "Pi", "Pf")
        if not skipped and character not in "\"'`\u200b\ufeff":
            return False
    return False


@pytest.mark.parametrize("extension", FORMATS)
def test_hostile_text_stays_text(extension: str) -> None:
    """Nothing in a name ends a cell, a row or a document, or runs."""
    frame = pd.DataFrame(
        {
            "text": pd.Series(EVIL, dtype="str"),
            "kind": pd.Categorical(EVIL),
            "n": np.arange(len(EVIL)) - 9,
        }
    )
    assert _opened(frame, extension) == expected(frame, extension)


@pytest.mark.parametrize("text", [text for text in EVIL if _would_run(text)])
def test_risky_text_gets_an_apostrophe(text: str) -> None:
    """One apostrophe, taken off again by restore."""
    assert neutralise(text) == f"'{text}"
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize("text", ["plain", "a=1", "1-2", "'plain", "", "100 %", "naïve+", "Ⅸ @"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    """A sign inside a text is harmless."""
    assert neutralise(text) == text == restore(text)


PIECES: Final = st.text(
    st.one_of(
        st.sampled_from("=+-@\t\r\n＝＋－＠'\" ,|;<>&\\ax1"),
        st.characters(exclude_categories=["Cs"]),
    )
)


@settings(max_examples=500, deadline=None)
@given(PIECES)
def test_neutralising_is_reversible_and_enough(text: str) -> None:
    """No text is lost and none is left that runs."""
    safe = neutralise(text)
    assert restore(safe) == text
    assert safe.startswith("'") or not _would_run(safe)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            PIECES | st.none(),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32),
            st.none() | st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)),  # noqa: DTZ001
            st.none() | st.lists(PIECES.filter(lambda text: "|" not in text)),
        ),
        max_size=8,
    ),
    extension=st.sampled_from(sorted(FORMATS)),
)
def test_any_values_open_again(rows: list[tuple[Any, ...]], extension: str) -> None:
    """Generated rows through every format."""
    names = ["text", "whole", "number", "small", "time", "items"]
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=False)) or {
        n: [] for n in names
    }
    frame = pd.DataFrame(
        {
            "text": pd.Series(columns["text"], dtype="str"),
            "whole": pd.array(columns["whole"], dtype="Int64"),
            "number": pd.array(columns["number"], dtype="Float64"),
            "small": pd.Series(columns["small"], dtype="float32"),
            "time": pd.Series(columns["time"], dtype="datetime64[s]").dt.tz_localize("UTC"),
            "items": pd.Series(columns["items"], dtype=object),
        }
    )
    assert _opened(frame, extension) == expected(frame, extension)


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_ten_thousand_strings(extension: str) -> None:
    """No cell a spreadsheet would run, no number changed, rows and columns as they were."""
    chance = random.Random(42)
    alphabet = "=+-@\t\r\n＝＋－＠'\"`«» \xa0\u200b\ufeff\x00\x1b,;|<>&_xr/\\09aZé✓🙂"
    texts = ["".join(chance.choices(alphabet, k=chance.randrange(12))) for _ in range(10_000)]
    numbers = [chance.randrange(-(10**6), 10**6) / 100 for _ in texts]
    frame = pd.DataFrame({"text": pd.Series(texts, dtype="str"), "number": numbers, "-n": texts})
    assert _opened(frame, extension) == expected(frame, extension)
    if extension == "csv":
        rows = list(csv.reader(StringIO(FORMATS["csv"].write(frame, {}).decode(), newline="")))
        cells = [cell for row in rows for cell in (row[0], row[2])]
        assert not [cell for cell in cells if not cell.startswith("'") and _would_run(cell)]
        assert [float(row[1]) for row in rows[1:]] == numbers
