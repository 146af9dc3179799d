"""The first page: its headline, its cards, and that one dead feed leaves the others alone."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest

from swgdata.game import planet_mask
from swgdata.sources import snapshot as snapshots
from swgdata.tables.row_filters import on_planets
from swgdata.ui.charts.diverging_bars import diverging_bar
from swgdata.ui.glance import headline
from swgdata.ui.glance import views as glance_views
from swgdata.ui.scope import Scope
from tests.support import app_visitors, sample_frames
from tests.support.app_visitors import charts, figures, opened, said, seen, table, titles, views
from tests.support.fake_site import Site
from tests.support.sample_frames import AS_OF, NOW
from tests.support.table_inputs import ask, loader

fresh_caches = app_visitors.fresh_caches
PAGE: Final = "glance"
OWN: Final = 2
"""Views of our own history, which tests of their own look at."""
EVIL: Final = "![x](http://evil.example/x.png)"
EMPTY: Final = {
    "/api/pulse.php": b'{"samples": [], "online": null, "peak_today": null}',
    "/api/gcw.php": b'{"results": []}',
    "/api/wealth.php": b'{"history": []}',
    "/api/guilds.php": b'{"results": []}',
    "/api/cities.php": b'{"results": []}',
}


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented galaxy."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "2000")
    monkeypatch.setenv("SWG_SAMPLE_DAYS", "9")  # movers need a past


def feed(**named: pd.DataFrame) -> Any:
    """A feed with these tables, the first of them its main one."""
    frame = next(iter(named.values()))
    return SimpleNamespace(tables=named, frame=frame, stale=False, as_of=AS_OF)


def counts(*pairs: tuple[int | None, int | None]) -> pd.DataFrame:
    """Imperial and Rebel counts."""
    return sample_frames.frame(
        {"imperial": "Int32", "rebel": "Int32"},
        *({"imperial": empire, "rebel": rebels} for empire, rebels in pairs),
    )


@pytest.mark.parametrize(
    ("latest", "history", "label", "value"),
    [
        ([(500, 480)], [(1, 2)], "Imperial lead ■", "+20"),
        ([(480, 500)], [(2, 1)], "Rebel lead ▲", "+20"),
        ([(7, 7)], [], "Factions level", "7"),
        ([], [(3, 2), (2, 9)], "Rebel lead ▲", "+7"),
        ([], [(3, 2), (None, 9)], "Imperial lead ■", "+1"),
        ([(None, 9)], [(3, 2)], "War", "—"),
        ([], [], "War", "—"),
    ],
)
def test_lead(latest: list[Any], history: list[Any], label: str, value: str) -> None:
    """The newest count decides; a missing side is no zero."""
    told = headline.lead(feed(gcw=counts(*history), gcw_latest=counts(*latest)))
    assert (told.label, told.value) == (label, value)


def test_online() -> None:
    """Now, today's peak and the samples; unknown stays unknown."""
    now = sample_frames.frame(
        {"online": "Int32", "peak_today": "Int32"}, {"online": 31, "peak_today": 1504}
    )
    pulse = sample_frames.frame(
        {"online": "Int32"}, {"online": 9}, {"online": None}, {"online": 31}
    )
    told = headline.online(feed(pulse=pulse, pulse_now=now))
    assert (told.value, told.since) == ("31", "peak today 1,504")
    assert list(told.trend) == [9.0, 31.0]
    more = headline.online(feed(pulse=pulse, pulse_now=now), 24.6)
    assert (more.value, more.change, more.since) == ("31", "+6", "last week 25")
    unknown = headline.online(feed(pulse=pulse.iloc[:0], pulse_now=now.iloc[:0]))
    assert (unknown.value, unknown.since) == ("—", "")
    old = feed(pulse=pulse, pulse_now=now)
    old.stale = True
    told = headline.online(old, 24.6)
    assert (told.value, told.change) == ("31", "")
    assert told.since.startswith("as of 2026-08-20")


def test_wealth() -> None:
    """The median, and its change since the scan before."""
    now = sample_frames.frame({"average": "Float64", "median": "Float64"}, {"median": 2.5e6})
    series = sample_frames.frame(
        sample_frames.WEALTH, {"median": 2.4e6}, {"median": None}, {"median": 2.5e6}
    )
    told = headline.wealth(feed(wealth=series, wealth_now=now))
    assert (told.value, told.change, told.since) == ("2.5M", "+100K", "since last scan")
    falling = headline.wealth(feed(wealth=series.iloc[::-1], wealth_now=now))
    assert falling.change == "-100K"
    unknown = headline.wealth(feed(wealth=series.iloc[:0], wealth_now=now.iloc[:0]))
    assert (unknown.value, unknown.change) == ("—", "")


def moved(*changes: float | None) -> pd.DataFrame:
    """Cities whose active citizens changed so."""
    rows = [{"name": f"C{n}", "planet": "Lok", "active": 5} for n in range(len(changes))]
    frame = pd.DataFrame(rows, columns=["name", "planet", "active"])
    return frame.assign(active_change=pd.Series(changes, dtype="Float64"))


def test_diverging_bars_tell_the_way_by_symbol_too() -> None:
    """Up and down by side, colour and arrow; rows at zero or unknown are left out."""
    spec = diverging_bar(moved(3, -2, 0, None), value="active_change", label="name").to_dict()
    data = max(spec["datasets"].values(), key=len)
    assert [row["_text"] for row in data] == ["▲ +3", "▼ -2"]
    assert diverging_bar(moved(), value="active_change", label="name").to_dict()


def test_names_that_stand_for_two_are_told_apart() -> None:
    """Bars of one name would be stacked on one another."""
    rows = ask("resources", {"name": "steel0", "sort": "-oq"}).frame
    twins = rows.assign(name="Twin", rarity=rows["rarity"])
    spec = glance_views.worth_chart(twins).to_dict()
    data = max(spec["datasets"].values(), key=len)
    assert {row["_place"] for row in data} == {"Twin, Duranium Steel"}
    lone = glance_views.worth_chart(rows.head(1)).to_dict()
    assert max(lone["datasets"].values(), key=len)[0]["_place"] == rows["name"].iloc[0]
    assert glance_views.worth_title(rows.iloc[:0], "24 h") == "No new spawns worth a look in 24 h"


def test_population_keeps_what_is_unknown_apart() -> None:
    """Active and not active where both are known; otherwise the rest are just others."""
    rows = pd.DataFrame(
        {
            "planet": pd.Series(["Lok", None], dtype="str"),
            "cities": pd.Series([2, 1], dtype="Int64"),
            "population": pd.Series([30, 9], dtype="Int64"),
            "active": pd.Series([10, pd.NA], dtype="Int64"),
        }
    )
    spec = glance_views.population_chart(rows).to_dict()
    data = max(spec["datasets"].values(), key=len)
    assert {(one["planet"], one["citizens"], one["people"]) for one in data} >= {
        ("Lok", "active", 10.0),
        ("Lok", "others", 20.0),
        ("unknown", "others", 9.0),
    }
    assert glance_views.population_title(rows) == "Most live on Lok: 30 citizens in 2 cities"
    assert glance_views.population_title(rows.iloc[:0]) == "Population by planet"


@pytest.mark.usefixtures("sample")
def test_page_answers_its_questions() -> None:
    """Five figures above everything else, three cards with a chart each, all cited."""
    app = opened(PAGE)
    assert not app.exception
    assert not app.error
    shown = figures(app)
    now = snapshots.load("pulse").tables["pulse_now"].iloc[0]
    assert shown["Players online"] == f"{now['online']:,}"
    told = [element.proto.delta_description.replace("\\", "") for element in app.metric]
    assert any(one.startswith("last week ") for one in told)
    assert shown["In spawn"] == str(snapshots.load("resources").frame["in_spawn"].sum())
    assert {"Median wealth", "Player cities"} <= set(shown)
    assert any(label.split()[0] in ("Imperial", "Rebel", "Factions") for label in shown)
    assert len(titles(app)) == 3
    assert charts(app) == 3
    assert [button.label for button in app.download_button] == ["CSV", "JSON"] * 3
    assert "7 d" not in " ".join(titles(app))


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("view", "words"),
    [("Rare materials", "in spawn"), ("Travel hubs", "Busiest of"), ("Population", "Most live on")],
)
def test_every_view_is_a_card(view: str, words: str) -> None:
    """One at a time below the two that are always there: chart, downloads, source of its own."""
    app = seen(PAGE, view)
    assert not app.exception
    assert words in titles(app)[2]
    assert charts(app) == len(titles(app)) == 3
    assert said(app).count("Source: swgtracker") == 3
    assert len(app.download_button) == 6


@pytest.mark.usefixtures("sample")
def test_new_spawns_are_those_of_the_window() -> None:
    """First seen within the chosen window, best first; a longer window has more."""
    app = opened(PAGE, glance_spawns_view="Table")
    day = table(app, "tiers")
    assert len(day)
    assert day["in_spawn"].all()
    assert day["age_days"].max() == 0
    assert day["quality"].is_monotonic_decreasing
    app.segmented_control(key="glance_window").set_value("7 d").run()
    week = table(app, "tiers")
    assert set(day["id"]) < set(week["id"])
    assert week["age_days"].max() <= 6
    assert "7 d" in titles(app)[0]
    assert opened(PAGE, glance_window="7 d").segmented_control(key="glance_window").value == "7 d"


@pytest.mark.usefixtures("sample")
def test_movers_switch_between_cities_and_guilds() -> None:
    """Each from its own feed, and the link remembers which."""
    app = opened(PAGE, glance_movers_view="Table")
    assert "planet" in table(app, "before_at").columns
    app.segmented_control(key="glance_among").set_value("guilds").run()
    assert "tag" in table(app, "before_at").columns
    assert titles(app)[1].endswith(" active members")
    linked = opened(PAGE, glance_among="guilds", glance_movers_view="Table")
    assert "tag" in table(linked, "before_at").columns


@pytest.mark.usefixtures("sample")
def test_sidebar_narrows_every_card() -> None:
    """Only the planet chosen, wherever a card knows of planets."""
    link: dict[str, Any] = dict.fromkeys(
        (f"glance_{card}_view" for card in ("spawns", "rare", "movers", "hubs", "population")),
        "Table",
    )
    link["planets"] = ["Lok"]
    app = opened(PAGE, **link)
    assert all("Lok" in planets for planets in table(app, "tiers")["planets"])
    assert all("Lok" in places for places in table(app, "location")["location"])
    assert set(table(app, "before_at")["planet"]) == {"Lok"}
    for view, column in (("Travel hubs", "travel_hub"), ("Population", "population")):
        assert set(table(seen(PAGE, view, **link), column)["planet"]) == {"Lok"}


@pytest.mark.usefixtures("sample")
def test_hubs_are_the_busiest_first() -> None:
    """Cities that may have a shuttleport, by active citizens."""
    hubs = table(seen(PAGE, "Travel hubs", glance_hubs_view="Table"), "travel_hub")
    assert hubs["travel_hub"].all()
    assert hubs["active"].dropna().is_monotonic_decreasing


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    "link",
    [
        {"glance_window": EVIL},
        {"glance_among": "ewoks"},
        {"glance_tier": "Common"},
        {"glance_show": EVIL},
    ],
)
def test_bad_links_fall_back_with_a_note(link: dict[str, Any]) -> None:
    """A value that is not possible is ignored, said so, and shown as plain text."""
    app = opened(PAGE, **link)
    assert not app.exception
    assert "Ignored from the link" in said(app)
    assert EVIL not in said(app)
    assert len(titles(app)) == 3


@pytest.mark.parametrize(
    ("path", "label", "cards"),
    [
        ("/api/pulse.php", "Players online", 9),
        ("/api/gcw.php", "War", 9),
        ("/api/wealth.php", "Median wealth", 9),
        ("/api/cities.php", "Cities and guilds", 7),  # no hubs and population
        ("/api/guilds.php", "Cities and guilds", 9),
        ("/exports/manifest.json", "In spawn", 5),  # no new spawns and rare materials
    ],
)
def test_a_dead_feed_leaves_the_others_alone(site: Site, path: str, label: str, cards: int) -> None:
    """Its figure is a dash, its cards are a sentence; all others are there, in every view."""
    site.says[path] = 404
    app = opened(PAGE)
    shown = figures(app)
    assert shown[label] == "—"
    assert list(shown.values()).count("—") == 1
    drawn = down = 0
    for view in views(app)[OWN:]:
        app = seen(PAGE, view)
        assert not app.exception
        assert len(titles(app)) + said(app).count("Feed down") == 3
        drawn += len(titles(app))
        down += said(app).count("Feed down")
    assert (drawn, down) == (cards, 9 - cards)


def test_everything_dead_is_still_a_page(site: Site) -> None:
    """No feed at all: dashes and sentences in the frame, no trace."""
    paths = ("/api/pulse.php", "/api/gcw.php", "/api/wealth.php", "/api/cities.php")
    for path in (*paths, "/api/guilds.php", "/exports/manifest.json"):
        site.says[path] = b"<html>maintenance</html>"
    app = opened(PAGE)
    assert not app.exception
    assert app.title[0].value == "Galaxy at a glance"
    assert set(figures(app).values()) == {"—"}
    assert "<html>" not in said(app)
    assert charts(app) == 0


def test_empty_feeds_say_so(site: Site) -> None:
    """Nothing listed: no zeros invented, no drawings of it."""
    site.says |= EMPTY
    app = opened(PAGE)
    assert not app.exception
    shown = figures(app)
    assert shown["Players online"] == "—"
    assert shown["War"] == "—"
    assert shown["Median wealth"] == "—"
    assert shown["Player cities"] == "0"
    assert "No movers can be told yet" in said(app)
    assert charts(app) == 2
    for view in views(app)[OWN + 1 :]:
        assert said(seen(PAGE, view)).count("The feed is empty") == 1


def test_hours_do_not_make_a_new_spawn() -> None:
    """First seen 23 hours ago is new, 24 hours ago is not."""
    steel = {"class_code": "dustl", "in_spawn": True, "oq": 500, "oq_max": 1000}
    rows = sample_frames.resources(
        {**steel, "name": "new", "first_seen": NOW - timedelta(hours=23)},
        {**steel, "name": "old", "first_seen": NOW - timedelta(hours=24)},
        {**steel, "name": "unknown", "first_seen": None},
    )
    load = loader({"resources": {"resources": rows}})
    for span, names in (("24 h", ["new"]), ("3 d", ["new", "old"])):
        found = ask("resources", {"max_age": glance_views.SPANS[span]}, load=load).frame
        assert found["name"].tolist() == names
    assert headline.in_spawn(rows, Scope(), now=NOW).change == "+1"


@pytest.mark.parametrize(
    ("view", "kept"),
    [
        (Scope(), [0, 1, 2, 3, 4, 5]),
        (Scope(hide_restricted=True), [0, 2, 3, 4, 5]),
        (Scope(planets=("Lok", "Mustafar")), [0, 1, 2]),
        (Scope(planets=("Lok", "Mustafar"), hide_restricted=True), [0, 2]),
        (Scope(planets=("Mustafar",), hide_restricted=True), []),
    ],
)
def test_what_is_counted_is_what_is_kept(view: Scope, kept: list[int]) -> None:
    """Unknown planets and other worlds stay while no planet is chosen; one of several will do."""
    worlds = [("Lok",), ("Mustafar",), ["Naboo", "Lok"], None, ("Hoth",), ("Rori",)]
    masks = np.array([planet_mask(names or ()) for names in worlds], dtype="int16")
    assert on_planets(masks, view.parameters).nonzero()[0].tolist() == kept
    alone = [one[0] if one else None for one in worlds]
    single = pd.Series(alone, dtype="str")
    there = [place for place in kept if place != 2 or not view.planets]  # it is Naboo alone
    assert on_planets(single, view.parameters).nonzero()[0].tolist() == there
