"""Charts built once per rows, for all visitors.

Building a chart costs ten times what sending it does, and most of a page does not change with a
filter. What is kept is text and bytes, copied for each visitor: nobody can change another's.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta, tzinfo
from functools import partial
from hashlib import blake2b
from itertools import chain
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from swgdata.ui.theme import Mark

if TYPE_CHECKING:
    import pyarrow as pa

    from swgdata.ui.charts.scales import Drawing

Draw = Callable[[pd.DataFrame], "Drawing"]
_Drawn = tuple[str, dict[str, bytes]]  # specification as JSON, data by name
_KEPT: Final = "8MB"  # some hundreds of charts
_PARTS: Final = ("layer", "vconcat", "hconcat")


def cached_chart(draw: Draw, rows: pd.DataFrame) -> dict[str, Any]:
    """Draw the rows, or remember how they were drawn.

    Returns:
        A Vega-Lite specification of the caller's own, its ``datasets`` as Arrow streams.
    """
    name = _named(draw)
    if name:
        spec, datasets = _remembered(name + _digest(_packed(rows)), draw, rows)
    else:
        spec, datasets = _drawn(draw, rows)
    return {**json.loads(spec), "datasets": datasets}


def _named(draw: Draw) -> str:
    """What tells a drawing from all others: its function and what was set; "" if nothing does."""
    settings: list[object] = []
    inner: Any = draw
    while isinstance(inner, partial):
        settings += [inner.args, sorted(inner.keywords.items())]
        inner = inner.func
    place = f"{getattr(inner, '__module__', '')}.{getattr(inner, '__qualname__', '<')}"
    is_one_of_many = "<" in place or place.startswith("__main__") or hasattr(inner, "__self__")
    return "" if is_one_of_many or not _is_plain(settings) else f"{place}{settings!r}"


def _is_plain(value: object) -> bool:
    """Whether ``repr`` tells all there is to a value."""
    if isinstance(value, Mapping):
        return all(map(_is_plain, chain.from_iterable(value.items())))
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return isinstance(value, (str, int, float, timedelta, tzinfo, Mark, NoneType))


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _packed(frame: pd.DataFrame) -> bytes:
    """The frame without its index as an Arrow stream."""
    import pyarrow as pa

    columns = [_array(values) for _, values in frame.items()]
    table = pa.Table.from_arrays(columns, names=list(map(str, frame.columns)))
    sink = pa.BufferOutputStream()
    with pa.RecordBatchStreamWriter(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def _array(values: "pd.Series[Any]") -> "pa.Array | pa.ChunkedArray":
    import pyarrow as pa

    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, OverflowError):  # a column of mixed kinds
        return pa.array(values.astype("str"), from_pandas=True)


@st.cache_data(max_size=_KEPT, show_spinner=False)
def _remembered(name: str, _draw: Draw, _rows: pd.DataFrame) -> _Drawn:
    del name
    return _drawn(_draw, _rows)


def _drawn(draw: Draw, rows: pd.DataFrame) -> _Drawn:
    """The specification as JSON and its data by name.

    Altair's checks against its schema take most of the time a chart needs, under a lock that all
    visitors share; the tests make them instead.
    """
    import altair as alt
    from altair.utils import schemapi

    schemapi.disable_debug_mode()
    alt.theme.enable("none")  # Streamlit's takes its place; Altair's would fix the size
    chart = draw(rows)
    datasets: dict[str, bytes] = {}
    for part in _parts(chart):
        if isinstance(part.data, pd.DataFrame):
            data = _packed(part.data)
            part.data = alt.NamedData(name=_digest(data))
            datasets[part.data.name] = data
    return json.dumps(chart.to_dict(validate=False)), datasets


def _parts(chart: Any) -> Iterator[Any]:
    """The chart and all charts in it."""
    yield chart
    for kind in _PARTS:
        for part in getattr(chart, kind, ()):
            yield from _parts(part)
