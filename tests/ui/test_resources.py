"""The resources page, its filters and pictures, and the arithmetic behind them."""

import gzip
import hashlib
import json
from datetime import timedelta
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from swgdata import tables
from swgdata.analytics.class_planet import class_planet, group_of
from swgdata.analytics.quality import BANDS, bands, stat_percent
from swgdata.analytics.resources import rank_in_pool, stat_sheet
from swgdata.game import RESTRICTED_PLANETS, STATS
from swgdata.game.classes import CLASSES, descendants, planet_of_class
from swgdata.sources import snapshot as snapshots
from swgdata.tables.steps import rarest_first
from swgdata.ui import theme
from swgdata.ui.components import columns
from swgdata.ui.components.provenance import provenance_of
from swgdata.ui.resources import charts as resource_charts
from swgdata.ui.resources import comparisons, filters, listing, rare
from swgdata.ui.resources import titles as resource_titles
from swgdata.ui.scope import Scope
from tests.support import app_visitors, sample_frames
from tests.support.app_visitors import charts, figures, opened, said, table, titles
from tests.support.fake_site import Site
from tests.support.sample_frames import NOW
from tests.support.table_inputs import ask
from tests.ui.test_charts import contrast

fresh_caches = app_visitors.fresh_caches
PAGE: Final = "resources"
EVIL: Final = "![x](http://evil.example/x.png)"
METAL: Final = "· · Metal, mtl"


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented galaxy."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "2000")


def give(site: Site, *rows: dict[str, object]) -> None:
    """Let the site export these resources and no others."""
    body = json.dumps({"results": rows}).encode()
    entry = {
        "url": "/exports/resources.json",
        "url_gz": "/exports/resources.json.gz",
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "count": len(rows),
    }
    listing = {"generated_at": NOW.isoformat(), "datasets": {"resources": entry}}
    site.says["/exports/manifest.json"] = json.dumps(listing).encode()
    site.says["/exports/resources.json.gz"] = gzip.compress(body)


def seen(view: str, **link: Any) -> AppTest:
    """The page, opened in one of its views."""
    return opened(PAGE, resources_show=view, **link)


def row(name: str, /, **values: object) -> dict[str, object]:
    """One row of the export: a copper of OQ 500 in spawn on Lok, but for what is given."""
    usual: dict[str, object] = {
        "id": "1",
        "name": name,
        "type_code": "becpr",
        "type_name": "Beyrllius Copper",
        "status": "1",
        "timestamp": str(int(NOW.timestamp())),
        "planet_lok": "1",
        **dict.fromkeys(STATS, "0"),
        **dict.fromkeys((f"{stat}_max" for stat in STATS), "0"),
        "oq": "500",
        "oq_max": "1000",
    }
    return usual | values


@pytest.mark.parametrize(
    ("pool", "value", "expected"),
    [
        ([90.0, 80.0, 80.0, 70.0], 80.0, (2, 4)),
        ([90.0, 80.0], 90.0, (1, 2)),
        ([90.0, None], None, (None, 1)),
        ([90.0, 90.0 + 1e-12], 90.0, (1, 2)),
        ([], None, (None, 0)),
    ],
)
def test_rank(pool: list[float], value: float | None, expected: tuple[int | None, int]) -> None:
    """1 + how many are strictly higher; ties share a rank; the unrated count nowhere."""
    assert rank_in_pool(pd.Series(pool, dtype="float64"), value) == expected


@given(st.lists(st.integers(1, 1000), min_size=1))
def test_ranks_agree_with_pandas(values: list[int]) -> None:
    """Every value of a pool, by an independent way."""
    pool = pd.Series(values)
    wanted = pool.rank(method="min", ascending=False)
    assert [rank_in_pool(pool, value)[0] for value in values] == wanted.tolist()


def test_stat_sheet() -> None:
    """800 of 1000 is fair; 475 of 483 great; a stat without a cap is held against 1000."""
    one = sample_frames.resources(
        {"oq": 800, "oq_max": 1000, "sr": 475, "sr_max": 483, "ut": 300, "ut_max": 0, "cd_max": 9}
    )
    sheet = stat_sheet(one).set_index("stat")
    assert sheet.index.tolist() == ["oq", "sr", "ut"]
    assert sheet["band"].tolist() == ["fair", "great", "poor"]
    assert sheet["percent"].round(2).tolist() == [80.0, 98.34, 30.0]
    assert sheet["cap"].isna().tolist() == [False, False, True]


@given(
    st.sampled_from(sorted(CLASSES)), st.sampled_from([None, *sorted(CLASSES)]), st.integers(1, 3)
)
def test_a_group_is_above_its_leaf_and_below_the_choice(
    code: str, within: str | None, level: int
) -> None:
    """Whatever stands for a class contains it, and is inside the chosen class where that is."""
    group = group_of(code, within=within, level=level)
    assert code in descendants(group)
    if within is not None and code in descendants(within):
        assert group in descendants(within)


def test_class_planet_by_hand() -> None:
    """A resource counts on each of its planets; the best is the best of that planet."""
    rows = sample_frames.resources(
        {"name": "A", "class_code": "becpr", "planets": ["Lok", "Naboo"]},
        {"name": "B", "class_code": "dustl", "planets": ["Lok"]},
        {"name": "C", "class_code": "dustl", "planets": []},
        {"name": "D", "class_code": None, "planets": ["Lok"]},
        {"name": "E", "class_code": "zz_new", "planets": ["Lok"]},
    )
    quality = pd.Series([50.0, 90.0, 99.0, 99.0, np.nan])
    grid = class_planet(rows, quality=quality, within="mtl", level=0)
    assert grid.drop(columns="class_name").astype(object).where(
        grid.notna(), None
    ).values.tolist() == [
        ["mtl", "Lok", 2, 90.0, "B"],
        ["mtl", "Naboo", 1, 50.0, "A"],
        ["zz_new", "Lok", 1, None, "E"],
    ]
    assert class_planet(rows.iloc[:0], quality=quality[:0]).empty


def test_tiers_name_the_stats_near_the_cap() -> None:
    """96 is great, 90 good, 80 fair; the best tier comes first; below that, nothing."""
    rows = sample_frames.resources(
        {"oq": 800, "oq_max": 1000, "sr": 475, "sr_max": 483, "ut": 450, "ut_max": 500},
        {"oq": 799, "oq_max": 1000},
    )
    reached = np.column_stack([bands(one).cat.codes for _, one in stat_percent(rows).items()])
    assert columns.tier_lists(reached).tolist() == [("SR great", "UT good", "OQ fair"), None]
    assert columns.tier_lists(reached[:0]).tolist() == []
    column = columns.tier_column()
    assert column["type_config"]["options"][0] == {
        "value": "OQ great",
        "label": "★ OQ",
        "color": theme.BAND_MARKS["great"].colour,
    }


def test_tier_marks_differ_by_symbol_and_read_on_both_backgrounds() -> None:
    """Colour is never the only signal."""
    assert tuple(theme.BAND_MARKS) == BANDS
    assert len({mark.symbol for mark in theme.BAND_MARKS.values()}) == len(BANDS)
    for mark in (*theme.BAND_MARKS.values(), *comparisons.STATUS_MARKS.values()):
        for background in theme.BACKGROUNDS:
            assert contrast(mark.colour, background) >= 3


def test_thinned_keeps_the_living() -> None:
    """All in spawn, then others evenly spaced, both ends among them."""
    alive = np.array([False] * 10 + [True] * 2)
    kept = comparisons.thinned(np.arange(12), alive, 5)
    assert kept.tolist() == [10, 11, 0, 4, 9]
    assert len(comparisons.thinned(np.arange(12), alive, 1)) == 1
    assert comparisons.thinned(np.arange(12), alive, 100).tolist() == [10, 11, *range(10)]


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (0, ""),
        (1, " on Corellia"),
        (3, " on Corellia and Dantooine"),
        (7, " on Corellia, Dantooine and Dathomir"),
        (15, " on Corellia, Dantooine and 2 more"),
    ],
)
def test_where(mask: int, words: str) -> None:
    """Planets in words, few of them by name."""
    assert resource_titles.where(mask) == words


def test_a_scope_that_leaves_no_planet() -> None:
    """Mustafar alone, with Mustafar hidden, finds nothing rather than everything."""
    assert Scope().parameters == {}
    asked = Scope(planets=("Mustafar",), hide_restricted=True).parameters
    assert asked["hide_restricted"]
    assert ask("resources", asked).frame.empty
    both = Scope(planets=("Lok", "Naboo")).parameters
    assert len(ask("resources", both).frame) == 20


def test_age_and_planets_of_the_table() -> None:
    """At most 3 days is less than 4 days; several planets are any of them."""
    names = ask("resources", {"max_age": 3, "name": "steel"}).frame["name"]
    assert names.tolist() == ["Steel01", "Steel02", "Steel03"]
    assert len(ask("resources", {"planet": "naboo,yavin4"}).frame) == 20


@pytest.mark.parametrize("column", tables.TABLES["resources"].columns)
def test_sorting_a_page_is_the_first_page_of_the_sorting(column: str) -> None:
    """A limit never changes which rows come first, and nulls come last both ways."""
    for by in (f"-{column}", f"+{column}"):
        whole = ask("resources", {"sort": by}).frame
        page = ask("resources", {"sort": by, "limit": 7}).frame
        assert page["id"].tolist() == whole["id"].head(7).tolist()
        known = whole[column].notna().to_numpy()
        assert not known[int(known.sum()) :].any() or column in STATS


def test_presets_are_possible() -> None:
    """Each sets filters that exist, to values they can take."""
    for preset in filters.PRESETS.values():
        assert set(preset) <= set(filters.USUAL)
        assert preset.get("resources_class", "mtl") in CLASSES
        assert preset.get("resources_sort", "Newest") in filters.SORTS
    for by in filters.SORTS.values():
        tables.read_parameters(tables.TABLES["resources"], {"sort": by})


def test_rare_materials_come_rarest_first() -> None:
    """By tier, then by name; a tier nobody knows comes last; plain text places count as one."""
    rows = pd.DataFrame(
        {
            "name": ["b", "a", "c", None],
            "rarity": pd.Series(["rare", "rare", "Very Rare", "mythic"], dtype="str"),
            "location": [("Lok", "Naboo"), None, "Lok", ("Lok",)],
        }
    )
    assert rarest_first(rows)["rarity"].tolist() == ["Very Rare", "rare", "rare", "mythic"]
    assert rarest_first(rows)["name"].tolist()[:3] == ["c", "a", "b"]
    assert rare.title(rows) == "1 very rare and 2 rare in spawn, most of them on Lok"
    assert rare.title(rows.iloc[:0]) == "Rare materials"
    assert rare.chart(rows).to_dict()


def test_charts_draw_hostile_and_missing_values() -> None:
    """Valid, with texts of the feed as data only."""
    sheet = stat_sheet(sample_frames.resources({"oq": 5, "oq_max": 0, "ut": 300, "ut_max": 200}))
    strip = pd.DataFrame(
        {
            "id": [1, 2, 3],
            "name": [EVIL, None, "B"],
            "class_name": ["x", None, "y"],
            "quality": [90.0, 10.0, 50.0],
            "status": ["in spawn", "despawned", "despawned"],
            "selected": [True, True, False],
        }
    )
    marks = comparisons.STATUS_MARKS
    for drawn in (
        resource_charts.bullets(sheet, marks=theme.BAND_MARKS),
        resource_charts.bullets(sheet.iloc[:0], marks=theme.BAND_MARKS),
        resource_charts.strip(strip, marks=marks),
        resource_charts.strip(strip.assign(selected=False), marks=marks),
        resource_charts.strip(strip.assign(quality=[1.0, 2.0, 99.0]), marks=marks),
    ):
        spec = drawn.to_dict()
        assert EVIL not in json.dumps([layer.get("encoding") for layer in spec["layer"]])


@pytest.mark.usefixtures("sample")
def test_page_answers_its_questions() -> None:
    """Table, rare materials, grid, scatter and strip, each cited; the best is named on top."""
    app = opened(PAGE)
    assert not app.exception
    assert not app.error
    alive = snapshots.load("resources").frame["in_spawn"].sum()
    assert figures(app)["In spawn"] == str(alive)
    assert titles(app)[0].startswith(f"{alive} resources found; best ")
    rows = table(app, "tiers")
    assert rows["in_spawn"].all()
    assert rows["quality"].is_monotonic_decreasing
    assert titles(app)[0].split("best ")[1].startswith(rows["name"].iloc[0])
    assert {"score", "rarity", "planets", "age_days", "ecpu", *STATS} <= set(rows)
    assert [button.label for button in app.download_button] == ["CSV", "JSON"]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("view", "title", "has_chart"),
    [
        ("By planet", "has most", True),
        ("Two stats", "Most of both", True),
        ("Where it stands", "Where it stands", False),
        ("Rare materials", "in spawn, most of them on", True),
    ],
)
def test_every_view_is_a_card(view: str, title: str, *, has_chart: bool) -> None:
    """One at a time: chart, downloads and source of its own."""
    app = seen(view)
    assert not app.exception
    assert title in titles(app)[0]
    assert charts(app) == has_chart
    assert [button.label for button in app.download_button] == ["CSV", "JSON"]
    assert "Source: swgtracker" in said(app).replace("\\", "")
    assert ("Choose a class above" in said(app)) == (not has_chart)


@pytest.mark.usefixtures("sample")
def test_filter_changes_rows_and_titles() -> None:
    """A minimum, a name and a class narrow the table, each further."""
    app = opened(PAGE)
    before = len(table(app, "tiers"))
    app = opened(PAGE, resources_oq=["1", "1000"])  # with the stats in sight
    app.slider(key="resources_oq").set_range(600, 1000).run()
    rows = table(app, "tiers")
    assert 0 < len(rows) < before
    assert rows["oq"].min() >= 600
    app.selectbox(key="resources_class").set_value("mtl").run()
    metals = table(app, "tiers")
    assert 0 < len(metals) < len(rows)
    assert set(metals["class_code"]) <= descendants("mtl")
    assert titles(app)[0].startswith(f"{len(metals)} resource")
    app.text_input(key="resources_name").set_value("no such name").run()
    assert titles(app)[0] == "0 resources found"
    assert "Nothing matches these filters" in said(app)
    assert not app.exception


@pytest.mark.usefixtures("sample")
def test_parent_class_is_the_union_of_its_leaves() -> None:
    """Choosing a parent gives exactly the rows of everything below it."""
    whole = snapshots.load("resources").frame
    wanted = whole[whole["class_code"].isin(list(descendants("gas"))) & whole["in_spawn"]]
    rows = table(opened(PAGE, resources_class="· Gas, gas"), "tiers")
    assert sorted(rows["id"]) == sorted(wanted["id"])


@pytest.mark.usefixtures("sample")
def test_link_restores_the_view() -> None:
    """A shared link opens with every filter set, and the table keeps to them."""
    app = opened(
        PAGE,
        resources_class=METAL,
        resources_status="All",
        resources_oq=["300", "900"],
        resources_planet="Lok",
        resources_rarity="Uncommon",
        resources_sort="OQ, Overall quality",
    )
    assert not app.exception
    rows = table(app, "tiers")
    assert len(rows)
    assert set(rows["class_code"]) <= descendants("mtl")
    assert all("Lok" in planets for planets in rows["planets"])
    assert not rows["in_spawn"].all()
    assert rows["oq"].between(300, 900).all()
    assert rows["oq"].is_monotonic_decreasing
    assert "common" not in set(rows["rarity"])
    assert app.slider(key="resources_oq").value == (300, 900)
    assert app.get("expander")[0].proto.expanded


@pytest.mark.usefixtures("sample")
def test_link_restores_the_weights() -> None:
    """Column, order, title, grid and strip go by them, against the caps of the class."""
    link = {"resources_weights": "oq 66, sr 33", "resources_class": METAL}
    app = opened(PAGE, **link)
    assert not app.exception
    rows = table(app, "weighted_quality", "tiers")
    assert rows["weighted_quality"].is_monotonic_decreasing
    wanted = ask_weighted(weights="OQ=66 SR=33", class_code="mtl", in_spawn=True)
    assert rows["id"].tolist() == wanted["id"].tolist()
    assert rows["weighted_quality"].tolist() == wanted["weighted_quality"].tolist()
    best = wanted.iloc[0]
    assert (
        titles(app)[0]
        .split("best ")[1]
        .startswith(f"{best['name']}, {best['weighted_quality']:.1f} of 1000")
    )
    words = said(app).replace("\\", "")
    assert "by OQ=66 SR=33, against the caps of Metal" in words
    assert "add up to 99, so 990 is the most" in words
    grid = seen("By planet", resources_grid_view="Table", **link)
    assert table(grid, "best_quality")["best_quality"].max() == best["weighted_quality"]
    strip = seen("Where it stands", resources_strip_view="Table", **link)
    assert table(strip, "selected")["quality"].iloc[0] == best["weighted_quality"]
    app.selectbox(key="resources_sort").set_value("Best quality").run()
    rows = table(app, "weighted_quality", "tiers")
    assert rows["quality"].is_monotonic_decreasing
    assert not rows["weighted_quality"].is_monotonic_decreasing
    app.text_input(key="resources_weights").set_value("").run()
    assert "weighted_quality" not in table(app, "tiers")


def ask_weighted(**asked: object) -> pd.DataFrame:
    """The named table over the same sample."""
    feed = snapshots.load("resources")
    found = tables.answer(
        "weighted_resources", asked, load=lambda _: feed, provider=feed.provider, now=NOW
    )
    return found.frame


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("text", ["nonsense", "OQ 101", EVIL, "XX=5"])
def test_bad_weights_are_none_with_a_note(text: str) -> None:
    """The page goes on without weights, says so, and shows the text as text."""
    app = opened(PAGE, resources_weights=text)
    assert not app.exception
    assert "cannot be read; write them like OQ 66 SR 34" in said(app)
    assert EVIL not in said(app)
    rows = table(app, "tiers")
    assert "weighted_quality" not in rows
    assert rows["quality"].is_monotonic_decreasing


@pytest.mark.usefixtures("sample")
def test_weights_without_a_class() -> None:
    """Against caps of 1000, and the page says so."""
    app = opened(PAGE, resources_weights="OQ 100")
    rows = table(app, "weighted_quality", "tiers")
    assert rows["weighted_quality"].tolist() == rows["oq"].tolist()
    assert "against caps of 1000, since no class is chosen" in said(app).replace("\\", "")


@pytest.mark.usefixtures("sample")
def test_a_stat_has_two_ends() -> None:
    """Both count; a stat that a resource lacks meets no limit."""
    rows = table(opened(PAGE, resources_sr=["0", "400"], resources_cd=["200", "600"]), "tiers")
    assert len(rows)
    assert rows["sr"].between(1, 400).all()
    assert rows["cd"].between(200, 600).all()


@pytest.mark.usefixtures("sample")
def test_presets_set_the_filters() -> None:
    """One click sets several; the next one puts back what it does not set."""
    app = opened(PAGE, resources_name="a")
    app.pills(key="resources_preset").set_value("Server-grade metals").run()
    assert app.selectbox(key="resources_class").value == "mtl"
    assert app.slider(key="resources_oq").value == (700, 1000)
    assert app.text_input(key="resources_name").value == ""
    assert table(app, "tiers")["oq"].min() >= 700
    app.pills(key="resources_preset").set_value("New today").run()
    assert app.selectbox(key="resources_class").value is None
    assert table(app, "tiers")["age_days"].max() == 0
    app.pills(key="resources_preset").set_value("All filters off").run()
    assert len(table(app, "tiers")) > 100
    assert not app.exception


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("preset", filters.PRESETS)
def test_the_address_of_a_preset_opens_the_same(preset: str) -> None:
    """Also of the filters that were not drawn when it was chosen."""
    app = opened(PAGE)
    app.pills(key="resources_preset").set_value(preset).run()
    again = opened(PAGE, **app.query_params)
    assert not again.exception
    assert "Ignored from the link" not in said(again)
    if not any("tiers" in one.value for one in app.dataframe):  # on some days nothing is as good
        assert not any("tiers" in one.value for one in again.dataframe)
        return
    if preset != "All filters off":
        assert len(table(again, "tiers")) < len(table(opened(PAGE), "tiers"))
    pd.testing.assert_frame_equal(table(again, "tiers"), table(app, "tiers"))


@pytest.mark.usefixtures("sample")
def test_hide_leaves_out_what_cannot_be_reached() -> None:
    """No id whose only planets are Mustafar or Kashyyyk, unless its class is chosen."""
    shown = table(opened(PAGE, hide="true"), "tiers")
    everything = table(opened(PAGE), "tiers")
    assert len(shown) < len(everything)
    assert not any(
        planets is not None and set(planets) <= set(RESTRICTED_PLANETS)
        for planets in shown["planets"]
    )
    bound = next(
        code for code in everything["class_code"].dropna() if planet_of_class(code) == "Mustafar"
    )
    label = f"{'· ' * CLASSES[bound].depth}{CLASSES[bound].name}, {bound}"
    app = opened(PAGE, hide="true", resources_class=label)
    assert set(table(app, "tiers")["class_code"]) == {bound}
    hidden = seen("Rare materials", hide="true", resources_rare_view="Table")
    assert not any(
        set(places) <= set(RESTRICTED_PLANETS)
        for places in table(hidden, "location")["location"].dropna()
    )


@pytest.mark.usefixtures("sample")
def test_sidebar_planets_narrow_every_card() -> None:
    """Table, rare materials and grid keep to the planets of the sidebar."""
    wanted = {"Lok", "Rori"}
    link = {"planets": sorted(wanted)}
    app = opened(PAGE, **link)
    assert figures(app)["In spawn"] == str(len(table(app, "tiers")))
    assert all(set(planets) & wanted for planets in table(app, "tiers")["planets"])
    rarest = seen("Rare materials", resources_rare_view="Table", **link)
    assert all(set(places) & wanted for places in table(rarest, "location")["location"])
    grid = seen("By planet", resources_grid_view="Table", **link)
    assert set(table(grid, "best_quality")["planet"]) == wanted


@pytest.mark.usefixtures("sample")
def test_rare_materials() -> None:
    """The named table with its location filter, the rarest first."""
    app = seen("Rare materials", resources_rare_view="Table", resources_location="yav")
    rows = table(app, "location")
    assert len(rows)
    assert all("Yavin IV" in places for places in rows["location"])
    assert set(rows["rarity"]) <= {"rare", "very_rare", "legendary"}
    assert {"price", "last_seen", "quantity"} <= set(rows)
    app.selectbox(key="resources_tier").set_value("Very rare").run()
    assert set(table(app, "location")["rarity"]) <= {"very_rare", "legendary"}


@pytest.mark.usefixtures("sample")
def test_detail_opens_by_link() -> None:
    """Stats against caps, ranks, planets and age of the resource of this name, in any case."""
    whole = snapshots.load("resources").frame
    twins = whole["name"].str.lower().duplicated(keep=False)
    one = whole[~whole["in_spawn"] & whole["score"].notna() & ~twins].iloc[0]
    app = opened(PAGE, r=one["name"].upper(), resources_detail_view="Table")
    assert not app.exception
    sheet = table(app, "percent")
    assert sheet["value"].tolist() == [one[stat] for stat in STATS if one[stat]]
    assert titles(app)[0].startswith(f"{one['name']}: {one['class_name']}")
    alike = whole[whole["class_code"] == one["class_code"]]
    place = 1 + (alike["score"] > one["score"]).sum()
    assert figures(app)["Site score"] == str(one["score"])
    told = [element.proto.delta_description for element in app.metric]
    assert f"rank {place} of {alike['score'].notna().sum()} ever" in [
        text.replace("\\", "") for text in told
    ]
    strip = titles(seen("Where it stands", r=one["name"]))[-1]
    assert one["name"] in strip
    assert f"of {one['class_name']} ever seen" in strip


@pytest.mark.usefixtures("sample")
def test_detail_of_an_unknown_name() -> None:
    """A sentence that says what to do; hostile text is shown as text."""
    app = opened(PAGE, r=EVIL)
    assert not app.exception
    assert titles(app)[0].startswith("No resource is called")
    assert "Names are matched whole" in said(app)
    assert EVIL not in said(app)


def test_several_resources_of_one_name(site: Site) -> None:
    """What is in spawn first, then the newest; four at most, and the rest are counted."""
    day = int(timedelta(days=1).total_seconds())
    seen = [str(int(NOW.timestamp()) - day * back) for back in range(6)]
    older = [row("Twin", id=str(n), status="0", timestamp=seen[n]) for n in range(1, 6)]
    give(site, *older, row("Twin", id="9", timestamp=seen[5]))
    app = opened(PAGE, r="twin")
    assert not app.exception
    assert [title.startswith("Twin: ") for title in titles(app)[:5]] == [True] * 4 + [False]
    assert [one.value for one in app.metric if one.label == "Status"] == ["In spawn"] + ["Gone"] * 3
    assert "2 older resources bear the same name" in said(app)


def test_everything_is_downloaded_and_only_a_page_travels(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table stops at its page; the download has every row, in the same order and columns."""
    monkeypatch.setattr("swgdata.ui.resources.listing.MOST_ROWS", 3)
    give(site, *(row(f"R{n}", id=str(n), oq=str(100 + n)) for n in range(1, 9)))
    app = opened(PAGE)
    assert table(app, "tiers")["name"].tolist() == ["R8", "R7", "R6"]
    assert "Showing 3 of 8 rows" in said(app)
    feed = snapshots.load("resources")
    asked = {"in_spawn": True, "sort": "-quality"}
    whole = listing.everything(feed, asked, NOW)
    assert whole["name"].tolist() == [f"R{n}" for n in range(8, 0, -1)]
    assert whole.columns.tolist() == table(app, "tiers").columns.tolist()


@pytest.mark.usefixtures("sample")
def test_a_page_is_the_beginning_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every value of it, whatever the order and the filters, ages and weights included."""
    monkeypatch.setattr("swgdata.ui.resources.listing.MOST_ROWS", 40)
    feed = snapshots.load("resources")
    for asked in (
        {"in_spawn": True, "sort": "-quality"},
        {"in_spawn": False, "sort": "+name", "min_oq": 500},
        {"sort": "-age_days", "planet": "Lok"},
        {"sort": "-weighted", "weights": "OQ=66 SR=34", "class_code": "mtl"},
        {"sort": "-rarity", "name": "no resource has such a name"},
    ):
        found, page = listing.first_page(feed, asked, now=NOW)
        whole = listing.everything(feed, asked, NOW).head(40)
        assert feed.frame["id"].iloc[found].tolist() == whole["id"].tolist()
        assert page.rows.column_names == whole.columns.tolist()
        assert set(page.columns) == set(whole.columns)
        assert (
            page.rows.to_pylist() == pa.Table.from_pandas(whole, preserve_index=False).to_pylist()
        )


def test_the_table_of_spawns(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files tell of the filters and of no limit; a row is picked by the name the feed has."""
    give(site, row("=1+1", id="1", oq="900"), row("Ab", id="2", oq="800"))
    feed, state, drawn = snapshots.load("resources"), dict[str, Any](), dict[str, Any]()
    monkeypatch.setattr(streamlit, "session_state", state)
    monkeypatch.setattr(listing, "scope", Scope)
    monkeypatch.setattr(listing, "panel", lambda *_, **given: drawn.update(given))
    asked = {"in_spawn": True, "min_oq": 500, "sort": "-oq"}
    listing.spawns(feed, np.arange(2), asked, now=NOW)
    assert provenance_of(feed, drawn["applied"]).meta["parameters"] == asked
    assert drawn["whole"].first.rows["name"].to_pylist()[0] == "'=1+1"
    drawn["on_pick"](0)
    assert state["r"] == "=1+1"


@pytest.mark.usefixtures("sample")
def test_a_fold_stays_open_while_it_is_used() -> None:
    """A filter put back to its usual value does not take the others away."""
    app = opened(PAGE)
    assert not app.slider
    app.session_state["resources_more"] = True
    app.run()
    for days in (5, filters.OLDEST):
        app.slider(key="resources_age").set_value(days).run()
        assert len(app.slider) == 1 + len(STATS)
    app.session_state["resources_more"] = False
    app.run()
    assert not app.slider
    assert opened(PAGE, resources_age="5").slider(key="resources_age").value == 5


def test_a_picked_row_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name goes to the look-up; a row without a name is passed over."""
    state: dict[str, Any] = {}
    monkeypatch.setattr(streamlit, "session_state", state)
    filters.look_up(None)
    assert state == {}
    filters.look_up("Aa")
    assert state == {"r": "Aa"}


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    "link",
    [
        {"resources_class": EVIL},
        {"resources_age": "NaN", "resources_oq": "1001"},
        {"resources_oq": ["-1", "3"], "resources_dr": "x"},
        {"resources_oq": "300"},
        {"resources_status": "alive", "resources_sort": "'; DROP TABLE"},
        {"resources_planet": "Hoth", "resources_rarity": "mythic", "resources_show": "XX"},
    ],
)
def test_bad_links_fall_back_with_a_note(link: dict[str, Any]) -> None:
    """A value that is not possible is ignored, said so, and shown as plain text."""
    app = opened(PAGE, **link)
    assert not app.exception
    assert "Ignored from the link" in said(app)
    assert EVIL not in said(app)
    assert len(table(app, "tiers"))


def test_dead_feed_is_a_sentence_and_the_filters_live(site: Site) -> None:
    """No export was ever read: each card says so, nothing is zero, nothing breaks."""
    site.says["/exports/manifest.json"] = 503
    app = opened(PAGE)
    assert not app.exception
    assert app.title[0].value == "Resources"
    assert "Feed down" in said(app)
    assert not figures(app)
    assert app.selectbox(key="resources_class").value is None


def test_dead_feed_shows_the_last_good_copy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before stands in, marked stale."""
    give(site, row("Kept"))
    assert table(opened(PAGE), "tiers")["name"].tolist() == ["Kept"]
    monkeypatch.setenv("SWG_FRESH_FOR__MANIFEST", "0.001")
    site.says["/exports/manifest.json"] = b"<html>maintenance</html>"
    streamlit.cache_resource.clear()
    from swgdata import sources

    sources.reset()
    app = opened(PAGE)
    assert not app.exception
    assert table(app, "tiers")["name"].tolist() == ["Kept"]
    assert "STALE" in said(app)


def test_hostile_and_missing_values_are_shown_as_they_are(site: Site) -> None:
    """Names are text; a row without name, class, planet, stats or time is a row."""
    nothing = dict.fromkeys(("name", "type_code", "type_name", "cpu"), None)
    give(
        site,
        row(EVIL, id="1"),
        row("=1+1", id="2", oq="900"),
        row("x", id="3", planet_lok="0", timestamp="0", oq="0", oq_max="0") | nothing,
    )
    app = opened(PAGE, resources_detail_view="Table", r="=1+1")
    assert not app.exception
    assert EVIL not in said(app)
    rows = table(app, "tiers")
    assert set(rows["name"].dropna()) == {EVIL, "'=1+1"}
    assert len(rows) == 3
    assert pd.isna(rows["age_days"].iloc[2])


def test_plain_provider_has_rare_materials_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """What the source does not offer is said; the rest of the page lives."""
    place = tmp_path / "materials.json"
    place.write_text(json.dumps([{"name": "Ore", "rarity": "rare", "location": "Lok", "price": 5}]))
    monkeypatch.setenv("SWG_PROVIDER", "plain")
    monkeypatch.setenv("SWG_SOURCE", "live")
    monkeypatch.setenv("SWG_PLAIN_MATERIALS", str(place))
    app = opened(PAGE, resources_rare_view="Table")
    assert not app.exception
    assert "Not offered" in said(app)
    assert table(app, "location")["name"].tolist() == ["Ore"]


def test_the_shared_export_is_not_changed(site: Site) -> None:
    """Whatever a visitor does, the frame that all share stays as it is."""
    give(site, *(row(f"R{n}", id=str(n), oq=str(100 + n)) for n in range(1, 9)))
    before = snapshots.load("resources").frame
    copy = before.copy(deep=True)
    app = opened(PAGE, resources_status="All", r="R1", resources_oq=["1", "1000"])
    app.slider(key="resources_oq").set_range(103, 1000).run()
    assert snapshots.load("resources").frame is before
    pd.testing.assert_frame_equal(before, copy)
