"""Every format opens again to the values that went in, missing ones as missing."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from swgdata.export import FORMATS
from tests.support.every_dtype import META, galaxy
from tests.support.export_readers import Columns, expected, reopen


def _opened(frame: pd.DataFrame, extension: str) -> Columns:
    return reopen(FORMATS[extension].write(frame, META), extension, frame)


@pytest.mark.parametrize("extension", FORMATS)
def test_every_dtype_opens_again_to_equal_values(extension: str) -> None:
    """Values, missing values, columns and rows are those of the frame, in its order."""
    frame = galaxy()
    assert _opened(frame, extension) == expected(frame, extension)


@pytest.mark.parametrize("extension", FORMATS)
def test_the_frame_is_left_as_it_was(extension: str) -> None:
    """Writing changes neither the frame nor what a second writing gives."""
    frame, before = galaxy(), galaxy()
    first = FORMATS[extension].write(frame, META)
    pd.testing.assert_frame_equal(frame, before)
    assert FORMATS[extension].write(frame, META) == first


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows_keep_their_columns(extension: str, rows: int) -> None:
    """A frame without rows still names its columns (JSON has nowhere to)."""
    frame = galaxy().head(rows)
    assert _opened(frame, extension) == expected(frame, extension)


@pytest.mark.parametrize("extension", FORMATS)
def test_a_frame_without_columns_is_written(extension: str) -> None:
    """Nothing in, an empty document out."""
    assert _opened(pd.DataFrame(), extension) == {}


@pytest.mark.parametrize("extension", ["csv", "json", "parquet", "xml"])
def test_more_rows_than_one_slice(extension: str) -> None:
    """Slices meet without a gap, lists among them."""
    count = 20_000
    frame = pd.DataFrame(
        {
            "id": np.arange(count, dtype="int32"),
            "planets": pd.Series(
                [["a", "b", "c"][: i % 4] or None for i in range(count)], dtype=object
            ),
        }
    )
    assert _opened(frame, extension) == expected(frame, extension)


@pytest.mark.parametrize("extension", FORMATS)
def test_infinities_are_missing(extension: str) -> None:
    """A number that is none is missing in every format."""
    frame = pd.DataFrame(
        {"a": [np.inf, -np.inf, 1.0], "b": pd.array([np.inf, 0.5, None], "Float64")}
    )
    assert _opened(frame, extension) == {"a": [None, None, 1.0], "b": [None, 0.5, None]}


@pytest.mark.parametrize("extension", FORMATS)
def test_rows_with_nothing_in_them_are_still_rows(extension: str) -> None:
    """A missing value at the end, in every column, is a row all the same."""
    frame = galaxy().iloc[[0, 1, 1]]
    frame = frame[[name for name in frame.columns if pd.isna(frame[name].iloc[1]) is True]]
    assert _opened(frame, extension) == expected(frame, extension)


@pytest.mark.parametrize("extension", FORMATS)
def test_objects_of_any_kind_are_written(extension: str) -> None:
    """Half a surrogate pair, mixed values and huge numbers become text instead of an error."""
    values = ["\ud800", 2**70, {"a": [1]}, [1, "b"], datetime(2026, 1, 1, tzinfo=UTC)]
    frame = pd.DataFrame({"odd": pd.Series(values, dtype=object)})
    texts = ["\ufffd", str(2**70), '{"a": [1]}', '[1, "b"]', "2026-01-01T00:00:00Z"]
    text_frame = pd.DataFrame({"odd": pd.Series(texts, dtype="str")})
    body = FORMATS[extension].write(frame, META)
    assert reopen(body, extension, text_frame) == {"odd": texts}
