"""Arrow tables -> pandas frames of the declared dtypes, without copying what can be shared."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_NAT: Final = np.iinfo(np.int64).min  # how numpy spells "no time"
_UTC: Final = pd.DatetimeTZDtype("s", "UTC")


def frame(table: pa.Table, dtypes: Mapping[str, str]) -> pd.DataFrame:
    """Show an Arrow table as a frame that lies on the table's own memory.

    Plain numbers, text and times without gaps are not copied; what Arrow packs otherwise
    (flags, nullable numbers, categories) costs a few bytes a row. Every array is read-only, so
    the frame can be shared by all visitors: assigning into one of them raises.

    Args:
        table: Holds at least the columns of ``dtypes``.
        dtypes: Column -> pandas dtype, as a feed declares it.

    Returns:
        The columns of ``dtypes`` in their order, numbered from 0.

    Raises:
        KeyError: A column is missing.
    """
    columns = {
        name: _column(_whole_array(table.column(name)), dtype) for name, dtype in dtypes.items()
    }
    return pd.DataFrame(columns, copy=False)


def _whole_array(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    combined = column.combine_chunks()
    return combined.chunk(0) if isinstance(combined, pa.ChunkedArray) else combined


def _column(values: pa.Array, dtype: str) -> Any:
    """One column; nullable dtypes start with a capital or are ``boolean``, as in pandas."""
    if dtype == "category":
        return _sealed(_category(values))
    if dtype == "str":
        text = pd.array(values.cast(pa.large_string()), dtype=pd.StringDtype(na_value=np.nan))
        return _sealed(text)
    if dtype.startswith("datetime64"):
        return _sealed(pd.DatetimeIndex(_seconds(values), dtype=_UTC, copy=False))
    if dtype == "boolean":
        return pd.arrays.BooleanArray(_plain(values, gap=False), _gaps(values))
    if dtype[0].isupper():
        kind = pd.arrays.FloatingArray if dtype.startswith("Float") else pd.arrays.IntegerArray
        return kind(_plain(values, dtype.lower()), _gaps(values))
    return _plain(values, dtype)


def _plain(values: pa.Array, dtype: str = "", *, gap: object = 0) -> NDArray[Any]:
    """The values as a read-only array, ``gap`` where there is none."""
    filled = values.fill_null(gap) if values.null_count else values
    array = filled.to_numpy(zero_copy_only=False)
    return _locked(array.astype(dtype, copy=False) if dtype else array)


def _gaps(values: pa.Array) -> NDArray[np.bool_]:
    return _locked(values.is_null().to_numpy(zero_copy_only=False))


def _seconds(values: pa.Array) -> NDArray[np.int64]:
    return _plain(values.cast(pa.timestamp("s", tz="UTC")).view(pa.int64()), gap=_NAT)


def _category(values: pa.Array) -> pd.Categorical:
    coded = values if pa.types.is_dictionary(values.type) else pc.dictionary_encode(values)
    categories = pd.Index(coded.dictionary.to_pylist(), dtype="str")
    dtype = pd.CategoricalDtype(categories)
    return pd.Categorical.from_codes(_plain(coded.indices, gap=-1), dtype=dtype, validate=False)


def _sealed(values: Any) -> Any:
    """The same memory as an array that refuses assignment: what an index hands out does."""
    return pd.Index(values, copy=False).array


def _locked(values: NDArray[Any]) -> NDArray[Any]:
    values.flags.writeable = False
    return values
