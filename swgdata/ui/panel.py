"""The card: every view's chart, table, downloads, provenance and empty state.

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
from swgdata.export import FORMATS, file_name
from swgdata.snapshot import Snapshot
from swgdata.tables import Result
from swgdata.ui import filters
from swgdata.ui.charts.scales import MAX_MARKS
from swgdata.ui.citation import Origin, cite, origin, why_empty
from swgdata.ui.finished import Draw, finished
from swgdata.ui.guard import guard
from swgdata.ui.scope import scope
from swgdata.ui.sheet import Ready, picking, sheet
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
    applied: Mapping[str, object] | None = None,
    height: int | None = None,
    whole: "Whole | None" = None,
    on_pick: Callable[[int], None] | None = None,
    has_brush: bool = False,
) -> None:
    """Draw one card; switching its view redraws nothing else.

    Args:
        title: States the answer; plain text, escaped here.
        result: A named table's answer, or one feed's snapshot.
        key: ``<page>_<what>``, unique in the app; names the download and the URL parameter.
        frame: Rows to show instead of the result's own: filtered further, or aggregated.
        chart: Draws the frame; the card is a table only where None.
        columns: Column -> ``st.column_config`` type, another label, or None to hide it.
        caption: What the figures mean, in a sentence; plain text, escaped here.
        empty: Why it is empty, where the page knows better than the card; plain text.
        applied: Filters that made ``frame`` of the result, for the meta of the downloads.
        height: Pixels of the table.
        whole: All rows, where only the first of them are drawn.
        on_pick: Called with the place of a drawn row when a visitor selects it.
        has_brush: The chart lets an area be drawn (``BRUSH``); its rows are listed below.
    """
    rows = result.frame if frame is None else frame
    whole = whole or Whole(len(rows), lambda: rows)

    def card() -> None:
        with st.container(border=True, key=f"{key}_panel"), guard(title, is_framed=False):
            source, zone = origin(result, applied), scope().zone
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
                    sheet(picked, alt=f"{title}, the area drawn", columns=columns, zone=zone)
            else:
                sheet(
                    rows if whole.first is None else whole.first,
                    alt=title,
                    columns=columns,
                    notes=source.notes,
                    zone=zone,
                    height=height,
                    total=whole.rows,
                    select=picking(f"{key}_rows", on_pick) if on_pick else None,
                )
            cite(source)

    # Only a card with a switch ever runs alone, and a fragment costs as much as five elements.
    (card if chart is None else st.fragment(card))()


def _draw(chart: Draw, rows: pd.DataFrame, title: str, *, brush: str) -> pd.DataFrame | None:
    """Draw the chart; gives the rows in the area a visitor has drawn, None where there is none."""
    show = partial(st.vega_lite_chart, spec=finished(chart, rows), width="stretch", alt=title)
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


def _downloads(whole: "Whole", source: Origin, key: str) -> None:
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
class Whole:
    """All the rows a card stands for, where only the first of them are drawn.

    Attributes:
        rows: How many there are.
        make: Makes them, when a download is asked for; off the script's thread.
        first: Those that are drawn, made ready; the card's ``frame`` where None.
    """

    rows: int
    make: Callable[[], pd.DataFrame]
    first: Ready | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure; all texts are plain and escaped when drawn.

    Attributes:
        label: What it counts.
        value: The figure, ready to read.
        change: Signed change, e.g. ``+12``; "" for none.
        since: What the change is measured against.
        help: How it is found.
        trend: Numbers for a small line, oldest first.
    """

    label: str
    value: str
    change: str = ""
    since: str = ""
    help: str = ""
    trend: Sequence[float] = ()


def headline(figures: Sequence[Figure]) -> None:
    """Draw the headline figures side by side; two a row on a phone."""
    with st.grid(columns=max(len(figures), 1), min_column_width=150):
        for figure in figures:
            st.metric(
                plain(figure.label),
                plain(figure.value, length=40),
                _delta(figure.change) if figure.change else None,
                delta_description=plain(figure.since) if figure.since else None,
                help=plain(figure.help, length=300) if figure.help else None,
                chart_data=list(figure.trend) if len(figure.trend) > 1 else None,
                border=True,
                height="stretch",
            )


def _delta(change: str) -> str:
    """Escape a signed change; a minus stays bare, since the arrow is chosen by it."""
    sign = "-" if change.startswith("-") else ""
    return sign + plain(change.removeprefix(sign))
