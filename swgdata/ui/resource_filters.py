"""The filters of the resources page: widgets and presets to parameters of the named table."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.ui import filters, resource_weights, theme
from swgdata.ui.scope import Scope
from swgdata.vocabulary import RARITIES, STAT_NAMES, STATS

STATUSES: Final[Mapping[str, bool | None]] = {"In spawn": True, "Despawned": False, "All": None}
BEST: Final = "Best first"
"""By the weights where there are any, else by quality."""

SORTS: Final[Mapping[str, str]] = {
    BEST: "",
    "Best quality": "-quality",
    "Best score": "-score",
    "Rarest": "-rarity",
    "Newest": "-first_seen",
    "Oldest": "+first_seen",
    "Most wanted": "-top_count",
    "Cheapest": "+ecpu",
    "Dearest": "-ecpu",
    "Name": "+name",
    "Class": "+class_name",
    "Planets": "+planets",
    "In spawn": "-in_spawn",
    "Site rating": "-rating",
    **{f"{stat.upper()}, {name}": f"-{stat}" for stat, name in STAT_NAMES.items()},
}
OLDEST: Final = 60
"""Days at the right end of the age slider, where it stands for any age."""

ANY_VALUE: Final = (0, 1000)
"""Both ends of a stat's slider: whatever the value, and also without the stat."""

USUAL: Final[Mapping[str, object]] = {
    "resources_class": None,
    "resources_name": "",
    "resources_planet": None,
    "resources_status": "In spawn",
    "resources_age": OLDEST,
    "resources_rarity": None,
    "resources_sort": BEST,
    resource_weights.KEY: "",
    **dict.fromkeys((f"resources_{stat}" for stat in STATS), ANY_VALUE),
}
_PRESET: Final = "resources_preset"
_STATS: Final = "resources_stats"
_GOOD: Final = (500, 1000)
PRESETS: Final[Mapping[str, Mapping[str, object]]] = {
    "Best in spawn": {"resources_rarity": "very_rare"},
    "New today": {"resources_age": 0, "resources_sort": "Newest"},
    "Server-grade metals": {"resources_class": "mtl", "resources_oq": (700, 1000)},
    "Recyclers' water": {"resources_class": "wtr", "resources_oq": _GOOD},
    "Recyclers' gas": {"resources_class": "gas", "resources_oq": _GOOD},
    "Chef's pick": {"resources_class": "org", "resources_fl": _GOOD, "resources_pe": _GOOD},
    "Harvester power": {"resources_class": "egy", "resources_pe": _GOOD},
    "All filters off": {},
}


def draw(scope: Scope) -> tuple[dict[str, Any], str]:
    """Draw presets and filters.

    Args:
        scope: What the sidebar narrows every page to.

    Returns:
        Parameters of the ``resources`` table, those that do not narrow it left out; and the name
        of a resource to look up, "" for none.
    """
    st.pills("Presets", tuple(PRESETS), key=_PRESET, on_change=_apply, label_visibility="collapsed")
    with st.grid(columns=3, min_column_width=145):
        asked = {
            "class_code": filters.resource_class("Class, with all below it", key="resources_class"),
            "name": filters.search("Name", key="resources_name", placeholder="Part of it"),
            "planet": filters.planet(key="resources_planet", among=scope.allowed),
            "in_spawn": _status(),
            "max_age": filters.at_most("Age in days, at most", key="resources_age", highest=OLDEST),
            "min_rarity": filters.choice(
                "Rarity, at least", RARITIES[1:], key="resources_rarity", naming=_rarity
            ),
            "weights": resource_weights.draw(),
        }
        asked["sort"] = _sort(is_weighted=bool(asked["weights"]))
        name = filters.search("Look up one", key="r", placeholder="Its whole name")
    asked = within(scope) | {name: value for name, value in asked.items() if value or value == 0}
    return asked | _stats(), name


def within(scope: Scope) -> dict[str, Any]:
    """Parameters of the ``resources`` table that say what the sidebar says."""
    asked: dict[str, Any] = {"hide_restricted": True} if scope.hide_restricted else {}
    if scope.planets:  # a name that no planet has, where the sidebar leaves none
        asked["planet"] = ",".join(scope.allowed) or "none"
    return asked


def look_up(names: "pd.Series[str]", row: int) -> None:
    """Look up the resource of a row, by its name; a row without a name is passed over."""
    if pd.notna(names.iloc[row]):
        st.session_state["r"] = str(names.iloc[row])[: filters.LONGEST]


def _apply() -> None:
    """Set every filter: those of the preset, and the others back to what they usually are."""
    preset = st.session_state.pop(_PRESET)
    chosen = PRESETS[preset]
    for key, usual in USUAL.items():
        value = chosen.get(key, usual)
        if isinstance(value, tuple) and value != usual and key not in st.session_state:
            # A filter that is drawn only now does not write into the address by itself.
            st.query_params[key] = list(map(str, value))
        st.session_state[key] = value
    st.session_state[_STATS] = any(f"resources_{stat}" in chosen for stat in STATS)


def _status() -> bool | None:
    return STATUSES[filters.one_of_many("Status", tuple(STATUSES), key="resources_status")]


def _sort(*, is_weighted: bool) -> str:
    chosen = SORTS[filters.one_of_many("Sorted by", tuple(SORTS), key="resources_sort")]
    return chosen or ("-weighted" if is_weighted else "-quality")


def _rarity(name: str) -> str:
    return theme.RARITY_MARKS[name].label


def _stats() -> dict[str, int]:
    """Limits of each stat; the widgets are drawn where they are in sight or set."""
    keys = {stat: f"resources_{stat}" for stat in STATS}
    is_set = any(
        filters.given(key) or tuple(st.session_state.get(key, ANY_VALUE)) != ANY_VALUE
        for key in keys.values()
    )
    stats = st.expander(
        "Stats",
        expanded=is_set,
        icon=":material/tune:",
        key=_STATS,
        on_change="rerun",
    )
    if not stats.open and not is_set:
        return {}
    with stats, st.grid(columns=5, min_column_width=145):
        ends = {
            stat: filters.between(f"{stat.upper()} between", key=key, highest=ANY_VALUE[1])
            for stat, key in keys.items()
        }
    least = {f"min_{stat}": low for stat, (low, _) in ends.items() if low}
    return least | {f"max_{stat}": high for stat, (_, high) in ends.items() if high < ANY_VALUE[1]}
