"""Card with every table as a file."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from swgdata.errors import FeedError
from swgdata.export import FORMATS
from swgdata.export.file_names import file_name
from swgdata.query import table as ask
from swgdata.sources import Source
from swgdata.sources.snapshot import stored
from swgdata.tables import TABLES, Table
from swgdata.ui.components import filters
from swgdata.ui.text import count, plain


def downloads_card(source: Source) -> None:
    """List the named tables with their questions, each with its file."""
    with st.container(border=True, key="health_tables_panel"):
        offered = [table for table in TABLES.values() if table.builder(source.provider)]
        st.subheader(f"{count(len(offered), 'table')} to download", anchor="health_tables")
        st.caption(
            "Whole tables with their default parameters, written when you press. The same rows: "
            "`python -m swgdata export TABLE`, where every table's parameters can be set."
        )
        with st.grid(columns=2, min_column_width=240):
            text = filters.search("Table", key="health_table", placeholder="Name or question")
            form = filters.one_of("File", tuple(FORMATS), key="health_format")
        tables = [table for table in offered if matches(table, text)]
        if not tables:
            st.markdown(plain("Nothing matches: no table has these words in its name or question."))
        feeds = {feed for table in tables for feed in required(table, source)}
        missing = {feed for feed in feeds if _is_missing(feed, source)}
        for table in tables:
            _row(source, table, form, [feed for feed in required(table, source) if feed in missing])


def _is_missing(feed: str, source: Source) -> bool:
    try:
        return stored(feed, source=source) is None
    except FeedError:  # stored, but by rules that no longer hold
        return True


def matches(table: Table, text: str) -> bool:
    """Whether name or question contain ``text``, whatever the case."""
    return text.casefold() in f"{table.name} {table.question}".casefold()


def required(table: Table, source: Source) -> tuple[str, ...]:
    """Feeds without which the source cannot answer a table."""
    builder = table.builder(source.provider)
    return builder.feeds if builder else ()


def written(table: str, extension: str, source: Source) -> bytes:
    """The whole table as a file; runs off the script's thread.

    Raises:
        FeedError: A feed it cannot do without has nothing to show.
        SwgError: The format cannot hold the rows.
    """
    result = ask(table, source=source)
    return FORMATS[extension].write(result.frame, result.meta())


def _row(source: Source, table: Table, extension: str, absent: list[str]) -> None:
    feeds = ", ".join(required(table, source)) or "this app's own records"
    why = f" Nothing is held of {plain(', '.join(absent))} yet: update first." if absent else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**`{table.name}`** {plain(table.question)}{why}", width="stretch")
        st.download_button(
            extension.upper(),
            partial(written, table.name, extension, source),  # when someone clicks
            file_name=file_name(
                source.settings.server_name,
                "tables",
                table.name,
                extension,
                datetime.now(UTC),
                sample=source.name == "sample",
            ),
            mime=FORMATS[extension].mime,
            key=f"health_file_{table.name}",
            on_click="ignore",
            icon=":material/download:",
            type="tertiary",
            disabled=bool(absent),
            help=f"Made of {plain(feeds)}",
        )
