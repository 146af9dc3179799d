"""Quality rarity: tiers by hand, the pools of parents, and what must always hold."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.rarity import percentiles, tiers
from swgdata.game import RARITIES


def pool(**classes: list[float]) -> tuple[pd.Series, pd.Series]:
    """Class codes and qualities, classes one after another."""
    codes = [code for code, values in classes.items() for _ in values]
    values = [value for values in classes.values() for value in values]
    return pd.Series(codes, dtype="category"), pd.Series(values, dtype="float64")


def test_a_pool_of_exactly_twenty() -> None:
    """Percentiles 2.5, 7.5 ... 97.5: ten common, six uncommon, three rare, one very rare."""
    percentile = percentiles(*pool(dustl=[float(place) for place in range(20)]))
    assert percentile.tolist() == [2.5 + 5 * place for place in range(20)]
    counts = tiers(percentile).value_counts().to_dict()
    assert counts == {"common": 10, "uncommon": 6, "rare": 3, "very_rare": 1, "legendary": 0}


def test_equal_resources_share_the_middle_rank() -> None:
    """20 equal rows: 100 * (0 + 20 / 2) / 20 = 50, uncommon, none of them better."""
    percentile = percentiles(*pool(dustl=[80.0] * 20))
    assert percentile.tolist() == [50.0] * 20
    assert tiers(percentile).tolist() == ["uncommon"] * 20


def test_equal_up_to_the_last_bit_is_equal() -> None:
    """0.1 + 0.2 and 0.3 are one quality."""
    percentile = percentiles(*pool(dustl=[0.1 + 0.2, 0.3] * 10))
    assert set(percentile) == {50.0}


def test_a_pool_of_nineteen_asks_the_parent() -> None:
    """19 Duranium rows above 21 Cubirian ones: ranked among all 40 of steel.

    The lowest Duranium row has 21 below it: 100 * (21 + 0.5) / 40 = 53.75; the best 98.75.
    """
    codes, values = pool(
        dustl=[100.0 + place for place in range(19)], custl=[float(place) for place in range(21)]
    )
    percentile = percentiles(codes, values)
    assert percentile[0] == 53.75
    assert percentile[18] == 98.75
    # Cubirian has enough of its own: 100 * 0.5 / 21.
    assert percentile[19] == 50 / 21


def test_fallback_climbs_until_the_pool_suffices() -> None:
    """Ten rows of steel and ten of copper meet only as metals."""
    codes, values = pool(dustl=[1.0] * 10, becpr=[2.0] * 10)
    assert percentiles(codes, values).tolist() == [25.0] * 10 + [75.0] * 10


def test_nothing_to_compare_with_is_null() -> None:
    """Nineteen rows in the whole root, a class we do not know, no class, no quality: no rarity."""
    small = percentiles(*pool(dustl=[1.0] * 19))
    unknown = percentiles(*pool(zz_new=[1.0] * 19))
    nameless = percentiles(
        pd.Series([None] * 30, dtype="category"), pd.Series(np.ones(30), dtype="float64")
    )
    unrated = percentiles(*pool(dustl=[np.nan] * 30))
    for one in (small, unknown, nameless, unrated):
        assert one.isna().all()
        assert tiers(one).isna().all()


def test_an_unknown_class_large_enough_is_its_own_pool() -> None:
    """A class the site added later needs no parent."""
    assert percentiles(*pool(zz_new=[1.0] * 20)).tolist() == [50.0] * 20


def test_unrated_rows_do_not_fill_a_pool() -> None:
    """19 rated and one unrated row are 19."""
    assert percentiles(*pool(dustl=[1.0] * 19 + [np.nan])).isna().all()


def test_tier_edges() -> None:
    """From 50, 80, 95 and 99 (docs/formulas.md#rarity)."""
    edges = pd.Series([49.9, 50, 79.9, 80, 94.9, 95, 98.9, 99, 99.9])
    assert tiers(edges).tolist() == [
        "common", "uncommon", "uncommon", "rare", "rare",
        "very_rare", "very_rare", "legendary", "legendary",
    ]  # fmt: skip


def test_nothing_in_nothing_out() -> None:
    """An empty export has the right types."""
    percentile = percentiles(*pool())
    assert len(percentile) == 0
    assert tiers(percentile).cat.categories.tolist() == list(RARITIES)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["dustl", "custl", "becpr", "cofib", "zz", None]),
            st.none() | st.floats(0, 100),
        ),
        max_size=80,
    )
)
def test_rarity_never_falls_with_quality(rows: list[tuple[str | None, float | None]]) -> None:
    """Inside a class a better resource is at least as rare; percentiles lie between 0 and 100."""
    codes = pd.Series([code for code, _ in rows], dtype="category")
    values = pd.Series([value for _, value in rows], dtype="float64")
    percentile = percentiles(codes, values)
    assert percentile.dropna().between(0, 100, inclusive="neither").all()
    frame = pd.DataFrame({"code": codes.astype("str"), "q": values, "p": percentile}).dropna()
    for _, group in frame.groupby("code"):
        assert group.sort_values("q", kind="stable")["p"].is_monotonic_increasing
