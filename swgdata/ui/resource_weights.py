"""Weights of one's own on the resources page: asked for as one line, and said in words."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from swgdata.analytics import weights
from swgdata.ui import filters, run
from swgdata.ui.text import cut, plain
from swgdata.vocabulary import classes

KEY: Final = "resources_weights"
_HELP: Final = (
    "How much each stat counts, in per cent, as the experimentation line of a recipe says. "
    "A stat that a resource lacks leaves its weight to the others."
)


def draw(key: str = KEY) -> str:
    """Ask for weights; as ``weights.written`` has them, "" for none."""
    text = st.text_input(
        "Weights of stats",
        key=key,
        bind="query-params",
        max_chars=filters.LONGEST,
        placeholder="OQ 66 SR 34",
        icon=":material/balance:",
        help=_HELP,
    )
    if not (text or "").strip():
        return ""
    try:
        return weights.written(weights.read(str(text)))
    except ValueError:
        said = plain(cut(str(text), 40))
        run.remark(f"Weights: “{said}” cannot be read; write them like OQ 66 SR 34")
        return ""


def rule(asked: Mapping[str, Any]) -> str:
    """Say what the weighted quality is measured by; "" without weights.

    Args:
        asked: ``weights`` and ``class_code``.
    """
    if not asked.get("weights"):
        return ""
    code = asked.get("class_code")
    if not code:
        caps = "caps of 1000, since no class is chosen"
    elif classes.caps(code) is None:
        caps = f"caps of 1000, since those of {classes.name(code)} are unknown"
    else:
        caps = f"the caps of {classes.name(code)}"
    return f"Quality of 1000 by {asked['weights']}, against {caps}.{_total(asked['weights'])}"


def _total(line: str) -> str:
    """What weights come to that do not make up a whole."""
    total = sum(weights.read(line).values())
    if total < weights.FULL:
        return f" The weights add up to {total:g}, so {total * 10:g} is the most."
    return (
        f" The weights add up to {total:g}, so many reach the most." if total > weights.FULL else ""
    )


def column() -> Any:
    """The table column of the weighted quality."""
    return st.column_config.ProgressColumn(
        "Weighted", min_value=0, max_value=1000, format="%.1f", help="Of 1000, by your weights"
    )
