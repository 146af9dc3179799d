"""Card of what changed since the last visit.

There are no accounts and no cookies: the time of the last visit stands in the link, as ``since=``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import pandas as pd
import streamlit as st

from swgdata.errors import ParameterError
from swgdata.tables.changes_since import moment
from swgdata.ui import data, run_state
from swgdata.ui.components import filters
from swgdata.ui.components.headline import Figure, headline
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import Scope
from swgdata.ui.text import DASH, clock, count, cut, plain

LINK: Final = "since"
TITLE: Final = "Changed since your last visit"
VISIT: Final = "My last visit"
SPANS: Final[Mapping[str, timedelta]] = {
    "24 h": timedelta(days=1),
    "3 d": timedelta(days=3),
    "7 d": timedelta(days=7),
}
_SPAN: Final = "glance_since"
_FORM: Final = "%Y-%m-%dT%H:%MZ"
_REMEMBER: Final = (
    "This app has no accounts and sets no cookie, so your last visit is kept in the link: press "
    "the button, then bookmark the page or keep its tab. Press it again when you have seen it all."
)


def card(view: Scope) -> None:
    """Ask since when, and list what has changed, by our own readings."""
    now = datetime.now(UTC)
    visit = last_visit(now)
    spans = ((VISIT,) if visit else ()) + tuple(SPANS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        span = filters.one_of("Changed since", spans, key=_SPAN)
        st.button(
            "I have seen this" if visit else "Remember this visit",
            icon=":material/bookmark_add:",
            key="glance_seen",
            on_click=remember,
            help=_REMEMBER,
        )
    st.caption(_REMEMBER)
    then = visit if visit and span == VISIT else _rounded(now) - SPANS[span]
    found = data.answer("changes_since", since=then.strftime(_FORM), **view.parameters)
    rows = found.frame
    headline(figures(rows, found.notes.get("subject", "")))
    why = found.notes.get("subject", "")
    panel(
        title(rows, "your last visit" if visit and span == VISIT else span),
        found,
        key="glance_changes",
        caption=f"Compared with our last readings at or before {clock(then, view.zone)}. "
        f"{f'Not told: {why}.' if why else ''}",
        columns={"subject": "What", "value": "Now", "before_at": "Compared with", "at": "Read at"},
        empty=f"Not told: {why}." if why else "Nothing has changed since then.",
    )


def is_told() -> bool:
    """Whether the link carries the time of a visit."""
    return bool(filters.given(LINK))


def _rounded(now: datetime) -> datetime:
    """The last full ten minutes: visitors of the same time share an answer."""
    return now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)


def last_visit(now: datetime) -> datetime | None:
    """The time that the link carries; None where it carries none, or none that can be."""
    given = filters.given(LINK)
    if not given:
        return None
    try:
        return moment(given[-1], now)
    except ParameterError:
        run_state.remark(f"Since: “{plain(cut(given[-1], 40))}” is not possible here")
        return None


def remember() -> None:
    """Put the present moment into the link."""
    st.query_params[LINK] = datetime.now(UTC).strftime(_FORM)
    st.session_state.pop(_SPAN, None)  # the visit comes first, and so is chosen
    st.query_params.pop(_SPAN, None)


def figures(rows: pd.DataFrame, why: str) -> list[Figure]:
    """Headline figures: spawns in and out, cities, guilds, the war; a dash where untold."""
    number = rows.groupby(["subject", "change"]).size()

    def of(subject: str, change: str) -> int:
        return int(number.get((subject, change), 0))

    def told(name: str, value: str) -> str:
        return DASH if f"{name}: " in why else value

    war = rows.loc[rows["subject"] == "war"].set_index("name")["difference"]
    sides = [f"{side} {int(war[side]):+,}" for side in war.index]
    people = [
        Figure(
            f"{name.title()} new / gone",
            told(name, f"{of(kind, 'new')} / {of(kind, 'gone')}"),
            since=f"{of(kind, 'active')} largest moves listed",
        )
        for name, kind in (("cities", "city"), ("guilds", "guild"))
    ]
    return [
        Figure(
            "Spawns in / out", told("spawns", f"{of('spawn', 'in'):,} / {of('spawn', 'out'):,}")
        ),
        *people,
        Figure("War", told("war", sides[0] if sides else "0"), since=", ".join(sides[1:])),
    ]


def title(rows: pd.DataFrame, since: str) -> str:
    """How much has changed."""
    if rows.empty:
        return f"Nothing to tell since {since}"
    came = int((rows["subject"].eq("spawn") & rows["change"].eq("in")).sum())
    went = int((rows["subject"].eq("spawn") & rows["change"].eq("out")).sum())
    others = len(rows) - came - went
    told = f"{count(came, 'spawn')} came, {went:,} left, {count(others, 'other change')}"
    return f"{told} since {since}" if since == "your last visit" else f"{told} in {since}"
