"""The plain provider: its own numbers unchanged, what it lacks null with a reason."""

import pandas as pd
import pytest

from swgdata.errors import NotOffered
from swgdata.tables import TABLES
from swgdata.tables.model import NOT_OFFERED
from tests.support import table_inputs
from tests.support.sample_frames import AS_OF
from tests.support.table_inputs import ask, ask_plain, loader

OFFERED = [name for name, table in TABLES.items() if "plain" in table.builders]


@pytest.mark.parametrize("name", OFFERED)
def test_columns_are_those_of_every_provider(name: str) -> None:
    """Same columns in the same order, with rows and without."""
    rows = {f: {t: x.iloc[:0] for t, x in ts.items()} for f, ts in table_inputs.plain().items()}
    for result in (ask_plain(name), ask(name, load=loader(rows), provider="plain")):
        assert tuple(result.frame.columns) == TABLES[name].columns
        holes = {column for column in result.frame if result.frame[column].isna().any()}
        assert holes <= set(result.notes)


def test_what_it_offers() -> None:
    """Materials, guilds and cities, population; nothing else."""
    assert set(OFFERED) == {
        "materials", "rare_materials", "material_prices", "guilds", "faction_guilds",
        "large_guilds", "territory_heatmap", "cities", "travel_hubs", "popular_cities",
        "guild_territories", "population", "popular_locations", "growing_locations",
        "active_locations", "population_trends",
    }  # fmt: skip
    for name in set(TABLES) - set(OFFERED) - {"summary", "sync_history"}:
        with pytest.raises(NotOffered):
            ask_plain(name)


def test_materials_pass_through() -> None:
    """Rarity, place and last sighting stay as written."""
    frame = ask_plain("materials").frame
    assert frame["rarity"].tolist() == ["Very Rare", "common", "mythic"]
    assert frame["location"].tolist()[0] == "Naboo, Lok"
    assert frame["last_seen"].tolist()[1] == "yesterday"
    assert frame["quantity"].tolist()[1] == 3
    assert set(frame["source"]) == {"live"}
    assert set(frame["timestamp"]) == {pd.Timestamp(AS_OF)}
    assert ask_plain("materials").notes["first_seen"] == NOT_OFFERED


def test_material_filters() -> None:
    """A tier we do not know is never rare; in_spawn does not apply."""
    assert ask_plain("rare_materials").frame["name"].tolist() == ["Ore"]
    assert ask_plain("materials", {"location": "lok"}).frame["name"].tolist() == ["Ore"]
    assert len(ask_plain("material_prices", {"in_spawn": False}).frame) == 3


def test_guilds_and_cities_pass_through() -> None:
    """Influence, control and travel hub are the provider's."""
    guild = ask_plain("large_guilds").frame.iloc[0]
    assert (guild["members"], guild["influence"]) == (70, 12.34)
    assert ask_plain("guilds").notes["tag"] == NOT_OFFERED
    assert ask_plain("guilds", {"recruiting": True}).frame.empty
    assert ask_plain("cities").frame["citizens"].tolist() == [130, 9]
    assert ask_plain("travel_hubs").frame["name"].tolist() == ["Free Town"]
    assert ask_plain("guild_territories", {"guild": "NOVA"}).frame["x"].tolist() == [1.5]
    assert ask_plain("popular_cities").frame["name"].tolist() == ["Nova City"]
    assert ask_plain("cities", {"min_level": 1}).frame.empty
    heat = ask_plain("territory_heatmap").frame.iloc[0]
    assert (heat["guild"], heat["planet"], heat["cities"], heat["citizens"]) == (
        "Nova", "Lok", 1, 130,
    )  # fmt: skip


def test_population_passes_through() -> None:
    """Changes, levels and hours are the provider's; planets are not added."""
    frame = ask_plain("population").frame
    assert len(frame) == 3
    assert frame["peak_hours"].tolist()[0] == ["20:00"]
    growing = ask_plain("growing_locations")
    assert growing.frame["city"].tolist() == ["Nova City"]
    assert growing.notes["active"] == NOT_OFFERED
    assert ask_plain("active_locations").frame["activity_level"].tolist() == ["High"]
    assert ask_plain("popular_locations").frame["city"].tolist() == ["Nova City"]
    trends = ask_plain("population_trends").frame.set_index("planet")
    assert trends["cities"].dropna().to_dict() == {"Lok": 2}  # Naboo is given as a whole only
    assert trends["population"].to_dict() == {"Lok": 139, "Naboo": 77}
    assert trends["change_24h"].tolist()[0] == 9.0
