"""The named tables: columns, types, filters, provenance, and why values are missing."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swgdata.errors import FeedError, FeedUnavailable, NotOffered, ParameterError, UnknownTable
from swgdata.feeds import Feed, plain, swgtracker
from swgdata.feeds.model import Snapshot
from swgdata.storage.history import EmptyHistory, FeedRun
from swgdata.tables import TABLES, needs
from tests.support import sample_frames, table_inputs
from tests.support.sample_frames import AS_OF, NOW, snapshot_of
from tests.support.table_inputs import ask, loader

STATS = "oq, cr, cd, dr, hr, ma, sr, ut, fl, pe"
GUILDS = (
    "name, tag, faction, leader, members, active, active_pct, recruiting, territory_count, "
    "influence, headquarters"
)
CITIES = (
    "name, planet, x, y, citizens, active, mayor, faction, guild_tag, controlling_guild, "
    "guild_controlled, level, rank, travel_hub, specialisations, income_tax, property_tax, "
    "sales_tax, waypoint, activity_level, movement"
)
MATERIALS = "name, rarity, location, price, last_seen, first_seen, quantity, source, timestamp"
POPULATION = (
    "planet, city, population, active, change_24h, change_7d, change_last_record, "
    "activity_level, peak_hours, source, timestamp"
)
COLUMNS = {
    "resources": f"id, name, class_code, class_name, {STATS}, score, rating, top_count, ecpu, "
    "in_spawn, first_seen, age_days, planets, quality, rarity",
    "weighted_resources": f"id, name, class_code, class_name, weighted_quality, {STATS}, "
    "in_spawn, age_days, planets, rarity",
    "spawn_shifts": "change, id, name, class_code, class_name, detail, in_spawn, planets, "
    "quality, first_seen, since, until",
    "spawn_turnover": "day, looks, spawned, despawned, net, vague",
    "spawn_intervals": "resource_id, name, class_code, class_name, came, despawned, days_up, "
    "in_spawn, quality, rarity, planets, first_seen, entered, last_seen, first_missing",
    "spawn_lifetimes": "family, family_name, age_hours, survival, low, high, at_risk, left, "
    "median_hours",
    "spawn_chances": "family, family_name, spawns, ended, median_hours, median_reason, "
    "age_hours, ahead_hours, chance, low, high, n, reason",
    "leaving_soon": "resource_id, name, class_code, class_name, family, age_hours, hours_left, "
    "hours_low, hours_high, chance_24h, n, basis, planets, quality, rarity",
    "droughts": "class_code, class_name, days, last, last_seen_first, up, good, spawns",
    "materials": MATERIALS,
    "rare_materials": MATERIALS,
    "material_prices": "name, price",
    "guilds": GUILDS,
    "faction_guilds": GUILDS,
    "large_guilds": GUILDS,
    "territory_heatmap": "guild, tag, planet, cities, citizens, active",
    "cities": CITIES,
    "travel_hubs": CITIES,
    "popular_cities": CITIES,
    "guild_territories": CITIES,
    "population": POPULATION,
    "popular_locations": POPULATION,
    "growing_locations": POPULATION,
    "active_locations": POPULATION,
    "population_trends": "planet, cities, population, active, change_24h, change_7d, "
    "activity_level",
    "online_now": "at, online, verdict, low, middle, high, n, last_week, last_week_n, "
    "peak_today, peak_at",
    "online_today": "time, today, low, middle, high, n",
    "hour_of_week": "weekday, hour, mean, n, days",
    "peak_hours": "hour, mean, n, days, provisional",
    "daily_online": "day, mean, peak, low, total, n, hours, start",
    "outages": "kind, start, end, minutes",
    "online_forecast": "timestamp, expected, low80, high80, low95, high95, baseline",
    "online_forecast_errors": "model, mae, mape, cover80, cover95, origins, n",
    "movers": "kind, name, planet, tag, faction, measure, value, before, change, at, before_at",
    "sustained_changes": "kind, name, planet, tag, faction, measure, days, first, last, per_day, "
    "change, q, direction, reason",
    "city_past": "timestamp, citizens, active, level",
    "guild_past": "timestamp, members, active",
    "compare": "entity, timestamp, value, index",
    "activity_forecast": "day, timestamp, active, expected, low80, high80, low95, high95, baseline",
    "activity_forecast_errors": "model, mae, mape, cover80, cover95, origins, n",
    "changes_since": "subject, change, name, detail, before, value, difference, before_at, at",
    "pulse": "timestamp, online",
    "gcw": "timestamp, imperial, rebel, imperial_share",
    "faction_balance": "faction, active, share",
    "wealth": "timestamp, average, median",
    "wealth_journeys": "timestamp, character, rank, credits, latest_rank",
    "titles": "title, titlekey, command",
    "wealth_top": "rank, character, credits, change, rank_move",
    "professions": "profession, name, family, count, share, change_recent",
    "profession_history": "timestamp, profession, count",
    "schematics": "id, name, profession, category, crate_size, slots, active",
    "schematic_slots": "schematic_id, slot, class_code, class_name, units",
    "schematic_lines": "schematic_id, line, stat, weight",
    "summary": "feed, rows, as_of, age_seconds, stale, source",
    "sync_history": "started, feed, ok, changed, rows, bytes, seconds, reason",
}
SMALL = loader(table_inputs.feeds())


class Runs(EmptyHistory):
    """A history of 500 synchronisations."""

    def runs(self, limit: int = 100) -> list[FeedRun]:
        """As many runs as there may be."""
        run = FeedRun(NOW, "cities", True, True, None, 0, 1.0, None)
        return [run] * min(limit, 500)


def summary() -> pd.DataFrame:
    """One feed held for half an hour, one never."""
    return pd.DataFrame(
        {
            "feed": ["cities", "pulse"],
            "rows": pd.array([9, None], dtype="Int64"),
            "as_of": pd.Series([AS_OF, None], dtype=sample_frames.TIME),
            "stale": pd.array([False, None], dtype="boolean"),
            "source": ["sample", None],
        }
    )


SERVICE: Final[dict[str, Any]] = {"source": "sample", "summary": summary, "history": Runs()}


@pytest.mark.parametrize("filled", [True, False], ids=["filled", "empty"])
@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_exactly_its_columns_and_types(name: str, filled: bool) -> None:
    """In order, with rows and without."""
    load = loader(table_inputs.feeds() if filled else table_inputs.empty())
    result = ask(name, load=load, **SERVICE)
    assert ", ".join(result.frame.columns) == COLUMNS[name]
    assert TABLES[name].columns == tuple(result.frame.columns)
    types = {column: str(dtype) for column, dtype in result.frame.dtypes.items()}
    assert types == TABLES[name].schema
    assert result.frame.index.equals(pd.RangeIndex(len(result.frame)))
    assert set(result.notes) <= set(result.frame.columns)


@pytest.mark.parametrize(
    ("contract", "ours"),
    [(swgtracker.FEEDS, table_inputs.feeds()), (plain.FEEDS, table_inputs.plain())],
    ids=["swgtracker", "plain"],
)
def test_the_small_galaxy_has_the_columns_of_the_real_feeds(
    contract: Mapping[str, Feed], ours: dict[str, dict[str, pd.DataFrame]]
) -> None:
    """Otherwise these tests would say little about what is really loaded."""
    for feed, tables in ours.items():
        for name, frame in tables.items():
            types = {column: str(dtype) for column, dtype in frame.dtypes.items()}
            assert types == dict(contract[feed].tables[name])


def test_all_tables_of_the_design_are_there() -> None:
    """No more, no fewer."""
    assert set(TABLES) == set(COLUMNS)


@pytest.mark.parametrize("name", TABLES)
def test_every_null_has_a_reason(name: str) -> None:
    """A column that holds nulls says why."""
    result = ask(name, **SERVICE)
    holes = {column for column in result.frame.columns if result.frame[column].isna().any()}
    assert holes <= set(result.notes)


@pytest.mark.parametrize("name", TABLES)
def test_nothing_is_written_into_the_feeds(name: str) -> None:
    """Snapshots are shared by all visitors."""
    tables = table_inputs.feeds()
    before = {
        (feed, part): frame.copy()
        for feed, parts in tables.items()
        for part, frame in parts.items()
    }
    ask(name, load=loader(tables), **SERVICE)
    for (feed, part), frame in before.items():
        pd.testing.assert_frame_equal(tables[feed][part], frame)


HOSTILE = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=8),
    st.sampled_from(["1", "0", "5", "99999999999999999999", "any", ",", "[", "-oq", "stl", "\x00"]),
)


@settings(deadline=None)
@given(st.sampled_from(sorted(TABLES)), st.data())
def test_any_question_gets_rows_or_a_sentence(name: str, data: st.DataObject) -> None:
    """Whatever stands in an address bar, nothing but our own errors comes out."""
    asked = [parameter.name for parameter in TABLES[name].parameters]
    raw = data.draw(
        st.dictionaries(st.sampled_from(asked), HOSTILE, max_size=3) if asked else st.just({})
    )
    try:
        result = ask(name, raw, load=SMALL, **SERVICE)
    except ParameterError:
        return
    assert tuple(result.frame.columns) == TABLES[name].columns
    assert set(result.parameters) <= set(asked)


def names(raw: Mapping[str, object]) -> list[str]:
    """Names of the resources that match."""
    return [str(name) for name in ask("resources", raw).frame["name"]]


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ({}, 24),
        ({"in_spawn": "true"}, 13),
        ({"in_spawn": "no"}, 11),
        ({"in_spawn": "any"}, 24),
        ({"planet": "naboo"}, 10),
        ({"planet": "YAVIN 4"}, 10),
        ({"class_code": "stl"}, 20),
        ({"class_code": "MTL"}, 21),
        ({"class_code": "zz_new"}, 1),
        ({"class_code": "nothing"}, 0),
        ({"name": "steel0"}, 9),
        ({"name": "% [ODD]"}, 1),
        ({"min_oq": "900"}, 4),
        ({"max_oq": 100}, 3),
        ({"min_oq": 100, "max_oq": 150}, 2),
        ({"max_sr": 1000}, 1),  # a class without the stat never meets a limit on it
        ({"min_sr": 0}, 1),
        ({"min_rarity": "very_rare"}, 1),
        ({"min_rarity": "rare", "in_spawn": True}, 2),
        ({"limit": 3}, 3),
        ({"min-oq": "900", "in-spawn": "true"}, 1),
        ({"hide_restricted": True}, 23),
        ({"hide_restricted": True, "class_code": "mustl"}, 0),
        ({"name": "steel", "class_code": " STL ", "planet": "lok", "min_oq": 0, "max_oq": 999}, 9),
        ({"planet": "", "name": "  ", "min_oq": None}, 24),
    ],
)
def test_resource_filters(raw: dict[str, object], count: int) -> None:
    """Each filter alone, and some together."""
    assert len(names(raw)) == count


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("oq", "Steel20"),
        ("-oq", "Steel20"),
        ("+oq", '100% [odd] "name"'),
        ("+sr", "Copperish"),  # lacking stats come last either way
        ("name", '100% [odd] "name"'),
        ("-name", "Steel20"),
        ("-quality", "Steel20"),
        ("age_days", "Steel01"),
        ("-ecpu", "Steel20"),
        ("-rarity", "Steel20"),
        ("-planets", "Steel01"),
        ("class_code", "Copperish"),
    ],
)
def test_resource_order(sort: str, first: str) -> None:
    """Stats highest first unless told otherwise, the rest lowest first, unknown last."""
    assert names({"sort": sort})[0] == first


def test_a_class_bound_to_a_hidden_planet_is_shown_when_asked_for() -> None:
    """Mustafarian steel exists nowhere else; what also spawns elsewhere is never hidden."""
    steel = {"class_code": "mustl", "planets": ["Mustafar"]}
    both = {"class_code": "hastl", "planets": ["Mustafar", "Lok"]}
    load = loader({"resources": {"resources": sample_frames.resources(steel, both, {**steel})}})
    for code, count in (("mustl", 2), ("stl", 1), ("hastl", 1)):
        raw = {"hide_restricted": "yes", "class_code": code}
        assert len(ask("resources", raw, load=load).frame) == count
        assert (
            len(ask("materials", {"hide_restricted": 1, "in_spawn": "any"}, load=load).frame) == 1
        )


def test_read_only_frames_are_enough() -> None:
    """The export lies on mapped history: every filter and order works without writing."""
    load = loader({"resources": {"resources": sample_frames.frozen(table_inputs.resources())}})
    whole = {"planet": "Lok", "class_code": "stl", "name": "s", "min_oq": 1, "min_rarity": "rare"}
    for sort in TABLES["resources"].columns:
        assert len(ask("resources", whole | {"sort": f"-{sort}"}, load=load).frame) == 4
    assert len(ask("rare_materials", {"location": "o"}, load=load).frame) == 2


def test_sorting_keeps_the_feeds_order_among_equals() -> None:
    """So that a second page of the same question fits the first."""
    assert names({"sort": "in_spawn", "class_code": "stl", "limit": 2}) == ["Steel02", "Steel04"]


def test_resources_by_hand() -> None:
    """Steel20: 20 days old, despawned, 20 credits, CRQ 100, the best of 20: very rare."""
    row = ask("resources", {"name": "steel20"}).frame.iloc[0]
    assert (row["age_days"], row["ecpu"], row["quality"]) == (20, 20, 100.0)
    assert (row["rarity"], row["planets"]) == ("very_rare", ("Lok", "Yavin IV"))


def test_rarity_is_ranked_over_all_rows_not_over_the_selection() -> None:
    """A filter changes nobody's rarity."""
    alone = ask("resources", {"name": "Steel20"}).frame["rarity"].tolist()
    among = ask("resources", {"sort": "oq", "limit": 1}).frame["rarity"].tolist()
    assert alone == among == ["very_rare"]


def test_few_resources_carry_few_class_names() -> None:
    """The rows that are sent must not drag the names of all classes along."""
    frame = ask("resources", {"name": "Copperish"}).frame
    assert frame["class_code"].cat.categories.tolist() == ["becpr"]


@pytest.mark.parametrize(
    ("table", "raw", "expected"),
    [
        ("rare_materials", {}, ["Steel17", "Steel19"]),
        ("rare_materials", {"in_spawn": "any"}, [*(f"Steel{n}" for n in range(17, 21)), "Gasp"]),
        ("rare_materials", {"location": "lok", "in_spawn": False}, ["Steel18", "Steel20"]),
        ("rare_materials", {"location": "yavin4"}, ["Steel17", "Steel19"]),
        ("rare_materials", {"location": "Hoth"}, []),
        ("material_prices", {"location": "musta"}, [None]),
        ("guilds", {}, ["Krayt Riders", "Nova"]),
        ("guilds", {"faction": "rebel"}, ["Krayt Riders"]),
        ("guilds", {"faction": "none"}, ["Nova"]),
        ("guilds", {"recruiting": "yes"}, ["Krayt Riders"]),
        ("guilds", {"name": "OV"}, ["Nova"]),
        ("guilds", {"min_members": "11"}, ["Krayt Riders"]),
        ("faction_guilds", {"faction": "Rebel"}, ["Krayt Riders"]),
        ("large_guilds", {}, ["Krayt Riders"]),
        ("cities", {"planet": "tatooine"}, ["New Bestine"]),
        ("cities", {"faction": "REBEL"}, ["New Bestine"]),
        ("cities", {"min_level": 5}, ["Town 5"]),
        ("cities", {"specialisation": "research"}, ["New Bestine"]),
        ("cities", {"specialisation": "clone, sample"}, ["New Bestine"]),
        ("cities", {"max_income_tax": "100"}, ["Town 1", "New Bestine"]),
        ("cities", {"max_income_tax": 0}, ["New Bestine"]),
        ("cities", {"guild": "krayt"}, ["New Bestine"]),
        ("cities", {"guild": "krayt riders"}, ["New Bestine"]),
        ("cities", {"guild": "krayt r"}, []),
        ("cities", {"name": "TOWN 7"}, ["Town 7"]),
        ("travel_hubs", {}, ["Town 4", "Town 5", "New Bestine"]),
        ("travel_hubs", {"planet": "Tatooine"}, ["New Bestine"]),
        ("popular_cities", {}, ["Town 5", "Town 6", "Town 7", "Echo"]),
        ("popular_cities", {"min_population": 150}, ["Echo"]),
        ("guild_territories", {}, ["New Bestine"]),
        ("guild_territories", {"guild": "nova"}, []),
        ("schematics", {"profession": "armorsmith"}, ["Chest Plate"]),
        ("schematics", {"profession": "droid_engineer"}, ["Droid"]),
        ("schematics", {"name": "plate"}, ["Chest Plate"]),
        ("professions", {"family": "crafter"}, ["Chef"]),
    ],
)
def test_filters_of_the_other_tables(
    table: str, raw: dict[str, object], expected: list[str | None]
) -> None:
    """By name of what stays."""
    frame = ask(table, raw).frame
    assert frame["name"].astype("object").where(frame["name"].notna(), None).tolist() == expected


def test_population_filters() -> None:
    """Places are cities; planets appear in ``population`` alone."""
    assert ask("population").frame["city"].isna().sum() == 3
    naboo = ask("population", {"planet": "naboo"}).frame
    assert naboo["population"].tolist() == [20, 40, 60, 80, 100, 120, 140, 560]
    popular = ask("popular_locations").frame
    assert popular["city"].tolist() == ["Town 3", "Town 4", "Town 5", "Town 6", "Town 7", "Echo"]
    # ratios .1 .2 .3 .4 .5 .6 .7 and 17/41: median .407, third quartile .525
    assert ask("active_locations").frame["city"].tolist() == ["Town 5", "New Bestine"]
    assert ask("active_locations", {"level": "very high"}).frame["city"].tolist() == [
        "Town 6", "Town 7",
    ]  # fmt: skip
    assert ask("growing_locations").frame.empty


def test_changes_need_history_and_say_so() -> None:
    """Null with a reason, also where nothing is left to show."""
    for name in ("population", "growing_locations", "population_trends"):
        notes = ask(name).notes
        assert notes["change_24h"] == "needs 24 h of own history"
        assert notes["change_7d"] == "needs 7 days of own history"
    assert ask("population").frame[["change_24h", "change_7d", "peak_hours"]].isna().all(axis=None)


def test_stored_histories_fill_what_they_can() -> None:
    """Changes between records, and the cities guilds call home."""
    profile = sample_frames.frame({"city": "str"}, {"city": " New Bestine "})
    stored = {
        "city_history": [
            (
                {"name": "new bestine", "planet": "Tatooine"},
                {"city_history": sample_frames.history(38, 41)},
            )
        ],
        "guild_history": [({"abbrev": "krayt"}, {"guild_profile": profile})],
    }

    def answers(feed: str) -> list[tuple[dict[str, str], Snapshot]]:
        return [(parameters, snapshot_of(tables)) for parameters, tables in stored[feed]]

    people = ask("population", {"planet": "Tatooine"}, answers=answers).frame
    assert people["change_last_record"].tolist() == [3, 3]
    assert ask("guilds", answers=answers).frame["headquarters"].tolist()[0] == "New Bestine"


def test_windows_end_with_the_newest_row() -> None:
    """Old data are shown as they are; the window is counted back from them."""
    assert ask("pulse").frame["online"].tolist() == [30, 40]
    assert len(ask("pulse", {"hours": 48}).frame) == 3
    assert ask("gcw", {"days": 1}).frame["imperial"].tolist() == [2, 3]
    assert len(ask("gcw").frame) == 3
    assert ask("profession_history", {"profession": "CHEF", "days": 1}).frame["count"].isna().all()
    assert len(ask("profession_history").frame) == 3


def test_titles_are_searched_as_plain_text() -> None:
    """Name or key, whatever the case; a pattern is no pattern."""
    assert ask("titles", {"text": "CHEF_"}).frame["title"].tolist() == ["Master Chef"]
    assert ask("titles", {"text": "(a+)+"}).frame["title"].tolist() == ["Novice (a+)+"]


def test_schematic_by_number_or_name() -> None:
    """A switched-off line is not shown."""
    for wanted in (7, "7", "chest plate"):
        assert len(ask("schematic_slots", {"schematic": wanted}).frame) == 1
        assert len(ask("schematic_lines", {"schematic": wanted}).frame) == 1
    assert len(ask("schematic_slots").frame) == 2
    assert ask("schematic_slots", {"schematic": "none such"}).frame.empty


def test_shares_and_families() -> None:
    """30 and 10 of 40."""
    frame = ask("professions").frame
    assert frame["profession"].tolist() == ["chef", "sl"]
    assert frame["name"].tolist() == ["Chef", "Squad Leader"]
    assert frame["share"].tolist() == [75.0, 25.0]


def test_summary_counts_age_from_now() -> None:
    """1800 s; what was never held has no age."""
    frame = ask("summary", **SERVICE).frame
    assert frame["age_seconds"].tolist()[0] == 1800
    assert frame["age_seconds"].isna().tolist() == [False, True]
    assert ask("summary", **SERVICE).source == "sample"


def test_service_tables_need_a_service() -> None:
    """A library call without one gets a sentence."""
    with pytest.raises(FeedError, match="not at hand"):
        ask("summary")
    assert len(ask("sync_history", {"limit": "2"}, **SERVICE).frame) == 2


@pytest.mark.parametrize(
    ("table", "gone", "columns", "reason"),
    [
        ("cities", "guilds", ["controlling_guild"], "the guilds feed is missing"),
        ("guilds", "cities", ["territory_count", "influence"], "the cities feed is missing"),
        ("territory_heatmap", "guilds", ["guild"], "the guilds feed is missing"),
        ("schematics", "schematic_details", ["slots"], "the descriptions are missing"),
    ],
)
def test_a_feed_that_can_be_missed(table: str, gone: str, columns: list[str], reason: str) -> None:
    """Its columns are null, and the result says what is missing and why."""
    tables = table_inputs.feeds()
    del tables[gone]
    result = ask(table, load=loader(tables))
    assert len(result.frame)
    assert result.missing == {gone: "the site is down"}
    for column in columns:
        assert result.frame[column].isna().all()
        assert result.notes[column] == reason
    with pytest.raises(FeedUnavailable):
        ask(needs(table, "swgtracker")[0] if table == "guilds" else table, load=loader({}))


def test_provenance() -> None:
    """The oldest main feed dates the answer; any stale feed marks it."""
    old = datetime(2026, 8, 19, 3, 4, 5, tzinfo=UTC)
    tables = table_inputs.feeds()
    stubs = {
        "cities": snapshot_of(tables["cities"], source="sample", as_of=old, rejected=(1, 2)),
        "guilds": snapshot_of(
            tables["guilds"], as_of=old - timedelta(days=9), stale=True, reason="down"
        ),
    }
    result = ask("cities", {"planet": "Lok"}, load=stubs.__getitem__)
    assert (result.as_of, result.stale, result.reason, result.refused) == (old, True, "down", 2)
    assert result.snapshots == (stubs["cities"], stubs["guilds"])
    meta = result.meta()
    assert list(meta) == [
        "table", "source", "provider", "as_of", "stale", "parameters", "rows", "version",
    ]  # fmt: skip
    assert meta["as_of"] == "2026-08-19T03:04:05Z"
    assert meta["parameters"] == {"planet": "Lok"}
    assert (meta["rows"], meta["source"], meta["stale"]) == (0, "sample", True)


def test_parameters_of_the_result_are_those_that_matter() -> None:
    """Given and not the default, in native types."""
    result = ask("rare_materials", {"min_rarity": "Rare", "in_spawn": "any", "location": ""})
    assert result.parameters == {"in_spawn": None}
    assert ask("resources", {"min_oq": "900"}).parameters == {"min_oq": 900}


def test_unknown_table() -> None:
    """One sentence that names those there are."""
    with pytest.raises(
        UnknownTable, match=r"no table 'nope'; there are resources, weighted_resources, materials"
    ):
        ask("nope")


def test_a_provider_without_the_feed() -> None:
    """Says so, and never shows another provider's data."""
    with pytest.raises(NotOffered, match="not offered by this source"):
        ask("gcw", provider="plain")
    with pytest.raises(NotOffered, match="not offered by this source"):
        needs("resources", "plain")


def test_what_each_table_needs() -> None:
    """The main feed first, then those it can do without."""
    assert needs("cities", "swgtracker") == ("cities", "guilds")
    assert needs("guilds", "swgtracker") == ("guilds", "cities")
    assert needs("guilds", "plain") == ("guilds_cities",)
    assert needs("rare_materials", "swgtracker") == ("resources",)
    assert needs("summary", "anything") == ()


def test_assigning_into_an_answer_leaves_the_feeds_alone() -> None:
    """An answer takes its columns from the feeds without copying them, and yet is its owner's."""
    tables = table_inputs.feeds()
    before = tables["guilds"]["guilds"].copy()
    found = ask("guilds", load=loader(tables)).frame
    found.loc[:, "members"] = -5
    found.loc[0, "name"] = "somebody"
    pd.testing.assert_frame_equal(tables["guilds"]["guilds"], before)
