"""The views of our own history on guilds, cities and the first page; with a past and without."""

import json
from typing import Any, Final

import pytest

from tests.support import app_visitors
from tests.support.app_visitors import charts, figures, opened, said, seen, table, titles
from tests.support.fake_site import Site

fresh_caches = app_visitors.fresh_caches
VIEWS: Final = {
    "guilds": ("Movers", "Growing and fading", "Compare"),
    "cities": ("Movers", "Growing and fading", "Compare", "Forecast"),
}
EVERY: Final = [(page, view) for page, views in VIEWS.items() for view in views]
CHANGED: Final = "Changed since your last visit"


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented galaxy, without a past."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "2000")


@pytest.fixture
def past(sample: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With five weeks of it."""
    del sample
    monkeypatch.setenv("SWG_SAMPLE_DAYS", "36")


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize(("page", "view"), EVERY)
def test_each_view_tells_something(page: str, view: str) -> None:
    """A chart or a table with rows, and no error."""
    app = seen(page, view)
    assert not app.exception
    assert charts(app) + len(app.dataframe)
    assert "yet" not in " ".join(titles(app))


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("page", "view"), EVERY)
def test_each_view_says_what_it_needs(page: str, view: str) -> None:
    """Without a history nothing is made up of what the feeds say today."""
    app = seen(page, view)
    assert not app.exception
    assert charts(app) == 0
    assert "read" in said(app)
    assert not [one for one in app.dataframe if len(one.value)]


@pytest.mark.usefixtures("past")
def test_movers_within_the_filters() -> None:
    """The filters of the page narrow them; the meta of the downloads says so."""
    every = table(seen("guilds", "Movers", guilds_movers_view="Table"), "before_at")
    rebels = table(
        seen("guilds", "Movers", guilds_movers_view="Table", guilds_faction="Rebel"), "before_at"
    )
    assert set(rebels["faction"]) == {"Rebel"} < set(every["faction"].dropna())
    week = seen("guilds", "Movers", guilds_movers_window="7 d", guilds_movers_of="Members")
    assert titles(week)[-1].startswith("In 7 d, ")
    assert titles(week)[-1].endswith(" members")


@pytest.mark.usefixtures("past")
def test_whom_to_compare_stands_in_the_link() -> None:
    """Up to eight; a name that is not there is remarked upon."""
    names = list(seen("cities", "Compare").multiselect(key="cities_compare_who").options)
    app = seen("cities", "Compare", cities_compare_who=[*names[:2], "Nowhere"])
    assert app.multiselect(key="cities_compare_who").value == names[:2]
    assert "Nowhere" in said(app)
    listed = seen("cities", "Compare", cities_compare_who=names[:2], cities_compare_view="Table")
    assert set(table(listed, "index")["entity"]) <= {name.split(" · ")[0] for name in names[:2]} | {
        *names[:2]
    }


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize("page", ["guilds", "cities"])
def test_own_past_beside_the_record_of_the_site(page: str) -> None:
    """Two cards for the one that the link names."""
    app = opened(page)
    if page == "guilds":
        link: dict[str, Any] = {"g": app.selectbox(key="g").options[0]}
    else:
        city = table(app, "name", "planet").iloc[0]
        link = {"c": city["name"], "p": city["planet"]}
    told = opened(page, **link, guilds_past_view="Table", cities_past_view="Table")
    assert not told.exception
    assert table(told, "timestamp", "active")["timestamp"].notna().all()
    assert len([one for one in titles(told) if str(next(iter(link.values()))) in one]) >= 2


@pytest.mark.usefixtures("past")
def test_forecast_of_one_city() -> None:
    """Asked for by name, in the link."""
    name = seen("cities", "Forecast").selectbox(key="cities_ahead").options[0]
    app = seen("cities", "Forecast", cities_ahead=name)
    assert any(one.startswith(f"{name}: about ") for one in titles(app))
    assert any("the baseline" in one for one in titles(app))


@pytest.mark.usefixtures("past")
def test_the_first_page_tells_movers_of_a_day_and_a_week() -> None:
    """Of cities and of guilds."""
    assert any(one.startswith("In 24 h, ") for one in titles(opened("glance")))
    week = opened("glance", glance_movers_window="7 d", glance_among="guilds")
    assert any(one.startswith("In 7 d, ") for one in titles(week))


@pytest.mark.usefixtures("sample")
def test_the_first_page_does_not_fake_movers() -> None:
    """Nothing was read before: it says what it needs."""
    assert "No movers can be told yet" in said(opened("glance"))


@pytest.mark.usefixtures("past")
def test_changed_since_a_span_and_since_the_last_visit() -> None:
    """A day where the link carries no visit; pressing the button puts one there."""
    app = seen("glance", CHANGED)
    assert not app.exception
    assert "My last visit" not in app.segmented_control(key="glance_since").options
    assert figures(app)["Spawns in / out"] != "—"
    app.button(key="glance_seen").click().run()
    assert str(app.query_params["since"]).endswith("Z")
    assert app.segmented_control(key="glance_since").value == "My last visit"


@pytest.mark.usefixtures("past")
def test_a_link_with_a_visit() -> None:
    """It is compared with then; one that is no time is remarked upon."""
    app = seen("glance", CHANGED, since="2020-01-01T00:00Z")
    assert "our readings begin" in said(app)
    assert figures(app)["Spawns in / out"] == "—"
    assert "is not possible here" in said(seen("glance", CHANGED, since="yesterday"))


@pytest.mark.usefixtures("sample")
def test_changes_without_a_history() -> None:
    """Unknown, not none."""
    app = seen("glance", CHANGED)
    assert figures(app)["Cities new / gone"] == "—"
    assert "Not told" in said(app)


def test_names_of_the_feed_stay_text(site: Site) -> None:
    """A hostile name in a list to choose from, and in titles."""
    evil = "![x](http://evil.example/x.png)"
    guild = {"guild_name": evil, "guild_abbrev": "E", "members": 5, "active": 2}
    site.put("/api/guilds.php", json.dumps({"results": [guild]}).encode())
    for view in VIEWS["guilds"]:
        app = seen("guilds", view)
        assert not app.exception
        assert "![x](" not in said(app)
