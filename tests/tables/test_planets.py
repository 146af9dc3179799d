"""One way to narrow by planet: ``planet`` and ``hide_restricted`` of every table that has one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest

import swgdata
from swgdata.errors import ParameterError
from swgdata.game import PLANETS, RESTRICTED_PLANETS, planet_mask
from swgdata.tables import TABLES, read_parameters
from swgdata.tables.parameters import PLANET_FILTER
from swgdata.tables.row_filters import on_planets

NAMES: Final = {item.name for item in PLANET_FILTER}
COUNTS: Final = ("spawn_turnover", "droughts")  # of what is on the planets; no row is on one
ONE_CITY: Final = ("city_past", "activity_forecast", "activity_forecast_errors")
TABLES_WITH: Final = tuple(
    name for name, table in TABLES.items() if {item.name for item in table.parameters} >= NAMES
)
LISTS: Final = (("Naboo", "Lok"), ("Kashyyyk", "Mustafar", "Talus"))


@pytest.fixture
def rows_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., pd.DataFrame]:
    """Rows of a table of the invented galaxy, with some history."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "400")
    monkeypatch.setenv("SWG_SAMPLE_DAYS", "40")
    usual: dict[str, dict[str, Any]] = {
        "movers": {"limit": 5000, "window": "7d"},
        "growing_locations": {"min_growth": -1000},
        "resources": {"in_spawn": "any"},
    }

    now = datetime.now(UTC)  # ages of all answers count to the same moment

    def ask(name: str, /, **more: object) -> pd.DataFrame:
        return swgdata.table(name, now=now, **(usual.get(name, {}) | more)).frame

    return ask


def test_every_table_with_a_planet_takes_both() -> None:
    """Those that name one city by its planet, and those of single planets, apart."""
    columns = {"planet", "planets", "location"}
    having = {name for name, table in TABLES.items() if columns & set(table.schema)}
    assert having | {*COUNTS, "material_prices", "changes_since"} == set(TABLES_WITH)
    by_planet = {
        name
        for name, table in TABLES.items()
        if "planet" in {item.name for item in table.parameters}
    }
    assert by_planet - set(TABLES_WITH) == set(ONE_CITY)


def test_a_list_is_the_union_of_its_planets(rows_of: Callable[..., pd.DataFrame]) -> None:
    """In the order of the whole table, whatever the order of the names."""
    told = 0
    for name in set(TABLES_WITH) - set(COUNTS):
        every = _keyed(rows_of(name))
        for planets in LISTS:
            single = [_keyed(rows_of(name, planet=planet)) for planet in planets]
            wanted = set().union(*single)
            several = _keyed(rows_of(name, planet=",".join(planets[::-1])))
            assert several == [row for row in every if row in wanted], (name, planets)
            told += 0 < len(several) < len(every)
    assert told > len(TABLES_WITH) / 2


def test_hidden_is_what_is_only_on_restricted_planets(
    rows_of: Callable[..., pd.DataFrame],
) -> None:
    """What is elsewhere too stays, and so does what is on no known planet."""
    open_ = ",".join(planet for planet in PLANETS if planet not in RESTRICTED_PLANETS)
    told = 0
    for name in set(TABLES_WITH) - set(COUNTS):
        every, kept = _keyed(rows_of(name)), _keyed(rows_of(name, hide_restricted=True))
        here = set(_keyed(rows_of(name, planet=",".join(PLANETS))))
        elsewhere = set(_keyed(rows_of(name, planet=open_)))
        assert kept == [row for row in every if row in elsewhere or row not in here], name
        assert _keyed(rows_of(name, planet="Mustafar", hide_restricted=True)) == [
            row for row in every if name == "changes_since" and row[0] != "'city'"
        ], name
        told += len(kept) < len(every)
    assert told >= 5


@pytest.mark.parametrize(
    ("name", "column"), [("spawn_turnover", "spawned"), ("droughts", "spawns")]
)
def test_counts_are_of_what_is_on_the_planets(
    rows_of: Callable[..., pd.DataFrame], name: str, column: str
) -> None:
    """A spawn on both of two planets counts once."""
    both = rows_of(name, planet="Naboo,Lok")[column].sum()
    each = [rows_of(name, planet=planet)[column].sum() for planet in ("Naboo", "Lok")]
    assert max(each) < both < sum(each)
    assert rows_of(name, planet="Mustafar", hide_restricted=True)[column].sum() == 0


def _keyed(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(map(repr, row)) for row in rows.astype("object").itertuples(index=False)]


@pytest.mark.parametrize("name", TABLES_WITH)
def test_an_unknown_planet_is_named(name: str) -> None:
    """Every spelling the game knows will do."""
    table = TABLES[name]
    with pytest.raises(ParameterError, match="'Hoth' is none of Corellia"):
        read_parameters(table, {"planet": "lok, Hoth"})
    with pytest.raises(ParameterError, match="planet must be planets such as"):
        read_parameters(table, {"planet": " , "})
    told = read_parameters(table, {"planet": "yavin 4,planet_naboo,,NAB,lok"})
    assert told["planet"] == "Lok,Naboo,Yavin IV"


def test_bits_and_names_are_kept_alike() -> None:
    """A world that the game does not know is on no planet."""
    names = pd.Series(["Lok", None, "Hoth", "Mustafar", "naboo"], dtype="str")
    masks = np.array([planet_mask([name]) if isinstance(name, str) else 0 for name in names])
    for params, wanted in (
        ({}, [0, 1, 2, 3, 4]),
        ({"planet": None, "hide_restricted": None}, [0, 1, 2, 3, 4]),
        ({"hide_restricted": True}, [0, 1, 2, 4]),
        ({"planet": "Lok,Mustafar"}, [0, 3]),
        ({"planet": "Lok,Mustafar", "hide_restricted": True}, [0]),
        ({"planet": "Mustafar", "hide_restricted": True}, []),
    ):
        for planets in (names, masks):
            assert np.flatnonzero(on_planets(planets, params)).tolist() == wanted


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("cities", {"min_level": 4}),
        ("cities", {"faction": "rebel", "max_income_tax": 0}),
        ("cities", {"name": "a", "specialisation": "clone"}),
        ("guilds", {"min_active_pct": 30.0}),
        ("guilds", {"min_members": 20, "name": "e", "faction": "imperial"}),
        ("guilds", {"recruiting": False}),
    ],
)
def test_movers_of_those_that_the_filters_of_their_table_leave(
    rows_of: Callable[..., pd.DataFrame], kind: str, params: dict[str, object]
) -> None:
    """The same with lasting changes; in the order of all of them."""
    on = ["name", "planet" if kind == "cities" else "tag"]
    left = {repr(pair) for pair in rows_of(kind, **params)[on].to_numpy().tolist()}
    for name in ("movers", "sustained_changes"):
        every, kept = rows_of(name, kind=kind), rows_of(name, kind=kind, **params)
        wanted = [repr(pair) in left for pair in every[on].to_numpy().tolist()]
        assert 0 < len(kept) < len(every)
        assert kept[on].to_numpy().tolist() == every.loc[wanted, on].to_numpy().tolist()
