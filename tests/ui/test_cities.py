"""The page of cities and travel, and the arithmetic behind it."""

import json
from typing import Any, Final

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swgdata.analytics import city_ranks
from swgdata.analytics.cities import describe
from swgdata.sources import snapshot as snapshots
from swgdata.tables.steps import by_planet
from swgdata.ui.charts import bars, galaxy_map
from swgdata.ui.charts.lines import record_lines
from swgdata.ui.cities import charts as drawings
from swgdata.ui.cities import detail
from swgdata.ui.cities import rows as lists
from swgdata.ui.cities import titles as city_titles
from tests.support import app_visitors
from tests.support.app_visitors import charts, figures, opened, said, seen, table, titles, views
from tests.support.fake_site import Site
from tests.support.sample_frames import TIME, frame
from tests.support.sample_frames import cities as rows_of
from tests.support.sample_frames import guilds as no_guilds

fresh_caches, sample = app_visitors.fresh_caches, app_visitors.sample
PAGE: Final = "cities"
OWN: Final = 4
"""The last views tell our own history; tests of their own look at them."""
EVIL: Final = "![x](http://evil.example/x.png)"


def model(*rows: dict[str, object]) -> pd.DataFrame:
    """The city model of a few cities."""
    return describe(rows_of(*rows), no_guilds())


@pytest.mark.parametrize(
    ("level", "citizens", "spare", "missing", "stands"),
    [
        (1, 13, -3, 11, "too few"),
        (1, 16, 0, 8, "in range"),
        (2, 31, 7, 1, "in range"),
        (2, 32, 8, 0, "may rise"),
        (3, 60, 28, -12, "may rise"),
        (4, 47, -1, 17, "too few"),
        (5, 63, -1, None, "too few"),
        (5, 139, 75, None, "in range"),
    ],
)
def test_rank_margin(
    level: int, citizens: int, spare: int, missing: int | None, stands: str
) -> None:
    """Restoration asks for 16, 24, 32, 48 and 64 citizens; there is nothing above the fifth."""
    told = city_ranks.rank_margins(model({"level": level, "citizens": citizens})).iloc[0]
    assert told["spare"] == spare
    assert (None if pd.isna(told["missing"]) else told["missing"]) == missing
    assert told["standing"] == stands


@given(st.integers(1, 5), st.integers(0, 300))
def test_rank_margin_adds_up(level: int, citizens: int) -> None:
    """What is spare and what is missing are the width of the rank."""
    told = city_ranks.rank_margins(model({"level": level, "citizens": citizens})).iloc[0]
    assert told["threshold"] + told["spare"] == citizens
    if level < 5:
        assert told["spare"] + told["missing"] == told["next_threshold"] - told["threshold"]


def test_rank_margin_guesses_no_rank() -> None:
    """A city without a level, with an odd one or without citizens has no margin."""
    odd = model(
        {"level": None, "citizens": 90},
        {"level": 7, "citizens": 90},
        {"level": 2, "citizens": None},
    )
    assert city_ranks.rank_margins(odd).empty


def test_watched_margins() -> None:
    """Demotion takes a lower rank; three citizens are near; the most pressing come first."""
    margins = city_ranks.rank_margins(
        model(
            {"name": "outpost", "level": 1, "citizens": 10},
            {"name": "falls", "level": 4, "citizens": 40},
            {"name": "risks", "level": 3, "citizens": 34},
            {"name": "safe", "level": 3, "citizens": 36},
            {"name": "rises", "level": 2, "citizens": 40},
            {"name": "nearly", "level": 2, "citizens": 29},
            {"name": "not yet", "level": 2, "citizens": 28},
        )
    )
    assert lists.falling(margins)["name"].tolist() == ["falls"]
    assert lists.watched(margins, lists.AT_RISK)["name"].tolist() == ["falls", "risks"]
    assert lists.watched(margins, lists.RISING)["name"].tolist() == ["rises", "nearly"]
    assert len(lists.watched(margins, "All")) == 7
    assert city_titles.margins(margins) == "1 city has too few citizens for its rank, 1 may rise"


def test_headroom() -> None:
    """20, 15 and 10 on Naboo, 50, 30 and 20 on Lok; unknown ranks count for any rank only."""
    placed = [{"planet": "Naboo", "level": level} for level in [1] * 6 + [3] * 4 + [4] * 10]
    placed += [{"planet": "Lok", "level": None}, {"planet": "Hoth", "level": 5}, {"planet": None}]
    room = city_ranks.headroom(model(*placed))
    known = room.astype(object).where(room.notna(), None)
    told = {(rank, planet): rest for planet, rank, *rest in known.itertuples(index=False)}
    assert [told[rank, "Naboo"] for rank in city_ranks.ROOMS] == [
        [20, 20, 0],
        [14, 15, 1],
        [10, 10, 0],
    ]
    assert told["Any rank", "Lok"] == [1, 50, 49]
    assert told["Township or above", "Lok"] == [0, 30, 30]
    assert told["City or above", "Hoth"] == [1, None, None]
    assert told["Any rank", "Talus"] == [0, 50, 50]
    assert city_ranks.headroom(model()).empty


def test_distance() -> None:
    """3 and 4 give 5, on the same planet only, and only where the waypoint is readable."""
    there = model(
        {"planet": "Lok", "waypoint": "/wp 3 -4"},
        {"planet": "Naboo", "waypoint": "/wp 3 -4"},
        {"planet": "Lok", "waypoint": "north of the lake"},
        {"planet": None, "waypoint": "/wp 3 -4"},
    )
    far = city_ranks.distance(there, planet="Lok", x=0, y=0)
    assert far.astype(object).where(far.notna(), None).tolist() == [5.0, None, None, None]
    assert city_ranks.distance(there, planet=None, x=0, y=0).isna().all()


@pytest.mark.parametrize(
    ("values", "net", "last"),
    [
        ([15, 12, 17], 2, 5),
        ([15, 15], 0, 0),
        ([15], None, None),
        ([], None, None),
        ([15, None], None, None),
        ([None, 15, 17], None, 2),
        ([15, None, 17], 2, None),
    ],
)
def test_growth(values: list[int | None], net: int | None, last: int | None) -> None:
    """Last less first, and last less the one before; an unknown end is no zero."""
    series = pd.Series(values, dtype="Int32")
    assert city_ranks.net_growth(series) == net
    assert city_ranks.last_change(series) == last


HISTORY: Final = {"label": "str", "timestamp": TIME, "citizens": "Int32", "active": "Int32"} | {
    "level": "Int8"
}


def record(*levels: int | None) -> pd.DataFrame:
    """A record of one city with these levels, every label the same."""
    rows = [{"label": "Aug 1", "citizens": 40, "active": 20, "level": one} for one in levels]
    return frame(HISTORY, *rows)


def test_rank_changes() -> None:
    """A rank is held through unknown records; a level the game lacks is called by its number."""
    changes = city_ranks.rank_changes(record(None, 2, None, 3, 3, 2, 9))
    assert changes["position"].tolist() == [3, 5, 6]
    assert changes["change"].tolist() == [
        "Village → Township",
        "Township → Village",
        "Village → rank 9",
    ]
    assert city_ranks.rank_changes(record(None, None)).empty


def test_record_keeps_equal_labels_apart() -> None:
    """Undated labels repeat from year to year; each record keeps its own place on the axis."""
    drawn = record_lines(record(2, 3, 3)).to_dict()
    data = max(drawn["datasets"].values(), key=len)
    assert len({row["_at"] for row in data}) == 3
    assert {row["when"] for row in data} == {"Aug 1"}
    assert len(drawn["layer"]) == 3  # lines, rule, words


def test_dated_record_has_a_time_axis() -> None:
    """An undocumented time of every record is used."""
    dated = record(2, 2).assign(timestamp=pd.to_datetime([10**9, 2 * 10**9], unit="s", utc=True))
    spec = record_lines(dated).to_dict()
    assert spec["layer"][0]["encoding"]["x"]["type"] == "temporal"


def test_charts_draw_hostile_and_missing_values() -> None:
    """Valid, with texts of the feed as data only; two cities of one name stay two rows."""
    odd = model(
        {"name": EVIL, "planet": "Lok", "level": 4, "citizens": 50, "active_citizens": 9},
        {"name": EVIL, "planet": None, "level": 5, "citizens": 60, "active_citizens": None},
    )
    assert bars.named_apart(odd).nunique() == 2
    margins, room = city_ranks.rank_margins(odd), city_ranks.headroom(odd)
    for drawn in (
        bars.bars_by_planet(by_planet(odd), value="active", per_planet=5),
        bars.ranked_places(odd, value="active"),
        drawings.margin_bars(margins),
        drawings.room_bars(room.loc[room["rank"] == city_ranks.ANY_RANK]),
        galaxy_map(odd, details=["name"], written=3),
    ):
        spec = drawn.to_dict()
        heads = json.dumps([spec.get("title"), spec.get("encoding", {}).get("x")])
        assert EVIL not in heads
    for empty in (margins.head(0), margins.head(0).assign(level=1)):
        assert drawings.margin_bars(empty).to_dict()
    assert bars.bars_by_planet(odd.head(0), value="active", per_planet=5).to_dict()


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/wp 10 -20", "/waypoint lok 10 -20 Home"),
        ("10, -20", "/waypoint lok 10 -20 Home"),
        ("/wp 10 -20 \n/say hello", "/waypoint lok 10 -20 Home"),
        ("/waypoint lok 10 -20; /tip bob 9999", "/waypoint lok 10 -20 Home"),
        ("somewhere", ""),
        (None, ""),
    ],
)
def test_waypoint_to_paste(text: str | None, command: str) -> None:
    """The place as our own command, whatever else the feed's line would do; never a guess."""
    city = pd.Series({"name": "Home", "planet": "Lok", "waypoint": text})
    assert detail.waypoint(city) == command
    city["name"], city["planet"] = "Home; /tip bob 9999\n/x", "L;ok"
    hostile = detail.waypoint(city)
    assert not set(";\n") & set(hostile)
    assert hostile.count("/") == bool(command)


@pytest.mark.usefixtures("sample")
def test_page_answers_its_questions() -> None:
    """The directory first, with what a traveller asks; cited, downloadable."""
    app = opened(PAGE)
    assert not app.exception
    assert not app.error
    everyone = table(app, "waypoint", "movement")
    assert titles(app)[0] == f"{len(everyone)} of {len(everyone)} cities"
    assert len(titles(app)) == 1
    assert set(everyone["movement"].dropna()) == {"up", "down"}
    assert {"rank", "income_tax", "property_tax", "sales_tax"} <= set(everyone)
    assert set(figures(app)) >= {"May lose a rank"}
    assert [button.label for button in app.download_button] == ["CSV", "JSON"]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("view", "words", "cards", "drawn"),
    [
        ("Map", "the busiest", 1, 1),
        ("Travel hubs", "whether one was built", 1, 1),
        ("Specialisations", "Type where you stand", 1, 0),
        ("Ranks and room", "may rise", 2, 2),
        ("Trend", "All cities together", 1, 1),
    ],
)
def test_every_view_has_its_cards(view: str, words: str, cards: int, drawn: int) -> None:
    """Charts where a picture says more, each card cited, none failing."""
    app = seen(PAGE, view)
    assert not app.exception
    assert "This part failed" not in said(app)
    assert words in said(app).replace("\\", "")
    assert len(titles(app)) == cards
    assert charts(app) == drawn
    assert [button.label for button in app.download_button] == ["CSV", "JSON"] * cards
    assert said(app).count("Source: swgtracker") == cards


@pytest.mark.usefixtures("sample")
def test_link_restores_the_view() -> None:
    """A shared link opens with its filters set, and every card keeps to them."""
    link = {
        "cities_planet": "Tatooine",
        "cities_faction": "Imperial",
        "cities_rank": "Township",
        "cities_tax": "1000",
    }
    app = opened(PAGE, **link)
    assert not app.exception
    rows = app.dataframe[0].value
    assert 0 < len(rows) < 23
    assert set(rows["planet"]) == {"Tatooine"}
    assert set(rows["faction"]) == {"Imperial"}
    assert rows["level"].min() >= 3
    assert rows["income_tax"].max() <= 1000
    assert app.selectbox(key="cities_rank").value == "Township"
    link |= {f"cities_{card}_view": "Table" for card in ("hubs", "map", "margin")}
    for view in ("Map", "Travel hubs", "Specialisations", "Ranks and room"):
        other = seen(PAGE, view, **link, cities_watch="All")
        assert other.selectbox(key="cities_rank").value == "Township"
        assert set(table(other, "name")["name"]) <= set(rows["name"])


@pytest.mark.usefixtures("sample")
def test_filter_changes_rows() -> None:
    """Choosing narrows the table further with each filter."""
    app = opened(PAGE)
    before = len(app.dataframe[0].value)
    app.multiselect(key="cities_skill").set_value(["Clone Lab", "Storyteller"]).run()
    rows = app.dataframe[0].value
    assert 0 < len(rows) < before
    assert all({"Clone Lab", "Storyteller"} & set(one) for one in rows["specialisations"])
    app.selectbox(key="cities_guild").set_value(rows["guild_tag"].dropna().iloc[0]).run()
    assert 0 < len(app.dataframe[0].value) < len(rows)
    app.text_input(key="cities_name").set_value("no such city").run()
    assert "Nothing matches these filters" in said(app)


@pytest.mark.usefixtures("sample")
def test_travel_hubs_stand_by_planet_the_busiest_first() -> None:
    """Rank City or above only, planets together, by active citizens in each."""
    rows = seen(PAGE, "Travel hubs", cities_hubs_view="Table").dataframe[0].value
    assert rows["level"].min() >= 4
    moves = rows["planet"].ne(rows["planet"].shift()).sum()
    assert moves == rows["planet"].nunique()
    assert all(part["active"].is_monotonic_decreasing for _, part in rows.groupby("planet"))


@pytest.mark.usefixtures("sample")
def test_map_starts_with_the_planet_of_most_cities() -> None:
    """And shows those of another one when asked."""
    rows = opened(PAGE).dataframe[0].value
    most = rows["planet"].value_counts().index[0]
    app = seen(PAGE, "Map", cities_map_view="Table")
    assert app.selectbox(key="cities_world").value == most
    app.selectbox(key="cities_world").set_value("Rori").run()
    assert set(app.dataframe[0].value["planet"]) == {"Rori"}


@pytest.mark.usefixtures("sample")
def test_finder_sorts_by_tax_and_measures_the_way() -> None:
    """The lowest tax first; distances on the visitor's planet only; a bad place is told."""
    rows = table(seen(PAGE, "Specialisations", cities_at="0 0", cities_here="Lok"), "distance")
    assert rows["income_tax"].dropna().is_monotonic_increasing
    assert rows["income_tax"].tail(1).isna().all()
    near = rows.loc[rows["planet"] == "Lok", "distance"]
    assert near.notna().any()
    assert rows.loc[rows["planet"] != "Lok", "distance"].isna().all()
    app = seen(PAGE, "Specialisations", cities_at=EVIL)
    assert not app.exception
    assert "is no place on a map" in said(app)
    assert EVIL not in said(app)


@pytest.mark.usefixtures("sample")
def test_headroom_counts_all_cities_whatever_the_filters() -> None:
    """A filter on names does not empty a planet; the sidebar only hides the others."""
    link = {"cities_name": "zzz", "planets": ["Lok", "Naboo"], "cities_room_view": "Table"}
    app = seen(PAGE, "Ranks and room", **link)
    room = table(app, "cap")
    assert room["planet"].tolist() == ["Lok", "Naboo"]
    assert room["cities"].tolist() == [23, 20]
    assert room["cap"].tolist() == [50, 20]


@pytest.mark.usefixtures("sample")
def test_detail_opens_by_link() -> None:
    """Name and planet; a name found twice asks which; a row that is selected is looked up."""
    app = opened(PAGE, c="Arkhaven", p="Tatooine")
    assert not app.exception
    assert any(one.startswith("Arkhaven:") for one in titles(app))
    history = snapshots.load("city_history", name="Arkhaven", planet="Tatooine")
    shown = figures(app)
    assert shown["Most citizens"] == str(history.tables["city_peaks"]["peak_citizens"].iloc[0])
    active = history.frame["active"]
    net = int(active.iloc[-1]) - int(active.iloc[0])
    assert shown["Net growth"] == (f"{net:+}" if net else "0")
    assert len(titles(app)) == 3  # our own readings, the site's record, the directory
    mapped = seen(PAGE, "Map", c="Arkhaven", p="Tatooine")
    assert any(one.startswith("Arkhaven:") for one in titles(mapped))
    both = opened(PAGE, c="Arkhaven")
    assert "choose the planet" in said(both)
    assert not any(one.startswith("Arkhaven:") for one in titles(both))


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    "link",
    [
        {"cities_planet": EVIL},
        {"cities_rank": "Emperor", "cities_tax": "NaN"},
        {"cities_show": "../../etc/passwd"},
        {"c": "' OR 1=1 --", "p": "Hoth"},
        {"cities_guild": "\x00", "cities_skill": ["Clone Lab", "Cantina"]},
    ],
)
def test_bad_links_fall_back_with_a_note(link: dict[str, Any]) -> None:
    """A value that is not possible is ignored, said so, and shown as plain text."""
    app = opened(PAGE, **link)
    assert not app.exception
    assert "Ignored from the link" in said(app)
    assert EVIL not in said(app)
    assert len(app.dataframe[0].value)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("view", "link"),
    [
        ("Map", {"cities_world": "Coruscant"}),
        ("Ranks and room", {"cities_watch": "../../etc/passwd", "cities_rooms": EVIL}),
        ("Trend", {"cities_trend": "\x00"}),
        ("Specialisations", {"cities_here": "Hoth"}),
    ],
)
def test_bad_links_into_a_view_fall_back_with_a_note(view: str, link: dict[str, Any]) -> None:
    """The filters of one card are as patient as those of the page."""
    app = seen(PAGE, view, **link)
    assert not app.exception
    assert "Ignored from the link" in said(app)
    assert EVIL not in said(app)
    assert titles(app)


def test_dead_guilds_leave_the_cities(site: Site) -> None:
    """Without the guilds only their full names are missing, and the card says so."""
    site.says["/api/guilds.php"] = 404
    app = opened(PAGE)
    assert not app.exception
    assert len(app.dataframe[0].value) > 100
    assert "without guilds" in said(app)


def test_dead_history_is_a_sentence_and_the_rest_lives(site: Site) -> None:
    """One city's record fails alone."""
    site.says["/api/city_history.php"] = b"<html>maintenance</html>"
    app = opened(PAGE, c="Arkhaven", p="Tatooine")
    assert not app.exception
    assert "Feed down" in said(app)
    assert "<html>" not in said(app)
    assert len(app.dataframe[0].value) > 100


def test_dead_cities_are_one_sentence_in_the_frame(site: Site) -> None:
    """Nothing else is on this page; it is told once."""
    site.says["/api/cities.php"] = 404
    app = opened(PAGE)
    assert not app.exception
    assert app.title[0].value == "Cities & travel"
    assert said(app).count("Feed down") == 1


def test_empty_feed_says_so(site: Site) -> None:
    """No cities at all: no zeros, no drawings, nothing to download."""
    site.says["/api/cities.php"] = b'{"results": [], "aggregate": null, "planets": []}'
    app = opened(PAGE)
    assert not app.exception
    assert set(figures(app).values()) == {"—"}
    for view in views(app)[:-OWN]:
        app = seen(PAGE, view)
        assert not app.exception
        assert said(app).count("The feed is empty") == len(titles(app)) > 0
        assert charts(app) == 0
        assert all(button.disabled for button in app.download_button)


def test_hostile_and_missing_values_are_shown_as_they_are(site: Site) -> None:
    """Text is text; what the feed leaves out is unknown."""
    rows = [
        {"name": EVIL, "planet": EVIL, "level": 5, "citizens": "1", "spark": [1, 2]},
        {"name": "=1+1", "planet": None, "specializations": "; ,", "waypoint": "/wp 1 2; /quit"},
        {"name": "Bare"},
    ]
    site.says["/api/cities.php"] = json.dumps({"results": rows}).encode()
    for view in views(opened(PAGE)):
        app = seen(PAGE, view, c=EVIL, p=EVIL)
        assert not app.exception
        assert "This part failed" not in said(app)
        assert EVIL not in said(app)
    assert len(opened(PAGE).dataframe[0].value) == 3
