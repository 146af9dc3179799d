"""Population: cities, planets, changes between records."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.population import CityKey, by_planet, describe, last_record_change
from tests.support.sample_frames import AS_OF, cities, history


def towns() -> pd.DataFrame:
    """Eight cities with ratios 0 to 7 tenths on Lok, and two on Naboo."""
    lok = [
        {"name": f"L{n}", "planet": "Lok", "citizens": 10, "active_citizens": n} for n in range(8)
    ]
    return cities(
        *lok,
        {"name": "A", "planet": "Naboo", "citizens": 30, "active_citizens": 9},
        {"name": "B", "planet": "Naboo", "citizens": None, "active_citizens": 7},
    )


def described(
    towns: pd.DataFrame, last_changes: Mapping[CityKey, int] = MappingProxyType({})
) -> pd.DataFrame:
    """The model, with a change of 2 in a day for every city and none known in a week."""
    changes = pd.DataFrame({"change_24h": 2.0, "change_7d": None}, index=towns.index)
    return describe(
        towns,
        changes=changes.astype("Float64"),
        last_changes=last_changes,
        as_of=AS_OF,
        source="live",
    )


def test_planets_follow_the_cities() -> None:
    """Sums over what is known; a row for a planet has no city."""
    told = described(towns(), last_changes={("l3", "lok"): -4})
    assert len(told) == 12
    planets = told[told["city"].isna()].set_index("planet")
    assert planets["population"].to_dict() == {"Lok": 80, "Naboo": 30}
    assert planets["active"].to_dict() == {"Lok": 28, "Naboo": 16}
    assert planets["change_24h"].to_dict() == {"Lok": 16, "Naboo": 4}
    assert planets["change_7d"].isna().all()
    assert told["change_last_record"].tolist()[3] == -4
    assert told["change_last_record"].notna().sum() == 1 + 1  # the city, and Lok's known change
    assert set(told["source"]) == {"live"}
    assert set(told["timestamp"]) == {pd.Timestamp(AS_OF)}


def test_a_planets_level_is_its_pooled_ratio_against_the_same_cuts() -> None:
    """Nine ratios 0 .1 .2 .3 .3 .4 .5 .6 .7: quartiles .2 .3 .5.

    Lok 28/80 = 0.35: high. Naboo 9/30 = 0.3 (the city without citizens is left out of the
    pool, though its 7 active count in the sum): exactly the median, high.
    """
    told = described(towns())
    planets = told[told["city"].isna()].set_index("planet")
    assert planets["activity_level"].to_dict() == {"Lok": "high", "Naboo": "high"}


@pytest.mark.parametrize(
    ("records", "expected"),
    [((), None), ((5,), None), ((5, 8), 3), ((1, 9, 7), -2), ((5, None), None), ((None, 5), None)],
)
def test_change_between_the_last_two_records(
    records: tuple[int | None, ...], expected: int | None
) -> None:
    """Null with fewer than two, or a gap in either."""
    assert last_record_change(history(*records)) == expected


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Lok", "Naboo", "Hoth", None]),
            st.none() | st.integers(0, 500),
            st.none() | st.integers(0, 500),
        ),
        max_size=15,
    )
)
def test_planets_add_up_to_the_cities(
    rows: list[tuple[str | None, int | None, int | None]],
) -> None:
    """No city is lost, unknown planets included; null only where nothing is known."""
    frame = cities(
        *({"planet": p, "citizens": c, "active_citizens": a, "name": "x"} for p, c, a in rows)
    )
    told = described(frame)
    planets = told.iloc[len(rows) :]
    assert planets["city"].isna().all()
    assert planets["population"].sum() == frame["citizens"].sum()
    assert planets["active"].sum() == frame["active_citizens"].sum()
    rolled = by_planet(told.iloc[: len(rows)], cuts=None)
    assert rolled["cities"].sum() == len(rows)
    assert rolled["planet"].nunique(dropna=False) == len({p for p, _, _ in rows})
