"""Parameters: what is taken, and the one sentence that is said otherwise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.errors import ParameterError
from swgdata.tables import TABLES, read_parameters

RESOURCES = TABLES["resources"]


@pytest.mark.parametrize(
    ("table", "raw", "expected"),
    [
        ("resources", {"min_oq": "900"}, 900),
        ("resources", {"min_oq": 900.0}, 900),
        ("resources", {"min-oq": " 0 "}, 0),
        ("resources", {"in_spawn": "YES"}, True),
        ("resources", {"in_spawn": 0}, False),
        ("resources", {"in_spawn": False}, False),
        ("resources", {"in_spawn": "any"}, None),
        ("resources", {"min_rarity": "Very Rare"}, "very_rare"),
        ("resources", {"sort": "-OQ"}, "-oq"),
        ("resources", {"sort": "age-days"}, "age_days"),
        ("resources", {"planet": " naboo,LOK "}, "Lok,Naboo"),
        ("materials", {"in_spawn": None}, True),
        ("schematic_slots", {"schematic": 1042}, "1042"),
        ("cities", {"max_income_tax": "2.5"}, 2.5),
        ("active_locations", {"level": "DORMANT"}, "dormant"),
        ("growing_locations", {"min_growth": "-3"}, -3.0),
    ],
)
def test_taken(table: str, raw: dict[str, object], expected: object) -> None:
    """Text from an address or a command line, and native values."""
    name = next(iter(raw)).replace("-", "_")
    assert read_parameters(TABLES[table], raw)[name] == expected


@pytest.mark.parametrize(
    ("table", "raw", "sentence"),
    [
        (
            "resources",
            {"min_oq": "abc"},
            "min_oq must be a whole number from 0 to 1000, not 'abc'.",
        ),
        ("resources", {"min_oq": 1001}, "min_oq must be a whole number from 0 to 1000, not 1001."),
        (
            "resources",
            {"min_oq": "9.5"},
            "min_oq must be a whole number from 0 to 1000, not '9.5'.",
        ),
        (
            "resources",
            {"max_pe": "nan"},
            "max_pe must be a whole number from 0 to 1000, not 'nan'.",
        ),
        ("resources", {"max_pe": True}, "max_pe must be a whole number from 0 to 1000, not True."),
        ("resources", {"limit": "0"}, "limit must be a whole number of at least 1, not '0'."),
        (
            "resources",
            {"in_spawn": "perhaps"},
            "in_spawn must be true, false or any, not 'perhaps'.",
        ),
        (
            "resources",
            {"min_rarity": "epic"},
            "min_rarity must be one of common, uncommon, rare, very_rare, legendary, not 'epic'.",
        ),
        ("cities", {"min_level": "6"}, "min_level must be a whole number from 1 to 5, not '6'."),
        (
            "cities",
            {"max_income_tax": "free"},
            "max_income_tax must be a number of at least 0, not 'free'.",
        ),
        (
            "resources",
            {"planet": ["Lok"]},
            "planet must be planets such as Lok,Naboo, not ['Lok'].",
        ),
        (
            "growing_locations",
            {"min_growth": "inf"},
            "min_growth must be a number, not 'inf'.",
        ),
        ("gcw", {"day": 3}, "gcw has no parameter 'day'; it takes days."),
        ("summary", {"days": 3}, "summary has no parameter 'days'; it takes none."),
    ],
)
def test_refused_in_one_sentence(table: str, raw: dict[str, object], sentence: str) -> None:
    """Name, value and what is expected."""
    with pytest.raises(ParameterError) as refusal:
        read_parameters(TABLES[table], raw)
    assert str(refusal.value) == sentence


def test_a_wrong_sort_names_the_columns() -> None:
    """So that one can be chosen."""
    with pytest.raises(ParameterError, match=r"sort must be one of id, .*, weighted, with a"):
        read_parameters(RESOURCES, {"sort": "beauty"})


def test_hostile_values_are_shown_escaped_and_cut() -> None:
    """A message is one line, whatever was sent."""
    with pytest.raises(ParameterError) as refusal:
        read_parameters(RESOURCES, {"limit": "1\r\nSet-Cookie: x" + "y" * 500})
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 120


@pytest.mark.parametrize("name", TABLES)
def test_defaults_are_fit_and_explained(name: str) -> None:
    """Every parameter has help and takes its own default."""
    for parameter in TABLES[name].parameters:
        assert parameter.help
        assert (
            read_parameters(TABLES[name], {parameter.name: parameter.default})[parameter.name]
            == parameter.default
        )


ANYTHING = st.one_of(
    st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.none(), st.binary()
)


@settings(deadline=None)
@given(st.sampled_from(sorted(TABLES)), st.data())
def test_anything_is_taken_or_refused(name: str, data: st.DataObject) -> None:
    """Never another exception, and what is taken lies in its range."""
    table = TABLES[name]
    for parameter in table.parameters:
        try:
            value = read_parameters(table, {parameter.name: data.draw(ANYTHING)})[parameter.name]
        except ParameterError:
            continue
        if parameter.kind in ("whole", "number") and value is not None:
            assert isinstance(value, (int, float))
            assert parameter.low is None or value >= parameter.low
            assert parameter.high is None or value <= parameter.high
