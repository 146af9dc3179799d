"""Weights of one's own: read from a line of text, and what the tables make of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swgdata.analytics import quality
from swgdata.analytics.quality import line_quality, weighted
from swgdata.errors import ParameterError
from swgdata.game import STATS
from tests.support import sample_frames
from tests.support.table_inputs import ask, loader

HUNDREDTHS = st.integers(1, 10_000).map(lambda number: number / 100)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OQ=66 SR=34", "OQ=66 SR=34"),
        ("oq 66 sr 34", "OQ=66 SR=34"),
        ("SR=34%, OQ=66%", "OQ=66 SR=34"),
        ("  PE: 33.5 / fl:0 ;", "PE=33.5"),
        ("OQ50SR50", "OQ=50 SR=50"),
        ("OQ=100", "OQ=100"),
    ],
)
def test_lenient_spellings_are_written_one_way(text: str, expected: str) -> None:
    """The terms of schematics, and what people type."""
    assert quality.weights_text(quality.read_weights(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "OQ", "66", "XX=5", "OQ=101", "OQ=-5", "OQ=5 OQ=6", "OQ=0", "OQ=1e2", "OQ=½", "OQ=٣", "a"],
)
def test_anything_else_is_no_weights(text: str) -> None:
    """Refused whole, never half understood."""
    with pytest.raises(ValueError, match="weight"):
        quality.read_weights(text)


@given(st.dictionaries(st.sampled_from(STATS), HUNDREDTHS, min_size=1))
def test_what_is_written_is_read_back(line: dict[str, float]) -> None:
    """A link restores the same weights."""
    assert quality.read_weights(quality.weights_text(line)) == line


@given(st.text(max_size=30))
def test_any_text_is_weights_or_refused(text: str) -> None:
    """No other exception, and nothing outside its bounds."""
    try:
        line = quality.read_weights(text)
    except ValueError:
        return
    assert line
    assert all(0 < weight <= 100 for weight in line.values())


@given(
    st.lists(st.lists(st.integers(0, 1000), min_size=10, max_size=10), min_size=1, max_size=6),
    st.dictionaries(st.sampled_from(STATS), st.integers(1, 50), min_size=1),
    st.none() | st.lists(st.sampled_from([0, 300, 1000]), min_size=10, max_size=10),
)
def test_the_arithmetic_is_that_of_matrices(
    rows: list[list[int]], line: dict[str, float], caps: list[int] | None
) -> None:
    """(N @ w) / (H @ w), with 100 for a divisor where no stat is missing."""
    values = np.array(rows)
    limits = np.array(caps or [1000] * 10)
    share = np.array([line.get(stat, 0) for stat in STATS])
    has = (values > 0) & (limits > 0)
    used = has @ share
    divisor = np.where(used == share.sum(), 100, np.maximum(used, 1))
    reached = (values * has) @ (share * 1000 / np.maximum(limits, 1))
    expected = np.where(used > 0, np.minimum(reached / divisor, 1000), 0)
    np.testing.assert_allclose(line_quality(values, line, caps=caps), expected)


@pytest.mark.parametrize(
    ("code", "stats", "line", "expected"),
    [
        pytest.param("becpr", {"oq": 900, "sr": 475}, "OQ=50 SR=50", 941.7, id="SR cap 483"),
        pytest.param("becpr", {"sr": 475}, "SR=100", 983.4, id="SR alone"),
        pytest.param(None, {"oq": 800}, "OQ=66 PE=34", 800.0, id="PE absent"),
        pytest.param(
            "dustl", {"oq": 1000, "dr": 815, "hr": 852}, "OQ=33 DR=33 HR=33", 990.0, id="thirds"
        ),
        pytest.param(None, {"cd": 645}, "CD=100", 645.0, id="CD, no class chosen"),
        pytest.param("dlstl", {"cd": 645}, "CD=100", 992.3, id="CD, cap 650"),
        pytest.param("zz_new", {"oq": 700}, "OQ=100", 700.0, id="class of unknown caps"),
    ],
)
def test_golden_vectors_through_the_table(
    code: str | None, stats: Mapping[str, int], line: str, expected: float
) -> None:
    """The caps are those of the class asked for."""
    leaf = code or "becpr"
    load = loader(
        {"resources": {"resources": sample_frames.resources({"class_code": leaf, **stats})}}
    )
    asked = {"class_code": code, "weights": line}
    rows = ask("weighted_resources", asked, load=load).frame
    assert rows["weighted_quality"].round(1).tolist() == [expected]


def test_best_first_and_sortable() -> None:
    """Best first unless told otherwise; the same order by ``resources``, whatever the limit."""
    by_weights = {"weights": "OQ=60 SR=40", "in_spawn": True}
    whole = ask("weighted_resources", by_weights).frame
    assert whole["weighted_quality"].is_monotonic_decreasing
    assert len(set(whole["weighted_quality"])) > 5
    for sort in ("weighted", "-weighted"):
        for limit in (None, 1, 4, 99):
            rows = ask("resources", by_weights | {"sort": sort, "limit": limit}).frame
            assert rows["id"].tolist() == whole["id"].head(limit or 99).tolist()
    worst = ask("weighted_resources", by_weights | {"sort": "+weighted_quality"}).frame
    assert worst["weighted_quality"].is_monotonic_increasing
    named = ask("weighted_resources", by_weights | {"sort": "name"}).frame
    assert named["name"].dropna().str.casefold().is_monotonic_increasing


def test_what_is_equal_keeps_its_order_at_a_limit() -> None:
    """A limit in the middle of equals cuts where the whole order does."""
    load = loader(
        {"resources": {"resources": sample_frames.resources(*[{"oq": 500}] * 9, {"oq": 900})}}
    )
    asked = {"weights": "OQ=100"}
    whole = ask("weighted_resources", asked, load=load).frame["id"].tolist()
    assert whole == [10, *range(1, 10)]
    assert ask("weighted_resources", asked | {"limit": 4}, load=load).frame["id"].tolist() == [
        10, 1, 2, 3,
    ]  # fmt: skip


def test_no_weights_are_no_number() -> None:
    """Null with the reason, never 0; and there is nothing to sort by."""
    result = ask("weighted_resources", {"limit": 3})
    assert result.frame["weighted_quality"].isna().all()
    assert result.notes["weighted_quality"] == "no weights were given"
    with pytest.raises(ParameterError, match="sort=weighted takes weights"):
        ask("resources", {"sort": "weighted"})


@pytest.mark.parametrize("bad", ["OQ", "XX=1", 5, "OQ=66;DROP"])
def test_bad_weights_are_one_sentence(bad: Any) -> None:
    """Parameter, what is expected, and the value."""
    with pytest.raises(ParameterError, match=r"weights must be stats .*OQ=66 SR=34.*, not "):
        ask("resources", {"weights": bad})


def test_the_table_says_how_it_was_asked() -> None:
    """In the one spelling, for the meta of downloads."""
    assert ask("resources", {"weights": "sr 34 oq 66"}).parameters == {"weights": "OQ=66 SR=34"}


def test_arrays_and_frames_agree() -> None:
    """One formula, whichever way in."""
    rows = sample_frames.resources({"oq": 900, "sr": 475}, {"oq": 300})
    line = {"oq": 50.0, "sr": 50.0}
    by_array = line_quality(rows[list(STATS)].to_numpy(), line)
    assert by_array.tolist() == weighted(rows, [line]).tolist()
