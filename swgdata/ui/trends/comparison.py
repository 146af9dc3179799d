"""Card of a few cities or guilds side by side."""

import csv
import io
from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from swgdata.analytics.entity_changes import MOST_COMPARED
from swgdata.tables.entities import KINDS, labels
from swgdata.ui import data
from swgdata.ui.components import filters
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import scope
from swgdata.ui.text import days_of
from swgdata.ui.trends.movers import measure
from swgdata.ui.trends.own_history import indexed_lines


def compare(kind: str, *, key: str) -> None:
    """Ask whom to compare, and draw their lines; the five largest where nobody is chosen."""
    known = data.answer(kind).frame
    names = sorted(labels(known, KINDS[kind]).dropna().unique(), key=str.casefold)
    with st.grid(columns=2, min_column_width=260):
        usual = "The five largest"
        chosen = filters.several(
            f"Compare up to {MOST_COMPARED}",
            names,
            key=f"{key}_who",
            anything=usual,
            most=MOST_COMPARED,
        )
        figure = measure(kind, key=f"{key}_of")
    view = scope()
    asked = {"kind": kind, "measure": figure, "names": written(chosen[:MOST_COMPARED])}
    result = data.answer("compare", **asked, days=days_of(view.window) or 3650)
    why = result.notes.get("entity", "")
    panel(
        title(result.frame),
        result,
        key=key,
        chart=partial(indexed_lines, zone=view.zone),
        caption="Each 100 at our first reading in the time window of the sidebar; days nobody "
        f"looked leave gaps. {f'Left out: {why}.' if why else ''}",
        columns={"entity": KINDS[kind].key.title(), "index": "Index"},
        empty=f"Nothing to compare yet: {why}." if why else "",
    )


def written(names: Sequence[str]) -> str:
    """Names as the table takes them: separated by commas, quoted where they hold one."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(names)
    return line.getvalue()


def title(rows: pd.DataFrame) -> str:
    """Who came furthest and who fell back furthest."""
    known = rows.dropna(subset=["index"])
    ends = known.groupby("entity", sort=False)["index"].last() - 100
    if ends.empty:
        return "Nothing to compare yet"
    best, least = str(ends.idxmax()), str(ends.idxmin())
    if best == least:
        return f"{best}: {ends[best]:+.0f} % in the time window"
    return f"{best} did best: {ends[best]:+.0f} %; {least}: {ends[least]:+.0f} %"
