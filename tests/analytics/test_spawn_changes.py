"""Spawn shifts: by hand, and what must hold for any two versions."""

from typing import Any, Final

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.spawn_changes import KINDS, by_class, shifts, sudden_drop
from swgdata.game import planet_mask
from tests.support import sample_frames

STEEL: Final = {"class_code": "dustl", "class_name": "Duranium Steel", "oq_max": 1000}
COPPER: Final = {"class_code": "becpr", "class_name": "Beyrllius Copper", "oq_max": 1000}


def version(*rows: dict[str, Any]) -> pd.DataFrame:
    """Steels of OQ 500, in spawn on Lok, unless a row says otherwise."""
    usual: dict[str, Any] = {**STEEL, "oq": 500, "in_spawn": True, "planets": ["Lok"]}
    return sample_frames.frozen(sample_frames.resources(*(usual | row for row in rows)))


def told(changes: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Change, id, detail, in spawn: row by row."""
    columns = ["change", "id", "detail", "in_spawn"]
    return list(changes[columns].astype("object").itertuples(index=False, name=None))


def test_every_kind_by_hand() -> None:
    """One resource for each thing that can happen, and one that stays as it is."""
    before = version(
        {"id": 1},
        {"id": 2, "in_spawn": False},
        {"id": 3},
        {"id": 4},
        {"id": 5, "in_spawn": False},
        {"id": 6, "planets": ["Lok", "Rori"]},
        {"id": 7, "oq": 912, "sr": 4, "oq_max": 1000},
    )
    after = version(
        {"id": 7, "oq": 915, "sr": 0, "ut": 12},
        {"id": 6, "planets": ["Naboo", "Lok", "Yavin IV"]},
        {"id": 1, "name": "unchanged but for its name", "score": 3},
        {"id": 2},
        {"id": 3, "in_spawn": False},
        {"id": 8},
        {"id": 9, "in_spawn": False},
    )
    assert told(shifts(before, after)) == [
        ("spawned", 2, "back in spawn", True),
        ("spawned", 8, "new", True),
        ("despawned", 3, "still listed", False),
        ("despawned", 4, "no longer listed", False),
        ("planets_added", 6, "Naboo, Yavin IV", True),
        ("planets_removed", 6, "Rori", True),
        ("stats_edited", 7, "OQ 912 → 915, SR 4 → none, UT none → 12", True),
        ("added", 9, "listed, already out of spawn", False),
        ("removed", 5, "no longer listed", False),
    ]


def test_values_are_those_of_the_newer_version() -> None:
    """Of the older one only where the id is no longer listed."""
    before = version({"id": 1, "name": "Old"}, {"id": 2, "name": "Gone", "oq": 900, **COPPER})
    after = version({"id": 1, "name": "New", "oq": 700, "planets": ["Rori"], "in_spawn": False})
    gone, still = shifts(before, after).to_dict("records")[:2]
    assert (still["name"], still["quality"], still["planets"]) == ("New", 70, planet_mask(["Rori"]))
    assert (gone["name"], gone["quality"], gone["class_name"]) == ("Gone", 90, "Beyrllius Copper")
    assert not gone["in_spawn"]


def test_best_quality_comes_first_within_a_kind() -> None:
    """Those that cannot be rated last; equal ones by id."""
    after = version(
        {"id": 4, "oq": 100}, {"id": 3, "oq": 0}, {"id": 2, "oq": 800}, {"id": 1, "oq": 100}
    )
    changes = shifts(version(), after)
    assert changes["id"].tolist() == [2, 1, 4, 3]
    assert changes["quality"].isna().tolist() == [False, False, False, True]


def test_columns_and_types_hold_with_and_without_rows() -> None:
    """Two empty versions do not differ."""
    nothing, something = shifts(version(), version()), shifts(version(), version({"id": 1}))
    assert nothing.empty
    assert nothing.dtypes.equals(something.dtypes)
    assert tuple(nothing["change"].cat.categories) == KINDS
    assert by_class(nothing).empty


def test_families_of_classes() -> None:
    """In tree order; within a class its subclasses; those without a class last; sums agree."""
    before = version({"id": 1}, {"id": 2, **COPPER}, {"id": 3, "class_code": None})
    after = version({"id": 4, "class_code": "lowtr"}, {"id": 5}, {"id": 6, **COPPER}, {"id": 7})
    changes = shifts(before, after)
    families = by_class(changes)
    assert families["spawned"].sum() == 4
    assert families["despawned"].sum() == 3
    mineral = families.set_index("class_code").loc["min"]
    assert (mineral["class_name"], mineral["spawned"], mineral["despawned"]) == ("Mineral", 3, 2)
    assert mineral["net"] == 1
    assert families["class_code"].isna().tolist()[-1]
    metals = by_class(changes.loc[changes["class_code"].isin(["dustl", "becpr"])], within="mtl")
    assert metals[["spawned", "despawned"]].to_numpy().tolist() == [[2, 1], [1, 1]]


def alive(number: int) -> pd.DataFrame:
    """So many in spawn, and one that is not."""
    return pd.DataFrame({"in_spawn": [True] * number + [False]})


@pytest.mark.parametrize(
    ("then", "now", "warns"),
    [(1000, 199, True), (1000, 200, False), (35, 7, False), (35, 6, True), (0, 0, False),
     (4, 1, False), (6, 1, True), (5, 0, True), (10, 5000, False)],
)  # fmt: skip
def test_less_than_a_fifth_is_doubted(then: int, now: int, *, warns: bool) -> None:
    """The sentence has both counts."""
    warning = sudden_drop(alive(then), alive(now))
    assert (warning is not None) == warns
    if warning:
        assert f" {now:,} " in warning
        assert f" {then:,} " in warning


ONE: Final = st.fixed_dictionaries(
    {
        "in_spawn": st.booleans(),
        "planets": st.integers(0, 7),
        "oq": st.sampled_from([0, 500, 501]),
        "sr": st.sampled_from([0, 9]),
    }
)
VERSIONS: Final = st.dictionaries(st.integers(1, 9), ONE, max_size=9)
Listing = dict[int, dict[str, Any]]


def framed(listing: Listing) -> pd.DataFrame:
    """A version with these ids, in this order."""
    return version(*({"id": number, **row} for number, row in listing.items()))


def ids(changes: pd.DataFrame, kind: str) -> list[int]:
    """Which ids changed in this way."""
    return sorted(changes.loc[changes["change"] == kind, "id"].tolist())


@settings(deadline=None, max_examples=30)
@given(VERSIONS)
def test_a_version_does_not_differ_from_itself(listing: Listing) -> None:
    """In whatever order its rows come."""
    turned = dict(reversed(listing.items()))
    assert shifts(framed(listing), framed(turned)).empty


@settings(deadline=None, max_examples=50)
@given(VERSIONS, VERSIONS)
def test_the_way_back_mirrors_the_way_there(one: Listing, other: Listing) -> None:
    """What spawned on the way there despawns on the way back, and so on."""
    there, back = shifts(framed(one), framed(other)), shifts(framed(other), framed(one))
    for kind, mirrored in (
        ("spawned", "despawned"),
        ("planets_added", "planets_removed"),
        ("stats_edited", "stats_edited"),
        ("added", "removed"),
    ):
        assert ids(there, kind) == ids(back, mirrored)
        assert ids(back, kind) == ids(there, mirrored)


@settings(deadline=None, max_examples=50)
@given(VERSIONS, VERSIONS)
def test_counts_add_up_and_nothing_is_missed(one: Listing, other: Listing) -> None:
    """In spawn after = before + spawned - despawned; each id that differs is told, no other."""
    before, after = framed(one), framed(other)
    changes = shifts(before, after)
    spawned, despawned = ids(changes, "spawned"), ids(changes, "despawned")
    assert after["in_spawn"].sum() == before["in_spawn"].sum() + len(spawned) - len(despawned)
    assert set(changes["id"]) == {
        n for n in one.keys() | other.keys() if one.get(n) != other.get(n)
    }
    assert not changes.duplicated(["change", "id"]).any()
    families = by_class(changes)
    assert families["net"].sum() == len(spawned) - len(despawned)


def test_versions_need_not_share_their_categories() -> None:
    """Each file numbers its classes in its own way."""
    before, after = version({"id": 1}), version({"id": 2, **COPPER}, {"id": 1, "in_spawn": False})
    changes = shifts(before, after)
    assert changes["class_code"].tolist() == ["becpr", "dustl"]
    assert changes["planets"].dtype == before["planets"].dtype
