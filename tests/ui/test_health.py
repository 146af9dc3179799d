"""Feed health, as a visitor meets it: states, the update button, history, downloads."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from swgdata import sources
from swgdata.errors import FeedError
from swgdata.feeds.model import ImportIssues, Rejection
from swgdata.query import table as ask
from swgdata.sources import Source
from swgdata.sources import health as condition
from swgdata.sources.health import FeedHealth
from swgdata.sources.snapshot import load
from swgdata.sources.sync import SyncJob
from swgdata.storage.history import FeedRun
from swgdata.tables import TABLES
from swgdata.ui.health import rows as health_rows
from swgdata.ui.health import titles, update
from swgdata.ui.health.charts import ages, runs
from swgdata.ui.health.downloads import matches, required, written
from swgdata.ui.health.update import EVERY, begin, latest_job, refusal, summary
from tests.support import app_visitors
from tests.support.app_visitors import table
from tests.support.fake_site import Site

sample = app_visitors.sample
opened = partial(app_visitors.opened, "health")
NOW = datetime(2026, 8, 16, 18, 5, tzinfo=UTC)
PATIENCE = 60


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No answer and no update of one test reaches the next."""
    monkeypatch.setattr(update, "_latest", None)
    yield
    latest = latest_job()
    assert latest is None or latest.finished.wait(PATIENCE)
    streamlit.cache_resource.clear()


class HeldJob(SyncJob):
    """A synchronisation that asks nobody and lasts until it is released."""

    def __init__(self, source: Source, *, release: threading.Event, **settings: Any) -> None:
        super().__init__(source, **settings)
        self._release = release

    def run(self, needed: Callable[[], bool] = lambda: True) -> list[FeedRun]:
        """Wait."""
        self._release.wait(PATIENCE)
        return []


def updated(app: AppTest) -> AppTest:
    """The page after its update has ended."""
    app.button(key="health_update").click().run()
    latest = latest_job()
    assert latest is not None
    assert latest.finished.wait(PATIENCE)
    return app.run()


def said(app: AppTest) -> str:
    """Every sentence on the page."""
    return "\n".join(
        element.value
        for kind in (app.markdown, app.caption, app.info, app.warning, app.subheader, app.title)
        for element in kind
    )


TABLES_OPEN = {"health_feeds_view": "Table", "health_history_view": "Table"}
VIEWS = ("Feeds", "Set aside", "Updates", "Held", "Downloads")


def test_nothing_is_fetched_and_nothing_is_held_at_first(site: Site) -> None:
    """The page asks the site for nothing; each empty panel says what to do."""
    found = {view: opened(health_show=view, **TABLES_OPEN) for view in VIEWS}
    assert not site.asked
    for view, app in found.items():
        assert not app.exception
        own = [one.value for one in app.caption if "this app's own records, as of" in one.value]
        assert len(own) == (view != "Downloads")
        assert said(app).count("Press Update now") == (view in {"Set aside", "Updates"})
    assert found["Feeds"].segmented_control(key="health_show").options == list(VIEWS)
    assert set(table(found["Feeds"], "state")["state"]) == {"missing"}
    assert "Nothing is held yet" in said(found["Held"])


@pytest.mark.usefixtures("sample")
def test_update_fills_the_page() -> None:
    """Pressed once: every feed fresh, one row of history per feed, the rest follows at once."""
    app = updated(opened(**TABLES_OPEN))
    assert not app.exception
    feeds = table(app, "state")
    assert set(feeds["state"]) == {"fresh"}
    assert (feeds["bytes"] > 0).all()
    past = table(opened(health_show="Updates", **TABLES_OPEN), "seconds", "reason")
    assert sorted(past["feed"]) == sorted(feeds["feed"])
    assert app.subheader[0].value == f"All {len(feeds)} feeds are fresh"
    assert "SAMPLE" in said(app)
    assert [metric.value for metric in app.metric][:3] == [str(len(feeds)), "0", "0"]
    assert app.status[0].state == "complete"
    assert "started by you" in app.status[0].label


@pytest.mark.usefixtures("sample")
def test_second_press_is_told_who_and_when() -> None:
    """Within the minute nothing is started again; the page says so and goes on."""
    app = updated(opened())
    first = latest_job()
    app.button(key="health_update").click().run()
    assert not app.exception
    assert latest_job() is first
    assert "started by you at" in app.info[-1].value
    assert len(ask("sync_history").frame) == len(sources.active().history.runs(100))


def test_another_visitor_is_told_of_the_one_that_runs(site: Site) -> None:
    """One update at a time for everybody; whoever comes by sees how far it is."""
    release = threading.Event()
    job = HeldJob(sources.active(), by="somebody", release=release)
    job.runs["gcw"] = ended("gcw")
    assert begin(job)
    app = opened()
    app.button(key="health_update").click().run()
    try:
        assert not app.exception
        told = app.info[-1].value
        assert "another visitor" in told
        assert f"{job.started:%H}" in told
        assert "1 of 14 feeds are done" in told
        assert app.status[0].state == "running"
        assert "**gcw** changed, 3 rows" in said(app)
    finally:
        release.set()
    assert not site.asked


def test_only_one_update_at_a_time_and_one_a_minute() -> None:
    """Refused while it runs, and for a minute after its start; then it may start again."""
    release = threading.Event()
    job = partial(HeldJob, sources.sample_source(), release=release)
    first = job(by="a", started=NOW)
    assert begin(first)
    assert not begin(job(by="b", started=NOW + 10 * EVERY))
    release.set()
    assert first.finished.wait(PATIENCE)
    assert not begin(job(by="b", started=NOW + EVERY - timedelta(seconds=1)))
    assert latest_job() is first
    second = job(by="b", started=NOW + EVERY)
    assert begin(second)
    assert latest_job() is second


def test_of_many_presses_at_once_one_starts() -> None:
    """Twenty visitors press together: one update."""
    release, begun = threading.Event(), []
    release.set()

    def press(visitor: int) -> None:
        job = HeldJob(sources.sample_source(), by=str(visitor), started=NOW, release=release)
        begun.append(begin(job))

    visitors = [threading.Thread(target=press, args=(visitor,)) for visitor in range(20)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert sorted(begun) == [False] * 19 + [True]


def test_an_update_that_breaks_off_never_raises(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The visitor gets a number, the log the trace."""

    def broken(*_: object) -> None:
        raise OSError("CANARY-4711")

    monkeypatch.setattr(SyncJob, "run", broken)
    job = SyncJob(sources.sample_source(), by="a")
    with caplog.at_level(logging.ERROR):
        assert begin(job)
        assert job.finished.wait(PATIENCE)
    trouble = job.trouble or ""
    assert "CANARY" not in trouble
    assert trouble.rsplit(" ", 1)[-1].rstrip(".") in caplog.text


def test_no_thread_to_spare_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine at its limit: the press is answered, and the next one may try again."""

    def none(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    job = SyncJob(sources.sample_source(), by="a")
    assert begin(job)
    assert job.finished.is_set()
    assert job.trouble == "It could not be started: too much is under way here."


def test_who_is_in_the_way_in_words() -> None:
    """Running, or just ended; by oneself, or by another visitor."""
    job = SyncJob(sources.sample_source(), ["gcw", "wealth"], by="a", started=NOW)
    job.runs["gcw"] = ended("gcw")
    assert refusal(job, "a") == (
        "An update started by you has been running since 18:05:00 UTC; 1 of 2 feeds are done."
    )
    assert summary(job, job.runs) == "Updating: 1 of 2 feeds"
    job.runs["wealth"] = replace(ended("wealth"), ok=False)
    job.finished.set()
    assert refusal(job, "b") == (
        "The last update was started by another visitor at 18:05:00 UTC; "
        "the next can start at 18:06:00 UTC."
    )
    assert summary(job, job.runs) == "Updated 2 feeds: 1 changed, 1 failed"


@pytest.mark.usefixtures("sample")
def test_filters_narrow_the_rows_and_a_link_restores_them() -> None:
    """By feed everywhere, by state the feeds."""
    updated(opened())
    link = TABLES_OPEN | {"health_summary_view": "Table"}
    for view, column in (("Feeds", "state"), ("Updates", "seconds"), ("Held", "stale")):
        app = opened(health_show=view, **link)
        assert len(table(app, column)) > 1
        app.selectbox(key="health_feed").set_value("gcw").run()
        assert table(app, column)["feed"].tolist() == ["gcw"]
        again = opened(health_show=view, **link, health_feed="gcw")
        assert table(again, column)["feed"].tolist() == ["gcw"]
    again = opened(**link, health_feed="gcw", health_state="missing")
    assert again.selectbox(key="health_state").value == "missing"
    assert "Nothing matches these filters" in said(again)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    "link",
    [
        {"health_feed": "![x](http://evil.example/x.png)"},
        {"health_state": "perfect", "health_show": "\x00"},
        {"health_measure": "\x00", "health_show": "Updates"},
        {"health_format": "exe", "health_table": "x" * 5000, "health_show": "Downloads"},
    ],
)
def test_bad_links_fall_back_with_a_note(link: dict[str, Any]) -> None:
    """A value that is not possible is ignored, said so, and shown as plain text."""
    app = opened(**link)
    assert not app.exception
    assert "Ignored from the link" in said(app)
    assert "![x](http" not in said(app)


def test_a_dead_feed_is_named_and_the_rest_lives(site: Site) -> None:
    """Missing, with its last error; the others fresh; no exception."""
    site.says["/api/cities.php"] = 404
    app = updated(opened(**TABLES_OPEN))
    assert not app.exception
    feeds = table(app, "state").set_index("feed")
    assert feeds.loc["cities", "state"] == "missing"
    assert feeds.loc["cities", "last_error"]
    assert (feeds["state"].drop("cities") == "fresh").all()
    assert app.subheader[0].value.replace("\\", "").endswith("are fresh; missing: cities")
    assert app.status[0].state == "error"
    assert "1 of 14 fetches failed" in said(opened(health_show="Updates"))
    app = opened(health_show="Downloads")
    off = [one.key for one in app.download_button if one.proto.disabled]
    assert "health_file_cities" in off
    assert "health_file_gcw" not in off


def test_a_site_that_is_gone_leaves_the_page(site: Site) -> None:
    """Nothing answers: all missing, each with its reason, no exception."""
    site.says |= {feed.path: 503 for feed in sources.live_source().feeds.values()}
    app = updated(opened(**TABLES_OPEN))
    assert not app.exception
    feeds = table(app, "state")
    assert set(feeds["state"]) == {"missing"}
    assert feeds["last_error"].notna().all()
    assert "Traceback" not in said(app)


def test_records_set_aside_are_listed_with_field_value_and_reason(site: Site) -> None:
    """Across feeds, filtered by feed; hostile values as plain text."""
    site.says["/api/titles.php"] = (
        b'{"results": [{"friendly": "Chef"}, 7, {"friendly": ["x"], "titlekey": 1}]}'
    )
    site.says["/api/gcw.php"] = (
        b'{"results": [{"timestamp": 1786500000, "imperial": "=1+1", "rebel": -4}]}'
    )
    for feed in ("titles", "gcw", "wealth"):
        load(feed)
    app = opened(health_show="Set aside")
    assert not app.exception
    rows = table(app, "field", "value", "reason")
    assert set(rows["feed"]) == {"titles", "gcw"}
    assert set(rows["kind"]) == set(health_rows.KINDS)
    assert rows["reason"].notna().all()
    doubted = rows[rows["feed"] == "gcw"].set_index("field")["value"]
    assert doubted["rebel"].lstrip("'") == "-4"
    assert not doubted["imperial"].startswith("=")
    assert "set aside or doubted" in said(app)
    app.selectbox(key="health_feed").set_value("wealth").run()
    assert "Nothing matches these filters" in said(app)


def test_nothing_set_aside_is_good_news(site: Site) -> None:
    """Told apart from nothing read."""
    load("gcw")
    assert "every record of every feed held here could be used" in said(
        opened(health_show="Set aside")
    )


@pytest.mark.usefixtures("sample")
def test_a_store_that_cannot_keep_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory only, or no history: said above the panels."""
    place = sources.active()
    place.history.trouble = "the history cannot be kept (OperationalError)"
    monkeypatch.setattr(
        type(place.clients[0]), "store_notice", "Answers are kept in memory only: disk full."
    )
    app = opened()
    told = [one.value.replace("\\", "") for one in app.warning]
    assert told == [
        "Answers are kept in memory only: disk full.",
        "The history cannot be kept (OperationalError).",
    ]


@pytest.mark.usefixtures("sample")
def test_every_table_can_be_downloaded_once_it_is_held() -> None:
    """Listed with its question; as a file it is the named table itself."""
    app = updated(opened(health_show="Downloads", health_format="json"))
    buttons = [one for one in app.download_button if (one.key or "").startswith("health_file_")]
    assert [one.key for one in buttons] == [f"health_file_{name}" for name in TABLES]
    assert {one.label for one in buttons} == {"JSON"}
    assert not any(one.proto.disabled for one in buttons)
    app.text_input(key="health_table").set_value("civil war").run()
    left = [one.key for one in app.download_button if (one.key or "").startswith("health_file_")]
    assert left == ["health_file_gcw"]
    place = sources.active()
    assert written("professions", "csv", place).count(b"\n") == 36
    for extension, magic in (("parquet", b"PAR1"), ("xlsx", b"PK"), ("json", b'{"meta"')):
        assert written("professions", extension, place).replace(b"\n", b"").startswith(magic)


def test_a_download_of_a_dead_feed_fails_in_words(site: Site) -> None:
    """No file rather than a wrong one."""
    site.says["/api/gcw.php"] = 404
    with pytest.raises(FeedError):
        written("gcw", "csv", sources.active())


def ended(feed: str) -> FeedRun:
    """A fetch that went well."""
    return FeedRun(NOW, feed, True, True, 3, 100, 0.25, None)


def feed(name: str, state: Any = "fresh", **more: Any) -> FeedHealth:
    """The condition of a feed."""
    held = state != "missing"
    base = FeedHealth(
        feed=name,
        state=state,
        rows=10 if held else None,
        as_of=NOW if held else None,
        age_seconds=90.4 if held else None,
        refused=0,
        last_error=None,
        breaker="closed",
        paused_until=None,
        optional=False,
        received_at=NOW if held else None,
        lifetime_seconds=180.0,
    )
    return replace(base, **more)


def history(*rows: FeedRun) -> pd.DataFrame:
    """Rows of ``sync_history``, newest first."""
    columns = list(TABLES["sync_history"].columns)
    frame = pd.DataFrame(
        [[getattr(row, name) for name in columns] for row in rows], columns=columns
    )
    return frame.astype(dict(TABLES["sync_history"].schema))


def test_condition_by_hand() -> None:
    """Bytes of the newest run; a hit rate only where there was traffic; unknown stays unknown."""
    feeds = [
        feed("gcw", hits=7, misses=3),
        feed("cities", "missing", last_error="HTTP 404"),
        feed("pulse", "stale", age_seconds=400.0),
    ]
    old = replace(ended("gcw"), bytes=5)
    rows = health_rows.condition(feeds, history(ended("gcw"), old))
    assert rows["bytes"].tolist() == [100, pd.NA, pd.NA]
    assert rows["from_cache_pct"].tolist() == [70.0, pd.NA, pd.NA]
    assert rows["age_seconds"].tolist() == [90.0, pd.NA, 400.0]
    assert rows["received"].isna().tolist() == [False, True, False]
    drawn = ages(rows).to_dict()
    words = [row["_text"] for row in next(iter(drawn["datasets"].values()))]
    assert words == ["● 1 min of 3 min", "✕ nothing held", "◐ 6 min · due"]


def test_verdict_in_words() -> None:
    """What the site may lack is no fault."""
    fine = [feed("gcw"), feed("new_spawns", "missing", optional=True)]
    assert titles.verdict(fine) == "The feed is fresh"
    mixed = [feed("gcw"), feed("pulse", "stale"), *(feed(name, "missing") for name in "abcd")]
    assert titles.verdict(mixed) == (
        "1 of 6 feeds is fresh; stale: pulse; missing: a, b, c and 1 more"
    )
    assert titles.verdict([]) == "0 of 0 feeds are fresh"


def test_history_in_words() -> None:
    """How many failed, which was slowest."""
    slow = replace(ended("wealth"), seconds=2.04, ok=False, changed=False)
    assert titles.slowest(history(ended("gcw"), slow)) == (
        "1 of 2 fetches failed; the slowest was wealth with 2.0 s"
    )
    assert titles.slowest(history(ended("gcw"))).startswith("No fetch failed")
    assert titles.slowest(history()) == "How updates went"
    for measure in ("Seconds", "Bytes"):
        drawn = runs(history(ended("gcw"), slow), measure=measure).to_dict()
        outcomes = {row["outcome"] for row in next(iter(drawn["datasets"].values()))}
        assert outcomes == {"changed", "failed"}


def test_figures_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Disk counts every file below the folder."""
    (tmp_path / "kept/deep").mkdir(parents=True)
    (tmp_path / "kept/a").write_bytes(b"x" * 700)
    (tmp_path / "kept/deep/b").write_bytes(b"x" * 1300)
    assert titles.on_disk(tmp_path / "kept") == 2000
    assert titles.on_disk(tmp_path / "nothing here") == 0
    place = replace(sources.sample_source(), folder=tmp_path / "kept")
    failed = replace(ended("pulse"), ok=False)
    told = titles.figures(
        [feed("gcw", refused=3, flagged=1200), feed("pulse", "stale")],
        history(ended("gcw"), failed),
        place,
        NOW + timedelta(minutes=12),
    )
    assert [(one.value, one.since) for one in told][:4] == [
        ("1", "of 2 feeds"),
        ("1", "feeds"),
        ("3", "records; 1.2K doubted"),
        ("12 min", "ago, 1 failed"),
    ]
    assert told[4].value == "2KB"


def test_notices_are_told_once() -> None:
    """Warnings of the data are among them."""
    place = sources.sample_source()
    feeds = [
        feed("gcw", warnings=("Rows fell by half.",)),
        feed("b", warnings=("Rows fell by half.",)),
    ]
    assert titles.notices(place, feeds) == ["Rows fell by half."]


def test_set_aside_in_words(site: Site) -> None:
    """Where most of it is, and that a list is only the first of many."""
    one = Rejection(4, "active", "-1", "expected 0 or more")
    gcw = replace(load("gcw"), issues=ImportIssues(rejected=(one,), flagged=(one, one)))
    rows = health_rows.aside([gcw])
    assert rows["kind"].tolist() == ["set aside", "value doubted", "value doubted"]
    assert titles.worst(rows, 11) == (
        "11 records set aside or doubted, all in gcw; the first 3 are listed"
    )
    assert titles.worst(rows[:0], 0) == "No record was set aside"
    assert titles.why_none([], rows[:0]) == titles.NONE_HELD


def test_tables_are_found_by_name_or_question() -> None:
    """And know what they cannot do without."""
    assert matches(TABLES["gcw"], "CIVIL")
    assert not matches(TABLES["gcw"], "cities")
    assert required(TABLES["gcw"], sources.sample_source()) == ("gcw",)
    assert required(TABLES["summary"], sources.sample_source()) == ()


@pytest.mark.usefixtures("sample")
def test_report_counts_traffic_and_lifetime() -> None:
    """One miss, then two hits: what the page shows of the cache."""
    for _ in range(3):
        load("gcw")
    found = {one.feed: one for one in condition.report(sources.active(), datetime.now(UTC))}
    assert (found["gcw"].hits, found["gcw"].misses) == (2, 1)
    assert found["gcw"].lifetime_seconds == 3600
    assert found["gcw"].received_at is not None
    assert found["cities"].received_at is None
