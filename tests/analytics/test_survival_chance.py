"""What is told of one spawn: its chance to last, how long it may, and when nothing is told."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.survival import (
    FEWEST_AT_RISK,
    Curve,
    fit,
    median_lifetime,
    median_time_left,
    steps,
    survival_chance,
)
from tests.analytics.test_survival import spawns, watched


@settings(deadline=None, max_examples=30)
@given(spawns, st.integers(0, 40))
def test_the_chance_to_last_on_only_falls(rows: list[tuple[int, int, bool]], age: int) -> None:
    """It is the ratio of the curve's values, and never rises with the hours ahead."""
    many = [(begin, begin + lasts, left) for begin, lasts, left in rows]
    curve = fit(watched(*many, *((0.0, 100.0, False) for _ in range(FEWEST_AT_RISK))))
    told = steps(curve)
    odds = [survival_chance(curve, age=age, ahead=hours) for hours in (0, 1, 5, 24, 48, 60)]
    values = [one.value for one in odds if one.value is not None]
    assert len(values) == len(odds)
    assert values[0] == 1
    assert all(one >= other for one, other in itertools.pairwise(values))
    now, then = (told.loc[told["age"] <= at, "survival"].iloc[-1] for at in (age, age + 24))
    assert values[3] == pytest.approx(then / now, abs=1e-12)
    for one in odds:
        assert one.low is not None
        assert one.high is not None
        assert one.value is not None
        assert 0 <= one.low <= one.value <= one.high <= 1


def even(many: int) -> Curve:
    """Many spawns watched from birth, one leaving each hour."""
    return fit(watched(*((0, hour, True) for hour in range(1, many + 1))))


def test_what_is_told_of_an_age() -> None:
    """Of 100 that leave one an hour: 60 are older than 40 hours, 36 of them live 24 hours more."""
    told = survival_chance(even(100), age=40, ahead=24)
    assert told.value == pytest.approx(36 / 60)
    assert (told.n, told.reason) == (60, None)
    assert told.low is not None
    assert told.high is not None
    assert (told.low, told.high) == pytest.approx((0.4654, 0.7112), abs=2e-3)
    assert median_time_left(even(100), age=40) == 30
    assert median_time_left(even(100), age=40, share=0.9) == 6
    assert (median_lifetime(even(100)).age, median_lifetime(even(100)).n) == (50, 100)


def test_a_number_on_few_spawns_is_refused() -> None:
    """Nineteen are too few; twenty are told."""
    few = survival_chance(even(100), age=81, ahead=1)
    assert (few.value, few.low, few.n) == (None, None, 19)
    assert few.reason == "only 19 spawns were watched at this age, it takes 20"
    assert median_time_left(even(100), age=81) is None
    assert survival_chance(even(100), age=80, ahead=1).n == 20


def test_beyond_the_oldest_nothing_is_known() -> None:
    """Unless all had left before."""
    lasting = fit(watched(*((0, 50, False) for _ in range(30)), (0, 10, True)))
    assert survival_chance(lasting, age=0, ahead=50).value == pytest.approx(30 / 31)
    assert survival_chance(lasting, age=0, ahead=51).reason == "no spawn was watched up to that age"
    assert median_time_left(lasting, age=0) is None
    assert median_lifetime(lasting).reason == "more than half outlast what was watched"
    gone = survival_chance(even(40), age=0, ahead=999)
    assert (gone.value, gone.low) == (0, 0)
    assert gone.high == pytest.approx(1 - 0.025 ** (1 / 40))
    sure = survival_chance(lasting, age=10, ahead=5)
    assert (sure.value, sure.high) == (1, 1)
    assert sure.low == pytest.approx(0.025 ** (1 / 30))


def test_the_median_waits_until_enough_are_watched() -> None:
    """Found at ages 1 to 30: twenty are watched from 20 on; nobody before tells of a birth."""
    curve = fit(watched(*((at, 40 + at, True) for at in range(1, 31))))
    told = median_lifetime(curve)
    assert (told.since, told.n) == (20, 20)
    assert told.age is not None
    assert told.age > 40


def test_an_early_step_on_few_spoils_nothing() -> None:
    """The only one watched at first leaves: the curve is 0, the chance later on is not."""
    rows = [(0.0, 2.0, True), *((5.0, 5.0 + at, True) for at in range(1, 41))]
    curve = fit(watched(*rows))
    assert steps(curve)["survival"].iloc[-1] == 0
    assert survival_chance(curve, age=5, ahead=10).value == pytest.approx(30 / 40)
