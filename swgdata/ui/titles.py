"""Titles: which there are, and the command that puts one on."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.analytics.once import once
from swgdata.tables.filters import has, words_of
from swgdata.ui import data, filters
from swgdata.ui.panel import panel
from swgdata.ui.scope import Scope
from swgdata.ui.text import count, cut

if TYPE_CHECKING:
    import pyarrow as pa


def titles_panel(_: Scope) -> None:
    """The list of titles, searched by text, and one command ready to copy."""
    feed = data.snapshot("titles")
    with st.grid(columns=2, min_column_width=240):
        text = filters.search("Title", key="economy_title", placeholder="Part of it")
        rows = matching(feed.frame, text)
        command = _chosen(feed.frame)
    if command:
        st.code(command, language=None, wrap_lines=True)
    panel(
        found(rows, feed.frame, text),
        feed,
        frame=rows,
        applied={"text": text} if text else None,
        key="economy_titles",
        caption="The command goes into the game's chat line; it wears a title you have earned.",
        columns={"titlekey": "Key"},
    )


@once
def _commands(titles: pd.DataFrame) -> dict[str, str]:
    known = titles.dropna(subset=["command"]).drop_duplicates("title")
    return dict(zip(known["title"], known["command"], strict=True))


def _chosen(titles: pd.DataFrame) -> str:
    commands = _commands(titles)
    title = filters.choice(
        "Copy the command of", tuple(commands), key="economy_command", anything="Choose a title"
    )
    return cut(commands[title], 200) if title else ""


def matching(titles: pd.DataFrame, text: str) -> pd.DataFrame:
    """Titles that contain ``text`` in their name or their key, whatever the case."""
    if not text:
        return titles
    names, keys = _words(titles)
    return titles.iloc[np.flatnonzero(has(names, text) | has(keys, text))]


@once
def _words(titles: pd.DataFrame) -> "tuple[pa.Array, pa.Array]":
    return words_of(titles["title"]), words_of(titles["titlekey"])


def found(titles: pd.DataFrame, everything: pd.DataFrame, text: str) -> str:
    """Title of the list of titles."""
    if not text:
        return f"{count(len(everything), 'title')} to wear"
    return f"{len(titles)} of {count(len(everything), 'title')} with “{text}”"
