"""Quality: the numbers of the game, written out, and what must hold for any resource."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.quality import bands, class_relative, stat_percent, weighted
from swgdata.game import STATS
from tests.support.sample_frames import resources

HALVES = {"oq": 50, "sr": 50}


def one(**values: int) -> pd.DataFrame:
    """One resource."""
    return resources(values)


@pytest.mark.parametrize(
    ("stats", "line", "caps", "expected"),
    [
        pytest.param(
            {"oq": 900, "sr": 475}, HALVES, {"oq": 1000, "sr": 483}, 941.7, id="OQ 900 + SR 475"
        ),
        pytest.param(
            {"oq": 800}, {"oq": 66, "pe": 34}, {"oq": 1000, "pe": 1000}, 800.0, id="PE absent"
        ),
        pytest.param(
            {"oq": 1000, "dr": 865, "hr": 892},
            {"oq": 33, "dr": 33, "hr": 33},
            {"oq": 1000, "dr": 865, "hr": 892},
            990.0,
            id="three thirds at cap",
        ),
        pytest.param({"cd": 645}, {"cd": 100}, {"cd": 1000}, 645.0, id="steel CD, cap 1000"),
        pytest.param({"cd": 645}, {"cd": 100}, {"cd": 650}, 992.3, id="steel CD, cap 650"),
        pytest.param({"sr": 475}, {"sr": 100}, {"sr": 483}, 983.4, id="Beyrllius Copper SR"),
        pytest.param({"sr": 600}, {"sr": 100}, {"sr": 483}, 1000.0, id="over the cap"),
        pytest.param({"oq": 700}, {"oq": 100}, None, 700.0, id="unknown class: caps of 1000"),
        pytest.param({"oq": 0}, {"oq": 100}, None, 0.0, id="no stat of the line"),
        pytest.param({"oq": 500}, {"oq": 60, "sr": 40}, {"oq": 1000}, 500.0, id="cap missing"),
        pytest.param({"oq": 500}, {"oq": 50}, None, 250.0, id="a line of 50 loses the rest"),
    ],
)
def test_weighted_quality_of_one_line(
    stats: dict[str, int], line: dict[str, float], caps: dict[str, int] | None, expected: float
) -> None:
    """docs/formulas.md#weighted-quality."""
    assert weighted(one(**stats), [line], caps=in_order(caps)).round(1).tolist() == [expected]


def test_weighted_quality_is_the_mean_of_the_lines() -> None:
    """Two lines of 900 and 700 give 800; no lines give no number."""
    spawn = one(oq=900, sr=700)
    assert weighted(spawn, [{"oq": 100}, {"sr": 100}]).tolist() == [800.0]
    assert math.isnan(weighted(spawn, [])[0])


@pytest.mark.parametrize(
    ("stats", "expected"),
    [
        ({"oq": 500, "oq_max": 1000, "cd": 300, "cd_max": 400}, 62.5),  # (0.5 + 0.75) / 2
        ({"oq": 900, "oq_max": 1000, "fl": 0, "fl_max": 1000}, 90.0),  # 0 = lacks the stat
        ({"oq": 900, "oq_max": 1000, "fl": 700, "fl_max": 0}, 90.0),  # no cap: not rated
        ({"oq": 600, "oq_max": 500}, 100.0),  # over its cap counts as at cap
    ],
)
def test_class_relative_quality(stats: dict[str, int], expected: float) -> None:
    """docs/formulas.md#quality by hand."""
    assert class_relative(one(**stats)).tolist() == [expected]


def test_class_relative_quality_is_null_without_a_rateable_stat() -> None:
    """Never 0."""
    assert class_relative(resources({"oq": 500}, {"oq_max": 500}, {})).isna().all()


def test_percent_of_the_own_cap() -> None:
    """A missing cap counts as 1000, a lacking stat is null, a hand-edited row may exceed 100."""
    percent = stat_percent(resources({"oq": 250, "cd": 300, "cd_max": 400, "sr": 6, "sr_max": 5}))
    assert percent[["oq", "cd", "sr"]].iloc[0].tolist() == [25.0, 75.0, 120.0]
    assert math.isnan(percent["fl"][0])


def test_bands_begin_at_their_edges() -> None:
    """Great from 96, good 90, fair 80, ok 50 (docs/formulas.md#quality)."""
    named = bands(pd.Series([100, 96, 95.9, 90, 80, 79.9, 50, 49.9, 0, np.nan]))
    assert named.tolist()[:9] == [
        "great", "great", "good", "good", "fair", "ok", "ok", "poor", "poor",
    ]  # fmt: skip
    assert named.isna().tolist()[9]


WEIRD = st.integers(-5, 1200)


@settings(deadline=None)
@given(st.lists(st.tuples(*[WEIRD] * 20), min_size=1, max_size=5))
def test_class_relative_quality_stays_in_range(rows: list[tuple[int, ...]]) -> None:
    """0 to 100 or null, whatever the stats and caps."""
    frame = resources(*(dict(zip(names(), row, strict=True)) for row in rows))
    before = frame.copy()
    quality = class_relative(frame).dropna()
    assert quality.between(0, 100).all()
    pd.testing.assert_frame_equal(frame, before)


@settings(deadline=None)
@given(
    st.tuples(*[WEIRD] * 20),
    st.lists(st.dictionaries(st.sampled_from(STATS), st.integers(0, 100)), max_size=4),
    st.none() | st.dictionaries(st.sampled_from(STATS), st.integers(0, 1000)),
)
def test_weighted_quality_stays_in_range(
    row: tuple[int, ...], lines: list[dict[str, float]], caps: dict[str, int] | None
) -> None:
    """0 to 1000; null exactly without lines."""
    quality = weighted(resources(dict(zip(names(), row, strict=True))), lines, caps=in_order(caps))
    assert quality.between(0, 1000).all() if lines else quality.isna().all()


def in_order(caps: dict[str, int] | None) -> tuple[int, ...] | None:
    """Caps in the order of the stats, 0 for those not given."""
    return None if caps is None else tuple(caps.get(stat, 0) for stat in STATS)


def names() -> list[str]:
    """The stats and their caps."""
    return [*STATS, *(f"{stat}_max" for stat in STATS)]
