"""Card of rare materials, for several pages."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from swgdata.game import RARITIES
from swgdata.tables.steps import follow, step, tier_of
from swgdata.ui import charts, data, theme
from swgdata.ui.components import filters
from swgdata.ui.components.columns import rarity_column
from swgdata.ui.components.panel import panel
from swgdata.ui.scope import Scope

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

TITLE: Final = "Rare materials"
TIERS: Final = ("rare", "very_rare", "legendary")
_LABELS: Final[Mapping[str, str]] = {theme.RARITY_MARKS[tier].label: tier for tier in TIERS}


def section(page: str, view: Scope) -> None:
    """Draw filters and card."""
    with st.grid(columns=2, min_column_width=145):
        location = filters.search(
            "Rare materials on", key=f"{page}_location", placeholder="Any planet"
        )
        least = filters.one_of_many("At least", tuple(_LABELS), key=f"{page}_tier")
    found = data.answer(
        "rare_materials",
        location=location,
        min_rarity=_LABELS[least],
        **view.parameters,
    )
    steps = (step("rarest first"),)
    panel(
        title(follow(found.frame, steps)),
        found,
        steps=steps,
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


def title(rows: pd.DataFrame) -> str:
    """Title: how many of each tier, and which planet has most."""
    tiers = Counter(tier_of(tier) for tier in rows["rarity"])
    parts = [
        f"{tiers[tier]:,} {theme.RARITY_MARKS[tier].label.lower()}"
        for tier in TIERS[::-1]
        if tiers[tier]
    ]
    if not parts:
        return TITLE
    worlds = Counter(world for world, _ in _found(rows))
    most = f", most of them on {worlds.most_common(1)[0][0]}" if worlds else ""
    return f"{' and '.join(', '.join(parts).rsplit(', ', 1))} in spawn{most}"


def _found(rows: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Planet and tier of each material, once for each planet it is found on."""
    for worlds, tier in zip(rows["location"], rows["rarity"], strict=True):
        if isinstance(worlds, str):
            yield worlds, tier_of(tier)
        elif isinstance(worlds, (tuple, list)):
            yield from ((world, tier_of(tier)) for world in worlds)


def chart(rows: pd.DataFrame) -> "Drawing":
    """How many rare materials each planet has, by rarity."""
    counts = Counter(_found(rows))
    totals: Counter[str] = Counter()
    for (world, _), number in counts.items():
        totals[world] += number
    seen = {tier for _, tier in counts}
    words = {
        tier: theme.named(theme.RARITY_MARKS, tier) for tier in reversed(RARITIES) if tier in seen
    }
    cells = [
        (world, words[tier], counts[world, tier])
        for world in sorted(totals, key=lambda name: (-totals[name], name))
        for tier in words
        if counts[world, tier]
    ]
    return charts.stacked_bar(
        pd.DataFrame(cells, columns=["location", "rarity", "materials"]),
        value="materials",
        label="location",
        part="rarity",
        colours={words[tier]: theme.RARITY_MARKS[tier].colour for tier in words},
    )
