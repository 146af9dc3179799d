"""Draw a card: chart or table, downloads, provenance, empty state.

What is drawn is what is listed is what is downloaded; of many rows only the first are listed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata import settings
from swgdata.export import FORMATS
from swgdata.export.file_names import file_name
from swgdata.sources.snapshot import Snapshot
from swgdata.tables import Result
from swgdata.tables.steps import Step, follow
from swgdata.ui.charts import MAX_MARKS
from swgdata.ui.components import filters
from swgdata.ui.components.chart_cache import Draw, cached_chart
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.components.provenance import Provenance, provenance_of, show_provenance, why_empty
from swgdata.ui.components.table import PreparedTable, data_table, picking
from swgdata.ui.scope import scope
from swgdata.ui.text import count, plain

BRUSH: Final = "brush"
"""Name of the interval selection of a chart with a brush."""
_VIEWS: Final = ("Chart", "Table")
_DOWNLOADS: Final = ("csv", "json")


def panel(  # noqa: PLR0913 - the whole vocabulary of a card, most of it optional
    title: str,
    result: Result | Snapshot,
    *,
    key: str,
    frame: pd.DataFrame | None = None,
    chart: Draw | None = None,
    columns: Mapping[str, Any] | None = None,
    caption: str = "",
    empty: str = "",
    steps: Sequence[Step] = (),
    applied: Mapping[str, object] | None = None,
    height: int | None = None,
    whole: "AllRows | None" = None,
    on_pick: Callable[[int], None] | None = None,
    has_brush: bool = False,
) -> None:
    """Draw one card: the rows of ``result`` after ``steps``, or ``frame``.

    Switching its view redraws nothing else.
    """
    rows = follow(result.frame, steps) if frame is None else frame
    whole = whole or AllRows(len(rows), lambda: rows)

    def card() -> None:
        with st.container(border=True, key=f"{key}_panel"), error_boundary(title, is_framed=False):
            source, zone = provenance_of(result, applied, steps), scope().zone
            with st.container(horizontal=True, vertical_alignment="center"):
                st.subheader(plain(title, length=140), anchor=key, width="stretch")
                with st.container(horizontal=True, width="content"):  # they wrap together
                    is_drawn = chart is not None and whole.rows
                    view = _switch(key) if is_drawn else "Table"
                    _downloads(whole, source, key)
            if caption:
                st.caption(plain(caption, length=400))
            if not whole.rows:
                st.markdown(plain(empty, length=400) if empty else why_empty(source))
            elif chart is not None and view == "Chart":
                picked = _draw(chart, rows, title, brush=f"{key}_brush" if has_brush else "")
                if picked is not None:
                    st.caption(f"In the area drawn: {count(len(picked), 'row')}.")
                    data_table(picked, alt=f"{title}, the area drawn", columns=columns, zone=zone)
            else:
                data_table(
                    rows if whole.first is None else whole.first,
                    alt=title,
                    columns=columns,
                    notes=source.notes,
                    zone=zone,
                    height=height,
                    total=whole.rows,
                    select=picking(f"{key}_rows", on_pick) if on_pick else None,
                )
            show_provenance(source)

    # Only a card with a switch ever runs alone, and a fragment costs as much as five elements.
    (card if chart is None else st.fragment(card))()


def _draw(chart: Draw, rows: pd.DataFrame, title: str, *, brush: str) -> pd.DataFrame | None:
    """Draw the chart; gives the rows in the area a visitor has drawn, None where there is none."""
    show = partial(st.vega_lite_chart, spec=cached_chart(chart, rows), width="stretch", alt=title)
    if brush:
        state: Any = show(key=brush, on_select="rerun", selection_mode=BRUSH)
        picked = within(rows, state.selection.get(BRUSH, {}))
    else:
        show()
        picked = None
    if len(rows) > MAX_MARKS:
        st.caption(f"The chart draws {MAX_MARKS:,} of {len(rows):,} rows.")
    return picked


def within(rows: pd.DataFrame, area: Mapping[str, Any]) -> pd.DataFrame | None:
    """The rows inside an area: column -> its two ends; None where no area is drawn."""
    limits = {column: area[column] for column in area if column in rows}
    if not limits:
        return None
    keep = pd.Series(data=True, index=rows.index)
    for column, ends in limits.items():
        keep &= rows[column].between(min(ends), max(ends)).fillna(value=False)
    return rows.loc[keep]


def _switch(key: str) -> str:
    return filters.one_of("View", _VIEWS, key=f"{key}_view", is_labelled=False)


def _downloads(whole: "AllRows", source: Provenance, key: str) -> None:
    page, _, what = key.partition("_")
    meta = {**source.meta, "rows": whole.rows}
    server, now = settings.current().server_name, datetime.now(UTC)
    for extension in _DOWNLOADS:
        form = FORMATS[extension]
        st.download_button(
            extension.upper(),
            partial(_written, form.write, whole.make, meta),  # when someone clicks
            file_name=file_name(server, page, what, extension, now, sample=source.is_sample),
            mime=form.mime,
            key=f"{key}_{extension}",
            on_click="ignore",  # a download is no reason to rerun
            icon=":material/download:",
            type="tertiary",
            disabled=not whole.rows,
            help=f"All {whole.rows:,} rows as {extension.upper()}",
        )


def _written(
    write: Callable[[pd.DataFrame, Mapping[str, Any]], bytes],
    make: Callable[[], pd.DataFrame],
    meta: Mapping[str, Any],
) -> bytes:
    rows = make()
    return write(rows, {**meta, "rows": len(rows)})


@dataclass(frozen=True, slots=True)
class AllRows:
    """All the rows a card stands for, where only the first of them are drawn.

    Attributes:
        rows: How many there are.
        make: Makes them, when a download is asked for; off the script's thread.
        first: Those that are drawn, made ready; the card's ``frame`` where None.
    """

    rows: int
    make: Callable[[], pd.DataFrame]
    first: PreparedTable | None = None
