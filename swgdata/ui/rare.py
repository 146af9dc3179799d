"""The card of rare materials: which can be gathered now, where, and for how much."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from swgdata.ui import charts, data, filters, theme
from swgdata.ui.guard import guard
from swgdata.ui.panel import panel
from swgdata.ui.scope import Scope
from swgdata.ui.tiers import rarity_column
from swgdata.vocabulary import RARITIES

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

TIERS: Final = ("rare", "very_rare", "legendary")
_LABELS: Final[Mapping[str, str]] = {theme.RARITY_MARKS[tier].label: tier for tier in TIERS}


def section(page: str, view: Scope) -> None:
    """Draw filters and card; a dead feed becomes a sentence.

    Args:
        page: First part of the keys.
        view: What the sidebar narrows every page to.
    """
    with guard("Rare materials"):
        with st.grid(columns=2, min_column_width=145):
            location = filters.search(
                "Rare materials on", key=f"{page}_location", placeholder="Any planet"
            )
            least = filters.one_of_many("At least", tuple(_LABELS), key=f"{page}_tier")
        found = data.answer(
            "rare_materials",
            location=location,
            min_rarity=_LABELS[least],
            hide_restricted=view.hide_restricted or None,
        )
        rows = rarest_first(view.keep(found.frame, "location"))
        panel(
            title(rows),
            found,
            frame=rows,
            key=f"{page}_rare",
            chart=chart,
            columns={
                "rarity": rarity_column(),
                "price": st.column_config.NumberColumn("Price", format="%.1f", help=_PRICE),
            },
            caption="How few spawns of its class were ever this good; one found on several "
            "planets counts on each. The price is what the community votes a unit to be worth.",
        )


_PRICE: Final = "Credits a unit, as the community votes; not a market price."


def rarest_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort materials by rarity, then by name; tiers that are not known come last."""
    spelled = rows["rarity"].astype("str").str.casefold().str.replace(" ", "_")
    place = spelled.map({tier: row for row, tier in enumerate(RARITIES)}).fillna(-1)
    order = pd.DataFrame({"place": -place, "name": rows["name"].str.casefold()})
    return rows.loc[order.sort_values(["place", "name"], kind="stable").index]


def title(rows: pd.DataFrame) -> str:
    """Title: how many of each tier, and which planet has most.

    Args:
        rows: The ``rare_materials`` table.
    """
    if rows.empty:
        return "Rare materials"
    tiers = rows["rarity"].value_counts()
    parts = [
        f"{tiers[tier]:,} {theme.RARITY_MARKS[tier].label.lower()}"
        for tier in TIERS[::-1]
        if tier in tiers
    ]
    worlds = _spread(rows)["location"].value_counts()
    most = f", most of them on {worlds.index[0]}" if len(worlds) else ""
    return f"{' and '.join(', '.join(parts).rsplit(', ', 1)) or len(rows)} in spawn{most}"


def _spread(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per material and planet; materials without a place are left out."""
    return rows[["rarity", "location"]].explode("location").dropna(subset=["location"])


def chart(rows: pd.DataFrame) -> "Drawing":
    """How many rare materials each planet has, by rarity."""
    counts = _spread(rows).groupby(["location", "rarity"], as_index=False).size()
    total = counts.groupby("location")["size"].transform("sum")
    order = counts.assign(total=total).sort_values(["total", "location"], ascending=[False, True])
    names = {tier: theme.named(theme.RARITY_MARKS, tier) for tier in order["rarity"].unique()}
    shades: dict[str, str] = {
        names[tier]: mark.colour
        for tier, mark in reversed(list(theme.RARITY_MARKS.items()))
        if tier in names
    }
    return charts.stacked_bar(
        order.assign(rarity=order["rarity"].map(names)).rename(columns={"size": "materials"}),
        value="materials",
        label="location",
        part="rarity",
        colours=shades,
    )
