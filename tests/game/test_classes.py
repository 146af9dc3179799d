"""The tree of resource classes: whole, without loops, and with the site's own caps."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from swgdata.game import PLANETS, STATS
from swgdata.game.classes import (
    CLASSES,
    ancestors,
    caps,
    descendants,
    is_leaf,
    name,
    planet_of_class,
)

CAPS = Path(__file__).resolve().parents[3] / "shared" / "data" / "class_caps.csv"
UNCAPPED = {"hmlk", "pmet", "psfd", "gbne", "shid", "pcer", "mveg"}


def children(code: str) -> list[str]:
    """The classes right below one."""
    return [one for one, known in CLASSES.items() if known.parent == code]


@pytest.mark.skipif(not CAPS.exists(), reason="the site's table of caps is not beside this copy")
def test_caps_are_those_of_the_site() -> None:
    """All 857 classes of the site's table have exactly its figures; ours beyond it have none."""
    with CAPS.open(encoding="utf-8", newline="") as file:
        site = {
            row["class_code"]: tuple(int(row[stat]) for stat in STATS)
            for row in csv.DictReader(file)
        }
    assert len(site) == 857
    assert {code: caps(code) for code in site} == site
    assert {code for code in CLASSES if code not in site} == UNCAPPED


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("dustl", (1000, 504, 410, 815, 852, 252, 815, 778, 0, 0)),
        ("becpr", (1000, 294, 683, 257, 365, 683, 483, 483, 0, 0)),
        ("stl", (1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 0, 0)),
        ("wod", (1000, 0, 0, 800, 0, 1000, 700, 800, 0, 0)),
        ("c1ksp", (1000, 0, 0, 149, 0, 0, 0, 0, 0, 430)),
        ("wweg", (200, 0, 0, 0, 0, 0, 0, 0, 0, 200)),
        ("coseg", (500, 0, 0, 0, 0, 0, 0, 0, 0, 600)),
        ("lodmk", (1000, 0, 0, 1000, 0, 0, 0, 0, 700, 1000)),
        ("mudmk", (1000, 0, 0, 1000, 0, 0, 0, 0, 1000, 1000)),
        ("roflr", (1000, 0, 0, 1000, 0, 0, 0, 0, 1000, 1000)),
        ("coflr", (1000, 0, 0, 1000, 0, 0, 0, 0, 1000, 700)),
        ("roewd", (1000, 0, 0, 1000, 0, 1000, 1000, 1000, 0, 0)),
        ("mualu", (1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 0, 0)),
        ("genalum", (1000, 800, 800, 800, 800, 1000, 900, 900, 0, 0)),
        ("hmlk", None),
        ("nosuch", None),
    ],
)
def test_caps_by_hand(code: str, expected: tuple[int, ...] | None) -> None:
    """Figures written out from the site's table; unknown is null, not zero."""
    assert caps(code) == expected


def test_every_class_is_whole() -> None:
    """Ten caps from 0 to 1000 with an overall quality, or none at all; a name without blanks."""
    assert len(CLASSES) == 864
    assert {code for code, one in CLASSES.items() if one.caps is None} == UNCAPPED
    for code, one in CLASSES.items():
        assert one.code == code == code.strip().lower()
        assert one.name == one.name.strip() != ""
        if one.caps is not None:
            assert len(one.caps) == len(STATS)
            assert all(0 <= cap <= 1000 for cap in one.caps)
            assert one.caps[STATS.index("oq")] > 0


def test_the_tree_has_four_roots_and_no_loop() -> None:
    """Every parent exists and stands above its child, so each chain ends at a root."""
    assert {code for code, one in CLASSES.items() if one.parent is None} == {
        "ino",
        "org",
        "egy",
        "ast",
    }
    place = {code: at for at, code in enumerate(CLASSES)}
    for code, one in CLASSES.items():
        if one.parent is None:
            assert one.depth == 0
            continue
        assert place[one.parent] < place[code]
        assert one.depth == CLASSES[one.parent].depth + 1
        assert code in descendants(one.parent)
        assert code not in ancestors(code)
        assert len(ancestors(code)) == one.depth <= 6


def test_descendants_are_the_ancestors_seen_from_above() -> None:
    """A class lies below another exactly when the other is among its ancestors or is itself."""
    for code in CLASSES:
        below = {other for other in CLASSES if code == other or code in ancestors(other)}
        assert descendants(code) == below
        assert is_leaf(code) == (below == {code}) == (not children(code))


def test_a_branch_is_the_union_of_its_children() -> None:
    """Choosing a parent class chooses itself and what its children would choose, nothing else."""
    for code in CLASSES:
        union = frozenset({code}).union(*map(descendants, children(code)))
        assert descendants(code) == union


def test_tree_order_keeps_a_branch_together() -> None:
    """Everything below a class follows it without a gap."""
    codes = list(CLASSES)
    for at, code in enumerate(codes):
        branch = descendants(code)
        assert set(codes[at : at + len(branch)]) == branch


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("dustl", ("stl", "fer", "mtl", "min", "ino")),
        ("lodmk", ("dmk", "mlk", "cfd", "crs", "org")),
        ("yafmt", ("fmt", "sfd", "met", "cfd", "crs", "org")),
        ("coewd", ("ewd", "swd", "wod", "fls", "frs", "org")),
        ("tuweg", ("weg", "nregy", "regy", "egy")),
        ("acid", ("achm", "ast")),
        ("mukpf", ("kpf", "pet", "chm", "ino")),
        ("genalum", ("alu", "nfr", "mtl", "min", "ino")),
        ("org", ()),
        ("nosuch", ()),
    ],
)
def test_ancestors_by_hand(code: str, chain: tuple[str, ...]) -> None:
    """Chains from the nearest class to the root, as in the game's tree."""
    assert ancestors(code) == chain


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("dustl", "Duranium Steel"),
        ("codmk", "Corellian Domesticated Milk"),
        ("cober", "Corellia Berry Fruit"),
        ("dawwt", "Dathomir Wild Wheat"),
        ("dawtr", "Dathomir Water Vapor"),
        ("dnabn", "Dantooine Animal Bones"),
        ("yaseg", "Yavinian Solar Renewable Energy"),
        ("m2cry", "Mustafarian Type 2 Crystalline Gem"),
        ("nosuch", "nosuch"),
    ],
)
def test_names(code: str, expected: str) -> None:
    """Names in the game's wording with its exceptions; an unknown code is its own name."""
    assert name(code) == expected


@pytest.mark.parametrize(
    ("code", "planet"),
    [
        ("codmk", "Corellia"),
        ("cober", "Corellia"),
        ("dawwt", "Dathomir"),
        ("dnfib", "Dantooine"),
        ("roewd", "Rori"),
        ("yaseg", "Yavin IV"),
        ("kawtr", "Kashyyyk"),
        ("m1amo", "Mustafar"),
        ("mustl", "Mustafar"),
        ("coint", None),
        ("cocpr", None),
        ("nacrb", None),
        ("dmk", None),
        ("Lok", None),
    ],
)
def test_planet_of_a_class(code: str, planet: str | None) -> None:
    """Only classes named after a planet are bound to it; Corintium ore starts with co too."""
    assert planet_of_class(code) == planet


def test_planet_bound_leaves_count_up() -> None:
    """43 kinds on each planet; on Mustafar 3 energies fewer and 14 minerals of its own."""
    bound = Counter(planet_of_class(code) for code in CLASSES)
    assert {planet: bound[planet] for planet in PLANETS} == {
        planet: 54 if planet == "Mustafar" else 43 for planet in PLANETS
    }
    assert all(is_leaf(code) for code in CLASSES if planet_of_class(code))


def test_an_unknown_code_stands_for_itself() -> None:
    """A class the site adds tomorrow can be filtered for and is taken for a leaf."""
    assert descendants("nosuch") == frozenset({"nosuch"})
    assert is_leaf("nosuch")


def test_the_table_cannot_be_changed() -> None:
    """One copy serves every visitor, so nobody may write to it."""
    with pytest.raises(TypeError):
        CLASSES["dustl"] = CLASSES["becpr"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        CLASSES["dustl"].caps = None  # type: ignore[misc]
