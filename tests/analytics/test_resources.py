"""Prices, ages, last sightings and planets of resources."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from swgdata.analytics.resources import (
    age_days,
    clamped_prices,
    last_seen,
    materials,
    planet_lists,
    voted_prices,
)
from tests.support.sample_frames import AS_OF, NOW, TIME, frozen, resources


@pytest.mark.parametrize(
    ("cpu", "in_spawn", "planets", "expected"),
    [
        (0.0, False, [], None),  # nobody voted
        (-3.0, True, [], None),
        (None, False, [], None),
        (0.4, False, [], 1),  # floored at 1
        (9.4, False, [], 9),
        (40.0, False, [], 40),
        (9.4, True, ["Naboo"], 2),  # held at 2 in spawn
        (1.9, True, ["Naboo"], 1),
        (9.4, True, ["Naboo", "Mustafar"], 8),  # held at 8 on Mustafar
        (7.9, True, ["Mustafar"], 7),
        (9.4, False, ["Mustafar"], 9),  # despawned: no hold
        (1e30, False, [], None),  # beyond any sum of credits
    ],
)
def test_price_is_clamped(
    cpu: float | None, in_spawn: bool, planets: list[str], expected: int | None
) -> None:
    """docs/formulas.md#prices."""
    row = resources({"cpu": cpu, "in_spawn": in_spawn, "planets": planets})
    price = clamped_prices(row["cpu"], in_spawn=row["in_spawn"], planets=row["planets"])
    assert price.dtype == "Int64"
    assert price.astype("object").where(price.notna(), None).tolist() == [expected]


def test_the_raw_vote_survives_its_short_float() -> None:
    """9.4 stays 9.4, and nobody's vote is null."""
    price = voted_prices(resources({"cpu": 9.4}, {"cpu": 0.0}, {"cpu": 12.75})["cpu"])
    assert price.tolist()[0] == 9.4
    assert price.isna().tolist() == [False, True, False]


def test_age_is_whole_days() -> None:
    """floor((now - first seen) / 86400); a clock that runs ahead gives 0, unknown gives null."""
    seconds = [86_399, 86_400, 10 * 86_400 + 5, -300]
    seen = [NOW - timedelta(seconds=one) for one in seconds]
    frame = resources(*({"first_seen": one} for one in seen), {})
    ages = age_days(frame["first_seen"], now=NOW)
    assert ages.tolist()[:4] == [0, 1, 10, 0]
    assert ages.isna().tolist()[4]


def test_last_seen_is_never_the_first_sighting() -> None:
    """In spawn: the feed's time; despawned: the despawn time or null."""
    gone = datetime(2026, 8, 1, tzinfo=UTC)
    frame = resources(
        {"in_spawn": True, "first_seen": gone},
        {"in_spawn": False, "despawned": gone},
        {"in_spawn": False, "first_seen": gone},
    )
    unknown = pd.Series(pd.NaT, index=frame.index, dtype=TIME)
    seen = last_seen(frame, watched=unknown, as_of=AS_OF)
    assert seen.dtype == "datetime64[s, UTC]"
    assert seen.tolist()[:2] == [pd.Timestamp(AS_OF), pd.Timestamp(gone)]
    assert seen.isna().tolist()[2]
    own = pd.Timestamp(gone) - pd.Timedelta(hours=3)
    seen = last_seen(frame, watched=unknown.fillna(own), as_of=AS_OF)
    assert seen.tolist() == [pd.Timestamp(AS_OF), own, own]


def test_planets_become_names_in_the_fixed_order() -> None:
    """A row without a flag has no list, not an empty one."""
    masks = resources({"planets": ["Mustafar", "Lok"]}, {}, {"planets": ["Lok", "Mustafar"]})
    lists = planet_lists(masks["planets"]).tolist()
    assert lists == [("Lok", "Mustafar"), None, ("Lok", "Mustafar")]
    assert lists[0] is lists[2]


def test_material_model_of_a_read_only_frame() -> None:
    """The export's frames lie on mapped memory: nothing may be written."""
    frame = frozen(resources({"name": "Aeg", "in_spawn": True, "planets": ["Naboo"], "cpu": 3.5}))
    rarity = pd.Series(["rare"], dtype="category")
    made = materials(
        frame,
        rarity=rarity,
        watched=pd.Series([pd.NaT], dtype=TIME),
        as_of=AS_OF,
        source="sample",
    )
    row = made.iloc[0].to_dict()
    assert pd.isna(row.pop("first_seen"))
    assert row == {
        "name": "Aeg",
        "rarity": "rare",
        "location": ("Naboo",),
        "price": 3.5,
        "last_seen": pd.Timestamp(AS_OF),
        "source": "sample",
        "timestamp": pd.Timestamp(AS_OF),
    }
