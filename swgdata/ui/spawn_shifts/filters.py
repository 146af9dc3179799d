"""Filters above all views of the spawn shifts page."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from swgdata.ui.components import filters
from swgdata.ui.scope import Scope, scope


@dataclass(frozen=True, slots=True)
class ShiftFilters:
    """What the filters above all views say.

    Attributes:
        class_code: With everything below it; None for any.
        planet: None for any.
        view: What the sidebar narrows every page to.
    """

    class_code: str | None
    planet: str | None
    view: Scope

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameters of the tables of spawns: the page's own planet is one of the sidebar's."""
        chosen = {"class_code": self.class_code, "planet": self.planet}
        given = {name: value for name, value in chosen.items() if value}
        return self.view.parameters | given


def read_filters() -> ShiftFilters:
    """Draw the filters; they are bound to the URL, so the address bar is the share button."""
    view = scope()
    with st.grid(columns=2, min_column_width=145):
        code = filters.resource_class("Class, with all below it", key="shifts_class")
        planet = filters.planet(key="shifts_planet", among=view.allowed)
    return ShiftFilters(code, planet, view)
