"""How long spawns last: the estimate against a reference, and what is told of one spawn.

The reference is statsmodels; bands and the curve with late entries were also compared with
lifelines 0.30.0 (``KaplanMeierFitter().fit(durations, event_observed, entry=entry)``), whose
figures for one case stand below.
"""

import importlib
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.survival import families, fit, median_lifetime, steps, survival_chance


def watched(*rows: tuple[float, float, bool], family: str = "stl") -> pd.DataFrame:
    """Entry and exit ages, and whether it left then."""
    frame = pd.DataFrame(rows, columns=["entry", "exit", "despawned"])
    types = {"entry": "float64", "exit": "float64", "despawned": "bool"}
    return frame.astype(types).assign(family=pd.Series(family, index=frame.index, dtype="str"))


def generated(seed: int, *, many: int = 400) -> pd.DataFrame:
    """Spawns of eight days or so, found late, some still up; ages to the hour, so that some tie."""
    chance = np.random.default_rng(seed)
    lasts = np.ceil(chance.weibull(1.8, many) * 200) + 1
    entry = np.floor(chance.uniform(0, 150, many)) * (chance.random(many) < 0.5)
    given_up = np.ceil(chance.uniform(20, 400, many))
    exit_ = np.minimum(lasts, given_up)
    rows = pd.DataFrame({"entry": entry, "exit": exit_, "despawned": lasts <= given_up})
    seen = rows["entry"] < rows["exit"]
    return rows.loc[seen].assign(family="stl").reset_index(drop=True)


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """Nothing of ours: only the tests need it."""
    try:
        return importlib.import_module("statsmodels.duration.survfunc")
    except ImportError as error:
        pytest.skip(f"the reference for survival is not installed: {error}")


@pytest.mark.parametrize("seed", range(6))
def test_the_curve_is_that_of_the_reference(reference: ModuleType, seed: int) -> None:
    """Survival, standard error and numbers at risk to 1e-9, with late entries and ties."""
    rows = generated(seed, many=60 if seed % 2 else 400)
    ends, left = rows["exit"].to_numpy(), rows["despawned"].to_numpy(dtype="int64")
    theirs = reference.SurvfuncRight(ends, left, entry=rows["entry"].to_numpy())
    ours = steps(fit(rows)).iloc[1:]
    at = pd.Index(theirs.surv_times).get_indexer(ours["age"])
    assert (at >= 0).all()
    inner = (ours["survival"] > 0).to_numpy()
    np.testing.assert_allclose(ours["survival"], theirs.surv_prob[at], rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        ours["error"][inner], theirs.surv_prob_se[at][inner], rtol=0, atol=1e-9
    )
    np.testing.assert_array_equal(ours["at_risk"], theirs.n_risk[at])
    np.testing.assert_array_equal(ours["left"], theirs.n_events[at])


def test_without_late_entries_it_is_the_plain_estimate(reference: ModuleType) -> None:
    """The usual case of the textbooks."""
    rows = generated(3).assign(entry=0.0)
    theirs = reference.SurvfuncRight(rows["exit"].to_numpy(), rows["despawned"].to_numpy("int64"))
    ours = steps(fit(rows)).iloc[1:]
    at = pd.Index(theirs.surv_times).get_indexer(ours["age"])
    np.testing.assert_allclose(ours["survival"], theirs.surv_prob[at], rtol=0, atol=1e-9)


def test_a_case_by_hand() -> None:
    """At 3 one of 3 leaves, at 5 one of 3 (one is given up then), at 8 the last.

    The fourth enters at 3 and is not at risk there. Bands: lifelines 0.30.0 of the same.
    """
    told = steps(fit(watched((0, 3, True), (1, 5, True), (3, 5, False), (2, 8, True))))
    assert told["age"].tolist() == [0, 3, 5, 8]
    assert told["at_risk"].tolist() == [1, 3, 3, 1]
    np.testing.assert_allclose(told["survival"], [1, 2 / 3, 4 / 9, 0])
    np.testing.assert_allclose(told["low"], [np.nan, 0.054073, 0.037876, np.nan], atol=1e-6)
    np.testing.assert_allclose(told["high"], [np.nan, 0.945206, 0.818001, np.nan], atol=1e-6)
    np.testing.assert_allclose(told["error"], [0, 0.272166, 0.256600, np.nan], atol=1e-6)


def test_the_bands_are_those_of_lifelines() -> None:
    """90 % of the generated 0, from lifelines 0.30.0 beside pandas 3.1.1.

    ``KaplanMeierFitter(alpha=0.1).fit(rows.exit, rows.despawned, entry=rows.entry)``, then
    ``confidence_interval_`` at these ages.
    """
    told = steps(fit(generated(0)), level=0.9).set_index("age")
    theirs = {
        4.0: (0.975690985795722, 0.9990833615520358),
        101.0: (0.7487181507792535, 0.8345736992704877),
        183.0: (0.4425266578107826, 0.5473204470177299),
        343.0: (0.026794781322358283, 0.10771682122338934),
    }
    ours = told[["low", "high"]].reindex(list(theirs)).to_numpy()
    np.testing.assert_allclose(ours, list(theirs.values()), rtol=0, atol=1e-9)


def test_nobody_watched() -> None:
    """One row that knows nothing; no number without spawns."""
    none = fit(watched())
    told = steps(none)
    assert told[["age", "at_risk", "survival"]].to_numpy().tolist() == [[0, 0, 1]]
    assert (
        survival_chance(none, age=0, ahead=24).reason
        == "only 0 spawns were watched at this age, it takes 20"
    )
    assert median_lifetime(none).reason == "at most 0 watched at once, of 20"
    given_up = fit(watched((0, 9, False)))
    assert len(steps(given_up)) == 1


spawns = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 60), st.booleans()), min_size=1, max_size=60
)


@settings(deadline=None, max_examples=40)
@given(spawns)
def test_a_curve_only_falls(rows: list[tuple[int, int, bool]]) -> None:
    """From 1, within its band, with as many leaving as left; never more at risk than there are."""
    frame = watched(*((begin, begin + lasts, left) for begin, lasts, left in rows))
    told = steps(fit(frame))
    assert told["survival"].between(0, 1).all()
    assert told["survival"].is_monotonic_decreasing
    assert told["left"].sum() == frame["despawned"].sum()
    assert told["at_risk"].le(len(frame)).all()
    assert (told["left"] <= told["at_risk"]).iloc[1:].all()
    inside = told.dropna(subset=["low"])
    assert (inside["low"] <= inside["survival"]).all()
    assert (inside["survival"] <= inside["high"]).all()


def test_each_family_has_its_curve() -> None:
    """Those without one have none."""
    rows = pd.concat([watched((0, 5, True)), watched((0, 9, True), family="alu")])
    rows = pd.concat([rows, watched((0, 1, True)).assign(family=pd.Series([None], dtype="str"))])
    told = families(rows)
    assert {family: curve.ages.tolist() for family, curve in told.items()} == {
        "alu": [9],
        "stl": [5],
    }
