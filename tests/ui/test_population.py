"""The page of the population, and the arithmetic behind it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swgdata.analytics import online
from swgdata.ui.population import charts as population_charts
from swgdata.ui.population import places as lists
from swgdata.ui.population import places as population_places
from swgdata.ui.text import trend_in_words
from tests.support import app_visitors
from tests.support.app_visitors import charts, figures, opened, said, seen, table, titles, views
from tests.support.fake_site import Site
from tests.support.sample_frames import TIME, frame
from tests.support.services import ROOT

fresh_caches, sample = app_visitors.fresh_caches, app_visitors.sample
PAGE: Final = "population"
ONLINE: Final = 5  # so many views are about who is online, the first ones
EVIL: Final = "![x](http://evil.example/x.png)"
MIDNIGHT: Final = datetime(2026, 8, 16, tzinfo=UTC)
BERLIN: Final = ZoneInfo("Europe/Berlin")
PLACES: Final = {"planet": "str", "city": "str", "population": "Int64", "active": "Int64"} | {
    "activity_level": "str",
    "change_24h": "Float64",
}


def pulse(*samples: int | None, since: datetime = MIDNIGHT) -> pd.DataFrame:
    """Samples every ten minutes."""
    rows = [
        {"timestamp": since + timedelta(minutes=10 * place), "online": number}
        for place, number in enumerate(samples)
    ]
    return frame({"timestamp": TIME, "online": "Int32"}, *rows)


def test_peak_is_the_highest_sample_and_its_time() -> None:
    """The earliest of several; never below a sample, whatever the site says."""
    told = online.peak(pulse(388, 412, None, 412), stated=400)
    assert told == online.Peak(412, 412, MIDNIGHT + timedelta(minutes=10))
    higher = online.peak(pulse(388, 412), stated=655)
    assert higher == online.Peak(655, 412, MIDNIGHT + timedelta(minutes=10))


def test_peak_is_unknown_rather_than_zero() -> None:
    """Nothing known gives nothing; nobody online is an answer."""
    assert online.peak(pulse(), stated=None) is None
    assert online.peak(pulse(None), stated=None) is None
    assert online.peak(pulse(), stated=655) == online.Peak(655, None, None)
    assert online.peak(pulse(0, 0), stated=0) == online.Peak(0, 0, MIDNIGHT)


@given(st.lists(st.integers(0, 2000) | st.none(), max_size=144), st.integers(0, 2000) | st.none())
def test_peak_reaches_every_sample(samples: list[int | None], stated: int | None) -> None:
    """No sample of the day lies above its peak."""
    told = online.peak(pulse(*samples), stated=stated)
    if told is None:
        assert stated is None
        assert not [one for one in samples if one is not None]
    else:
        assert all(one is None or one <= told.online for one in samples)


def test_busiest_hour_counts_existing_samples_on_the_visitors_clock() -> None:
    """00:00 UTC is 02:00 in Berlin in August; hours with fewer than four samples do not count."""
    day = pulse(100, 100, None, 100, None, 140, 200, 200, 200, None, None, None, 30, 30, 30, 30)
    told = online.busiest_hour(day, zone=BERLIN)
    assert told == online.Hour(start=2, mean=110.0, samples=4)  # 01:00 has three samples only
    assert online.busiest_hour(pulse(1, 2, 3), zone=UTC) is None


def places(*rows: dict[str, object]) -> pd.DataFrame:
    """Rows of the population table."""
    return frame(PLACES, *rows)


def test_spread_counts_cities_by_level() -> None:
    """From dormant upwards, the unrated last; sums of what is known, null where nothing is."""
    rows = places(
        {"planet": "Lok", "activity_level": "very_high", "population": 10, "active": 9},
        {"planet": "Lok", "activity_level": "dormant", "population": 10, "active": 0},
        {"planet": "Lok", "activity_level": "dormant", "population": None, "active": 0},
        {"planet": "Lok", "activity_level": None, "population": None, "active": None},
    )
    told = lists.spread(rows)
    assert told["activity_level"].astype(object).where(
        told["activity_level"].notna(), None
    ).tolist() == ["dormant", "very_high", None]
    assert told["cities"].tolist() == [2, 1, 1]
    assert told["population"].tolist()[:2] == [10, 10]
    assert pd.isna(told["population"].iloc[2])
    assert lists.spread_title(told) == "2 of 4 cities are dormant"
    assert lists.spread_chart(told).to_dict()
    assert lists.spread_title(lists.spread(rows.head(0))) == "Activity of cities"


def test_unknown_changes_are_told() -> None:
    """With their reason, one or all; nothing where all are known."""
    notes = {"change_24h": "needs 24 h of own history", "city": "the row is a whole planet"}
    assert lists.unknown(notes) == "Change in 24 h: not known yet, needs 24 h of own history."
    assert lists.unknown({}) == ""
    assert lists.unknown(notes | {"change_7d": "needs 7 days of own history"}, "change_7d") == (
        "Change in 7 d: not known yet, needs 7 days of own history."
    )
    assert population_places.growing_title(places(), "why") == "Growing cities: not known yet"
    grown = places({"city": "Mos", "planet": "Lok", "change_24h": 12.0})
    assert population_places.growing_title(grown, "") == (
        "1 city grew by 10 or more in 24 h, first Mos on Lok: 12 more"
    )
    assert population_places.growing_title(places(), "") == "No city grew by 10 or more in 24 h"


def test_course_tells_where_a_series_stands() -> None:
    """Last known against first known; not enough of it is said, not guessed."""
    series = pd.DataFrame({"label": ["a", "b", "c"], "n": [10.0, None, 7.0]})
    assert trend_in_words(series, "n", noun="heads") == "7 heads, down 3 since a"
    assert trend_in_words(series.tail(1), "n", noun="heads") == "Not enough history for a trend"
    assert trend_in_words(series.assign(n=5.0), "n", noun="heads") == "5 heads, unchanged since a"


def test_charts_draw_missing_and_no_values() -> None:
    """Valid without rows, with unknown planets and with unknown figures."""
    odd = places(
        {"planet": None, "city": EVIL, "population": 9, "active": None},
        {"planet": "Lok", "city": EVIL, "population": None, "active": 3, "activity_level": "Odd"},
    ).assign(cities=1)
    for rows in (odd, odd.head(0)):
        assert population_charts.planet_bars(rows).to_dict()
        assert population_places.ranking(rows, value="population").to_dict()
    data = max(population_charts.planet_bars(odd).to_dict()["datasets"].values(), key=len)
    assert [row["_says"] for row in data] == ["9 · —", "3 · Odd"]


@pytest.mark.usefixtures("sample")
def test_page_answers_its_questions() -> None:
    """Who is on, when it is busiest, where people live; what needs history is not faked."""
    app = opened(PAGE)
    assert not app.exception
    assert "This part failed" not in said(app)
    assert "on: too few weeks to say whether that is usual (n=0)" in titles(app)[0]
    assert charts(app) == len(titles(app)) == 1
    assert {"Online now", "Same hour last week", "Today's peak so far"} < set(figures(app))
    assert figures(app)["Same hour last week"] == "—"
    assert {"Busiest hour so far", "Busiest hours"} & set(figures(app))
    assert "Citizens" in figures(app)
    assert [button.label for button in app.download_button] == ["CSV", "JSON"]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("view", "words", "cards", "drawn"),
    [
        ("Planets", "Most people live on", 1, 1),
        ("Activity", "dormant", 2, 2),
        ("Popular and growing", "Growing cities: not known yet", 2, 1),
        ("All places", "cities and", 1, 0),
        ("Trend", "active citizens", 1, 1),
    ],
)
def test_every_view_has_its_cards(view: str, words: str, cards: int, drawn: int) -> None:
    """Each cited and downloadable; what needs history says so."""
    app = seen(PAGE, view)
    assert not app.exception
    assert "This part failed" not in said(app)
    assert len(titles(app)) == cards
    assert any(words in title for title in titles(app))
    assert charts(app) == drawn
    assert [button.label for button in app.download_button] == ["CSV", "JSON"] * cards
    assert said(app).count("Source: swgtracker") == cards
    needs = "needs 24 h of own history" in said(app).replace("\\", "")
    assert needs == (view in {"Planets", "Popular and growing"})


@pytest.mark.usefixtures("sample")
def test_population_trends_sum_the_cities() -> None:
    """By planet, most people first; changes are null, not 0."""
    app = seen(PAGE, "Planets", population_trends_view="Table")
    planets = table(app, "planet", "cities")
    everywhere = table(seen(PAGE, "All places"), "city")
    cities = everywhere.loc[everywhere["city"].notna()]
    assert planets["population"].is_monotonic_decreasing
    assert planets["population"].sum() == cities["population"].sum()
    assert planets["active"].sum() == cities["active"].sum()
    assert planets["change_24h"].isna().all()
    assert planets["change_7d"].isna().all()
    assert figures(app)["Citizens"] == f"{cities['population'].sum():,}"


@pytest.mark.usefixtures("sample")
def test_link_restores_the_view() -> None:
    """Limits, levels and the planets of the sidebar come with the link."""
    link = {"population_least": "60", "population_level": "Very high", "planets": ["Talus", "Lok"]}
    link |= {f"population_{card}_view": "Table" for card in ("popular", "active", "levels")}
    app = seen(PAGE, "Popular and growing", **link)
    assert not app.exception
    popular = app.dataframe[0].value
    levels, lively = (one.value for one in seen(PAGE, "Activity", **link).dataframe)
    assert popular["population"].min() >= 60
    assert popular["population"].is_monotonic_decreasing
    assert set(lively["activity_level"]) == {"very_high"}
    for one in (popular, lively, levels, table(seen(PAGE, "All places", **link), "city")):
        assert len(one)
        assert set(one["planet"]) <= {"Talus", "Lok"}


@pytest.mark.usefixtures("sample")
def test_filter_changes_rows() -> None:
    """Fewer cities above a higher limit; another level lists other cities."""
    app = seen(PAGE, "Popular and growing", population_popular_view="Table")
    popular = app.dataframe[0].value
    app.slider(key="population_least").set_value(100).run()
    assert 0 < len(app.dataframe[0].value) < len(popular)
    app = seen(PAGE, "Activity", population_active_view="Table")
    lively = app.dataframe[0].value
    app.button_group(key="population_level").set_value("Low").run()
    quiet = app.dataframe[0].value
    assert not set(quiet["city"] + quiet["planet"]) & set(lively["city"] + lively["planet"])


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("view", "link"),
    [
        ("Popular and growing", {"population_least": "9999"}),
        ("Popular and growing", {"population_least": "NaN"}),
        ("Activity", {"population_level": EVIL}),
        ("Now", {"population_now_view": "\x00", "zone": "Mars/Olympus"}),
        (EVIL, {}),
    ],
)
def test_bad_links_fall_back_with_a_note(view: str, link: dict[str, Any]) -> None:
    """A value that is not possible is ignored, said so, and shown as plain text."""
    app = seen(PAGE, view, **link)
    assert not app.exception
    assert "Ignored from the link" in said(app)
    assert EVIL not in said(app)
    assert len(titles(app)) >= 1


def answered(site: Site, online_block: object) -> Any:
    """The page while the pulse says this of who is online."""
    site.says["/api/pulse.php"] = json.dumps({"online": online_block, "broadcasts": []}).encode()
    return opened(PAGE, zone="Europe/Berlin")


def beside(app: Any) -> dict[str, str]:
    """What stands beside the headline figures, without the escapes."""
    return {
        one.label.replace("\\", ""): one.proto.delta_description.replace("\\", "")
        for one in app.metric
    }


def test_nobody_online_is_an_answer(site: Site) -> None:
    """Zero players is legal while the server is down; the peak of the day stays."""
    at = int(datetime(2026, 8, 16, 0, 10, tzinfo=UTC).timestamp())
    history = [{"timestamp": at, "online": "388"}, {"timestamp": at + 600, "online": 0}]
    app = answered(site, {"current": 0, "peak_today": "388", "history": history})
    assert figures(app)["Online now"] == "0"
    assert figures(app)["Today's peak so far"] == "388"
    assert beside(app)["Today's peak so far"] == "at 02:10 CEST"
    assert titles(app)[0].startswith("Nobody is on: too few weeks")


def test_missing_online_block_is_not_known(site: Site) -> None:
    """No block is not zero; the cities live."""
    app = answered(site, None)
    assert not app.exception
    assert figures(app)["Online now"] == "—"
    assert titles(app)[0] == "Online now is not known"
    assert figures(app)["Citizens"] != "—"


def test_peak_between_samples_has_no_invented_time(site: Site) -> None:
    """The site knows a higher peak than its samples show."""
    history = [{"timestamp": 1786870800, "online": 388}]
    app = answered(site, {"current": 300, "peak_today": 655, "history": history})
    assert titles(app)[0].startswith("300 on: ")
    assert figures(app)["Today's peak so far"] == "655"
    assert beside(app)["Today's peak so far"] == "time not known"


@pytest.mark.parametrize("trouble", [404, 503, b"<html>maintenance</html>"])
def test_dead_pulse_is_a_sentence_and_the_cities_live(site: Site, trouble: int | bytes) -> None:
    """Nothing of who is online, everything of where they live."""
    site.says["/api/pulse.php"] = trouble
    app = opened(PAGE)
    assert not app.exception
    assert said(app).count("Feed down") == 2  # of the headline and of the view
    assert "<html>" not in said(app)
    assert figures(app)["Citizens"] != "—"
    for view in views(app)[ONLINE:]:
        app = seen(PAGE, view)
        assert said(app).count("Feed down") == 1
        assert titles(app)


def test_dead_cities_leave_the_pulse(site: Site) -> None:
    """Who is online stays; the rest is told once for each part."""
    site.says["/api/cities.php"] = 404
    app = opened(PAGE)
    assert not app.exception
    assert said(app).count("Feed down") == 1
    assert len(titles(app)) == 1
    assert figures(app)["Online now"] != "—"
    for view in views(app)[ONLINE:]:
        app = seen(PAGE, view)
        assert not app.exception
        assert said(app).count("Feed down") >= 2
        assert not titles(app)


def test_empty_feeds_say_so(site: Site) -> None:
    """No cities and no samples: no zeros, no drawings."""
    site.says["/api/cities.php"] = b'{"results": [], "aggregate": null, "planets": []}'
    site.says["/api/pulse.php"] = b'{"online": {"history": []}, "broadcasts": null}'
    for view in views(opened(PAGE)):
        app = seen(PAGE, view)
        assert not app.exception
        assert "This part failed" not in said(app)
        reasons = ("The feed is empty", "not known yet, needs", "keep it running")
        told = sum(said(app).count(reason) for reason in reasons)
        assert told >= len(titles(app)) > 0
        assert charts(app) == 0
        assert set(figures(app).values()) == {"—"}


@pytest.mark.parametrize(("page", "cards"), [("population", 6), ("cities", 6)])
def test_pages_of_the_plain_source(monkeypatch: pytest.MonkeyPatch, page: str, cards: int) -> None:
    """Documents of one's own fill what they can; the rest says it is not offered."""
    monkeypatch.setenv("SWG_SOURCE", "live")
    monkeypatch.setenv("SWG_PROVIDER", "plain")
    for name in ("materials", "guilds_cities", "population"):
        monkeypatch.setenv(f"SWG_PLAIN_{name.upper()}", str(ROOT / f"tests/data/plain_{name}.json"))
    told, drawn = "", 0
    for view in views(opened(page)):
        app = seen(page, view)
        assert not app.exception
        assert "This part failed" not in said(app)
        told += said(app)
        drawn += len(titles(app))
    assert "Not offered" in told
    assert drawn == cards
