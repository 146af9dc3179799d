"""The views of the population page about players online, with a past and without one."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from swgdata.tables import TABLES
from swgdata.tables.evaluate import conform
from swgdata.tables.online import WEEKDAYS
from swgdata.ui.charts.forecast import forecast_fan
from swgdata.ui.charts.heatmaps import week_grid
from swgdata.ui.population import headline
from swgdata.ui.population import titles as population_titles
from swgdata.ui.population.charts import day_lines, outage_ticks, usual_day
from tests.support import app_visitors
from tests.support.app_visitors import charts, figures, opened, said, seen, table, titles
from tests.support.fake_site import Site
from tests.support.history_series import utc

fresh_caches = app_visitors.fresh_caches
PAGE: Final = "population"
BERLIN: Final = ZoneInfo("Europe/Berlin")
VIEWS: Final = {
    "Now": "population_now",
    "Hour of week": "population_week",
    "Daily": "population_daily",
    "Outages": "population_outages",
    "Forecast": "population_forecast",
}
TITLES: Final = {
    "Now": "usual for a ",
    "Hour of week": "on average (n=",
    "Daily": "the highest peak of 30 days was",
    "Outages": "in the last 30 days",
    "Forecast": "Most are expected on",
}
YOUNG: Final = {
    "Now": "too few weeks to say whether that is usual (n=0)",
    "Hour of week": "too early to say",
    "Daily": "no whole day was read yet",
    "Outages": "No outage in the last 30 days",
    "Forecast": "No forecast yet",
}


@pytest.fixture
def _past(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented galaxy remembers forty days."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "400")
    monkeypatch.setenv("SWG_SAMPLE_DAYS", "40")


def rows(table_name: str, *given: dict[str, Any]) -> pd.DataFrame:
    """Rows of a named table; what is not given is null."""
    schema = TABLES[table_name].schema
    frame = pd.DataFrame(list(given), columns=list(schema))
    whole = {name: 0 for name, dtype in schema.items() if dtype in ("int64", "float64")}
    return conform(frame.fillna(whole).infer_objects(), schema)


@pytest.mark.usefixtures("_past")
@pytest.mark.parametrize("view", VIEWS)
def test_each_view_answers_with_a_past(view: str) -> None:
    """A title that states the answer with its n, a picture, downloads, where it comes from."""
    app = seen(PAGE, view, zone="Europe/Berlin")
    assert not app.exception
    assert "This part failed" not in said(app)
    assert TITLES[view] in titles(app)[0]
    assert charts(app) == 1
    cards = 2 if view == "Forecast" else 1
    assert [button.label for button in app.download_button] == ["CSV", "JSON"] * cards
    assert said(app).count("SAMPLE") > cards
    told = figures(app)
    assert {"Online now", "Same hour last week", "Today's peak so far"} <= set(told)
    assert any(label.startswith("Busiest hours (CE") for label in told)
    assert "—" not in told.values()


@pytest.mark.usefixtures("_past")
@pytest.mark.parametrize("view", VIEWS)
def test_each_view_lists_what_it_draws(view: str) -> None:
    """The table of the card has the columns of the named table."""
    name = {
        "Now": "online_today",
        "Hour of week": "hour_of_week",
        "Daily": "daily_online",
        "Outages": "outages",
        "Forecast": "online_forecast",
    }[view]
    app = seen(PAGE, view, window="all", **{f"{VIEWS[view]}_view": "Table"})
    shown = table(app, *TABLES[name].columns)
    assert len(shown)
    if view == "Hour of week":
        assert list(dict.fromkeys(shown["weekday"])) == list(WEEKDAYS)
        assert shown["n"].sum() > 4_000
    if view == "Outages":
        assert "zero" in set(shown["kind"])
    if view == "Forecast":
        errors = table(app, "model", "mae", "n")
        assert errors["model"].tolist() == ["usual course", "seasonal naive"]
        assert "the seasonal-naive baseline by" in said(app).replace("\\", "")


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_says_what_it_lacks_without_a_history(site: Site, view: str) -> None:
    """On the first day: today's samples, nothing invented, and why there is no more."""
    app = seen(PAGE, view)
    assert not app.exception
    assert "This part failed" not in said(app)
    assert YOUNG[view] in titles(app)[0]
    text = said(app).replace("\\", "")
    if view == "Now":
        assert charts(app) == 1
        assert "No verdict: only 0 of the 4 past weeks" in text
    if view == "Forecast":
        assert charts(app) == 0
        assert "No forecast: a forecast takes 3 weeks of history" in text
        assert "No past forecasts to judge by" in titles(app)
    assert figures(app)["Same hour last week"] == "—"
    assert figures(app)["Online now"] != "—"
    assert site.asked["/api/pulse.php"] == 1


@pytest.mark.parametrize("view", VIEWS)
def test_a_silent_pulse_is_not_nobody(site: Site, view: str) -> None:
    """Neither samples nor a figure: nothing is drawn, nothing is 0."""
    site.says["/api/pulse.php"] = b'{"online": {"history": []}, "broadcasts": null}'
    app = seen(PAGE, view)
    assert not app.exception
    assert "This part failed" not in said(app)
    assert charts(app) == 0
    told = figures(app)
    assert {told["Online now"], told["Same hour last week"], told["Busiest hours"]} == {"—"}
    assert "keep it running" in said(app).replace("\\", "")


@pytest.mark.usefixtures("_past")
def test_weeks_back_narrow_the_week() -> None:
    """Four weeks have fewer readings than twelve."""
    link = {"population_week_view": "Table"}
    app = seen(PAGE, "Hour of week", **link)
    many = table(app, "weekday", "n")["n"].sum()
    app.button_group(key="population_weeks").set_value("4").run()
    assert 0 < table(app, "weekday", "n")["n"].sum() < many


def test_the_title_says_whether_it_is_usual() -> None:
    """On the visitor's clock, with its n; unknown is said."""
    now: dict[str, Any] = {
        "at": utc("2026-08-23 18:07"),
        "online": 412,
        "verdict": "above",
        "n": 11,
    }
    told = headline.Now.of(rows("online_now", now))
    assert population_titles.now_title(told, zone=BERLIN) == (
        "412 on: more than usual for a Sunday 20:00 (n=11)"
    )
    few = told._replace(verdict=None, n=2)
    assert population_titles.now_title(few, zone=BERLIN) == (
        "412 on: too few weeks to say whether that is usual (n=2)"
    )
    assert population_titles.now_title(told._replace(online=0, verdict="below"), zone=UTC) == (
        "Nobody is on: fewer than usual for a Sunday 18:00 (n=11)"
    )
    nothing = headline.Now.of(rows("online_now", {}))
    assert population_titles.now_title(nothing, zone=UTC) == "Online now is not known"
    assert {one.value for one in headline.figures(nothing, rows("peak_hours"), zone=UTC)} == {"—"}


def test_last_week_beside_now() -> None:
    """How many more or fewer there are now; no arrow where that is not known."""
    told = headline.Now.of(rows("online_now", {"online": 90, "last_week": 100.4, "last_week_n": 6}))
    one = headline.against_last_week(told)
    assert (one.value, one.change, one.since) == ("100", "-10", "now (n=6)")
    same = headline.against_last_week(told._replace(online=100))
    assert (same.change, same.since) == ("", "on average (n=6)")
    assert headline.against_last_week(told._replace(online=None)).change == ""


def test_busiest_hours_say_what_they_rest_on() -> None:
    """Days and readings; that it is only today where it is."""
    hours = [
        {"hour": f"{hour}:00", "mean": mean, "n": 66, "days": 11}
        for hour, mean in (("21", 480.4), ("20", 470.0))
    ]
    told = headline.busiest(rows("peak_hours", *hours), zone=UTC)
    assert (told.label, told.value) == ("Busiest hours (UTC)", "21, 20 h")
    assert told.since == "480 on average (n=66)"
    assert "20:00: 470 (n=66)" in told.help
    assert "11 days" in told.help
    today = rows("peak_hours", {**hours[0], "days": 1, "provisional": "today's busiest so far"})
    first = headline.busiest(today, zone=UTC)
    assert (first.label, first.value) == ("Busiest hour so far", "21:00")
    assert first.since.startswith("today only")


def test_titles_of_outages_tell_the_kinds_apart() -> None:
    """How often and how long, each kind by itself."""
    zero = {"kind": "zero", "minutes": 30.0}
    missing = {"kind": "missing", "minutes": 2880.0}
    both = rows("outages", zero, zero, missing)
    assert population_titles.outage_title(both, "in the last 30 days") == (
        "Nobody was on 2 times (1 h in all) and nothing was read 1 time (2 d in all) "
        "in the last 30 days"
    )
    assert population_titles.outage_title(both.head(0), "so far") == "No outage so far"


START: Final = datetime(2026, 10, 24, 22, tzinfo=UTC)


def _examples() -> dict[str, tuple[Any, pd.DataFrame]]:
    day, hour = timedelta(days=1), timedelta(hours=1)
    slots: list[dict[str, Any]] = [
        {"time": f"{at // 6:02d}:{at % 6}0", "n": at % 7} for at in range(144)
    ]
    slots[3] |= {"today": 5.0, "low": 1.0, "middle": 2.0, "high": 3.0}
    week: list[dict[str, Any]] = [
        {"weekday": one, "hour": at, "n": 0} for one in WEEKDAYS for at in range(24)
    ]
    week[30] |= {"mean": 7.25, "n": 3, "days": 1}
    days = [
        {"day": f"2026-10-{25 + at}", "start": START + at * day, "mean": mean, "peak": mean}
        for at, mean in enumerate((5.0, None, 7.0))
    ]
    spans = [
        {"kind": "zero", "start": START, "end": START + hour, "minutes": 60.0},
        {"kind": "missing", "start": START + day, "end": None, "minutes": 90.0},
    ]
    ahead = [{"timestamp": START + at * hour, "expected": 5.0 + at} for at in range(3)]
    return {
        "online_today": (usual_day, rows("online_today", *slots)),
        "hour_of_week": (week_grid, rows("hour_of_week", *week)),
        "daily_online": (day_lines, rows("daily_online", *days)),
        "outages": (outage_ticks, rows("outages", *spans)),
        "online_forecast": (
            partial(forecast_fan, people="Players online"),
            rows("online_forecast", *ahead),
        ),
    }


def _drawn(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return max(spec["datasets"].values(), key=len)


@pytest.mark.parametrize("name", _examples())
def test_charts_are_valid_with_rows_and_without(name: str) -> None:
    """Whatever is missing of them."""
    draw, frame = _examples()[name]
    for some in (frame, frame.head(1), frame.head(0)):
        assert draw(some).to_dict()
    if name in ("daily_online", "outages", "online_forecast"):
        assert draw(frame, zone=BERLIN).to_dict()


def test_charts_leave_gaps_open_and_unseen_hours_empty() -> None:
    """A day nobody read is null in the line; an hour of the week nobody read has no cell."""
    draw, days = _examples()["daily_online"]
    drawn = _drawn(draw(days, zone=BERLIN).to_dict())
    assert [row["mean"] for row in drawn] == [5.0, None, 7.0]
    assert drawn[0]["_at"].startswith("2026-10-25T00:00")  # its midnight in Berlin
    draw, week = _examples()["hour_of_week"]
    cells = _drawn(draw(week).to_dict())
    assert [(row["when"], row["n"], row["_paint"]) for row in cells] == [("Tuesday 06:00", 3, 0.35)]
    draw, spans = _examples()["outages"]
    ticks = _drawn(draw(spans).to_dict())
    assert [(row["what"], row["until"]) for row in ticks] == [
        ("Nobody on (0)", "2026-10-24 23:00"),
        ("Nothing read", "still so"),
    ]


@pytest.mark.usefixtures("_past")
def test_the_first_page_compares_with_last_week() -> None:
    """Players now against the same hour a week ago, in its headline."""
    online_now = opened("glance").metric[0]
    assert online_now.label == "Players online"
    assert online_now.proto.delta_description.startswith("last week ")
