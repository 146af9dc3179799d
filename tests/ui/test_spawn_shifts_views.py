"""The views of the spawn shifts page beside the changes: with a past, without one, elsewhere."""

from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from swgdata import query
from swgdata.game.classes import CLASSES
from swgdata.sources.snapshot import load
from swgdata.tables.steps import family_names
from swgdata.ui.charts.diverging_bars import daily_bars
from swgdata.ui.resources.detail import outlook
from swgdata.ui.spawn_shifts import calendar, droughts, headline, lifetimes
from swgdata.ui.spawn_shifts import views as shift_views
from swgdata.ui.spawn_shifts.calendar import BARS, gantt
from swgdata.ui.spawn_shifts.charts import hours_left, survival_steps
from swgdata.ui.theme import RARITY_MARKS
from tests.support import app_visitors
from tests.support.app_visitors import charts, figures, opened, said, seen, table, titles, views
from tests.support.history_series import intervals
from tests.support.services import ROOT
from tests.support.table_inputs import ask
from tests.tables.test_spawn_lifetimes import Watch, crowd, daily

fresh_caches = app_visitors.fresh_caches
PAGE: Final = "shifts"
OURS: Final = ("Per day", "Lifetimes", "Leaving soon", "Calendar")


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented galaxy, which remembers a month."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "1500")
    monkeypatch.setenv("SWG_SAMPLE_DAYS", "30")


@pytest.fixture
def watch() -> Watch:
    """A crowd by hand."""
    return Watch(crowd(), daily())


@pytest.mark.usefixtures("past")
def test_every_view_has_a_chart_and_its_downloads() -> None:
    """Of the past that the sample ships; each by its own link, with figures above."""
    for view in (*OURS, "Droughts"):
        app = seen(PAGE, view)
        assert not app.exception, view
        assert views(app) == list(shift_views.VIEWS)
        assert charts(app) == 1, view
        cards = 2 if view == "Lifetimes" else 1
        assert [button.label for button in app.download_button] == ["CSV", "JSON"] * cards
        assert not any(button.disabled for button in app.download_button)
        told = figures(app)
        assert told["Half of spawns last"].endswith((" d", " h"))
        assert int(told["Overdue"].replace(",", "")) >= 0


@pytest.mark.usefixtures("past")
def test_lifetimes_say_the_chance_of_an_age() -> None:
    """With its n; refused for an age few were watched at."""
    app = seen(PAGE, "Lifetimes", shifts_age="6 days", shifts_ahead="3 d")
    odds = query.table("spawn_chances", age=144, ahead=72).frame
    row = odds.loc[odds["family"] == "all classes"].iloc[0]
    words = said(app).replace("\\", "")
    assert f"{100 * row['chance']:.0f} % of spawns this old last another 3 d, n={row['n']}" in words
    assert table(app, "chance", "reason")["n"].tolist() == odds["n"].tolist()
    gas = f"{'· ' * CLASSES['gas'].depth}Gas, gas"
    app = seen(PAGE, "Lifetimes", shifts_class=gas)
    assert not app.exception
    assert titles(app)[0].startswith("Gas: half last ")
    assert "At 5 days: Gas, " in said(app).replace("\\", "")
    app = seen(PAGE, "Lifetimes", shifts_age="30 days")
    assert "no number, since only" in said(app).replace("\\", "")


@pytest.mark.usefixtures("past")
def test_filters_narrow_every_view() -> None:
    """Class and planet stand in the link, whatever the view."""
    mineral = f"{'· ' * CLASSES['min'].depth}Mineral, min"
    app = seen(PAGE, "Leaving soon", shifts_class=mineral, shifts_leaving_view="Table")
    assert not app.exception
    assert "Ignored" not in said(app)
    rows = table(app, "hours_left", "chance_24h")
    expected = query.table("leaving_soon", class_code="min", limit=lifetimes.MOST).frame
    assert rows["name"].tolist() == expected["name"].tolist()
    assert set(rows["family"]) == {"Mineral"}
    app = seen(PAGE, "Calendar", shifts_class=mineral, shifts_calendar_view="Table", hide="true")
    assert titles(app)[0].split(" spawn")[1].startswith("s of Mineral")
    asked: dict[str, Any] = {"class_code": "min", "days": 30, "hide_restricted": True}
    assert len(table(app, "days_up")) == min(
        len(query.table("spawn_intervals", **asked).frame), 500
    )
    app = seen(PAGE, "Per day", shifts_planet="Lok", window="7 d", shifts_daily_view="Table")
    assert len(table(app, "looks", "vague")) <= 7


@pytest.mark.usefixtures("past")
def test_the_threshold_and_the_weights_of_droughts() -> None:
    """They ask the table; bad weights are noted."""
    link = {
        "shifts_threshold": 60,
        "shifts_weights": "OQ 66 SR 34",
        "shifts_droughts_view": "Table",
    }
    app = seen(PAGE, "Droughts", **link)
    rows = query.table("droughts", threshold=60, weights="OQ=66 SR=34").frame
    assert table(app, "good", "spawns")["good"].tolist() == rows["good"].tolist()[:500]
    assert "Quality of 1000 by" in said(app).replace("\\", "")
    assert "cannot be read" in said(seen(PAGE, "Droughts", shifts_weights="nonsense"))


@pytest.mark.usefixtures("site")
def test_without_a_past_it_is_said_what_to_do() -> None:
    """No invented numbers; droughts need none."""
    for view in OURS:
        app = seen(PAGE, view)
        assert not app.exception
        assert not charts(app)
        assert "No past yet" in said(app), view
        assert figures(app)["Half of spawns last"] == "—"
    assert charts(seen(PAGE, "Droughts")) == 1


def test_a_source_without_resources_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No views, no error."""
    monkeypatch.setenv("SWG_PROVIDER", "plain")
    monkeypatch.setenv("SWG_SOURCE", "live")
    for name in ("materials", "guilds_cities", "population"):
        monkeypatch.setenv(f"SWG_PLAIN_{name.upper()}", str(ROOT / f"tests/data/plain_{name}.json"))
    app = opened(PAGE)
    assert not app.exception
    assert not app.metric
    assert not app.segmented_control
    assert "not offered" in said(app) or "no resources" in said(app)


@pytest.mark.usefixtures("past")
def test_one_resource_tells_its_chance() -> None:
    """In the caption of its detail, where it is in spawn."""
    feed = load("resources")
    soon = query.table("leaving_soon", class_code="min").frame
    name = str(soon.loc[soon["chance_24h"].notna(), "name"].iloc[0])
    app = opened("resources", r=name)
    assert not app.exception
    words = said(app).replace("\\", "")
    assert "In spawn for " in words
    assert "% of spawns this old last another 24 h, n=" in words
    gone = int((~feed.frame["in_spawn"]).to_numpy().argmax())
    assert outlook(feed, gone, now=datetime.now(UTC)) == ""


@pytest.mark.usefixtures("past")
def test_the_card_for_another_page() -> None:
    """The first few to leave, as the sidebar narrows them."""

    def script() -> None:
        from swgdata.ui import run_state
        from swgdata.ui.scope import Scope
        from swgdata.ui.spawn_shifts import lifetimes

        run_state.begin()
        lifetimes.leaving_card(Scope(hide_restricted=True))

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    assert charts(app) == 1
    first = query.table("leaving_soon", hide_restricted=True).frame.iloc[0]
    assert titles(app)[0].startswith(f"{first['name']} may leave first: about ")
    assert "All 10 rows" in app.download_button[0].help


def test_charts_are_valid(watch: Watch) -> None:
    """Against the schema, with rows and with none."""
    days = ask("spawn_turnover", {}, history=watch).frame
    drawn = daily_bars(days).to_dict()
    shaded, bars, _ = drawn["layer"]
    sets = drawn["datasets"]
    assert len(sets[shaded["data"]["name"]]) == 3  # the days nobody looked
    assert len(sets[bars["data"]["name"]]) == 2 * len(days)
    ages = ask("spawn_lifetimes", {}, history=watch).frame
    drawn = survival_steps(ages, everything="All classes", age=120.0).to_dict()
    names = {row["family_name"] for rows in drawn["datasets"].values() for row in rows
             if "family_name" in row}  # fmt: skip
    assert names == {"Mineral", "All classes"}  # gas has too few
    soon = ask("leaving_soon", {}, history=watch).frame
    assert hours_left(soon, marks=RARITY_MARKS).to_dict()["layer"]
    spans = ask("spawn_intervals", {}, history=watch).frame
    drawn = gantt(spans, marks=RARITY_MARKS).to_dict()
    labels = {row["label"] for rows in drawn["datasets"].values() for row in rows}
    assert len(labels) == BARS
    for rows, draw in (
        (soon.head(0), hours_left),
        (spans.head(0), gantt),
    ):
        assert draw(rows, marks=RARITY_MARKS).to_dict()
    assert daily_bars(days.head(0)).to_dict()
    assert droughts.bars(ask("droughts", {"threshold": 70}).frame, top=5).to_dict()["layer"]


def test_words_by_hand(watch: Watch) -> None:
    """Titles and sentences of the crowd, and of nothing."""
    odds = ask("spawn_chances", {"age": 100.0}, history=watch).frame
    assert lifetimes.lifetimes_title(odds) == "Mineral: half last 8.8 d (n=45)"
    one = ask("spawn_chances", {"class_code": "gas", "age": 100.0}, history=watch).frame
    assert "at most 5 watched at once" in lifetimes.lifetimes_title(one)
    told = lifetimes.told(one, "24 h")
    assert told.startswith("Gas, no number, since only 0 spawns were watched at this age")
    assert "All classes, " in told
    soon = ask("leaving_soon", {}, history=watch).frame
    assert lifetimes.leaving_title(soon).startswith("Steel01 may leave first: about ")
    assert lifetimes.leaving_title(soon.head(0)) == "Leaving soon"
    named = family_names(soon)
    assert set(named) == set(soon)
    assert set(named["family"]) <= {"Mineral"}
    rows = ask("spawn_turnover", {}, history=watch).frame
    assert shift_views.daily_title(rows).endswith("n=30; nobody looked on 3 of 31 days")
    assert shift_views.daily_title(rows.head(0)) == "In and out each day"
    spans = ask("spawn_intervals", {}, history=watch).frame
    assert calendar.title(spans, None) == "49 spawns of all classes in this time, 4 still up"
    assert f"Of 49 the best {BARS} are drawn; choose a class" in calendar.caption(
        spans, is_chosen=False
    )
    assert len(calendar.best(spans, 3)) == 3
    dry = ask("droughts", {"threshold": 70}).frame
    assert droughts.title(dry, 70) == "No class that had a spawn of 70 % waits for one"
    none = ask("spawn_chances", {}, history=Watch(intervals(), [])).frame
    assert headline.lasting(none).value == "—"
    assert lifetimes.lifetimes_title(none).startswith("Too few")
    late = dry.assign(up=0, days=pd.array([14] + [None] * (len(dry) - 1), dtype="Int64"))
    assert [figure.value for figure in headline.overdue(late)] == ["1", "14 days"]
