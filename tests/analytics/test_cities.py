"""Cities: travel, control, movement, specialisations, activity."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from swgdata.analytics.cities import activity_cut_points, activity_levels, describe
from tests.support.sample_frames import cities, guilds


def model(**row: object) -> dict[str, Any]:
    """The model of one city, missing values as None."""
    told = describe(cities(row), guilds())
    return {str(key): value for key, value in told.astype("object").iloc[0].items()}


@pytest.mark.parametrize(
    ("level", "hub", "title"),
    [
        (None, None, None),
        (0, None, None),
        (1, False, "Outpost"),
        (3, False, "Township"),
        (4, True, "City"),
        (5, True, "Metropolis"),
    ],
)
def test_travel_hub_and_rank(level: int | None, hub: bool | None, title: str | None) -> None:
    """From level 4, unknown without a level (docs/formulas.md#cities)."""
    told = model(level=level)
    assert (None if pd.isna(told["travel_hub"]) else told["travel_hub"]) is hub
    assert (None if pd.isna(told["rank"]) else told["rank"]) == title


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"guild": "KRAYT"}, True),
        ({"guild": None}, False),
        ({"guild": None, "guild_known": False}, None),
    ],
)
def test_guild_control_has_three_values(row: dict[str, object], expected: bool | None) -> None:
    """The feed may not carry the key at all."""
    told = model(**row)["guild_controlled"]
    assert (None if pd.isna(told) else told) is expected


@pytest.mark.parametrize(
    ("active", "spark", "expected"),
    [
        (17, [12.0, 14.0, 15.0], "up"),
        (12, [12.0, 20.0], "up"),  # equal counts as up
        (11, [12.0, 1.0], "down"),  # the current count, not the last point
        (11, [None, 12.0, None, 1.0], "down"),
        (11, [np.nan, 5.0, 6.0], "up"),
        (17, [12.0], None),
        (17, [12.0, None], None),
        (17, [], None),
        (17, None, None),
        (None, [12.0, 14.0], None),
    ],
)
def test_movement(active: int | None, spark: object, expected: str | None) -> None:
    """Current count against the first point; null with fewer (docs/formulas.md#movement)."""
    told = model(active_citizens=active, spark=spark)["movement"]
    assert (None if pd.isna(told) else told) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sample Rich, Research Center", ("Sample Rich", "Research Center")),
        ("Sample Rich;Stronghold / Clone Lab|X", ("Sample Rich", "Stronghold", "Clone Lab", "X")),
        (" , ", ()),
        ("", ()),
        (None, None),
    ],
)
def test_specialisations(text: str | None, expected: tuple[str, ...] | None) -> None:
    """One display string with an unknown separator."""
    assert model(specializations=text)["specialisations"] == expected


def test_coordinates_are_read_or_unknown() -> None:
    """Never invented."""
    assert (model(waypoint="/wp -342 -4466")["x"], model(waypoint="(1, 2)")["y"]) == (-342.0, 2.0)
    assert pd.isna(model(waypoint="north of here")["x"])
    assert pd.isna(model(waypoint=None)["y"])


def rows(*pairs: tuple[int | None, int | None]) -> pd.DataFrame:
    """Cities by active and citizens."""
    return cities(*({"active_citizens": a, "citizens": c} for a, c in pairs))


def test_activity_of_eight_cities_by_hand() -> None:
    """Ratios 0 .1 .2 .3 .4 .5 .6 .8: quartiles .175, .35, .525 (linear, inclusive)."""
    towns = rows((0, 10), (1, 10), (2, 10), (3, 10), (4, 10), (5, 10), (6, 10), (8, 10))
    cuts = activity_cut_points(towns)
    assert cuts is not None
    assert cuts == pytest.approx((0.175, 0.35, 0.525))
    assert activity_levels(towns["active_citizens"], towns["citizens"], cuts=cuts).tolist() == [
        "dormant", "low", "moderate", "moderate", "high", "high", "very_high", "very_high",
    ]  # fmt: skip


def test_activity_levels_begin_at_the_cut_points() -> None:
    """Ratios 0 to 8 eighths: quartiles at exactly 2, 4 and 6 eighths belong to the level above."""
    towns = rows(*((active, 8) for active in range(9)))
    assert activity_cut_points(towns) == (0.25, 0.5, 0.75)
    assert describe(towns, None)["activity_level"].tolist() == [
        "dormant", "low", "moderate", "moderate", "high", "high",
        "very_high", "very_high", "very_high",
    ]  # fmt: skip


def test_activity_needs_eight_rateable_cities() -> None:
    """Seven, with a tiny city and two without figures beside them, are not enough."""
    towns = rows(*((3, 10) for _ in range(7)), (4, 4), (None, 10), (3, None))
    assert activity_cut_points(towns) is None
    assert describe(towns, None)["activity_level"].isna().all()


def test_small_and_unknown_cities_are_not_rated() -> None:
    """Among eight that are."""
    towns = rows(*((active, 10) for active in range(8)), (4, 4), (None, 10), (3, None))
    assert describe(towns, None)["activity_level"].isna().tolist() == [False] * 8 + [True] * 3


def test_more_active_than_registered_is_not_clamped() -> None:
    """A data error of the feed is shown as it is."""
    towns = rows(*((active, 10) for active in range(8)), (30, 10))
    told = describe(towns, None)
    assert told["active"].tolist()[8] == 30
    assert told["activity_level"].tolist()[8] == "very_high"


def test_without_the_guilds_no_guild_is_named() -> None:
    """The tag is still there."""
    told = describe(cities({"guild": "KRAYT"}), None)
    assert told["guild_tag"].tolist() == ["KRAYT"]
    assert told["controlling_guild"].isna().all()
