"""Widgets bound to the address; an expander for those seldom used.

Each is bound to the query parameter of its key, so that a copied link opens the same view. Keys
are prefixed by page. A value that a link cannot mean is ignored with a note, never an error.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import streamlit as st

from swgdata.game import PLANETS
from swgdata.game.classes import CLASSES
from swgdata.ui import run_state
from swgdata.ui.text import cut, plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

LONGEST: Final = 200
_FLAGS: Final = frozenset({"true", "false", "1", "0", "yes", "no", "t", "f", "on", "off"})
_SECRETS: Final = frozenset({"key", "apikey", "api_key", "api-key", "x-api-key", "token"})
_NO_BRACKETS: Final = str.maketrans("()", "[]")


def search(label: str, *, key: str, placeholder: str = "") -> str:
    """Ask for text to search names by; trimmed, at most 200 characters, "" for any."""
    sent = given(key)
    value = st.text_input(
        label,
        key=key,
        bind="query-params",
        max_chars=LONGEST,
        placeholder=placeholder or None,
        icon=":material/search:",
        type="search",
    )
    _note(label, [text for text in sent if len(text) > LONGEST], "is cut to 200 characters")
    return (value or "").strip()[:LONGEST]


def choice(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    anything: str = "Any",
    naming: Callable[[str], str] = str,
) -> str | None:
    """Ask for one of ``options``; None for any. The link carries what ``naming`` makes of it."""
    sent = given(key)
    value = st.selectbox(
        label,
        options,
        index=None,
        key=key,
        bind="query-params",
        placeholder=anything,
        format_func=naming,
    )
    if sent:
        named = {naming(option) for option in options}
        _note(label, [text for text in sent if text and text not in named])
    return value if value in options else None


def several(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    anything: str = "Any",
    most: int | None = None,
) -> tuple[str, ...]:
    """Ask for some of ``options``, ``most`` of them at most, in their order; () for any."""
    sent = given(key)
    chosen = st.multiselect(
        label,
        options,
        key=key,
        bind="query-params",
        placeholder=anything,
        max_selections=most,
    )
    _note(label, [text for text in sent if text and text not in options])
    return tuple(option for option in options if option in chosen)


def planet(label: str = "Planet", *, key: str, among: Sequence[str] = PLANETS) -> str | None:
    """Ask for one planet; None for any."""
    return choice(label, among, key=key, anything="Any planet")


def resource_class(label: str = "Resource class", *, key: str) -> str | None:
    """Ask for a class of the resource tree, by name; its code, or None for any."""
    return choice(label, tuple(CLASSES), key=key, anything="Any class", naming=_class_label)


@cache
def _class_label(code: str) -> str:
    known = CLASSES[code]
    # No brackets: they stand in the address, where Vega's url(...) of a colour scale ends at one.
    return f"{'· ' * known.depth}{known.name.translate(_NO_BRACKETS)}, {code}"


def at_least(
    label: str,
    *,
    key: str,
    highest: int,
    lowest: int = 0,
    step: int = 1,
    usual: int | None = None,
) -> int:
    """Ask for a minimum with a slider; ``lowest`` stands for any, and is usual if nothing is."""
    sent = given(key)
    first = lowest if usual is None else usual
    value = st.slider(label, lowest, highest, first, step, key=key, bind="query-params")
    _note(label, [text for text in sent if not _within(text, lowest, highest)])
    return int(value)


def at_most(label: str, *, key: str, highest: int, lowest: int = 0, step: int = 1) -> int | None:
    """Ask for a maximum with a slider; None (the right end) for any."""
    sent = given(key)
    value = st.slider(label, lowest, highest, highest, step, key=key, bind="query-params")
    _note(label, [text for text in sent if not _within(text, lowest, highest)])
    return None if value == highest else int(value)


def between(
    label: str, *, key: str, highest: int, lowest: int = 0, step: int = 1
) -> tuple[int, int]:
    """Ask for a range with a slider; both ends included, ``(lowest, highest)`` for any."""
    sent = given(key)
    low, high = st.slider(
        label, lowest, highest, (lowest, highest), step, key=key, bind="query-params"
    )
    is_half = len(sent) == 1
    _note(label, [text for text in sent if is_half or not _within(text, lowest, highest)])
    return int(low), int(high)


def toggle(label: str, *, key: str, value: bool = False, help: str | None = None) -> bool:  # noqa: A002 - Streamlit's word
    """Ask for yes or no."""
    sent = given(key)
    answer = st.toggle(label, value, key=key, bind="query-params", help=help)
    _note(label, [text for text in sent if text.casefold() not in _FLAGS])
    return answer


def whether(label: str, *, key: str, yes: str = "Yes", no: str = "No") -> bool | None:
    """Ask for yes, no or either; None for either."""
    value = one_of(label, ("Any", yes, no), key=key)
    return {yes: True, no: False}.get(value)


def one_of(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: str = "",
    is_labelled: bool = True,
) -> str:
    """Ask for exactly one of a few short options, all in sight; the first where none is chosen."""
    sent = given(key)
    first = default or options[0]
    value = st.segmented_control(
        label,
        options,
        default=first,
        required=True,
        key=key,
        bind="query-params",
        label_visibility="visible" if is_labelled else "collapsed",
    )
    _note(label, [text for text in sent if text not in options])
    return value if value in options else first


def one_of_many(label: str, options: Sequence[str], *, key: str, default: str = "") -> str:
    """Ask for exactly one of many options; the first where none is chosen."""
    sent = given(key)
    first = default or options[0]
    value = st.selectbox(label, options, options.index(first), key=key, bind="query-params")
    _note(label, [text for text in sent if text not in options])
    return value if value in options else first


def given(key: str) -> list[str]:
    """What the link says for a parameter, before its filter is drawn."""
    return st.query_params.get_all(key)


def forget_secrets() -> None:
    """Take keys and tokens out of the address bar; they are never read from there."""
    for name in [name for name in st.query_params if name.casefold() in _SECRETS]:
        del st.query_params[name]


def _within(text: str, lowest: float, highest: float) -> bool:
    try:
        return lowest <= float(text) <= highest
    except ValueError:
        return False


def _note(label: str, bad: Iterable[str], trouble: str = "is not possible here") -> None:
    """Tell the frame what of the link was ignored; it says so once, above the page."""
    values = ", ".join(f"“{plain(cut(text, 40))}”" for text in list(bad)[:3])
    if values:
        run_state.remark(f"{label}: {values} {trouble}")


def lazy_expander(label: str, *, key: str, usual: Mapping[str, object]) -> "DeltaGenerator | None":
    """Offer filters that are seldom needed: they are drawn where they are in sight or set.

    Returns:
        Where to draw them; None where they need not be.
    """
    linked, held = st.query_params.to_dict(), st.session_state
    is_set = any(
        name in linked or (name in held and held[name] != value) for name, value in usual.items()
    )
    st.session_state.setdefault(key, is_set)  # as ``expanded`` it would close what is in use
    place = st.expander(label, icon=":material/tune:", key=key, on_change="rerun")
    return place if place.open or is_set else None
