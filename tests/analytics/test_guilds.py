"""Guilds: territory, influence by hand, shared tags."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.analytics.guilds import active_percent, controlling_guild, describe, heatmap, influence
from tests.support.sample_frames import cities, guilds

GUILDS = guilds(
    {"name": "Krayt Riders", "tag": "KRAYT", "active": 30, "members": 60},
    {"name": "Nova", "tag": "Nova", "active": 40, "members": 50},
    {"name": "Bounty Hunters", "tag": "BHG", "active": 10, "members": 20},
    {"name": "Big Hat Gang", "tag": "bhg ", "active": 20, "members": 30},
    {"name": "Loners", "tag": None, "active": 50, "members": 99},
    {"name": "Sleepers", "tag": "ZZZ", "active": 0, "members": 5},
)
CITIES = cities(
    {"name": "New Bestine", "planet": "Tatooine", "guild": "KRAYT", "citizens": 40},
    {"name": "Old Port", "planet": "Lok", "guild": "krayt", "citizens": 20},
    {"name": "Nova City", "planet": "Lok", "guild": "NOVA", "citizens": 80},
    {"name": "Free Town", "planet": "Naboo", "guild": None, "citizens": 60},
    {"name": "Bounty", "planet": "Rori", "guild": "BHG", "citizens": 100},
    {"name": "Far Off", "planet": "Rori", "guild": "GONE", "citizens": 10},
)


def test_influence_by_hand() -> None:
    """Largest activity 50 (the tagless guild counts), citizens 80, cities 2.

    Krayt: 30/50 = 0.6, 60/80 = 0.75, 2/2 = 1: 100 * (0.3 + 0.225 + 0.2) = 72.5.
    Nova: 40/50 = 0.8, 80/80 = 1, 1/2 = 0.5: 100 * (0.4 + 0.3 + 0.1) = 80.
    """
    told = influence(GUILDS, CITIES)
    assert told[["activity", "citizens", "territory"]].iloc[0].tolist() == [0.6, 0.75, 1.0]
    assert told["influence"].tolist()[:2] == [72.5, 80.0]
    assert told["influence"].tolist()[5] == 0.0


def test_territory_counts_cities_with_the_tag_in_any_case() -> None:
    """0 is a real value; a shared tag and a missing one have no territory at all."""
    count = influence(GUILDS, CITIES)["territory_count"]
    assert count.tolist()[:2] == [2, 1]
    assert count.isna().tolist() == [False, False, True, True, True, False]
    assert count[5] == 0


def test_a_shared_or_missing_tag_has_no_influence_but_counts_for_the_others() -> None:
    """Without the tagless guild's 50 active, Krayt's activity would be 30/40."""
    told = influence(GUILDS, CITIES)
    assert told["influence"].isna().tolist() == [False, False, True, True, True, False]
    assert told["activity"].tolist()[2:5] == [0.2, 0.4, 1.0]
    fewer = influence(GUILDS.drop(index=4).reset_index(drop=True), CITIES)
    assert fewer["activity"].tolist()[0] == 0.75


def test_terms_are_zero_where_nobody_has_anything() -> None:
    """No active member, no city anywhere: 0, not a division error."""
    told = influence(guilds({"tag": "A", "active": 0}), cities())
    assert told[["activity", "citizens", "territory", "influence"]].iloc[0].tolist() == [0.0] * 4


def test_unknown_figures_stay_unknown() -> None:
    """A guild with no active count, and one whose cities have no citizen count."""
    told = influence(
        guilds({"tag": "A", "active": None}, {"tag": "B", "active": 5}),
        cities({"guild": "B", "citizens": None}),
    )
    assert told["influence"].isna().all()
    assert told["territory_count"].tolist() == [0, 1]


def test_without_the_cities_there_is_no_territory() -> None:
    """The columns are left out, so that the table says why."""
    told = describe(GUILDS, None, seats={})
    assert not {"territory_count", "influence"} & set(told.columns)


def test_headquarters_come_from_profiles_and_never_for_a_shared_tag() -> None:
    """Only what was read is known."""
    told = describe(GUILDS, CITIES, seats={"krayt": "New Bestine", "bhg": "Bounty"})
    assert told["headquarters"].tolist()[0] == "New Bestine"
    assert told["headquarters"].isna().tolist() == [False, True, True, True, True, True]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"members": 88, "active": 31, "active_pct": 35.2}, 35.2),
        ({"members": 88, "active": 31}, 35.2),
        ({"members": 0, "active": 0, "active_pct": 0.0}, None),
        ({"members": None, "active": 3}, None),
    ],
)
def test_active_percent(row: dict[str, float | None], expected: float | None) -> None:
    """The site's figure, else ours; blank without members."""
    percent = active_percent(guilds(row))
    assert percent.astype("object").where(percent.notna(), None).tolist() == [expected]


def test_controlling_guild_marks_what_it_cannot_name() -> None:
    """Full name; an unknown and an ambiguous tag stay visible; no tag is null."""
    names = controlling_guild(CITIES["guild"], GUILDS)
    assert names.tolist()[:3] == ["Krayt Riders", "Krayt Riders", "Nova"]
    assert names.isna().tolist() == [False, False, False, True, False, False]
    assert names.tolist()[4:] == ["BHG (ambiguous tag)", "GONE (unknown guild)"]


def test_heatmap_has_one_row_per_tag_and_planet() -> None:
    """Zero rows are left out, the tag keeps its first spelling, sums are over the planet."""
    more = pd.concat(
        [CITIES, cities({"planet": "Lok", "guild": "Krayt", "citizens": None, "guild_known": True})]
    )
    told = heatmap(more, GUILDS)
    rows = told[["tag", "planet", "guild", "cities", "citizens"]].to_numpy().tolist()
    assert rows[0] == ["KRAYT", "Lok", "Krayt Riders", 2, 20]
    assert ["KRAYT", "Tatooine", "Krayt Riders", 1, 40] in rows
    assert len(told) == 5
    assert heatmap(more, None)["guild"].isna().all()


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "a ", "B", "C", "", None]), st.none() | st.integers(0, 99)),
        max_size=8,
    ),
    st.lists(
        st.tuples(st.sampled_from(["A", "b", "D", None]), st.none() | st.integers(0, 99)),
        max_size=8,
    ),
)
def test_influence_stays_in_range(
    members: list[tuple[str | None, int | None]], towns: list[tuple[str | None, int | None]]
) -> None:
    """0 to 100 or null, and the inputs are untouched."""
    ours = guilds(*({"tag": tag, "active": active} for tag, active in members))
    theirs = cities(*({"guild": tag, "citizens": number} for tag, number in towns))
    before = ours.copy(), theirs.copy()
    told = influence(ours, theirs)
    assert told["influence"].dropna().between(0, 100).all()
    assert told["territory_count"].dropna().ge(0).all()
    pd.testing.assert_frame_equal(ours, before[0])
    pd.testing.assert_frame_equal(theirs, before[1])
