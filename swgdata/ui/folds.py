"""Filters that are seldom needed, out of sight until they are."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def fold(label: str, *, key: str, usual: Mapping[str, object]) -> "DeltaGenerator | None":
    """Offer filters that are seldom needed: they are drawn where they are in sight or set.

    Args:
        label: What is in it.
        key: Kept under this name is whether it is open.
        usual: Key of each filter in it -> what it stands at where nobody set it.

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
