"""Filters of the resources page: widgets, presets, weights."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from swgdata.analytics import quality
from swgdata.game import RARITIES, STAT_NAMES, STATS, classes
from swgdata.ui import run_state, theme
from swgdata.ui.components import filters
from swgdata.ui.components.filters import lazy_expander
from swgdata.ui.scope import Scope
from swgdata.ui.text import cut, plain

KEY: Final = "resources_weights"
_HELP: Final = (
    "How much each stat counts, in per cent, as the experimentation line of a recipe says. "
    "A stat that a resource lacks leaves its weight to the others."
)


def weights_input(key: str = KEY) -> str:
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
        return quality.weights_text(quality.read_weights(str(text)))
    except ValueError:
        said = plain(cut(str(text), 40))
        run_state.remark(f"Weights: “{said}” cannot be read; write them like OQ 66 SR 34")
        return ""


def rule(asked: Mapping[str, Any]) -> str:
    """Say what the weighted quality is measured by; "" without weights."""
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
    total = sum(quality.read_weights(line).values())
    if total < quality.FULL_WEIGHT:
        return f" The weights add up to {total:g}, so {total * 10:g} is the most."
    return (
        f" The weights add up to {total:g}, so many reach the most."
        if total > quality.FULL_WEIGHT
        else ""
    )


def column() -> Any:
    """The table column of the weighted quality."""
    return st.column_config.ProgressColumn(
        "Weighted", min_value=0, max_value=1000, format="%.1f", help="Of 1000, by your weights"
    )


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
_SELDOM: Final[Mapping[str, object]] = {
    "resources_age": OLDEST,
    "resources_rarity": None,
    KEY: "",
    **dict.fromkeys((f"resources_{stat}" for stat in STATS), ANY_VALUE),
}
USUAL: Final[Mapping[str, object]] = {
    "resources_class": None,
    "resources_name": "",
    "resources_planet": None,
    "resources_status": "In spawn",
    "resources_sort": BEST,
    **_SELDOM,
}
_PRESET: Final = "resources_preset"
_MORE: Final = "resources_more"
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
        }
        order = filters.one_of_many("Sorted by", tuple(SORTS), key="resources_sort")
        name = filters.search("Look up one", key="r", placeholder="Its whole name")
    asked |= _more()
    asked["sort"] = SORTS[order] or ("-weighted" if asked.get("weights") else "-quality")
    own = {key: value for key, value in asked.items() if value or value == 0}
    return scope.parameters | own, name


def look_up(name: Any) -> None:
    """Look up a resource by its name; one without a name is passed over."""
    if pd.notna(name):
        st.session_state["r"] = str(name)[: filters.LONGEST]


def _apply() -> None:
    """Set every filter: those of the preset, and the others back to what they usually are."""
    preset = st.session_state.pop(_PRESET)
    chosen = PRESETS[preset]
    for key, usual in USUAL.items():
        value = chosen.get(key, usual)
        if key in _SELDOM and value != usual and key not in st.session_state:
            # A filter that is drawn only now does not write into the address by itself.
            st.query_params[key] = _in_address(key, value)
        st.session_state[key] = value
    st.session_state[_MORE] = any(key in _SELDOM for key in chosen)


def _in_address(key: str, value: object) -> str | list[str]:
    if isinstance(value, tuple):
        return list(map(str, value))
    return _rarity(str(value)) if key == "resources_rarity" else str(value)


def _status() -> bool | None:
    return STATUSES[filters.one_of_many("Status", tuple(STATUSES), key="resources_status")]


def _rarity(name: str) -> str:
    return theme.RARITY_MARKS[name].label


def _more() -> dict[str, Any]:
    """The filters that are drawn only where they are in sight or set."""
    place = lazy_expander("More filters: age, rarity, weights, stats", key=_MORE, usual=_SELDOM)
    if place is None:
        return {}
    with place:
        with st.grid(columns=3, min_column_width=145):
            asked = {
                "max_age": filters.at_most(
                    "Age in days, at most", key="resources_age", highest=OLDEST
                ),
                "min_rarity": filters.choice(
                    "Rarity, at least", RARITIES[1:], key="resources_rarity", naming=_rarity
                ),
                "weights": weights_input(),
            }
        with st.grid(columns=5, min_column_width=145):
            ends = {stat: _ends(stat) for stat in STATS}
    least = {f"min_{stat}": low for stat, (low, _) in ends.items() if low}
    most = {f"max_{stat}": high for stat, (_, high) in ends.items() if high < ANY_VALUE[1]}
    return asked | least | most


def _ends(stat: str) -> tuple[int, int]:
    label = f"{stat.upper()} between"
    return filters.between(label, key=f"resources_{stat}", highest=ANY_VALUE[1])
