"""The game's nouns: one spelling for each, and nothing unknown ever renamed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.game import (
    ACTIVITY_LEVELS,
    CITY_CAPS,
    FACTIONS,
    PLANET_CODES,
    PLANETS,
    PLAYER_CITY_PLANETS,
    PROFESSION_FAMILIES,
    RANKS,
    RARITIES,
    RESTRICTED_PLANETS,
    SHUTTLEPORT_LEVEL,
    SPECIALISATIONS,
    STAT_NAMES,
    STATS,
    CityCap,
    faction_name,
    planet_mask,
    planet_name,
    planet_texts,
    planet_tuples,
    planets_of,
    profession_family,
    rank_title,
)

MASKS = st.integers(0, 4095)
BLANKS = st.text(" \t\u00a0", max_size=2)


def test_planets_stand_in_the_order_their_bits_are_stored_in() -> None:
    """Bit i means PLANETS[i] in stored data, so the order is fixed for good."""
    assert PLANETS == (
        "Corellia",
        "Dantooine",
        "Dathomir",
        "Endor",
        "Lok",
        "Naboo",
        "Rori",
        "Talus",
        "Tatooine",
        "Yavin IV",
        "Kashyyyk",
        "Mustafar",
    )
    assert tuple(PLANET_CODES.values()) == tuple(name[:3].lower() for name in PLANETS)
    assert RESTRICTED_PLANETS == ("Mustafar", "Kashyyyk")


@pytest.mark.parametrize(
    "spelling",
    ["Yavin IV", "Yavin 4", "yavin4", "YAVIN 4", "yavin iv", "Yavin", "YavinIV", " Yavin\u00a04 ",
     "Yavin  4", "yavin-4", "planet_yavin4", "yav"],
)  # fmt: skip
def test_yavin_has_many_spellings(spelling: str) -> None:
    """Every spelling of the moon met in a feed becomes the display name."""
    assert planet_name(spelling) == "Yavin IV"


@settings(deadline=None)
@given(planet=st.sampled_from(PLANETS), before=BLANKS, after=BLANKS, data=st.data())
def test_case_and_blanks_never_matter(
    planet: str, before: str, after: str, data: st.DataObject
) -> None:
    """Display name, flag column and code of any planet resolve to it in any case."""
    column = "planet_" + planet.lower().replace(" iv", "4")
    spelling = data.draw(st.sampled_from([planet, column, PLANET_CODES[planet]]))
    case = data.draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
    assert planet_name(f"{before}{case(spelling)}{after}") == planet


@pytest.mark.parametrize("world", ["Hoth", "Yavin 5", "Yavin Prime", "Nova Lok", "planet", "Tat2"])
def test_an_unknown_world_keeps_its_name(world: str) -> None:
    """A world outside the twelve is itself, whatever it resembles."""
    assert planet_name(f" {world} ") == world


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_no_planet_is_null(nothing: str | None) -> None:
    """Nothing written means no planet, not a planet without a name."""
    assert planet_name(nothing) is None


@settings(deadline=None)
@given(text=st.text(max_size=12))
def test_a_spelling_settles_at_once(text: str) -> None:
    """Any text becomes one of the twelve, itself trimmed, or null; a second pass is idle."""
    name = planet_name(text)
    assert name in PLANETS or name == (text.strip() or None)
    assert planet_name(name) == name


@settings(deadline=None)
@given(mask=MASKS)
def test_a_mask_survives_the_round_trip(mask: int) -> None:
    """Unpacked and packed again, a set of planets is the same, in display order."""
    names = planets_of(mask)
    assert planet_mask(names) == mask
    assert planet_mask([*reversed(names), *(name.upper() for name in names)]) == mask
    assert list(names) == sorted(names, key=PLANETS.index)


def test_masks_by_hand() -> None:
    """Corellia is bit 0, Yavin IV bit 9, Mustafar bit 11; Hoth has no bit."""
    assert planet_mask(["Yavin 4", "cor", "Mustafar"]) == 1 + 512 + 2048
    assert planets_of(2561) == ("Corellia", "Yavin IV", "Mustafar")
    assert planet_mask(["Hoth", ""]) == 0
    assert planets_of(0) == ()


@pytest.mark.parametrize("mask", [-1, 4096])
def test_a_bit_without_a_planet_is_refused(mask: int) -> None:
    """A mask that is not ours is an error, never a shorter list; alone or among others."""
    with pytest.raises(ValueError, match=f"got {mask}"):
        planets_of(mask)
    with pytest.raises(ValueError, match=f"got {mask}"):
        planet_tuples(np.array([1, mask, 2], dtype="int16"))


@settings(deadline=None)
@given(masks=st.lists(MASKS, max_size=30))
def test_many_masks_unpack_as_one_does(masks: list[int]) -> None:
    """The vectorised forms say what planets_of says, element by element, also for none."""
    packed = np.array(masks, dtype="int16")
    assert planet_tuples(packed).tolist() == [planets_of(mask) for mask in masks]
    assert planet_texts(packed, separator="|").tolist() == [
        "|".join(planets_of(mask)) for mask in masks
    ]


def test_equal_masks_share_their_tuple() -> None:
    """90,000 rows with few distinct sets of planets hold few tuples."""
    first, second, other = planet_tuples(np.array([5, 5, 4], dtype="int16"))
    assert first is second
    assert other == ("Dathomir",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rebel", "Rebel"),
        (" IMPERIAL ", "Imperial"),
        ("Neutral", "Neutral"),
        ("Hutt Cartel", "Hutt Cartel"),
        (" Black Sun", "Black Sun"),
        ("None", None),
        (" - ", None),
        ("", None),
        (None, None),
    ],
)
def test_factions(text: str | None, expected: str | None) -> None:
    """Case variants are one faction, unknown ones stay as they are, none is null."""
    assert faction_name(text) == expected
    assert all(faction_name(faction.upper()) == faction for faction in FACTIONS)


def test_city_ranks() -> None:
    """The thresholds of Restoration's player cities."""
    assert [(r.level, r.title, r.citizens, r.radius) for r in RANKS] == [
        (1, "Outpost", 16, 250),
        (2, "Village", 24, 350),
        (3, "Township", 32, 500),
        (4, "City", 48, 600),
        (5, "Metropolis", 64, 800),
    ]
    assert rank_title(SHUTTLEPORT_LEVEL) == "City"
    assert [rank_title(level) for level in (None, 0, 6, -1)] == [None] * 4


def test_city_caps() -> None:
    """Seven planets take player cities, 260 in all; three of them are the crowded ones."""
    assert " ".join(PLAYER_CITY_PLANETS) == "Corellia Dantooine Lok Naboo Rori Talus Tatooine"
    assert sum(cap.cities for cap in CITY_CAPS.values()) == 260
    for planet, cap in CITY_CAPS.items():
        crowded = planet in ("Corellia", "Naboo", "Tatooine")
        assert cap == (CityCap(20, 15, 10) if crowded else CityCap(50, 30, 20))


def test_professions() -> None:
    """Each of the 35 keys belongs to one family; a new key to "other"."""
    keys = [key for family in PROFESSION_FAMILIES.values() for key in family]
    assert len(keys) == len(set(keys)) == 35
    assert {family: len(keys) for family, keys in PROFESSION_FAMILIES.items()} == {
        "crafter": 9,
        "ranged": 4,
        "melee": 5,
        "healing": 4,
        "space": 3,
        "hybrid": 6,
        "social": 4,
    }
    assert profession_family("sl") == "hybrid"
    assert profession_family(" Droid_Engineer ") == "crafter"
    assert profession_family("jedi") == profession_family("") == "other"


def test_lists_of_words() -> None:
    """Stats in the site's order, tiers from low to high, the twelve specialisations."""
    assert " ".join(STATS) == "oq cr cd dr hr ma sr ut fl pe"
    assert tuple(STAT_NAMES) == STATS
    assert STAT_NAMES["ut"] == "Unit toughness"
    assert RARITIES == ("common", "uncommon", "rare", "very_rare", "legendary")
    assert ACTIVITY_LEVELS == ("dormant", "low", "moderate", "high", "very_high")
    assert len(set(SPECIALISATIONS)) == 12
