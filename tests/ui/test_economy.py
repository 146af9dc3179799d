"""GCW & economy, as a visitor meets it: the war, wealth, professions, titles."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pandas as pd
import pytest

from swgdata.analytics.economy import (
    balance,
    by_family,
    lead_changes,
    profession_courses,
    since_first,
    wealth_journeys,
    wealth_ratio,
)
from swgdata.sources import snapshot as snapshots
from swgdata.tables.steps import follow, step
from swgdata.ui.economy import professions, views, war, wealth
from swgdata.ui.economy.professions import course_lines, family_bars
from swgdata.ui.economy.war import both_sides, gap, split_bar
from swgdata.ui.economy.wealth import average_and_median, journey
from swgdata.ui.text import days_of, signed, since, within
from tests.support import app_visitors
from tests.support.app_visitors import said, table
from tests.support.fake_site import Site

fresh_caches, sample = app_visitors.fresh_caches, app_visitors.sample
opened = partial(app_visitors.opened, "economy")
FEEDS = ("gcw", "wealth", "professions", "titles")

# View -> the feed of each of its cards.
VIEWS = {
    "War": ("gcw", "gcw"),
    "Wealth": ("wealth",),
    "The richest": ("wealth", "wealth"),
    "Professions": ("professions",),
    "Professions compared": ("professions",),
    "Titles": ("titles",),
}
DAYS = [datetime(2026, 8, day, tzinfo=UTC) for day in range(1, 32)]


def times(count: int) -> "pd.Series[Any]":
    """One time a day."""
    return pd.Series(DAYS[:count]).astype("datetime64[s, UTC]")


@pytest.mark.usefixtures("sample")
def test_every_panel_states_its_answer_and_its_source() -> None:
    """Eight cards in six views, each cited and downloadable, charts where they say more."""
    charts = 0
    for view, cards in VIEWS.items():
        app = opened(economy_show=view)
        assert not app.exception
        assert "SAMPLE" in app.info[0].value
        cited = [one.value for one in app.caption if "Source: swgtracker" in one.value]
        assert len(cited) == len(cards)
        assert all("SAMPLE" in one and "as of" in one and "UTC" in one for one in cited)
        assert [button.label for button in app.download_button] == ["CSV", "JSON"] * len(cards)
        assert len(app.metric) == 5
        charts += len(app.get("vega_lite_chart"))
    assert charts == 6
    first = opened()
    assert first.segmented_control(key="economy_show").options == list(VIEWS)
    assert "of active" in first.subheader[0].value


@pytest.mark.usefixtures("sample")
def test_family_narrows_the_professions() -> None:
    """The rows follow the family."""
    app = opened(economy_show="Professions", economy_professions_view="Table")
    everyone = table(app, "profession", "family", "share")
    app.selectbox(key="economy_family").set_value("healing").run()
    healers = table(app, "profession", "family", "share")
    assert set(healers["family"]) == {"healing"}
    assert 0 < len(healers) < len(everyone)


@pytest.mark.usefixtures("sample")
def test_link_restores_the_view() -> None:
    """A copied link opens with every choice set and the rows they allow."""
    link: dict[str, Any] = {
        "window": "7 d",
        "economy_war_as": "The gap",
        "economy_war_view": "Table",
        "economy_log": "true",
        "economy_compare": ["Chef", "Tailor"],
        "economy_over": "90 d",
        "economy_courses_view": "Table",
        "economy_family": "Crafter",
        "economy_title": "novice",
        "economy_command": "Novice Chef",
    }
    app = opened(**link)
    assert not app.exception
    assert len(table(app, "took_lead")) == 8
    assert app.button_group(key="economy_war_as").value == "The gap"
    assert opened(economy_show="Wealth", **link).toggle(key="economy_log").value is True
    app = opened(economy_show="Professions compared", **link)
    compared = table(app, "profession", "change")
    assert set(compared["profession"]) == {"Chef", "Tailor"}
    assert len(compared) == 2 * 91
    app = opened(economy_show="Professions", **link)
    assert app.selectbox(key="economy_family").value == "crafter"
    app = opened(economy_show="Titles", **link)
    assert table(app, "titlekey")["title"].str.startswith("Novice").all()
    assert app.code[0].value == "/title title_chef_novice"


@pytest.mark.usefixtures("sample")
def test_window_widens_the_war() -> None:
    """All there is: 120 days in the sample."""
    app = opened(economy_war_view="Table", window="all")
    assert len(table(app, "took_lead")) == 120


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("view", "link"),
    [
        ("Professions", {"economy_family": "![x](http://evil.example/x.png)"}),
        ("Professions compared", {"economy_compare": ["Chef", "Jedi Master"]}),
        ("Professions compared", {"economy_over": "-1 d"}),
        ("Wealth", {"economy_log": "perhaps"}),
        ("War", {"economy_war_as": "../../etc/passwd"}),
        ("The richest", {"economy_follow": "' OR 1=1 --", "economy_journey_by": "\x00"}),
        ("Titles", {"economy_command": "no such title", "economy_title": "x" * 5000}),
        ("![x](http://evil.example/x.png)", {}),
    ],
)
def test_bad_links_fall_back_with_a_note(view: str, link: dict[str, Any]) -> None:
    """A value that is not possible is ignored, said so, and shown as plain text."""
    app = opened(economy_show=view, **link)
    assert not app.exception
    assert "Ignored from the link" in said(app)
    assert "![x](http" not in said(app)


@pytest.mark.usefixtures("sample")
def test_a_ninth_profession_is_left_out() -> None:
    """At most eight lines, whatever a link asks for."""
    everyone = opened(economy_show="Professions", economy_professions_view="Table")
    names = table(everyone, "profession", "family")["name"].tolist()[:12]
    link = {"economy_show": "Professions compared", "economy_courses_view": "Table"}
    app = opened(economy_compare=names, **link)
    assert not app.exception
    assert table(app, "profession", "change")["profession"].nunique() == 8


@pytest.mark.parametrize("dead", FEEDS)
def test_a_dead_feed_is_a_sentence_and_the_rest_lives(site: Site, dead: str) -> None:
    """The other feeds' panels stay."""
    site.says[f"/api/{dead}.php"] = 404
    for view, feeds in VIEWS.items():
        app = opened(economy_show=view)
        assert not app.exception
        assert said(app).count("Feed down") == feeds.count(dead)
        assert len(app.download_button) == 2 * (len(feeds) - feeds.count(dead))
        assert "Traceback" not in said(app)


def test_all_feeds_dead_leaves_the_frame(site: Site) -> None:
    """Dashes above, sentences below, no trace."""
    site.says |= {f"/api/{feed}.php": 503 for feed in FEEDS}
    for view, feeds in VIEWS.items():
        app = opened(economy_show=view)
        assert not app.exception
        assert [metric.value for metric in app.metric] == ["—"] * 3
        assert said(app).count("Feed down") == len(feeds)


def test_empty_feeds_say_why(site: Site) -> None:
    """An empty feed is told apart from a filter that matches nothing."""
    site.says |= {
        "/api/gcw.php": b'{"results": [], "latest": null}',
        "/api/wealth.php": b'{"snapshot": {"richest": []}, "history": [], "series": []}',
        "/api/professions.php": b'{"professions": [], "total": 0}',
        "/api/titles.php": b'{"results": []}',
    }
    assert "the site gives no latest count" in said(opened())
    empty = 0
    for view in VIEWS:
        app = opened(economy_show=view, economy_title="chef")
        assert not app.exception
        assert not app.get("vega_lite_chart")
        empty += said(app).count("The feed is empty")
    assert empty == 7


def test_a_search_without_hits_says_so(site: Site) -> None:
    """A filter that matches nothing says that there are titles."""
    app = opened(economy_show="Titles", economy_title="no such title")
    assert "Nothing matches these filters" in said(app)


def test_nobody_counted_is_no_share(site: Site) -> None:
    """Both sides 0: not 0 and 100 per cent but not available."""
    body = {"results": [], "latest": {"imperial": 0, "rebel": 0}}
    site.says["/api/gcw.php"] = json.dumps(body).encode()
    app = opened()
    assert not app.exception
    assert "no count available" in app.subheader[0].value
    assert app.metric[0].value == "—"
    assert table(app, "faction", "share")["share"].isna().all()


def test_hostile_and_odd_bodies_do_no_harm(site: Site) -> None:
    """Mark-up in names, names twice, no names, no times: shown as text, or as unknown."""
    evil = "![x](http://evil.example/x.png) <script>"
    professions_body = {
        "professions": [
            {"key": "a", "name": evil, "count": "7", "history": [5, None, 7]},
            {"key": "b", "name": evil, "count": None, "history": [1, 2]},
            {"key": "c", "name": None, "count": 3, "change_recent": -2, "history": []},
        ],
        "total": 10,
    }
    site.says["/api/professions.php"] = json.dumps(professions_body).encode()
    title = {"results": [{"friendly": evil, "titlekey": "k", "command": "=1+1"}]}
    site.says["/api/titles.php"] = json.dumps(title).encode()
    tables = {"economy_courses_view": "Table", "economy_professions_view": "Table"}
    found = {view: opened(economy_show=view, **tables) for view in VIEWS}
    for app in found.values():
        assert not app.exception
        assert "This part failed" not in said(app)
        assert "![x](http" not in "\n".join(one.value for one in app.subheader)
    names = set(table(found["Professions"], "family")["name"])
    assert names == {f"{evil} (a)", f"{evil} (b)", "c"}
    courses = table(found["Professions compared"], "record", "change")
    assert list(courses["record"]) == [1, 2, 3]
    for view in VIEWS:
        assert not opened(economy_show=view).exception


def test_the_lead_changes_hands_where_the_other_side_is_first_ahead() -> None:
    """Ties and unknown counts change nothing; the first leader took nothing over."""
    counts = pd.DataFrame(
        {
            "imperial": pd.array([5, 5, 4, None, 3, 9, 9, 8], "Int32"),
            "rebel": pd.array([5, 4, 4, 4, 4, 8, 10, 12], "Int32"),
        }
    )
    found = lead_changes(counts)
    assert found["lead"].tolist() == [0, 1, 0, pd.NA, -1, 1, -1, -4]
    assert found["took_lead"].dropna().to_dict() == {4: "Rebel", 5: "Imperial", 6: "Rebel"}
    assert "lead" not in counts


def test_the_ratio_is_unknown_without_a_median() -> None:
    """18 to 2.4 is 7.5; a median of 0 or none gives none."""
    wealth_rows = pd.DataFrame({"average": [18.0, 5.0, 5.0], "median": [2.4, 0.0, None]})
    ratio = wealth_ratio(wealth_rows)["ratio"]
    assert ratio[0] == pytest.approx(7.5)
    assert ratio[1:].isna().all()


def test_change_counts_from_the_first_known_value() -> None:
    """Each series from its own start; a gap stays a gap."""
    history = pd.DataFrame(
        {"key": ["a", "b", "a", "b", "a"], "count": pd.array([None, 2, 3, 5, None], "Int32")}
    )
    change = since_first(history, by="key", value="count")["change"]
    assert change.tolist() == [pd.NA, 0.0, 0.0, 3.0, pd.NA]


def test_a_window_ends_with_the_newest_row() -> None:
    """Seven days back from the last of the thirty-one; rows without a time stay."""
    frame = pd.DataFrame({"timestamp": times(31)})
    assert len(within(frame, timedelta(days=7))) == 8
    assert len(within(frame, None)) == 31
    untimed = frame.assign(timestamp=frame["timestamp"].mask(frame.index < 2))
    assert len(within(untimed, timedelta(days=7))) == 10
    assert since(frame) == " since 01 Aug"
    assert since(frame.assign(timestamp=frame["timestamp"].mask(frame.index >= 0))) == ""
    assert (days_of(None), days_of(timedelta(hours=24)), days_of(timedelta(days=30))) == (
        None,
        1,
        30,
    )


@pytest.mark.parametrize(
    ("imperial", "rebel", "shares", "title"),
    [
        (530, 466, [53.2, 46.8], "Imperial is ahead: 53.2 % of active, 530 to 466"),
        (7, 7, [50.0, 50.0], "Both sides are even: 7 active characters each"),
        (None, 7, None, "Faction balance: no count available"),
    ],
)
def test_balance_in_words(
    site: Site, imperial: int | None, rebel: int, shares: list[float] | None, title: str
) -> None:
    """530 of 996 are 53.2 %."""
    body = {"results": [], "latest": {"imperial": imperial, "rebel": rebel}}
    site.says["/api/gcw.php"] = json.dumps(body).encode()
    split = balance(snapshots.load("gcw").tables["gcw_latest"])
    assert split["faction"].tolist() == ["Imperial", "Rebel"]
    assert war.stand(split) == title
    if shares is None:
        assert split["share"].isna().all()
    else:
        assert split["share"].round(1).tolist() == shares
        assert split_bar(split).to_dict()


def test_tide_in_words() -> None:
    """How often, since when, who last."""
    rows = pd.DataFrame(
        {
            "timestamp": times(4),
            "imperial": pd.array([5, 3, 5, 6], "Int32"),
            "rebel": pd.array([4, 4, 4, 4], "Int32"),
        }
    )
    twice = lead_changes(rows)
    assert war.tide(twice) == "The lead changed hands twice since 01 Aug; last to Imperial, 03 Aug"
    assert (
        war.tide(twice[2:]) == "The lead changed hands once since 03 Aug; last to Imperial, 03 Aug"
    )
    assert war.tide(lead_changes(rows[2:])) == "The lead never changed hands since 03 Aug"
    assert war.tide(twice[:1]) == "Not enough history for a course"
    for chart in (both_sides(twice), gap(twice)):
        drawn = json.dumps(chart.to_dict())
        assert "triangle-up" in drawn
        assert "square" in drawn


def test_riches_in_words() -> None:
    """2.0M to 2.5M is up 25 %; 20M is 8 times that."""
    scans = pd.DataFrame({"timestamp": times(2), "average": [18e6, 20e6], "median": [2e6, 2.5e6]})
    rows = wealth_ratio(scans)
    assert (
        wealth.riches(rows) == "Median wealth 2.5M, up 25.0 % since 01 Aug; average 8.0 times that"
    )
    assert wealth.riches(rows[:1]) == "Not enough history for a course"
    drawn = average_and_median(rows.assign(median=[0.0, 2.5e6]), log=True).to_dict()
    assert [view["height"] for view in drawn["vconcat"]] == [260, 120]


def test_movement_by_symbol() -> None:
    """Up, down, same, new; unknown stays unknown."""
    top = pd.DataFrame(
        {
            "rank": [1, 2, 3, 4, 5],
            "character": list("abcde"),
            "credits": pd.array([9, 8, 7, 6, 5], "Int64"),
            "change": pd.array([2, -1, None, 0, None], "Int64"),
            "rank_move": pd.array([3, -2, None, 0, None], "Int32"),
        }
    )
    moved = follow(top, [step("movement", new=[2])])
    assert moved["movement"].fillna("?").tolist() == ["▲ 3", "▼ 2", "✦ new", "▬ same", "?"]
    assert list(moved)[:2] == ["rank", "movement"]
    assert wealth.richest_hold(top) == (
        "The 5 richest hold 35 credits together, +1 since the previous scan"
    )
    assert wealth.richest_hold(top[:0]) == "The richest characters"
    assert [signed(change) for change in (None, 3700.0, -12.0, 0.0)] == [
        "",
        "+3.7K",
        "-12",
        "0",
    ]


def test_journeys_rank_each_scan_and_keep_pseudonyms(site: Site) -> None:
    """1 + those with strictly more; a gap is no rank; two alike go by their ids."""
    stamps = [int(day.timestamp()) for day in DAYS[:3]]
    series = [
        {"id": "c_1", "short": "aa", "latest_rank": 2, "credits": [30, 10, 10]},
        {"id": "c_2", "short": "bb", "latest_rank": 1, "credits": [20, 20, 40]},
        {"id": "c_3", "short": "cc", "latest_rank": None, "credits": [20, None]},
        {"id": "c_4", "short": "cc", "latest_rank": 3, "credits": [None, None, 5]},
        {"id": None, "short": None, "latest_rank": 4, "credits": [1, 1, 1]},
    ]
    body = {"snapshot": {}, "history": [], "series": series, "labels": stamps}
    site.says["/api/wealth.php"] = json.dumps(body).encode()
    ranks = wealth_journeys(snapshots.load("wealth").tables["wealth_series"])
    found = {name: part["rank"].tolist() for name, part in ranks.groupby("character")}
    assert found == {"aa": [1, 2, 2], "bb": [2, 1, 1], "c_3": [2], "c_4": [3]}
    assert wealth.listed(ranks) == ("bb", "aa", "c_4", "c_3")
    assert wealth.climber(ranks) == "bb climbed most since 01 Aug: 1 place, from 2 to 1"
    assert wealth.climber(ranks[:0]) == "Nobody has climbed on the list"
    for measure in ("Rank", "Credits"):
        assert journey(ranks, measure=measure, follow=["aa"]).to_dict()


def worked() -> pd.DataFrame:
    """Three professions of two families."""
    return pd.DataFrame(
        {
            "profession": ["medic", "chef", "tailor"],
            "name": ["Medic", "Chef", None],
            "family": ["healing", "crafter", "crafter"],
            "count": pd.array([50, 20, 30], "Int32"),
            "share": pd.array([50.0, 20.0, 30.0], "Float64"),
            "change_recent": pd.array([-4, 3, None], "Int32"),
        }
    )


def test_professions_are_gathered_by_family() -> None:
    """Crafters before healers, the largest first; the key where there is no name."""
    rows = by_family(worked())
    assert rows["name"].tolist() == ["tailor", "Chef", "Medic"]
    assert professions.served(rows) == (
        "Medic is mastered most (50), Chef least (20); Chef grew most (+3)"
    )
    assert professions.served(rows[:0]) == "No counts of professions"
    assert professions.usual(rows) == ("Medic", "tailor", "Chef")
    drawn = json.dumps(family_bars(rows).to_dict(), ensure_ascii=False)
    assert all(text in drawn for text in ("§Crafter", "§Healing", "20   ▲ 3", "50   ▼ 4"))


def test_courses_are_compared_by_name() -> None:
    """Only the chosen ones, with their change; the largest gain and the largest loss in words."""
    stamps = [*times(2), *times(2)]
    history = pd.DataFrame(
        {
            "timestamp": pd.Series(stamps).astype("datetime64[s, UTC]"),
            "profession": ["chef", "chef", "medic", "medic"],
            "count": pd.array([17, 20, 50, 50], "Int32"),
        }
    )
    rows = profession_courses(history, [("chef", "Chef"), ("medic", "Medic")])
    assert rows["change"].tolist() == [0, 3, 0, 0]
    assert professions.changed(rows) == "Professions compared: Chef +3, Medic ±0 since 01 Aug"
    assert set(profession_courses(history, [("chef", "Chef")])["profession"]) == {"Chef"}
    assert professions.changed(rows[:0]) == "No history of these professions"
    for measure in ("Count", "Change since the start"):
        assert course_lines(rows, measure=measure).to_dict()


def test_titles_are_counted() -> None:
    """How many of how many, and what was searched for."""
    rows = pd.DataFrame({"title": ["Master Chef", "Novice (a+)+"]})
    assert views.found(rows[:1], rows, "chef") == "1 of 2 titles with “chef”"
    assert views.found(rows, rows, "") == "2 titles to wear"
