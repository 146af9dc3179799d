"""The card, the filters, the error boundary and the frame, as a visitor meets them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from swgdata._version import __version__
from swgdata.errors import FeedDeclined, FeedUnavailable, NotOffered
from swgdata.export import FORMATS
from swgdata.feeds.model import ImportIssues, Rejection
from swgdata.sources import snapshot as snapshots
from swgdata.sources.snapshot import Snapshot
from swgdata.tables import Result
from swgdata.tables.steps import follow
from swgdata.ui import data
from swgdata.ui.components import panel, provenance, table
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.scope import Scope
from tests.support import app_visitors
from tests.support.app_visitors import said
from tests.support.fake_site import Site
from tests.support.services import ROOT

fresh_caches, sample = app_visitors.fresh_caches, app_visitors.sample
opened = partial(app_visitors.opened, "guilds")
CANARY: Final = "CANARY-4711 /srv/secret/path"


def shown(app: AppTest, place: int = 0) -> pd.DataFrame:
    """One of the tables on the page."""
    return app.dataframe[place].value


@pytest.mark.usefixtures("sample")
def test_page_says_sample_and_cites_every_card() -> None:
    """Banner above, badge, source, time and age below each card, downloads on each."""
    app = opened()
    assert not app.exception
    assert "SAMPLE" in app.info[0].value
    cited = [caption.value for caption in app.caption if "Source: swgtracker" in caption.value]
    assert len(cited) == 1
    assert all("SAMPLE" in one and "UTC" in one and "as of" in one for one in cited)
    assert [button.label for button in app.download_button] == ["CSV", "JSON"]
    assert "guilds" in app.main.caption[-1].value


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("view", "title"),
    [
        ("Members and active", "is the liveliest"),
        ("Trend", "active members"),
        ("Territory", "holds the most"),
    ],
)
def test_every_view_of_the_guilds_is_a_card(view: str, title: str) -> None:
    """One at a time, opened by a link: chart, downloads and source of its own."""
    app = opened(guilds_show=view)
    assert not app.exception
    assert len(app.subheader) == 1
    assert title in app.subheader[0].value
    assert len(app.get("vega_lite_chart")) == 1
    assert [button.label for button in app.download_button] == ["CSV", "JSON"]
    assert sum("Source: swgtracker" in caption.value for caption in app.caption) == 1


@pytest.mark.usefixtures("sample")
def test_a_view_that_is_not_shown_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No card of another view is asked for, not even its data; the switch draws it."""
    asked: list[str] = []
    real = data.answer

    def answer(table: str, /, **parameters: object) -> Result:
        asked.append(table)
        return real(table, **parameters)

    monkeypatch.setattr(data, "answer", answer)
    app = opened()
    assert set(asked) == {"guilds"}
    app.segmented_control(key="guilds_show").set_value("Territory").run()
    assert "territory_heatmap" in asked
    assert "holds the most" in said(app)


@pytest.mark.usefixtures("sample")
def test_filters_outlive_a_look_at_another_view() -> None:
    """What was chosen in one view is still chosen when the visitor comes back to it."""
    app = opened(guilds_show="Trend", guilds_trend="Members")
    app.segmented_control(key="guilds_show").set_value("Directory").run()
    app.segmented_control(key="guilds_show").set_value("Trend").run()
    assert app.segmented_control(key="guilds_trend").value == "Members"


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("view", ["Directory", "Trend", "Territory"])
def test_one_guild_opens_by_link_in_every_view(view: str) -> None:
    """Its past stands above the switch, ours and the site's, and the view below it."""
    tag = str(shown(opened())["tag"].iloc[0])
    app = opened(guilds_show=view, g=tag)
    assert not app.exception
    assert app.subheader[0].value.startswith(f"{tag}\\:")
    assert len(app.subheader) == 3  # our own readings, the record, the view


@pytest.mark.usefixtures("sample")
def test_link_restores_the_view() -> None:
    """A shared link opens with its filters set, and the rows are those they allow."""
    everyone = shown(opened())
    app = opened(guilds_faction="Rebel", guilds_size="30", guilds_recruiting="Yes")
    rows = shown(app)
    assert app.selectbox(key="guilds_faction").value == "Rebel"
    assert 0 < len(rows) < len(everyone)
    assert set(rows["faction"]) == {"Rebel"}
    assert rows["members"].min() >= 30
    assert rows["recruiting"].all()
    assert app.subheader[0].value.startswith(f"{len(rows)} of {len(everyone)}")


@pytest.mark.usefixtures("sample")
def test_filter_and_view_change_what_is_drawn() -> None:
    """A filter narrows the table; a card turns from its chart to its table."""
    app = opened()
    app.selectbox(key="guilds_faction").set_value("Imperial").run()
    assert set(shown(app)["faction"]) == {"Imperial"}
    app.segmented_control(key="guilds_show").set_value("Members and active").run()
    assert len(app.get("vega_lite_chart")) == 1
    app.button_group(key="guilds_scatter_view").set_value("Table").run()
    assert set(shown(app)["faction"]) == {"Imperial"}
    assert not app.get("vega_lite_chart")


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    "link",
    [
        {"guilds_faction": "![x](http://evil.example/x.png)"},
        {"guilds_size": "9999", "guilds_share": "NaN"},
        {"guilds_size": "1e400", "guilds_share": "-5"},
        {"g": "' OR 1=1 --", "guilds_show": "../../etc/passwd"},
        {"planets": ["Lok", "Hoth"], "zone": "Mars/Olympus", "window": "-1", "hide": "perhaps"},
        {"guilds_directory_view": "\x00", "guilds_recruiting": "maybe"},
    ],
)
def test_bad_links_fall_back_with_a_note(link: dict[str, Any]) -> None:
    """A value that is not possible is ignored, said so, and shown as plain text."""
    app = opened(**link)
    assert not app.exception
    assert "Ignored from the link" in said(app)
    assert "![x](http" not in said(app)
    assert len(shown(app)) == 60


@pytest.mark.usefixtures("sample")
def test_long_search_is_cut_and_searched_as_plain_text() -> None:
    """200 characters at most; a pattern is no pattern."""
    app = opened(guilds_name="(a+)+$" + "a" * 10_000)
    assert not app.exception
    assert len(app.text_input(key="guilds_name").value or "") == 200
    assert "Nothing matches these filters" in said(app)


@pytest.mark.usefixtures("sample")
def test_keys_are_taken_out_of_the_address_bar() -> None:
    """A key in a link is never read and does not stay."""
    app = opened(apikey="CANARY", Key="CANARY")
    assert not {"apikey", "Key"} & set(app.query_params)


def test_dead_feed_is_a_sentence_and_the_rest_lives(site: Site) -> None:
    """Without the cities the territory says so; the guilds stay."""
    site.says["/api/cities.php"] = 404
    app = opened(guilds_show="Territory")
    assert not app.exception
    assert "Feed down" in said(app)
    assert len(app.metric) == 4
    assert len(shown(opened())) == 60


def test_dead_main_feed_leaves_the_frame(site: Site) -> None:
    """Without the guilds the page is a sentence within its frame."""
    site.says["/api/guilds.php"] = b"<html>maintenance</html>"
    app = opened()
    assert not app.exception
    assert app.title[0].value == "Guilds"
    assert "Feed down" in said(app)
    assert "<html>" not in said(app)
    held = opened(guilds_show="Territory")  # needs no guild list: the cities fly the tags
    assert "holds the most" in said(held)


def test_empty_feed_says_so(site: Site) -> None:
    """No guilds at all is not the same as no match."""
    site.says["/api/guilds.php"] = b'{"results": [], "aggregate": null}'
    app = opened()
    assert not app.exception
    assert "The feed is empty" in said(app)
    assert all(button.disabled for button in app.download_button[:2])


@pytest.fixture
def guilds(sample: None) -> Snapshot:
    """The guilds of the sample."""
    del sample
    return snapshots.load("guilds")


def test_four_kinds_of_nothing_have_four_texts(guilds: Snapshot) -> None:
    """No data yet, an empty feed, a filter without match, a feed that is down."""
    nothing = provenance.provenance_of(guilds)
    none_yet = replace(nothing, snapshots=())
    hollow = replace(guilds, tables={"guilds": guilds.frame.head(0)})
    texts = {
        provenance.why_empty(none_yet),
        provenance.why_empty(provenance.provenance_of(hollow)),
        provenance.why_empty(nothing),
        sentence(FeedUnavailable("guilds", "the site answered 503")),
    }
    assert len(texts) == 4
    assert [text for text in texts if "No data yet" in text]
    assert [text for text in texts if "60 rows" in text]


def sentence(error: Exception) -> str:
    """What the boundary makes of an error."""

    def script(error: Exception) -> None:
        from swgdata.ui.components.error_boundary import error_boundary as boundary

        with boundary("A part"):
            raise error

    app = AppTest.from_function(script, kwargs={"error": error}).run()
    assert not app.exception
    return said(app)


def test_boundary_says_who_is_down_and_when_it_is_asked_again() -> None:
    """One sentence: the feed, the reason, the next try in UTC."""
    until = datetime(2026, 8, 16, 18, 5, tzinfo=UTC)
    text = sentence(FeedUnavailable("guilds", "the site answered 503", until=until))
    assert "guilds feed" in text
    assert r"2026-08-16 18:05 UTC" in text
    paused = "the site answered 503; paused until 18:06 UTC"  # rounded up, as the client says it
    assert "Next try" not in sentence(FeedUnavailable("guilds", paused, until=until))
    assert "Declined" in sentence(FeedDeclined("guilds", "the site declined automated access"))
    assert "Not offered" in sentence(NotOffered("guilds", "not offered by this source"))


def test_unexpected_errors_reach_the_log_only(caplog: pytest.LogCaptureFixture) -> None:
    """The visitor sees a number; message, type and path stay in the log under that number."""
    text = sentence(ValueError(CANARY))
    assert "CANARY" not in text
    assert "ValueError" not in text
    assert ".py" not in text
    number = text.split("number **")[1][:8]
    assert number in caplog.text
    assert CANARY in caplog.text


def test_boundary_lets_control_flow_pass() -> None:
    """Stopping and rerunning a script are no errors."""
    with pytest.raises(KeyboardInterrupt), error_boundary("A part"):
        raise KeyboardInterrupt


def test_origin_of_a_feed_has_the_meta_of_an_export(guilds: Snapshot) -> None:
    """The keys in their order, with the filters that were applied."""
    origin = provenance.provenance_of(guilds, {"min_active_pct": 30})
    keys = ["table", "source", "provider", "as_of", "stale", "parameters", "rows", "version"]
    assert list(origin.meta) == keys
    assert origin.meta["parameters"] == {"min_active_pct": 30}
    assert origin.meta["version"] == __version__
    assert origin.is_sample


def test_line_under_a_card_names_what_is_wrong(
    guilds: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stale with its reason, records set aside, feeds it had to do without; all escaped."""
    lines: list[str] = []
    monkeypatch.setattr(streamlit, "caption", lambda text, **_: lines.append(text))
    now = datetime.now(UTC)
    old = replace(
        guilds,
        stale=True,
        reason="the site answered 503",
        issues=ImportIssues.of([Rejection(3, "name", "<b>", "text")]),
        as_of=now - timedelta(minutes=12, seconds=5),
    )
    provenance.show_provenance(
        replace(provenance.provenance_of(old), missing={"cities": "![x](y)"})
    )
    assert "12 min ago" in lines[0]
    assert "STALE" in lines[0]
    assert "the site answered 503" in lines[0]
    assert "1 record set aside" in lines[0]
    assert r"\!\[x\]\(y\)" in lines[0]


def test_downloads_have_all_rows_and_the_filters(
    guilds: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Built on press only, every row of the frame, meta in the JSON, names built by us."""
    pressed: dict[str, Any] = {}

    def button(label: str, data: Any, **options: Any) -> None:
        pressed[label] = (data, options)

    monkeypatch.setattr(streamlit, "download_button", button)
    rows = pd.concat([guilds.frame] * 20, ignore_index=True)
    whole = panel.AllRows(len(rows), lambda: rows)
    panel._downloads(
        whole, provenance.provenance_of(guilds, {"min_active_pct": 30}), "guilds_directory"
    )
    body, options = pressed["JSON"]
    document = json.loads(body())
    assert document["meta"]["rows"] == len(document["data"]) == len(rows) == 1200
    assert document["meta"]["parameters"] == {"min_active_pct": 30}
    assert document["meta"]["source"] == "sample"
    assert pressed["CSV"][0]() == FORMATS["csv"].write(rows, {})
    assert options["on_click"] == "ignore"
    assert options["file_name"].startswith("swg_sample-restoration_guilds_directory_")


def test_table_is_safe_to_read_and_to_copy() -> None:
    """Formulas neutralised, controls dropped, long text cut; the shared frame stays as it is."""
    frame = pd.DataFrame(
        {
            "name": pd.Series(["=1+1", "plain", "a\u202eb", "x" * 5000, None], dtype="str"),
            "kind": pd.Series(["a", "a", "+b", "a", "a"], dtype="category"),
            "spots": [["@SUM", "Lok"], None, ["Naboo"], [], ["Rori"]],
            "n": [1, -2, 3, 4, 5],
        }
    )
    before = frame.copy(deep=True)
    seen = table.readable(frame)
    assert seen["name"].tolist()[:3] == ["'=1+1", "plain", "ab"]
    assert len(seen["name"][3]) == table.CELL_LENGTH
    assert pd.isna(seen["name"][4])
    assert seen["kind"].tolist() == ["a", "a", "'+b", "a", "a"]
    assert seen["spots"][0] == ["'@SUM", "Lok"]
    assert seen["n"].tolist() == [1, -2, 3, 4, 5]
    pd.testing.assert_frame_equal(frame, before)


def test_columns_are_typed_by_their_values() -> None:
    """Times on the chosen clock, percents as bars, lists as chips or lines; own ones win."""
    frame = pd.DataFrame(
        {
            "seen": pd.to_datetime(["2026-08-16T10:00Z"]).as_unit("s"),
            "active_pct": pd.Series([35.2], dtype="Float64"),
            "planets": [("Lok", "Rori")],
            "recent": [[1.0, 2.0]],
            "recruiting": pd.Series([True], dtype="boolean"),
            "id": [1],
        }
    )
    chosen = table.configured(
        frame, columns={"id": None, "seen": "Last seen"}, notes={"recruiting": "not [told](x)"}
    )
    kinds = {name: one and one["type_config"]["type"] for name, one in chosen.items()}
    assert kinds == {
        "seen": "datetime",
        "active_pct": "progress",
        "planets": "list",
        "recent": "line_chart",
        "recruiting": "checkbox",
        "id": None,
    }
    assert chosen["seen"]["label"] == "Last seen"
    assert chosen["recruiting"]["help"] == r"not \[told\]\(x\)"


def test_table_sends_one_page_of_rows() -> None:
    """500 rows travel, the caption says of how many."""

    def script() -> None:
        import pandas as pd

        from swgdata.ui.components.table import data_table

        data_table(pd.DataFrame({"n": range(90_000)}), alt="Numbers")

    app = AppTest.from_function(script).run()
    assert not app.exception
    assert len(shown(app)) == 500
    assert "500 of 90,000" in said(app)


def test_scope_as_parameters() -> None:
    """Only what is set."""
    assert Scope().parameters == {}
    assert Scope(hide_restricted=True).parameters == {"hide_restricted": True}
    both = Scope(planets=("Lok", "Naboo"), hide_restricted=True)
    assert both.parameters == {"planet": "Lok,Naboo", "hide_restricted": True}
    frame = pd.DataFrame({"planet": pd.Series(["Lok", "Mustafar", None, "Hoth"], dtype="str")})
    assert follow(frame, [Scope(hide_restricted=True).step]).index.tolist() == [0, 2, 3]
    assert follow(frame, [Scope(planets=("Lok",)).step]).index.tolist() == [0]
    assert follow(frame, [Scope().step]) is frame


def test_scope_keeps_the_time_window() -> None:
    """Older rows go, rows without a time stay."""
    now = datetime(2026, 8, 16, tzinfo=UTC)
    times = pd.to_datetime(["2026-08-15T12:00Z", "2026-08-01T00:00Z", "NaT"], utc=True)
    frame = pd.DataFrame({"timestamp": times})
    day = Scope(window=timedelta(days=1))
    assert day.recent(frame, now).index.tolist() == [0, 2]
    assert Scope(window=None).recent(frame, now) is frame
    assert str(Scope(zone_name="Mars/Olympus").zone) == "UTC"


def test_settings_are_those_that_keep_strangers_apart() -> None:
    """The file says what reliability asks for, and the run-time override is in place."""
    import tomllib

    config = tomllib.loads(Path(ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["client"] == {"showErrorDetails": "none", "toolbarMode": "viewer"}
    assert config["runner"] == {"magicEnabled": False, "postScriptGC": False}
    assert config["server"] == {
        "fileWatcherType": "none",
        "maxUploadSize": 1,
        "enableStaticServing": False,
        "enableCORS": True,
        "enableXsrfProtection": True,
        "enableAgentApi": False,
    }
    assert config["browser"] == {"gatherUsageStats": False}
    for day, ground in (("light", 0), ("dark", 1)):
        from swgdata.ui import theme

        assert config["theme"][day]["backgroundColor"] == theme.BACKGROUNDS[ground]


def test_guilds_of_a_source_without_activity(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One's own spreadsheet has guilds but no tags, series or active members: they are shown."""
    document = tmp_path / "guilds.json"
    document.write_text(
        '{"guilds": [{"name": "Krayt", "faction": "Rebel", "member_count": 88}], "cities": '
        '[{"name": "Dune", "planet": "Lok", "guild_controlled": true, '
        '"controlling_guild": "Krayt"}]}'
    )
    monkeypatch.setenv("SWG_SOURCE", "live")
    monkeypatch.setenv("SWG_PROVIDER", "plain")
    monkeypatch.setenv("SWG_PLAIN_GUILDS_CITIES", str(document))
    app = opened()
    assert not app.exception
    assert "This part failed" not in said(app)
    assert shown(app)["name"].tolist() == ["Krayt"]
    assert "1 of 1 guilds" in said(app)
    assert "Krayt holds the most" in said(opened(guilds_show="Territory"))
    assert "does not tell how many members are active" in said(
        opened(guilds_show="Members and active")
    )
    assert "Not offered" in said(opened(guilds_show="Trend"))


@pytest.mark.parametrize(
    ("area", "names"),
    [
        ({}, None),
        ({"nowhere": [0, 9]}, None),
        ({"x": [1, 2]}, ["a", "b"]),
        ({"x": [2, 1], "y": [5, 6]}, ["a"]),
        ({"x": [7, 9]}, []),
    ],
)
def test_an_area_is_both_its_ranges(area: dict[str, list[float]], names: list[str] | None) -> None:
    """Both ends count, in either order; what is unknown lies nowhere."""
    rows = pd.DataFrame(
        {"name": ["a", "b", "c"], "x": [1, 2, 3], "y": pd.array([5, None, 6], "Int64")}
    )
    found = panel.within(rows, area)
    assert (None if found is None else found["name"].tolist()) == names
