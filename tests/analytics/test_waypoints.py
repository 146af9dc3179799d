"""Coordinates out of waypoint text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from swgdata.analytics.cities import REACH, parse_waypoint
from swgdata.game import PLANET_CODES, PLANETS

REACHABLE = st.integers(-REACH, REACH)


@pytest.mark.parametrize(
    "text",
    [
        "/waypoint Tatooine -342 -4466 New Bestine",
        "/waypoint tatooine -342 -4466",
        "/wp -342 -4466",
        "/way tat -342 -4466",
        "/waypoint Tatooine -342 12 -4466",
        "/waypoint yavin4 -342 -4466",
        "/waypoint Yavin IV -342 -4466 Four Moons",
        "/waypoint Yavin 4 -342 -4466",
        "/waypoint planet_yavin4 -342 -4466",
        "/WP -342 -4466;",
        "(-342, -4466)",
        "Tatooine (-342, -4466)",
        "-342, -4466",
        "-342,-4466",
        " -342 -4466 ",
    ],
)
def test_formats(text: str) -> None:
    """Every format of the contract gives the same place."""
    assert parse_waypoint(text) == (-342, -4466)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "/wp", "/wp 5", "Tatooine", "/wp x y", "/wp 1 2 3 4", "north of 1 2"),
        *("/wp 8193 0", "/wp 0 -9000", "/wp 1.5 2.5", "/wp 12abc 5", "/wp 99999999999999 1"),
        *("/waypoint yavin 4 100", "/waypoint hoth 1 2", "١ ٢", "=1+1", "[gallery]"),
        *(None, float("nan"), 12, ["1", "2"]),
    ],
)
def test_doubt_is_null(text: object) -> None:
    """Another form, half a place or one beyond the map is never guessed at."""
    assert parse_waypoint(text) is None


def test_the_edge_of_the_map_belongs_to_it() -> None:
    """The legal range includes both ends."""
    assert parse_waypoint("/wp 8192 -8192") == (8192, -8192)


@given(
    x=REACHABLE,
    y=REACHABLE,
    height=st.none() | st.integers(0, 400),
    planet=st.sampled_from([*PLANETS, *PLANET_CODES.values(), "", "yavin4"]),
    name=st.from_regex(r"( [A-Za-z'][A-Za-z0-9' ]*)?", fullmatch=True),
)
def test_round_trip(x: int, y: int, height: int | None, planet: str, name: str) -> None:
    """A waypoint as the client builds it gives back its coordinates."""
    middle = "" if height is None else f" {height}"
    assert parse_waypoint(f"/waypoint {planet} {x}{middle} {y}{name}") == (x, y)


@given(st.text(max_size=600))
@example("(" * 500)
@example("1," * 250)
def test_any_text_is_answered(text: str) -> None:
    """Nothing raises, and what is found lies on the map."""
    found = parse_waypoint(text)
    assert found is None or max(map(abs, found)) <= REACH
